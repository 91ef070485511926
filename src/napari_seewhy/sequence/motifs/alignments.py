"""Aligned promoters of several species, from FASTA and MAF files, side by side in one array."""

from __future__ import annotations

import re
import warnings
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from napari_seewhy.errors import DataError, OptionError, SeewhyWarning
from napari_seewhy.files import read_text
from napari_seewhy.genome import UNKNOWN_BASE, encode_letters
from napari_seewhy.sequence.motifs.species import name_species

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

GAP, NOT_ALIGNED = 5, 6
"""Codes beside those of the letters: no base here, and no row of the species here."""

_HEADER = re.compile(
    r"(?P<assembly>[^\s.:]+)(?:[.\s:]+(?P<chromosome>[^\s:]+):(?P<start>[\d,]+)-(?P<end>[\d,]+)"
    r"(?:[\s(:]*(?P<strand>[+-])\)?)?)?"
)


class Place(NamedTuple):
    """Where a row lies in its genome: 0-based, half-open, on the forward strand."""

    chromosome: str
    start: int
    end: int
    strand: str

    def locate(self, offset: int, width: int) -> tuple[int, int]:
        """Return start and end, on the forward strand, of bases counted along the row."""
        start = self.start + offset if self.strand == "+" else self.end - offset - width
        return start, start + width


@dataclass
class Block:
    """Rows of one alignment by their assembly, and where they lie as far as it is known."""

    name: str
    rows: dict[str, str]
    places: dict[str, Place] = field(default_factory=dict)


@dataclass(frozen=True, eq=False)
class Alignments:
    """Alignments one after the other, with one unknown base between.

    Attributes
    ----------
    names
        Of the alignments.
    starts
        First column of each, and the number of columns in all.
    species
        Names of the rows.
    assemblies
        The species of each name that the files use.
    codes
        ``(n_species, n_columns)``: 0 to 3 for A, C, G, T, 4 for an unknown base, `GAP` and
        `NOT_ALIGNED`.
    places
        Where the rows of each alignment lie, by species, as far as the file says it.
    """

    names: tuple[str, ...]
    starts: NDArray[np.int64]
    species: tuple[str, ...]
    assemblies: Mapping[str, str]
    codes: NDArray[np.uint8]
    places: tuple[Mapping[str, Place], ...]

    def describe_species(self) -> str:
        """Say which name was taken for which species."""
        return ", ".join(
            name if name == species else f"{name} = {species}"
            for name, species in self.assemblies.items()
        )

    def find_rows(self, wanted: Sequence[str]) -> list[int]:
        """Return the rows of species, named as here or by their assembly.

        Raises
        ------
        OptionError
            If one is in no alignment, or is named twice.
        """
        named = [self.assemblies.get(name, name.lower()) for name in wanted]
        missing = [name for name in named if name not in self.species]
        if missing or len(set(named)) != len(named):
            raise OptionError(
                f"The species {', '.join(wanted)} were asked for; the alignments hold "
                f"{', '.join(self.species)} ({self.describe_species()}). Name some of these, each "
                "once."
            )
        return [self.species.index(name) for name in named]

    def count_bases(self) -> NDArray[np.int64]:
        """Return the aligned bases of each row in each alignment ``(n_species, n_alignments)``."""
        is_base = (self.codes <= UNKNOWN_BASE).astype(np.int64)
        counts: NDArray[np.int64] = np.add.reduceat(is_base, self.starts[:-1], axis=1)
        return counts - 1  # the base between alignments


def read_alignments(paths: Sequence[Path]) -> Alignments:
    """Read aligned promoters.

    Parameters
    ----------
    paths
        FASTA, one alignment per file, the rows named by assembly (``hg18``, ``hg18.chr6``, and
        ``hg18 chr6:1-1,500(+)`` where the place is known); or MAF, whose blocks are joined where
        they follow each other in the first row. ``-`` and ``.`` are gaps, ``*`` says that the
        species has no alignment; small letters count as capitals.

    Raises
    ------
    FileError
        If a file cannot be read.
    DataError
        If rows have unequal lengths, or two assemblies are of one species.
    """
    blocks: list[Block] = []
    for path in paths:
        text = read_text(path)
        is_maf = text.startswith("##maf") or path.suffix.lower() == ".maf"
        blocks += _read_maf(text, path) if is_maf else [_read_fasta(path)]
    if not blocks:
        raise DataError("There is no alignment in these files; choose FASTA or MAF files.")
    if any("." in row for block in blocks for row in block.rows.values()):
        warnings.warn("'.' in alignments is taken as a gap.", SeewhyWarning, stacklevel=2)
    return join_blocks(blocks)


