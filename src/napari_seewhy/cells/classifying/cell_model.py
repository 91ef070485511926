"""`CellModel`: a model that is asked about the cells of one image after the other."""

from __future__ import annotations

from abc import ABC, abstractmethod
from pathlib import Path
from typing import TYPE_CHECKING, Generic, Self, TypeAlias, TypeVar

import numpy as np

from napari_seewhy.cells.classifying.options import ClassifyOptions
from napari_seewhy.cells.cropping import plan_model_crops_steps
from napari_seewhy.progress import Step

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    from napari_seewhy.cells.cropping import CropPlan
    from napari_seewhy.cells.labels import LabelledCells
    from napari_seewhy.models.files import Model
    from napari_seewhy.models.preflight import Preflight
    from napari_seewhy.progress import Task

    ModelOrFile: TypeAlias = Model | str | Path

AnswerT = TypeVar("AnswerT")
OptionsT = TypeVar("OptionsT", bound=ClassifyOptions)


class CellModel(ABC, Generic[OptionsT, AnswerT]):
    """A model that is asked about the cells of one image after the other.

    This is the one place that knows the order of things: compare the cells with those of training,
    ask a person where they differ, answer. Where and how the network runs is chosen once.

    Parameters
    ----------
    model
        The model.
    options
        Channels, border, device, and what is asked.
    """

    def __init__(self, model: Model, options: OptionsT) -> None:
        from napari_seewhy.models.running import choose_runtime

        self.model = model
        self.options = options
        self._runtime = choose_runtime(options)

    @classmethod
    def open_steps(cls, model: ModelOrFile, options: OptionsT) -> Task[Self]:
        """Take a model that was given, or read the one named by its file or its library name.

        Raises
        ------
        FileError
            If there is none, or it cannot be read.
        """
        yield Step(0, 0, "Loading the model")
        return cls(open_model(model), options)

    def ask_steps(
        self, cells: LabelledCells, agreed: str | None = None
    ) -> Task[AnswerT | Preflight]:
        """Ask about the cells of an image, if it was agreed to what differs from training.

        Parameters
        ----------
        cells
            Image and labels.
        agreed
            See `Preflight.is_agreed`.

        Returns
        -------
        The answer, or the comparison
            Where a person has to be asked, or the model refuses the cells.
        """
        plan = yield from self.plan_steps(cells)
        if not plan.preflight.is_agreed(agreed):
            return plan.preflight
        return (yield from self.answer_steps(plan))

    def plan_steps(self, cells: LabelledCells) -> Task[CropPlan]:
        """Compare the cells of an image with those of training; nothing is refused yet."""
        card = self.model.card
        return (yield from plan_model_crops_steps(cells, card, self.options.map_channels(card)))

    @abstractmethod
    def answer_steps(self, plan: CropPlan) -> Task[AnswerT]:
        """Answer about the cells of a plan that the model does not refuse."""

    def _wanted_rows(self, plan: CropPlan) -> NDArray[np.int64]:
        """Say which cells are asked about: those at the border only if they are wanted."""
        touches = plan.cells["touches_border"].to_numpy(bool)
        return np.flatnonzero(~touches | (self.options.border == "include"))


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


def say_left_out(plan: CropPlan, n_asked: int, verb: str) -> list[str]:
    """Say in sentences which cells of a plan were not asked about; `verb` as "classified"."""
    if not len(plan):
        return [f"There is no cell in the labels, so nothing was {verb}."]
    n_left_out = len(plan) - n_asked
    if not n_left_out:
        return []
    return [
        f"{n_left_out} of {len(plan)} cells are cut by the border of the image and were left out."
    ]
