"""Enrichment: which sets of genes hold more genes of a list than chance would put there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from pydantic import Field

from napari_seewhy.errors import DataError
from napari_seewhy.genome.dates import show_some
from napari_seewhy.genome.lists.identifiers import (
    find_faults,
    find_main_kind,
    strip_version,
)
from napari_seewhy.genome.lists.reading import read_gene_sets
from napari_seewhy.options import Options
from napari_seewhy.progress import Step

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    import pandas as pd

    from napari_seewhy.genome.lists.gene_list import GeneList, GeneSet
    from napari_seewhy.progress import Task

_SMALLEST_SHARE = 0.5
"""Of a list that must lie in the background; below it the two hardly belong together."""


class EnrichOptions(Options):
    """Which sets are tested; sizes count the genes of a set that are in the background."""

    smallest_set: int = Field(
        10, ge=1, title="Smallest set", description="Sets with fewer genes are not tested."
    )
    largest_set: int = Field(
        500, ge=1, title="Largest set", description="Sets with more genes are not tested."
    )


@dataclass(frozen=True, eq=False)
class Enrichment:
    """What a list holds more of than chance would give.

    Attributes
    ----------
    table
        One row per tested set, the smallest p first: ``set``, ``description``, ``n_overlap``,
        ``n_selected``, ``n_set``, ``n_background``, ``expected``, ``fold``, ``p`` (one-sided,
        hypergeometric), ``q`` (Benjamini-Hochberg over all rows), ``arithmetic`` and ``genes``.
    notes
        One sentence for each thing that the reader of the table must know.
    """

    table: pd.DataFrame
    notes: tuple[str, ...]


class _Counted(NamedTuple):
    """A list, a background and sets in the same identifiers, and what was noted of them."""

    selected: dict[str, None]
    background: set[str]
    notes: list[str]


def enrich(
    genes: GeneList, sets: Sequence[GeneSet], options: EnrichOptions | None = None
) -> Enrichment:
    """Test all sets for more genes of the list than chance would give.

    The probability of at least ``k`` of the ``n`` selected genes in a set of ``K``, where ``N``
    genes could have been selected, is that of the hypergeometric distribution. The q-values count
    every set of the wanted size, also those without any of the genes (Benjamini and Hochberg 1995,
    doi:10.1111/j.2517-6161.1995.tb02031.x).

    Parameters
    ----------
    genes
        The list, with its background.
    sets
        Sets of genes, as `read_gene_sets` returns them.
    options
        Which sets are tested; None takes the usual.

    Raises
    ------
    DataError
        If the list has no background, under half of it lies in the background, none of it stands
        in any set, or no set has the wanted size.
    """
    import pandas as pd
    from scipy.stats import false_discovery_control, hypergeom

    options = options or EnrichOptions()
    counted = _count(genes)
    chosen, notes = counted.selected.keys(), counted.notes
    inside = [counted.background.intersection(one.genes) for one in sets]
    notes.append(_compare_names(list(chosen), sets, inside, genes.name))
    is_tested = [options.smallest_set <= len(one) <= options.largest_set for one in inside]
    rows = [row for row in zip(sets, inside, is_tested, strict=True) if row[2]]
    if not rows:
        raise DataError(
            f"None of the {len(sets):,} sets has {options.smallest_set:,} to "
            f"{options.largest_set:,} genes in the background; change the sizes or the background."
        )
    n_skipped = len(sets) - len(rows)
    if n_skipped:
        notes.append(
            f"{n_skipped:,} of {len(sets):,} sets have fewer than {options.smallest_set:,} or more "
            f"than {options.largest_set:,} genes in the background and are not tested."
        )
    overlaps = [chosen & one for _, one, _ in rows]
    order = {gene: place for place, gene in enumerate(chosen)}
    n_overlap = np.array([len(one) for one in overlaps])
    n_set = np.array([len(one) for _, one, _ in rows])
    n, total = len(chosen), len(counted.background)
    p = hypergeom.sf(n_overlap - 1, total, n_set, n)
    expected = n * n_set / total
    table = pd.DataFrame(
        {
            "set": [one.name for one, _, _ in rows],
            "description": [one.description for one, _, _ in rows],
            "n_overlap": n_overlap,
            "n_selected": n,
            "n_set": n_set,
            "n_background": total,
            "expected": expected,
            "fold": n_overlap / expected,
            "p": p,
            "q": false_discovery_control(np.clip(p, 0, 1)),
            "arithmetic": [
                f"{k:,} of {n:,} selected, {size:,} of {total:,} background; {mean:.3g} expected"
                for k, size, mean in zip(n_overlap, n_set, expected, strict=True)
            ],
            "genes": ["; ".join(sorted(one, key=order.__getitem__)) for one in overlaps],
        }
    )
    table = table.sort_values(["p", "set"], ignore_index=True)
    return Enrichment(table, tuple(notes))


def enrich_steps(genes: GeneList, sets: Path, options: EnrichOptions) -> Task[Enrichment]:
    """Test the sets of a GMT or GMX; see `enrich`.

    Raises
    ------
    FileError, DataError
        If the sets cannot be read, or as `enrich`.
    """
    yield Step(0, 2, f"Reading {sets.name}")
    read = read_gene_sets(sets)
    yield Step(1, 2, f"Testing {len(read):,} sets")
    return enrich(genes, read, options)


def _count(genes: GeneList) -> _Counted:
    """Count which genes lie in the background, in the identifiers that fit it better."""
    if not genes.genes:
        raise DataError(f"{genes.name} is empty; give a list with genes.")
    if not genes.background:
        raise DataError(
            f"{genes.name} does not say which genes could have been selected; give them as "
            "background."
        )
    background = set(map(strip_version, genes.background))
    by_name = [genes.ids, genes.symbols]
    names = max(by_name, key=lambda names: len(background.intersection(names)))
    notes = find_faults([gene.identifier for gene in genes.genes], genes.name)
    unknown = [name for name in names if name not in background]
    known = len(names) - len(unknown)
    if known < _SMALLEST_SHARE * len(names):
        raise DataError(
            f"{known:,} of the {len(names):,} genes of {genes.name} are in its background, which "
            f"holds {find_main_kind(background)} while the list holds {find_main_kind(names)} "
            f"(not found: {show_some(unknown)}); give the background that the list was chosen from."
        )
    if unknown:
        notes.append(
            f"{len(unknown):,} of the {len(names):,} genes of {genes.name} are not in the "
            f"background ({show_some(unknown)}) and are left out."
        )
    return _Counted({name: None for name in names if name in background}, background, notes)


def _compare_names(
    selected: list[str], sets: Sequence[GeneSet], inside: Sequence[set[str]], name: str
) -> str:
    """Say how many genes stand in any set, and why few do.

    Raises
    ------
    DataError
        If none does.
    """
    found = set[str]().union(*(one.intersection(selected) for one in inside))
    said = f"of the {len(selected):,} genes of {name} stand in any set"
    if len(found) >= _SMALLEST_SHARE * len(selected):
        return f"{len(found):,} {said}."
    in_sets = {gene for one in sets for gene in one.genes}
    upper = {gene.upper() for gene in in_sets}
    folded = [gene for gene in selected if gene not in found and gene.upper() in upper]
    kind, kind_of_sets = find_main_kind(selected), find_main_kind(in_sets)
    why = ""
    if len(folded) > len(found):
        why = (
            f": {len(folded):,} would match without regard to capitals ({show_some(folded)}), as "
            "symbols of mouse and human do"
        )
    elif kind != kind_of_sets:
        why = f": the list holds {kind} and the sets {kind_of_sets}"
    if not found:
        raise DataError(
            f"None {said}{why}; give sets of the same species and identifiers, or convert the list."
        )
    return f"{len(found):,} {said}{why}."
