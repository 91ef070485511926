"""`CellExplainer`: a model that is asked where it looked, in one image after the other."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from napari_seewhy.cells.classifying import make_class_table
from napari_seewhy.cells.cropping import plan_model_crops_steps, read_frames
from napari_seewhy.cells.explaining.explained import ATTENTION, PER_AREA, ExplainedCells
from napari_seewhy.cells.explaining.mean_cells import MeanCells
from napari_seewhy.cells.explaining.painting import CropPlaces, paint_heatmaps
from napari_seewhy.cells.explaining.regions import NUCLEUS, RIM, find_organelle, make_cutter
from napari_seewhy.errors import OptionError
from napari_seewhy.explaining import (
    Heatmaps,
    attention_per_area,
    attention_shares,
    compare_attention,
)
from napari_seewhy.progress import Step, map_steps

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import ArrayLike, NDArray

    from napari_seewhy.cells.cropping import CropPlan
    from napari_seewhy.cells.explaining.options import ExplainCellsOptions
    from napari_seewhy.cells.explaining.regions import RegionCutter
    from napari_seewhy.images import CellImage
    from napari_seewhy.models.files import Model
    from napari_seewhy.progress import Task

_AT_ONCE = 1024
"""Crops, heatmaps and regions in memory at once."""


class CellExplainer:
    """A model that is asked where it looked in one image after the other, always at one layer.

    Parameters
    ----------
    model
        The model.
    options
        Method, class, layer, regions, channels, border, device.

    Raises
    ------
    OptionError
        If the model has no such channel to find an organelle in.
    """

    def __init__(self, model: Model, options: ExplainCellsOptions) -> None:
        from napari_seewhy.models.running import choose_runtime

        self.model = model
        self._options = options
        self._device = choose_runtime(options).describe()
        self._organelle = _find_organelle_channel(model, options)

    def plan_steps(
        self, image: CellImage, labels: ArrayLike, cell_labels: ArrayLike | None = None
    ) -> Task[CropPlan]:
        """Compare the cells of an image with those of training; nothing is refused yet."""
        card = self.model.card
        channels = self._options.map_channels(card)
        return (
            yield from plan_model_crops_steps(
                image, labels, card, channels=channels, cell_labels=cell_labels
            )
        )

    def region_cutter(
        self,
        plan: CropPlan,
        labels: ArrayLike,
        *,
        has_cells: bool,
        others: Mapping[str, ArrayLike] | None = None,
    ) -> RegionCutter:
        """Say which regions attention is counted in, see `RegionCutter`."""
        return make_cutter(
            plan, labels, has_cells=has_cells, others=others or {}, rim_px=self._options.rim_px
        )

    def explain_steps(self, plan: CropPlan, cutter: RegionCutter) -> Task[ExplainedCells]:
        """Explain the cells of a plan.

        Raises
        ------
        DataError
            If the model refuses them, as the preflight of the plan says.
        OptionError
            If there is no such class, layer or device, or the network sees no places.
        """
        import pandas as pd

        plan.preflight.check()
        touches = plan.cells["touches_border"].to_numpy(bool)
        rows = np.flatnonzero(~touches | (self._options.border == "include"))
        means = MeanCells(self.model.card.classes)
        parts, shares, per_area = [], [], []
        # No cell at all is one empty slab: what comes out has its columns all the same.
        for start in range(0, max(1, len(rows)), _AT_ONCE):
            some = rows[start : start + _AT_ONCE]
            yield Step(start, len(rows), "Cutting crops")
            pixels = plan.cut(some)
            heatmaps = yield from self._explain_steps(pixels, start, len(rows))
            yield Step(start + len(some), len(rows), "Counting attention")
            regions = self._cut_regions(cutter, some, pixels)
            values = heatmaps.values
            parts.append(heatmaps)
            shares.append(attention_shares(values, regions))
            per_area.append(attention_per_area(values, regions))
            answer = heatmaps.probability.argmax(axis=1)
            means.add(answer, values, pixels, regions[NUCLEUS])
        cells = plan.cells.iloc[rows]
        every = _join(parts)
        table = make_class_table(cells, every.probability, every.classes)
        told = pd.concat(shares, ignore_index=True)
        columns = [
            table,
            told.add_prefix(ATTENTION),
            pd.concat(per_area, ignore_index=True).add_prefix(PER_AREA),
        ]
        places = _find_places(plan, rows)
        return ExplainedCells(
            images=paint_heatmaps(every, places, self._options.scale),
            table=pd.concat(columns, axis=1),
            comparison=compare_attention(told, table["class"].astype(str)),
            means=means.means(),
            heatmaps=every,
            places=places,
            preflight=plan.preflight,
            device=self._device,
            warnings=tuple(_explain(plan, every)),
        )

    def _explain_steps(self, pixels: NDArray[np.generic], done: int, total: int) -> Task[Heatmaps]:
        """Explain one slab of crops, counting on from those before it."""
        from napari_seewhy.explaining import explain_steps

        task = explain_steps(self.model, pixels, self._options)
        heatmaps = yield from map_steps(
            task, lambda step: Step(done + step.done, total, f"Explaining on {step.message}")
        )
        # Every slab is explained at the layer that was chosen for the first.
        self._options = self._options.change(layer=heatmaps.layer)
        return heatmaps

    def _cut_regions(
        self, cutter: RegionCutter, rows: NDArray[np.int64], pixels: NDArray[np.generic]
    ) -> dict[str, NDArray[np.bool_]]:
        regions = cutter.cut(rows)
        if self._organelle is not None:
            about = regions[NUCLEUS] | regions[RIM]
            channel = pixels[:, self._organelle]
            regions[self._options.organelle] = find_organelle(channel, about)
        return regions


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
    t = read_frames(plan.cells, plan.image)
    return CropPlaces(top[rows], left[rows], t[rows], plan.geometry.scale, plan.labels.shape)


def _join(parts: list[Heatmaps]) -> Heatmaps:
    first = parts[0]
    return Heatmaps(
        grid=np.concatenate([part.grid for part in parts]),
        size_px=first.size_px,
        target=np.concatenate([part.target for part in parts]),
        probability=np.concatenate([part.probability for part in parts]),
        classes=first.classes,
        layer=first.layer,
    )


def _explain(plan: CropPlan, heatmaps: Heatmaps) -> list[str]:
    said = []
    if not len(plan):
        said.append("There is no cell in the labels, so nothing was explained.")
    n_left_out = len(plan) - len(heatmaps)
    if n_left_out:
        said.append(
            f"{n_left_out} of {len(plan)} cells are cut by the border of the image and were left "
            "out."
        )
    n_empty = int((heatmaps.grid.max(axis=(1, 2), initial=0) == 0).sum())
    if n_empty:
        said.append(
            f"Nothing in {n_empty} of {len(heatmaps)} cells speaks for the class at this layer: "
            "their heatmaps are all zero, and their attention is left empty."
        )
    return said
