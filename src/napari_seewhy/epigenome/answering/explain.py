"""Explain: where in the picture of a gene a tree looked, in which half, and where in the genome."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from napari_seewhy.epigenome.answering.asking import AskWork, ask_steps, gather_answers
from napari_seewhy.epigenome.answering.attention import find_peak, name_halves, share_of_chromatin
from napari_seewhy.epigenome.answering.classify import tabulate_classes
from napari_seewhy.epigenome.answering.options import ExplainGenesOptions
from napari_seewhy.epigenome.pictures import row_place
from napari_seewhy.epigenome.trees import DecisionTree
from napari_seewhy.errors import OptionError
from napari_seewhy.explaining import enlarge
from napari_seewhy.progress import blocking

if TYPE_CHECKING:
    from concurrent.futures import Executor

    import pandas as pd
    from numpy.typing import NDArray

    from napari_seewhy.epigenome.pictures import PictureGeometry, PictureSet
    from napari_seewhy.epigenome.trees import Node
    from napari_seewhy.progress import Task
    from napari_seewhy.samples.importing import Failure

_DEFAULTS = ExplainGenesOptions()


@dataclass(frozen=True, slots=True, eq=False)
class ExplainedGenes:
    """Where a tree looked in every picture.

    Attributes
    ----------
    table
        As of `ClassifiedGenes`, and ``explained``, the answer that is; ``attention_chromatin`` and
        ``attention_methylation``, which sum to 1; ``looked_at`` (chromatin only, methylation only,
        both); ``peak_start``, ``peak_end`` (-1 where unknown), ``peak_share``.
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


def explain_genes_steps(
    pictures: PictureSet,
    tree: Path,
    options: ExplainGenesOptions = _DEFAULTS,
    *,
    executor: Executor | None = None,
) -> Task[ExplainedGenes]:
    """Find the regions of every picture that its class depends on.

    Parameters
    ----------
    pictures
        The pictures.
    tree
        Folder of the tree.
    options
        Method, decision, bounds, batch size, device, precision.
    executor
        Where blocks of pictures are worked on, several at once; None works here.

    Raises
    ------
    OptionError
        If no decision of the tree sees a whole picture, or there is none of the name.
    FileError, NoDividingLineError, TaskError
        As `classify_genes`.
    """
    path = Path(tree)
    node = choose_decision(DecisionTree.load(path), options.decision)
    work = AskWork(pictures.path, pictures.names, path, options, explained=node.name)
    answers = yield from ask_steps(pictures, work, "Explaining", executor)
    failures = tuple(one for answer in answers for one in answer.failures)
    seen = [(answer, answer.heatmaps) for answer in answers if answer.heatmaps is not None]
    shape = seen[0][1].shape[1:] if seen else (1, 1)
    heatmaps: NDArray[np.float32] = np.zeros((len(pictures), *shape), np.float32)
    geometries: dict[int, PictureGeometry] = {}
    for answer, heatmap in seen:
        heatmaps[answer.rows] = heatmap
        geometries |= zip(answer.rows.tolist(), answer.geometries, strict=True)
    said = gather_answers(answers, work.trained.nodes, len(pictures))
    table = tabulate_classes(pictures, work.trained.tree, said)
    is_positive = said[node.name] >= node.threshold
    explained = np.where(is_positive, node.positive, node.negative).astype(object)
    explained[np.isnan(said[node.name])] = ""
    table = _add_attention(table.assign(explained=explained), heatmaps, geometries, options)
    return ExplainedGenes(table, heatmaps, failures)


explain_genes = blocking(explain_genes_steps)


def choose_decision(tree: DecisionTree, wanted: str = "") -> Node:
    """Return the decision that is explained on whole pictures: the first one, or the one wanted.

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
    return whole[0]


def _add_attention(
    table: pd.DataFrame,
    grid: NDArray[np.float32],
    geometries: dict[int, PictureGeometry],
    options: ExplainGenesOptions,
) -> pd.DataFrame:
    """Add the share of each half, what was looked at, and the peak in the genome."""
    share = np.full(len(table), np.nan)
    rows = np.fromiter(geometries, np.int64)
    if len(rows):
        share[rows] = share_of_chromatin(grid[rows], list(geometries.values()))
    about = table.to_dict("records")
    peaks = np.tile([-1, -1, np.nan], (len(table), 1))
    for row, geometry in geometries.items():
        place = row_place({str(key): value for key, value in about[row].items()})
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
