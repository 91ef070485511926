"""Explain: where in the picture of a gene a tree looked, in which half, and where in the genome."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from napari_seewhy.epigenome.classify_genes import OpenTree, split_rows, tabulate_classes
from napari_seewhy.epigenome.gene_attention import find_peak, name_halves, share_of_chromatin
from napari_seewhy.epigenome.gene_options import ExplainGenesOptions
from napari_seewhy.epigenome.picture_table import row_place
from napari_seewhy.errors import OptionError
from napari_seewhy.explaining.explain_options import ExplainOptions
from napari_seewhy.explaining.heatmaps import enlarge
from napari_seewhy.progress import Step, finish
from napari_seewhy.samples.read_ahead import read_ahead

if TYPE_CHECKING:
    from pathlib import Path

    import pandas as pd
    from numpy.typing import NDArray

    from napari_seewhy.epigenome.decision_tree import DecisionTree, Node
    from napari_seewhy.epigenome.gene_reader import GeneBlock
    from napari_seewhy.epigenome.geometry import GenePlace, PictureGeometry
    from napari_seewhy.epigenome.picture_set import PictureSet
    from napari_seewhy.progress import Task
    from napari_seewhy.samples.outcome import Failure

_DEFAULTS = ExplainGenesOptions()


@dataclass(frozen=True, slots=True, eq=False)
class ExplainedGenes:
    """Where a tree looked in every picture.

    Attributes
    ----------
    table
        As of `ClassifiedGenes`, and ``decision``, which one is explained; ``explained``, its
        answer; ``attention_chromatin`` and ``attention_methylation``, which sum to 1; ``looked_at``
        (chromatin only, methylation only, both); ``peak_start``, ``peak_end``, ``peak_share``.
    grid
        ``(N, h, w)`` float32 heatmaps of the panels, at least 0, as coarse as the network saw.
    failures
        Pictures that could not be read, and why.
    """

    table: pd.DataFrame
    grid: NDArray[np.float32]
    failures: tuple[Failure, ...]

    def draw(self, row: int, geometry: PictureGeometry) -> NDArray[np.float32]:
        """Draw the heatmap of one picture over it, ``(H, W)``, 0..1; zero outside the panels."""
        drawn = np.zeros((geometry.height_px, geometry.width_px), np.float32)
        rows = slice(geometry.chromatin[0], geometry.methylation[1])
        size = (rows.stop - rows.start, geometry.right - geometry.left)
        heatmap = enlarge(self.grid[[row]], size)[0]
        drawn[rows, geometry.columns] = heatmap / max(float(heatmap.max()), 1e-12)
        return drawn

    def means(self) -> dict[str, NDArray[np.float32]]:
        """Return the mean heatmap ``(h, w)`` of each class; every gene counts alike."""
        total = self.grid.sum(axis=(1, 2), keepdims=True)
        shares = np.divide(self.grid, total, out=np.zeros_like(self.grid), where=total > 0)
        is_seen = total[:, 0, 0] > 0
        names = self.table["class"].to_numpy(object)
        return {
            str(name): shares[is_seen & (names == name)].mean(axis=0)
            for name in sorted(set(names[is_seen]) - {""})
        }

    def peaks(self) -> pd.DataFrame:
        """Return the peaks of attention as BED: chromosome, start, end, name, score, strand."""
        known = self.table[self.table["peak_start"] >= 0]
        names = known["gene"] + "|" + known["compound"] + "|" + known["class"]
        bed = known[["chromosome", "peak_start", "peak_end"]].assign(
            name=names.str.replace(r"\s", "_", regex=True),
            score=(known["peak_share"] * 1000).round().astype(int),
            strand=known["strand"].replace("", "."),
        )
        return bed.sort_values(["chromosome", "peak_start"], kind="stable")


def explain_genes(
    pictures: PictureSet, tree: Path, options: ExplainGenesOptions = _DEFAULTS
) -> ExplainedGenes:
    """Say of every picture where the tree looked.

    Parameters
    ----------
    pictures
        The pictures.
    tree
        Folder of the tree.
    options
        Method, decision, bounds, batch size, device, precision.

    Raises
    ------
    OptionError
        If no decision of the tree sees a whole picture, or there is none of the name.
    FileError, NoDividingLineError
        As `classify_genes`.
    """
    return finish(explain_genes_steps(pictures, tree, options))


def explain_genes_steps(
    pictures: PictureSet, tree: Path, options: ExplainGenesOptions = _DEFAULTS
) -> Task[ExplainedGenes]:
    """Explain as `explain_genes` does, one `Step` per block; may be stopped at any of them."""
    trained = OpenTree(tree)
    shown = _choose_decisions(trained.tree, options.decision)
    said = {name: np.full(len(pictures), np.nan) for name in trained.models}
    explained = np.full((len(pictures), 2), "", object)
    parts: list[tuple[GeneBlock, NDArray[np.float32]]] = []
    failures: list[Failure] = []
    for block in read_ahead(trained.reader(pictures).read, split_rows(len(pictures))):
        failures += block.failures
        if not len(block.rows):
            continue
        positive = trained.ask(block, options)
        for name, values in positive.items():
            said[name][block.rows] = values
        asked = _Asked(trained, shown, block, positive)
        grid = yield from asked.explain_steps(options)
        explained[block.rows] = asked.names
        parts.append((block, grid))
        yield Step(int(block.rows[-1]) + 1, len(pictures), "Explaining")
    table = tabulate_classes(pictures, trained.tree, said)
    table["decision"], table["explained"] = explained.T
    shape = parts[0][1].shape[1:] if parts else (1, 1)
    grid = np.zeros((len(pictures), *shape), np.float32)
    geometries: dict[int, PictureGeometry] = {}
    for block, values in parts:
        grid[block.rows] = values
        geometries |= zip(block.rows.tolist(), block.geometries, strict=True)
    places = {row: row_place(pictures.table.iloc[row]) for row in geometries}
    table = _add_attention(table, grid, geometries, places, options)
    return ExplainedGenes(table, grid, tuple(failures))


def _choose_decisions(tree: DecisionTree, wanted: str) -> list[Node]:
    """Return the decisions that can be explained on a whole picture, in the order of the tree.

    Raises
    ------
    OptionError
        If there is none, or none of the name that is wanted.
    """
    whole = [node for node in tree.nodes if node.input == "whole" and wanted in ("", node.name)]
    if not whole:
        names = ", ".join(f"{node.name} ({node.input})" for node in tree.nodes)
        raise OptionError(
            f"The decisions of the tree are {names}; to say where on a picture it looked, "
            f"{wanted or 'one of them'} must see the whole picture: train it on that input."
        )
    return whole


class _Asked:
    """What is explained in a block: for every gene one decision and the answer it gave."""

    def __init__(
        self,
        trained: OpenTree,
        shown: list[Node],
        block: GeneBlock,
        positive: dict[str, NDArray[np.float64]],
    ) -> None:
        self._trained, self._shown, self._pixels = trained, shown, block.pixels["whole"]
        answers = trained.tree.answer(positive)
        place = trained.tree.follow(answers)
        self.names = np.full((len(block.rows), 2), "", object)
        self._of = np.zeros(len(block.rows), np.int64)
        for number, node in enumerate(shown):
            below = [trained.tree.classes.index(name) for name in trained.tree.below(node.name)]
            # The first one is explained for all, a later one for those that went through it.
            rows = np.isin(place, below) if number else np.ones(len(place), bool)
            is_positive = answers[node.name][rows]
            self._of[rows] = is_positive
            self.names[rows, 0] = node.name
            self.names[rows, 1] = np.where(is_positive, node.positive, node.negative)

    def explain_steps(self, options: ExplainGenesOptions) -> Task[NDArray[np.float32]]:
        """Return the heatmaps of the block ``(n, h, w)``."""
        from napari_seewhy.explaining.explain import explain_steps

        chosen = ExplainOptions(
            method=options.method,
            batch_size=options.batch_size,
            device=options.device,
            precision=options.precision,
        )
        grid: NDArray[np.float32] | None = None
        for node in self._shown:
            rows = np.flatnonzero(self.names[:, 0] == node.name)
            if not len(rows):
                continue
            heatmaps = yield from explain_steps(
                self._trained.models[node.name],
                self._pixels,
                chosen,
                rows=rows,
                of=self._of[rows],
                runtime=self._trained.runtime(node.name, self._pixels, options),
            )
            if grid is None:
                grid = np.zeros((len(self._of), *heatmaps.grid.shape[1:]), np.float32)
            grid[rows] = enlarge(heatmaps.grid, (grid.shape[1], grid.shape[2]))
        return np.zeros((len(self._of), 1, 1), np.float32) if grid is None else grid


def _add_attention(
    table: pd.DataFrame,
    grid: NDArray[np.float32],
    geometries: dict[int, PictureGeometry],
    places: dict[int, GenePlace | None],
    options: ExplainGenesOptions,
) -> pd.DataFrame:
    """Add the share of each half, what was looked at, and the peak in the genome."""
    share = np.full(len(table), np.nan)
    rows = np.fromiter(geometries, np.int64)
    if len(rows):
        share[rows] = share_of_chromatin(grid[rows], list(geometries.values()))
    peaks = np.tile([-1, -1, np.nan], (len(table), 1))
    for row, geometry in geometries.items():
        place = places[row]
        peak = place and find_peak(grid[row], geometry, place, options.peak_share)
        if peak:
            peaks[row] = peak.start, peak.end, peak.share
    return table.assign(
        attention_chromatin=share,
        attention_methylation=1 - share,
        looked_at=name_halves(share, options.both_from),
        peak_start=peaks[:, 0].astype(np.int64),
        peak_end=peaks[:, 1].astype(np.int64),
        peak_share=peaks[:, 2],
    )