def join_blocks(blocks: Sequence[Block]) -> Alignments:
    """Put blocks one after the other.

    Raises
    ------
    DataError
        If two assemblies are of one species.
    """
    assemblies = {name: name_species(name) for block in blocks for name in block.rows}
    species = tuple(dict.fromkeys(assemblies.values()))
    if len(species) < len(assemblies):
        twice = next(one for one in species if list(assemblies.values()).count(one) > 1)
        names = " and ".join(name for name, one in assemblies.items() if one == twice)
        raise DataError(f"{names} are both {twice}; wanted one assembly per species.")
    lengths = [len(next(iter(block.rows.values()))) for block in blocks]
    starts = np.concatenate([[0], np.cumsum(np.array(lengths) + 1)])
    codes = np.full((len(species), starts[-1]), NOT_ALIGNED, np.uint8)
    for start, block in zip(starts, blocks, strict=False):
        for assembly, row in block.rows.items():
            at = slice(start, start + len(row))
            codes[species.index(assemblies[assembly]), at] = _encode(row)
    codes[:, starts[1:] - 1] = UNKNOWN_BASE
    places = tuple(
        {assemblies[name]: place for name, place in block.places.items()} for block in blocks
    )
    block_names = tuple(block.name for block in blocks)
    return Alignments(block_names, starts, species, assemblies, codes, places)


def _encode(row: str) -> NDArray[np.uint8]:
    codes = encode_letters(row.translate(str.maketrans("*.", "--")))
    letters = np.frombuffer(row.encode(), np.uint8)
    codes[np.isin(letters, [ord("-"), ord(".")])] = GAP
    codes[letters == ord("*")] = NOT_ALIGNED
    return codes


def read_records(path: Path) -> list[tuple[str, str]]:
    """Return heads and letters of the rows of a FASTA file."""
    parts = re.split(r"^>", read_text(path), flags=re.MULTILINE)[1:]
    pairs = (part.partition("\n") for part in parts)
    return [(head.strip(), "".join(rest.split())) for head, _, rest in pairs]


def _read_fasta(path: Path) -> Block:
    block = Block(path.stem, {})
    for head, letters in read_records(path):
        found = _HEADER.match(head)
        if found is None:
            raise DataError(f"A row of {path} has no name; wanted one such as >hg18.")
        name = found["assembly"]
        if name in block.rows:
            raise DataError(
                f"{path} has two rows of {name}; wanted one alignment per file, with one row per "
                "species."
            )
        block.rows[name] = letters
        if found["chromosome"]:
            start, end = (int(found[key].replace(",", "")) for key in ("start", "end"))
            strand = found["strand"] or "+"
            block.places[name] = Place(found["chromosome"], start - 1, end, strand)
    _check_lengths(block, path)
    return block


def _check_lengths(block: Block, path: Path) -> None:
    lengths = {name: len(row) for name, row in block.rows.items()}
    if not lengths or not min(lengths.values()):
        raise DataError(f"{path} holds a block without letters; choose aligned FASTA or MAF files.")
    if len(set(lengths.values())) > 1:
        said = ", ".join(f"{name} {length:,}" for name, length in lengths.items())
        raise DataError(
            f"The rows of {path} have unequal lengths ({said}); wanted an alignment, with gaps "
            "written as -."
        )


def _read_maf(text: str, path: Path) -> list[Block]:
    blocks: list[Block] = []
    for part in re.split(r"^a\b", text, flags=re.MULTILINE)[1:]:
        block = Block(path.stem, {})
        for line in part.splitlines():
            if line.startswith("s "):
                _add_maf_row(block, line.split(), path)
        _check_lengths(block, path)
        if not (blocks and _append(blocks[-1], block)):
            blocks.append(block)
    if len(blocks) > 1:
        for block in blocks:
            place = next(iter(block.places.values()))
            block.name += f"_{place.chromosome}_{place.start + 1}"
    return blocks


def _add_maf_row(block: Block, words: Sequence[str], path: Path) -> None:
    try:
        _, source, start, size, strand, length, row = words
        begin, n, total = int(start), int(size), int(length)
    except ValueError:
        raise DataError(
            f"{path} has a row that is not MAF ({' '.join(words)[:60]}); wanted s, name, start, "
            "size, strand, length and letters."
        ) from None
    assembly, _, chromosome = source.partition(".")
    if n != len(row) - row.count("-") - row.count("."):
        raise DataError(f"A row of {source} in {path} has other letters than the {n:,} it claims.")
    if assembly in block.rows and block.places[assembly].end - block.places[assembly].start >= n:
        # Of several copies in one species, the longest is the ortholog's.
        return
    block.rows[assembly] = row
    if strand == "-":
        begin = total - begin - n
    block.places[assembly] = Place(chromosome or assembly, begin, begin + n, strand)


def _append(before: Block, block: Block) -> bool:
    """Put a block behind another, if the first row goes on without a break."""
    first = next(iter(block.rows))
    if next(iter(before.rows)) != first:
        return False
    old, new = before.places[first], block.places[first]
    follows = new.start == old.end if new.strand == "+" else new.end == old.start
    if not follows or (old.chromosome, old.strand) != (new.chromosome, new.strand):
        return False
    n_before, n_block = len(before.rows[first]), len(block.rows[first])
    for name in dict.fromkeys([*before.rows, *block.rows]):
        row = before.rows.get(name, "*" * n_before) + block.rows.get(name, "*" * n_block)
        before.rows[name] = row
    before.places = {
        first: old._replace(start=min(old.start, new.start), end=max(old.end, new.end))
    }
    return True
