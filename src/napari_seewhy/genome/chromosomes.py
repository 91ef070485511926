"""One chromosome under several names: with and without "chr", NCBI's and GenBank's numbers."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from napari_seewhy.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Collection
    from pathlib import Path


def match_chromosome(name: str, known: Collection[str]) -> str | None:
    """Return how a track calls a chromosome, None if it has it not.

    Names with and without "chr" are the same, and so are the numbers of RefSeq and GenBank that the
    assembly reports of NCBI give.

    Examples
    --------
    >>> match_chromosome("chr21", ["1", "21"]), match_chromosome("chrM", ["chr1", "chrMT"])
    ('21', 'chrMT')
    >>> match_chromosome("NC_000001.11", ["chr1"]), match_chromosome("X", ["NC_000023.11"])
    ('chr1', 'NC_000023.11')
    """
    found = _match_spelling(name, known)
    if found is not None:
        return found
    plain = _aliases().get(name)
    if plain is not None:
        found = _match_spelling(plain, known)
    return found or _match_spelling_of(plain or name, tuple(known))


def check_one_spelling(names: Collection[str], path: Path) -> None:
    """Refuse a file that spells one chromosome in two ways, of which one would be lost.

    Raises
    ------
    DataError
        Naming both.
    """
    spelled: dict[str, str] = {}
    for name in names:
        other = spelled.setdefault(name.casefold().removeprefix("chr"), name)
        if other != name:
            raise DataError(
                f"{path} spells one chromosome {other} and {name}; write it in one way."
            )


def _match_spelling(name: str, known: Collection[str]) -> str | None:
    bare = name.removeprefix("chr")
    mitochondrion = {"M": "MT", "MT": "M"}.get(bare, bare)
    spellings = (name, bare, f"chr{bare}", mitochondrion, f"chr{mitochondrion}")
    return next((spelling for spelling in spellings if spelling in known), None)


@cache
def _match_spelling_of(plain: str, known: tuple[str, ...]) -> str | None:
    """Return the one of some names that means a chromosome by its number at NCBI."""
    aliases = _aliases()
    meant = {aliases[name]: name for name in known if name in aliases}
    found = _match_spelling(plain, meant)
    return None if found is None else meant[found]


@cache
def _aliases() -> dict[str, str]:
    """Numbers of RefSeq and GenBank -> names of UCSC, of all builds that bioframe knows."""
    import bioframe

    builds = bioframe.assemblies_available()
    found: dict[str, str] = {}
    for build in builds.loc[builds["provider"] == "ucsc", "provider_build"]:
        found |= bioframe.assembly_info(build).alias_dict
    return {alias: name for alias, name in found.items() if "." in alias}
