"""Classify: what a model says of every cell of an image, and how sure it is."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from napari_seewhy.cells.classifying.options import ClassifyOptions
from napari_seewhy.cells.cropping import plan_model_crops_steps
from napari_seewhy.progress import Step, finish, map_steps

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pandas as pd
    from numpy.typing import ArrayLike, NDArray

    from napari_seewhy.cells.cropping import CropPlan
    from napari_seewhy.images import CellImage
    from napari_seewhy.models.files import Model
    from napari_seewhy.models.preflight import Preflight
    from napari_seewhy.progress import Task

    ModelOrFile: TypeAlias = Model | str | Path

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


def classify_cells(
    image: CellImage,
    labels: ArrayLike,
    model: ModelOrFile,
    options: ClassifyOptions = _DEFAULTS,
    *,
    cell_labels: ArrayLike | None = None,
) -> ClassifiedCells:
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
    return finish(classify_cells_steps(image, labels, model, options, cell_labels=cell_labels))


def classify_cells_steps(
    image: CellImage,
    labels: ArrayLike,
    model: ModelOrFile,
    options: ClassifyOptions = _DEFAULTS,
    *,
    cell_labels: ArrayLike | None = None,
) -> Task[ClassifiedCells]:
    """Classify as `classify_cells` does; may be stopped at any `Step`."""
    yield Step(0, 0, "Loading the model")
    classifier = CellClassifier(open_model(model), options)
    plan = yield from classifier.plan_steps(image, labels, cell_labels)
    return (yield from classifier.classify_steps(plan))


class CellClassifier:
    """A model that is asked of one image after the other; where and how it runs is chosen once.

    Parameters
    ----------
    model
        The model.
    options
        Channels, border, device.
    """

    def __init__(self, model: Model, options: ClassifyOptions = _DEFAULTS) -> None:
        from napari_seewhy.models.running import choose_runtime

        self.model = model
        self.options = options
        self._runtime = choose_runtime(options)

    def plan_steps(
        self, image: CellImage, labels: ArrayLike, cell_labels: ArrayLike | None = None
    ) -> Task[CropPlan]:
        """Compare the cells of an image with those of training; nothing is refused yet."""
        card = self.model.card
        channels = self.options.map_channels(card)
        return (
            yield from plan_model_crops_steps(
                image, labels, card, channels=channels, cell_labels=cell_labels
            )
        )

    def classify_steps(self, plan: CropPlan) -> Task[ClassifiedCells]:
        """Classify the cells of a plan, as many at once as fit into the memory.

        Raises
        ------
        DataError
            If the model refuses them, as the preflight of the plan says.
        """
        plan.preflight.check()
        touches = plan.cells["touches_border"].to_numpy(bool)
        is_wanted = ~touches | (self.options.border == "include")
        rows = np.flatnonzero(is_wanted)
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
            warnings=tuple(_explain(plan, int((~is_wanted).sum()))),
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


def open_model(model: ModelOrFile) -> Model:
    """Return a model that was given, or read the one that was named by file or library name.

    Raises
    ------
    FileError
        If there is none, or it cannot be read.
    """
    if not isinstance(model, str | Path):
        return model
    from napari_seewhy.models.files import ModelLibrary, load_model

    return load_model(ModelLibrary().find(model))


def make_class_table(
    cells: pd.DataFrame, probability: NDArray[np.float32], classes: tuple[str, ...]
) -> pd.DataFrame:
    """Put what a model says of cells beside their numbers.

    Parameters
    ----------
    cells
        N rows with ``label``, ``touches_border``, and ``t`` for a time series.
    probability
        ``(N, K)``.
    classes
        K names.

    Examples
    --------
    >>> import pandas as pd
    >>> cells = pd.DataFrame({"label": [7], "touches_border": [False]})
    >>> make_class_table(cells, np.array([[0.25, 0.75]], np.float32), ("G1", "G2"))
       label  touches_border class  p_G1  p_G2  confidence
    0      7           False    G2  0.25  0.75        0.75
    """
    import pandas as pd

    table = cells[[name for name in ("t", "label", "touches_border") if name in cells]]
    table = table.reset_index(drop=True)
    exact = probability.astype(np.float64)
    answer = exact.argmax(axis=1)
    table["class"] = pd.Categorical.from_codes(answer, pd.Index(classes))
    for k, name in enumerate(classes):
        table[f"p_{name}"] = exact[:, k]
    table["confidence"] = exact.max(axis=1)
    return table


def _slabs(plan: CropPlan, rows: NDArray[np.int64]) -> Iterator[NDArray[np.int64]]:
    height, width = plan.preflight.check().size_px
    n_bytes = 4 * height * width * len(plan.cutting.options.channels)
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


def _explain(plan: CropPlan, n_left_out: int) -> Iterator[str]:
    if not len(plan):
        yield "There is no cell in the labels, so nothing was classified."
    if n_left_out:
        yield (
            f"{n_left_out} of {len(plan)} cells are cut by the border of the image and were left "
            "out."
        )
