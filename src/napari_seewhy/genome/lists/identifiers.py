"""Identifiers of genes: of which kind they are, and what is wrong with those of a list."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

from napari_seewhy.genome.dates import find_dates, is_date, show_some

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_VERSION = re.compile(r"((?:ENS[A-Z]*|[NX][MRP]_)\d+)\.\d+(?:_PAR_Y)?")
_SPECIES = {"": "human", "MUS": "mouse", "RNO": "rat", "DAR": "zebrafish"}
_ENSEMBL = re.compile(r"ENS([A-Z]*?)(?:G|T|P)\d{6,}(?:\.\d+)?(?:_PAR_Y)?")
_KINDS = {
    "RefSeq accessions": re.compile(r"[NX][MRP]_\d+(\.\d+)?"),
    "numbers (Entrez)": re.compile(r"\d+"),
    "intervals": re.compile(r"[^\s:]+:[\d,]+-[\d,]+"),
}


def strip_version(identifier: str) -> str:
    """Return an Ensembl or RefSeq identifier without its version; others stay as they are.

    Examples
    --------
    >>> strip_version("ENSG00000188681.7"), strip_version("AC012.4")
    ('ENSG00000188681', 'AC012.4')
    """
    found = _VERSION.fullmatch(identifier)
    return found[1] if found else identifier


def find_kind(identifier: str) -> str:
    """Say of which kind an identifier is, in the plural.

    Examples
    --------
    >>> find_kind("ENSMUSG00000059552"), find_kind("TP53"), find_kind("7157")
    ('Ensembl identifiers (mouse)', 'symbols', 'numbers (Entrez)')
    """
    ensembl = _ENSEMBL.fullmatch(identifier)
    if ensembl:
        return f"Ensembl identifiers ({_SPECIES.get(ensembl[1], ensembl[1])})"
    kinds = (kind for kind, form in _KINDS.items() if form.fullmatch(identifier))
    return "dates" if is_date(identifier) else next(kinds, "symbols")


def find_main_kind(identifiers: Iterable[str]) -> str:
    """Return the commonest kind of some identifiers, "no identifiers" where there are none."""
    kinds = Counter(map(find_kind, identifiers))
    return kinds.most_common(1)[0][0] if kinds else "no identifiers"


def find_faults(identifiers: Sequence[str], name: str) -> list[str]:
    """Say what may be wrong with the identifiers of a list, one sentence for each kind of fault.

    Parameters
    ----------
    identifiers
        As they stand in the list.
    name
        Of the list, for the sentences.

    Returns
    -------
    list of str
        Of dates instead of symbols, mixed kinds, genes named twice and versions.

    Examples
    --------
    >>> find_faults(["1-Mar", "TP53"], "mine")  # doctest: +NORMALIZE_WHITESPACE
    ['mine holds 1 name that looks like a date (1-Mar); spreadsheets change symbols such as MARCH1
    so, and these genes match nothing until you correct them.']
    """
    sentences = find_dates(identifiers, name)
    kinds = Counter(kind for kind in map(find_kind, identifiers) if kind != "dates")
    if len(kinds) > 1:
        counts = ", ".join(f"{n:,} {kind}" for kind, n in kinds.most_common())
        sentences.append(
            f"{name} mixes kinds of identifiers: {counts}; the rarer kinds may match nothing, so "
            "convert them to one kind."
        )
    stripped = Counter(map(strip_version, identifiers))
    twice = [one for one, n in stripped.items() if n > 1]
    if twice:
        sentences.append(
            f"{name} names {len(twice):,} of its genes more than once ({show_some(twice)}); each "
            "counts once."
        )
    versioned = [one for one in identifiers if strip_version(one) != one]
    if versioned:
        sentences.append(
            f"{name} has {len(versioned):,} identifiers with a version ({show_some(versioned)}); "
            "they are compared without it."
        )
    return sentences
