"""Classify: what a model says of every cell of an image, and how sure it is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from napari_seewhy.cells.classifying.cell_model import CellModel, make_class_table, say_left_out
from napari_seewhy.cells.classifying.options import ClassifyOptions
from napari_seewhy.cells.labels import LabelledCells
from napari_seewhy.models.preflight import unless_refused
from napari_seewhy.progress import Step, blocking, map_steps

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pandas as pd
    from numpy.typing import NDArray

    from napari_seewhy.cells.classifying.cell_model import ModelOrFile
    from napari_seewhy.cells.cropping import CropPlan
    from napari_seewhy.images import CellImage
    from napari_seewhy.models.files import Model
    from napari_seewhy.models.preflight import Preflight
    from napari_seewhy.progress import Task

_SLAB_BYTES = 2**28
"""Most pixels of crops that are in memory at once."""

_CUT_AT_ONCE = 512


@dataclass(frozen=True, slots=True, eq=False)
class ClassifiedCells:
    """What a model says of the cells of an image.

    Attributes
    ----------
    table
        One row per cell: ``t`` for a time series, ``label``, ``touches_border``, ``class``
        (Categorical, the most probable), ``p_<class>`` for each class, which sum to 1, and
        ``confidence``, the greatest of them.
    classes
        The classes, in the order of the model.
    preflight
        How the cells compare with those that the model was trained on, and what was done about it.
    device
        Where the network ran: "CPU", "GPU: ..."; empty where there was no cell.
    warnings
        Sentences for the person, besides those of the preflight.
    """

    table: pd.DataFrame
    classes: tuple[str, ...]
    preflight: Preflight
    device: str
    warnings: tuple[str, ...] = ()


_DEFAULTS = ClassifyOptions()


def classify_cells_steps(
    image: CellImage,
    labels: NDArray[Any],
    model: ModelOrFile,
    options: ClassifyOptions = _DEFAULTS,
    *,
    cell_labels: NDArray[Any] | None = None,
) -> Task[ClassifiedCells]:
    """Say of every cell of an image which class it is, and how sure that is.

    Crops are cut exactly as those were cut that the model learned from, as its card says; channels
    are found by their names, and pixels of another size are resampled.

    Parameters
    ----------
    image
        Any axes; a time series is classified frame by frame.
    labels
        What was segmented: ``(Y, X)``, or ``(T, Y, X)`` for a time series.
    model
        The model, its file, or its name in the library.
    options
        Channels, border, device.
    cell_labels
        Whole cells with the numbers of their nuclei, by which neighbours are masked.

    Returns
    -------
    ClassifiedCells
        With an empty table where there is no cell.

    Raises
    ------
    DataError
        If the labels are not those of the image, or the model refuses the image.
    FileError
        If the model cannot be read.
    OptionError
        If there is no such channel or device.
    """
    cells = LabelledCells(image, labels, cell_labels)
    return unless_refused((yield from classify_agreed_steps(cells, model, options)))


classify_cells = blocking(classify_cells_steps)


def classify_agreed_steps(
    cells: LabelledCells,
    model: ModelOrFile,
    options: ClassifyOptions = _DEFAULTS,
    agreed: str | None = None,
) -> Task[ClassifiedCells | Preflight]:
    """Classify as `classify_cells` does, if it was agreed to what differs from training.

    Returns
    -------
    ClassifiedCells or Preflight
        See `CellModel.ask_steps`.
    """
    classifier = yield from CellClassifier.open_steps(model, options)
    return (yield from classifier.ask_steps(cells, agreed))


class CellClassifier(CellModel[ClassifyOptions, ClassifiedCells]):
    """A model that says of the cells of one image after the other which class they are."""

    def __init__(self, model: Model, options: ClassifyOptions = _DEFAULTS) -> None:
        super().__init__(model, options)

    def answer_steps(self, plan: CropPlan) -> Task[ClassifiedCells]:
        """Classify the cells of a plan, as many at once as fit into the memory.

        Raises
        ------
        DataError
            If the model refuses them, as the preflight of the plan says.
        """
        plan.preflight.check()
        rows = self._wanted_rows(plan)
        classes = self.model.card.classes
        probability = np.empty((len(rows), len(classes)), np.float32)
        done = 0
        for some in _slabs(plan, rows):
            pixels = yield from _cut_steps(plan, some, done, len(rows))
            said = yield from self._predict_steps(pixels, done, len(rows))
            probability[done : done + len(some)] = said
            done += len(some)
        return ClassifiedCells(
            table=make_class_table(plan.cells.iloc[rows], probability, classes),
            classes=classes,
            preflight=plan.preflight,
            device=self._runtime.describe(),
            warnings=tuple(say_left_out(plan, len(rows), "classified")),
        )

    def _predict_steps(
        self, pixels: NDArray[np.generic], done: int, total: int
    ) -> Task[NDArray[np.float32]]:
        """Predict one slab of crops, counting on from those before it."""
        from napari_seewhy.models.running import predict_steps

        task = predict_steps(self.model, pixels, self.options, runtime=self._runtime)
        return (
            yield from map_steps(
                task,
                lambda step: Step(done + step.done, total, f"Classifying on {step.message}"),
            )
        )


def _slabs(plan: CropPlan, rows: NDArray[np.int64]) -> Iterator[NDArray[np.int64]]:
    height, width = plan.preflight.check().size_px
    n_bytes = 4 * height * width * len(plan.options.channels)
    n_most = max(1, _SLAB_BYTES // n_bytes)
    for start in range(0, len(rows), n_most):
        yield rows[start : start + n_most]


def _cut_steps(
    plan: CropPlan, rows: NDArray[np.int64], done: int, total: int
) -> Task[NDArray[np.generic]]:
    pixels = []
    for start in range(0, len(rows), _CUT_AT_ONCE):
        yield Step(done, total, "Cutting crops")
        pixels.append(plan.cut(rows[start : start + _CUT_AT_ONCE]))
    return np.concatenate(pixels)
