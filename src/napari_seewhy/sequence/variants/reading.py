"""Variants from a VCF or from words such as ``chr1:1,234 A>G``, compared with the genome."""

from __future__ import annotations

import re
import warnings
from typing import TYPE_CHECKING, NamedTuple

from napari_seewhy.errors import DataError, OptionError, SeewhyWarning
from napari_seewhy.genome import (
    Genome,
    decode_letters,
    encode_letters,
    open_text,
    reading_text,
)

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

_WORDS = re.compile(
    r"(?P<name>[^\s:]+):(?P<position>[\d,]+)[\s:]*(?P<reference>[A-Za-z]+)>(?P<other>[A-Za-z]+)"
)
_MOST_BP = 1000


class Variant(NamedTuple):
    """One change of the sequence.

    Attributes
    ----------
    chromosome
        Its name.
    start
        First base of the reference, from 0.
    reference, alternative
        Letters that are there, and letters instead.
    name
        Its identifier; "." where it has none.
    """

    chromosome: str
    start: int
    reference: str
    alternative: str
    name: str = "."

    def __str__(self) -> str:
        return f"{self.chromosome}:{self.start + 1:,} {self.reference}>{self.alternative}"


def read_variants(given: Sequence[str], path: Path | None = None) -> list[Variant]:
    """Read variants as a person named them.

    Parameters
    ----------
    given
        Words such as ``chr1:1,234 A>G``; positions count from 1.
    path
        A VCF, gzipped or not; alternatives that are no letters (``<DEL>``, ``*``) are left out.

    Raises
    ------
    OptionError
        If a word is no variant, or there is none at all.
    FileError
        If the VCF cannot be read.
    DataError
        If a line of it is no variant.

    Warns
    -----
    SeewhyWarning
        If something was left out.
    """
    found = [_parse(word) for word in given]
    if path is not None:
        found += _read_vcf(path)
    if not found:
        raise OptionError("There is no variant; give a VCF, or words such as chr1:1,234 A>G.")
    return found


def check_variants(variants: Sequence[Variant], genome: Genome) -> None:
    """Refuse variants whose reference letters are not those of the genome.

    Raises
    ------
    DataError
        If one is not; it is said whether positions seem to count from 0.
    """
    wrong = [one for one in variants if _read(genome, one, 0) != one.reference]
    if not wrong:
        return
    one = wrong[0]
    there = _read(genome, one, 0) or "nothing"
    said = (
        f"{one} has other letters than {genome.path}, which has {there} there; "
        f"{len(wrong):,} of {len(variants):,} variants differ."
    )
    if all(_read(genome, each, 1) == each.reference for each in variants):
        raise DataError(f"{said} All fit one base later: the positions count from 0; add 1.")
    if all(_read(genome, each, -1) == each.reference for each in variants):
        raise DataError(f"{said} All fit one base earlier; subtract 1 from the positions.")
    raise DataError(f"{said} Choose the genome that the variants were called on.")


def _read(genome: Genome, variant: Variant, shift: int) -> str:
    start = variant.start + shift
    codes = genome.read_padded(variant.chromosome, start, start + len(variant.reference))
    return decode_letters(codes)


def _parse(word: str) -> Variant:
    found = _WORDS.fullmatch(word.strip())
    if found is None:
        raise OptionError(f"{word!r} is no variant; write it as chr1:1,234 A>G.")
    position = int(found["position"].replace(",", ""))
    if position < 1:
        raise OptionError(f"{word!r} has the position 0; positions count from 1.")
    letters = (found[name].upper() for name in ("reference", "other"))
    return _check_length(Variant(found["name"], position - 1, *letters))


def _read_vcf(path: Path) -> list[Variant]:
    found: list[Variant] = []
    n_passed = 0
    with reading_text(path), open_text(path) as stream:
        for number, raw in enumerate(stream, 1):
            line = raw.decode("utf-8").rstrip("\r\n")
            if not line.strip() or line.startswith("#"):
                continue
            fields = line.split("\t")
            if len(fields) < 5 or not fields[1].isdigit() or int(fields[1]) < 1:
                raise DataError(
                    f"Line {number} of {path} is no variant; wanted chromosome, position from 1, "
                    "name, reference and alternative, with tabs between."
                )
            name, position, label, reference = fields[:4]
            for other in fields[4].split(","):
                if other.isalpha() and reference.isalpha():
                    one = Variant(name, int(position) - 1, reference.upper(), other.upper(), label)
                    found.append(_check_length(one))
                else:
                    n_passed += 1
    if n_passed:
        warnings.warn(
            f"{path} holds {n_passed:,} alternatives that are no letters, such as <DEL> or *; they "
            "are left out.",
            SeewhyWarning,
            stacklevel=3,
        )
    return found


def _check_length(variant: Variant) -> Variant:
    for letters in (variant.reference, variant.alternative):
        if len(letters) > _MOST_BP:
            raise DataError(
                f"The variant at {variant.chromosome}:{variant.start + 1:,} has {len(letters):,} "
                f"letters; wanted up to {_MOST_BP:,}."
            )
        encode_letters(letters)
    return variant
