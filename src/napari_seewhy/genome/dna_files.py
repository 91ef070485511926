"""Whole genomes read into memory, from FASTA or GenBank, plain or gzipped."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from napari_seewhy.errors import DataError, FileError
from napari_seewhy.genome.letters import UNKNOWN_BASE, encode_letters
from napari_seewhy.genome.text_streams import open_text, reading_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from numpy.typing import NDArray

_PROTEIN_ONLY = set("EFILPQZefilpqz*")
"""Letters of amino acids that are no letters of bases."""


def read_dna(path: Path) -> dict[str, NDArray[np.uint8]]:
    """Read all sequences of a file.

    Parameters
    ----------
    path
        FASTA or GenBank, plain or gzipped.

    Returns
    -------
    dict
        The codes ``(n,)`` of each sequence by its name, in the order of the file.

    Raises
    ------
    FileError
        If it cannot be read, is neither, or holds no sequence.
    DataError
        If it holds something else than DNA, or two sequences of one name.
    """
    with reading_text(path), open_text(path) as stream:
        lines = (line.rstrip() for line in stream)
        first = next((line for line in lines if line.strip()), b"")
        if first.startswith(b">"):
            pieces = _split_fasta(first, lines)
        elif first.startswith(b"LOCUS"):
            pieces = _split_genbank(first, lines)
        else:
            raise FileError(
                f"{path} is neither FASTA nor GenBank; wanted a file whose first line begins with "
                "> or LOCUS."
            )
        found: dict[str, NDArray[np.uint8]] = {}
        for name, letters in pieces:
            if name in found:
                raise DataError(f"{path} holds two sequences called {name}; rename one of them.")
            found[name] = _encode(path, name, letters)
    if not any(len(codes) for codes in found.values()):
        raise FileError(
            f"{path} holds no letters of DNA; a GenBank file wants its sequence after ORIGIN. "
            "Fetch it again with the sequence, such as the file called full."
        )
    return found


def join_chromosomes(genome: dict[str, NDArray[np.uint8]]) -> NDArray[np.uint8]:
    """Return all letters one after the other, with an unknown one between two chromosomes."""
    between = np.full(1, UNKNOWN_BASE, np.uint8)
    joined = [part for codes in genome.values() for part in (between, codes)]
    return np.concatenate(joined[1:])


def _split_fasta(first: bytes, lines: Iterable[bytes]) -> Iterator[tuple[str, bytes]]:
    name, parts = _name_fasta(first), list[bytes]()
    for line in lines:
        if line.startswith(b">"):
            yield name, b"".join(parts)
            name, parts = _name_fasta(line), []
        else:
            parts.append(line)
    yield name, b"".join(parts)


def _name_fasta(line: bytes) -> str:
    words = line[1:].split()
    return words[0].decode("utf-8", "replace") if words else "unnamed"


def _split_genbank(first: bytes, lines: Iterable[bytes]) -> Iterator[tuple[str, bytes]]:
    """Take the name behind VERSION, or LOCUS, and the letters between ORIGIN and ``//``."""
    name, parts, is_sequence = _second_word(first), list[bytes](), False
    for line in lines:
        if line.startswith(b"//"):
            yield name, b"".join(parts)
            parts, is_sequence = [], False
        elif line.startswith((b"LOCUS", b"VERSION")):
            name = _second_word(line) or name
        elif line.startswith(b"ORIGIN"):
            is_sequence = True
        elif is_sequence:
            parts += line.split()[1:]
    if parts:
        yield name, b"".join(parts)


def _second_word(line: bytes) -> str:
    words = line.split()
    return words[1].decode("utf-8", "replace") if len(words) > 1 else "unnamed"


def _encode(path: Path, name: str, letters: bytes) -> NDArray[np.uint8]:
    try:
        return encode_letters(letters)
    except DataError as error:
        is_protein = bool(_PROTEIN_ONLY & set(letters[:10_000].decode("ascii", "replace")))
        advice = " It looks like a protein; give its coding sequence." if is_protein else ""
        raise DataError(f"{path}, {name}: {error}{advice}") from error
