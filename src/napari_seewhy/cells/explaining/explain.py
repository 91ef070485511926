"""Explain cells: where a network looked in every cell of an image, as pictures and as numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from napari_seewhy.cells.classifying import open_model
from napari_seewhy.cells.explaining.explainer import CellExplainer
from napari_seewhy.cells.explaining.options import ExplainCellsOptions
from napari_seewhy.progress import Step, finish

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import ArrayLike

    from napari_seewhy.cells.classifying import ModelOrFile
    from napari_seewhy.cells.explaining.explained import ExplainedCells
    from napari_seewhy.images import CellImage
    from napari_seewhy.progress import Task

_DEFAULTS = ExplainCellsOptions()


def explain_cells(
    image: CellImage,
    labels: ArrayLike,
    model: ModelOrFile,
    options: ExplainCellsOptions = _DEFAULTS,
    *,
    cell_labels: ArrayLike | None = None,
    regions: Mapping[str, ArrayLike] | None = None,
) -> ExplainedCells:
    """Say of every cell of an image where the network looked, in pictures and in numbers.

    Parameters
    ----------
    image
        Any axes; a time series is explained frame by frame.
    labels
        What was segmented: ``(Y, X)``, or ``(T, Y, X)`` for a time series. These are the regions
        called nucleus.
    model
        The model, its file, or its name in the library.
    options
        Method, class, layer, scale, regions, device.
    cell_labels
        Whole cells with the numbers of their nuclei.
    regions
        More regions whose attention is told, such as an organelle: name -> labels or mask of the
        shape of `labels`.

    Raises
    ------
    DataError
        If labels or regions are not those of the image, or the model refuses the image.
    FileError
        If the model cannot be read.
    OptionError
        If there is no such channel, class, layer or device, or the network sees no places.
    """
    task = explain_cells_steps(
        image, labels, model, options, cell_labels=cell_labels, regions=regions
    )
    return finish(task)


def explain_cells_steps(
    image: CellImage,
    labels: ArrayLike,
    model: ModelOrFile,
    options: ExplainCellsOptions = _DEFAULTS,
    *,
    cell_labels: ArrayLike | None = None,
    regions: Mapping[str, ArrayLike] | None = None,
) -> Task[ExplainedCells]:
    """Explain as `explain_cells` does; may be stopped at any `Step`."""
    yield Step(0, 0, "Loading the model")
    explainer = CellExplainer(open_model(model), options)
    plan = yield from explainer.plan_steps(image, labels, cell_labels)
    cutter = explainer.region_cutter(
        plan, labels, has_cells=cell_labels is not None, others=regions
    )
    return (yield from explainer.explain_steps(plan, cutter))
