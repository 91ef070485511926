"""All genes of a list as rows about their starts, grouped by class, with the mean of each class."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, TypeAlias

import numpy as np

from napari_seewhy.epigenome.pictures import GENE_CLASSES
from napari_seewhy.epigenome.reviewing.listing import expert_class
from napari_seewhy.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd
    from numpy.typing import NDArray

    from napari_seewhy.epigenome.pictures import PictureTracks
    from napari_seewhy.epigenome.reviewing.queue import GeneQueue

ClassSource: TypeAlias = Literal["reader", "tree", "test", "none"]
"""Whose class groups the rows: the reader's (else the one named before), the tree's, that of the
test on replicates; or all rows in one group."""

RowOrder: TypeAlias = Literal["signal", "probability", "attention", "listed"]
"""What comes first in a group: the highest change of chromatin at the start, the surest class, most
attention on chromatin, or what the list has first."""

_SHOWN = ("chromatin log2 ratio", "methylation difference"), ("chromatin", "methylation")
_SITES = "CpG sites"
_SHARE = 0.98
_NEAR = 0.2
"""Share of the window, about its middle, whose mean is the signal at the start."""


class OverviewPanel(NamedTuple):
    """One track of all genes.

    Attributes
    ----------
    name
        Of the track.
    values
        ``(n, n_bins)`` float32, upstream left; NaN where no CpG site lies.
    means
        ``(k, n_bins)`` of each group, over the genes that have a value; NaN where none has.
    limits
        Values of the darkest colours: 98 % of all values lie between them.
    """

    name: str
    values: NDArray[np.float32]
    means: NDArray[np.float32]
    limits: tuple[float, float]

    @property
    def is_change(self) -> bool:
        """Whether it compares with a control, so that 0 is in the middle."""
        return self.limits[0] < 0


class GeneGroup(NamedTuple):
    """Rows of one class, half-open; the name is "" where there is no class."""

    name: str
    start: int
    stop: int


@dataclass(frozen=True, slots=True, eq=False)
class GeneOverview:
    """All genes of a list at a glance.

    Attributes
    ----------
    rows
        ``(n,)`` the picture of each row, from the top.
    groups
        The classes, from the top.
    panels
        The tracks, side by side.
    reach_bp
        How far a row goes to both sides of the start; None where windows differ.
    """

    rows: NDArray[np.int64]
    groups: tuple[GeneGroup, ...]
    panels: tuple[OverviewPanel, ...]
    reach_bp: int | None

    def place(self, row: int) -> int | None:
        """Return the row of the overview that shows a picture, None where it is left out."""
        found = np.flatnonzero(self.rows == row)
        return int(found[0]) if len(found) else None


def class_sources(genes: pd.DataFrame) -> list[ClassSource]:
    """Return whose classes are there, the tree's first.

    Parameters
    ----------
    genes
        As `list_genes`.
    """
    columns: tuple[tuple[ClassSource, str], ...] = (("tree", "model"), ("test", "test"))
    found = [source for source, column in columns if column in genes]
    has_reader = bool((expert_class(genes) != "").any())
    return [*found, *(["reader"] if has_reader else []), "none"]  # type: ignore[list-item]  # the names above


def lay_out_overview(
    queue: GeneQueue, tracks: PictureTracks, source: ClassSource, order: RowOrder = "signal"
) -> GeneOverview:
    """Arrange the genes of a list in rows.

    Parameters
    ----------
    queue
        Those that are kept in its list are shown.
    tracks
        Of all its pictures.
    source
        Whose classes group them.
    order
        What comes first in each group.

    Raises
    ------
    DataError
        If no gene is listed, or the tracks are of another kind.
    """
    if not len(queue.rows):
        raise DataError("No gene is listed; change what is kept or searched for.")
    names = next((two for two in _SHOWN if set(two) <= set(tracks.names)), None)
    if names is None:
        raise DataError(
            f"The tracks beside the pictures are {', '.join(tracks.names)}; wanted "
            f"{' and '.join(_SHOWN[0])}. Redraw the pictures with seewhy epigenome draw."
        )
    values = {name: _take(tracks, name, queue) for name in names}
    classes = _classes(queue.genes, source)[queue.rows]
    known = [name for name in GENE_CLASSES if name in classes]
    others = sorted({str(name) for name in classes} - {*known, ""})
    wanted = [*known, *others, *([""] if "" in classes else [])]
    rank = np.array([wanted.index(name) for name in classes])
    keys = _sort_keys(queue, values[names[0]], order)
    sequence = np.lexsort((np.arange(len(keys)), -keys, rank))
    edges = np.searchsorted(rank[sequence], np.arange(len(wanted) + 1)).tolist()
    groups = tuple(map(GeneGroup, wanted, edges, edges[1:]))
    panels = tuple(_make_panel(name, values[name][sequence], groups) for name in names)
    table = queue.pictures.table.iloc[queue.rows]
    spans = (table["end"] - table["start"]).dropna().unique()
    reach_bp = int(spans[0]) // 2 if len(spans) == 1 else None
    return GeneOverview(queue.rows[sequence], groups, panels, reach_bp)


def _take(tracks: PictureTracks, name: str, queue: GeneQueue) -> NDArray[np.float32]:
    """Return one track of the listed genes, upstream left."""
    values = tracks.values[queue.rows, tracks.names.index(name)]
    if name.startswith("methylation") and _SITES in tracks.names:
        n_sites = tracks.values[queue.rows, tracks.names.index(_SITES)]
        values = np.where(n_sites > 0, values, np.float32(np.nan))
    table = queue.pictures.table.iloc[queue.rows]
    # Drawn along the genome, a gene of the minus strand has its upstream right.
    is_turned = ((table["strand"] == "-") & ~table["is_mirrored"]).to_numpy(bool)
    turned: NDArray[np.float32] = np.where(is_turned[:, None], values[:, ::-1], values)
    return turned


def _classes(genes: pd.DataFrame, source: ClassSource) -> NDArray[Any]:
    if source == "reader":
        return expert_class(genes)
    column = {"tree": "model", "test": "test"}.get(source, "")
    return genes[column].to_numpy(object) if column in genes else np.full(len(genes), "", object)


def _sort_keys(
    queue: GeneQueue, signal: NDArray[np.float32], order: RowOrder
) -> NDArray[np.float64]:
    """Return what is highest for the first row; what is not known comes last."""
    columns = {"probability": "confidence", "attention": "attention_chromatin"}
    if order == "listed":
        return -np.arange(len(queue.rows), dtype=np.float64)
    column = columns.get(order, "")
    if column in queue.genes:
        known = queue.genes[column].to_numpy(np.float64)[queue.rows]
        return np.where(np.isnan(known), -np.inf, known)
    n_bins = signal.shape[1]
    reach = max(1, round(n_bins * _NEAR / 2))
    middle = slice(max(0, n_bins // 2 - reach), n_bins // 2 + reach)
    keys: NDArray[np.float64] = np.nan_to_num(signal[:, middle].mean(axis=1, dtype=np.float64))
    return keys


def _make_panel(
    name: str, values: NDArray[np.float32], groups: Sequence[GeneGroup]
) -> OverviewPanel:
    with warnings.catch_warnings():
        # A bin without a CpG site in any gene of a group has no mean.
        warnings.simplefilter("ignore", RuntimeWarning)
        means = np.stack([np.nanmean(values[start:stop], axis=0) for _, start, stop in groups])
    measured = values[np.isfinite(values)]
    high = float(np.quantile(np.abs(measured), _SHARE)) if len(measured) else 0.0
    high = high or 1.0
    is_change = name in _SHOWN[0]
    return OverviewPanel(name, values, means, (-high if is_change else 0.0, high))
