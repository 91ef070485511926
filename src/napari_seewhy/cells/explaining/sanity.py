"""Sanity check on the cells of an image: whether heatmaps show what the network learned."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from napari_seewhy.cells.explaining.explain import CellExplainer
from napari_seewhy.cells.explaining.options import ExplainCellsOptions
from napari_seewhy.errors import DataError

if TYPE_CHECKING:
    from napari_seewhy.cells.classifying import ModelOrFile
    from napari_seewhy.cells.labels import LabelledCells
    from napari_seewhy.explaining import SanityCheck
    from napari_seewhy.progress import Task

N_CHECKED = 64
"""Most cells that are looked at: enough for a mean."""

_DEFAULTS = ExplainCellsOptions()


def check_cells_sanity_steps(
    cells: LabelledCells, model: ModelOrFile, options: ExplainCellsOptions = _DEFAULTS
) -> Task[SanityCheck]:
    """Compare heatmaps of cells with those of the same network with fresh weights.

    Parameters are those of `explain_agreed_steps`.

    Raises
    ------
    DataError
        If there is no cell, or the model refuses the image.
    """
    from napari_seewhy.explaining import check_sanity_steps

    explainer = yield from CellExplainer.open_steps(model, options)
    plan = yield from explainer.plan_steps(cells)
    if not len(plan):
        raise DataError("There is no cell in the labels; segment the image first.")
    rows = np.unique(np.linspace(0, len(plan) - 1, N_CHECKED).round().astype(np.int64))
    return (yield from check_sanity_steps(explainer.model, plan.cut(rows), options))
