"""Explain cells: where a network looked in every cell of an image, as pictures and as numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from napari_seewhy.cells.classifying import CellModel, make_class_table, say_left_out
from napari_seewhy.cells.cropping import read_frames
from napari_seewhy.cells.explaining.explained import (
    ATTENTION,
    PER_AREA,
    CropPlaces,
    ExplainedCells,
    paint_heatmaps,
)
from napari_seewhy.cells.explaining.mean_cells import MeanCells
from napari_seewhy.cells.explaining.options import ExplainCellsOptions
from napari_seewhy.cells.explaining.regions import NUCLEUS, RegionCutter
from napari_seewhy.cells.labels import LabelledCells
from napari_seewhy.errors import DataError, OptionError
from napari_seewhy.explaining import (
    Heatmaps,
    attention_per_area,
    attention_shares,
    compare_attention,
)
from napari_seewhy.models.preflight import unless_refused
from napari_seewhy.progress import Step, blocking, map_steps

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd
    from numpy.typing import NDArray

    from napari_seewhy.cells.classifying import ModelOrFile
    from napari_seewhy.cells.cropping import CropPlan
    from napari_seewhy.explaining import SanityCheck
    from napari_seewhy.images import CellImage
    from napari_seewhy.models.files import Model
    from napari_seewhy.models.preflight import Preflight
    from napari_seewhy.progress import Task


_DEFAULTS = ExplainCellsOptions()

_AT_ONCE = 1024
"""Crops, heatmaps and regions in memory at once."""


def explain_cells_steps(
    image: CellImage,
    labels: NDArray[Any],
    model: ModelOrFile,
    options: ExplainCellsOptions = _DEFAULTS,
    *,
    cell_labels: NDArray[Any] | None = None,
    regions: Mapping[str, NDArray[Any]] | None = None,
) -> Task[ExplainedCells]:
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
    cells = LabelledCells(image, labels, cell_labels, regions or {})
    return unless_refused((yield from explain_agreed_steps(cells, model, options)))


explain_cells = blocking(explain_cells_steps)


def explain_agreed_steps(
    cells: LabelledCells,
    model: ModelOrFile,
    options: ExplainCellsOptions = _DEFAULTS,
    agreed: str | None = None,
) -> Task[ExplainedCells | Preflight]:
    """Explain as `explain_cells` does, if it was agreed to what differs from training.

    Returns
    -------
    ExplainedCells or Preflight
        See `CellModel.ask_steps`.
    """
    explainer = yield from CellExplainer.open_steps(model, options)
    return (yield from explainer.ask_steps(cells, agreed))


class CellExplainer(CellModel[ExplainCellsOptions, ExplainedCells]):
    """A model that is asked where it looked in one image after the other, always at one layer.

    Raises
    ------
    OptionError
        If the model has no such channel to find an organelle in.
    """

    def __init__(self, model: Model, options: ExplainCellsOptions) -> None:
        super().__init__(model, options)
        self._organelle = _find_organelle_channel(model, options)

    def answer_steps(self, plan: CropPlan) -> Task[ExplainedCells]:
        """Explain the cells of a plan.

        Raises
        ------
        DataError
            If the model refuses them, as the preflight of the plan says.
        OptionError
            If there is no such class, layer or device, or the network sees no places.
        """
        plan.preflight.check()
        rows = self._wanted_rows(plan)
        cutter = RegionCutter(plan, self.options, self._organelle)
        gathered = _Gathered(self.model.card.classes)
        # No cell at all is one empty slab: what comes out has its columns all the same.
        for start in range(0, max(1, len(rows)), _AT_ONCE):
            some = rows[start : start + _AT_ONCE]
            yield Step(start, len(rows), "Cutting crops")
            pixels = plan.cut(some)
            heatmaps = yield from self._explain_steps(pixels, start, len(rows))
            yield Step(start + len(some), len(rows), "Counting attention")
            gathered.add(heatmaps, pixels, cutter.cut(some, pixels))
        heatmaps = gathered.heatmaps()
        table = gathered.table(plan.cells.iloc[rows], heatmaps)
        places = _find_places(plan, rows)
        return ExplainedCells(
            images=paint_heatmaps(heatmaps, places, self.options.scale),
            table=table,
            comparison=compare_attention(gathered.shares, table["class"].astype(str)),
            means=gathered.means.means(),
            heatmaps=heatmaps,
            places=places,
            preflight=plan.preflight,
            device=self._runtime.describe(),
            warnings=(*say_left_out(plan, len(rows), "explained"), *_say_empty(heatmaps)),
        )

    def _explain_steps(self, pixels: NDArray[np.generic], done: int, total: int) -> Task[Heatmaps]:
        """Explain one slab of crops, counting on from those before it."""
        from napari_seewhy.explaining import explain_steps

        task = explain_steps(self.model, pixels, self.options)
        heatmaps = yield from map_steps(
            task, lambda step: Step(done + step.done, total, f"Explaining on {step.message}")
        )
        # Every slab is explained at the layer that was chosen for the first.
        self.options = self.options.change(layer=heatmaps.layer)
        return heatmaps


class _Gathered:
    """What the slabs of crops came to, one below the other."""

    def __init__(self, classes: tuple[str, ...]) -> None:
        self.means = MeanCells(classes)
        self._heatmaps: list[Heatmaps] = []
        self._shares: list[pd.DataFrame] = []
        self._per_area: list[pd.DataFrame] = []

    def add(
        self, heatmaps: Heatmaps, pixels: NDArray[np.generic], regions: dict[str, NDArray[np.bool_]]
    ) -> None:
        """Add a slab: its heatmaps, crops ``(n, C, H, W)`` and regions ``(n, H, W)``."""
        values = heatmaps.values
        self._heatmaps.append(heatmaps)
        self._shares.append(attention_shares(values, regions))
        self._per_area.append(attention_per_area(values, regions))
        self.means.add(heatmaps.probability.argmax(axis=1), values, pixels, regions[NUCLEUS])

    @property
    def shares(self) -> pd.DataFrame:
        """Share of the attention of each cell in each region."""
        import pandas as pd

        return pd.concat(self._shares, ignore_index=True)

    def heatmaps(self) -> Heatmaps:
        """Return all heatmaps as one."""
        first, parts = self._heatmaps[0], self._heatmaps
        return Heatmaps(
            grid=np.concatenate([part.grid for part in parts]),
            size_px=first.size_px,
            target=np.concatenate([part.target for part in parts]),
            probability=np.concatenate([part.probability for part in parts]),
            classes=first.classes,
            layer=first.layer,
        )

    def table(self, cells: pd.DataFrame, heatmaps: Heatmaps) -> pd.DataFrame:
        """Return the classes of the cells with their attention beside them."""
        import pandas as pd

        columns = [
            make_class_table(cells, heatmaps.probability, heatmaps.classes),
            self.shares.add_prefix(ATTENTION),
            pd.concat(self._per_area, ignore_index=True).add_prefix(PER_AREA),
        ]
        return pd.concat(columns, axis=1)


def _find_organelle_channel(model: Model, options: ExplainCellsOptions) -> int | None:
    names = model.card.channel_names
    if not options.organelle:
        return None
    if options.organelle not in names:
        raise OptionError(
            f"The model has no channel {options.organelle!r} to find an organelle in; choose one "
            f"of {', '.join(names)}, or none."
        )
    return names.index(options.organelle)


def _find_places(plan: CropPlan, rows: NDArray[np.int64]) -> CropPlaces:
    top, left = plan.corners
    source = plan.source
    t = read_frames(plan.cells, source.image)
    return CropPlaces(top[rows], left[rows], t[rows], plan.geometry.scale, source.labels.shape)


def _say_empty(heatmaps: Heatmaps) -> list[str]:
    n_empty = int((heatmaps.grid.max(axis=(1, 2), initial=0) == 0).sum())
    if not n_empty:
        return []
    return [
        f"Nothing in {n_empty} of {len(heatmaps)} cells speaks for the class at this layer: "
        "their heatmaps are all zero, and their attention is left empty."
    ]


N_CHECKED = 64
"""Most cells that are looked at: enough for a mean."""


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
