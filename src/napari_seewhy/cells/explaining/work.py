"""Explaining image files: heatmaps and tables of attention beside each image."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from napari_seewhy.cells.classifying import LabelledWork, open_model
from napari_seewhy.cells.explaining.explain import CellExplainer
from napari_seewhy.cells.explaining.options import ExplainCellsOptions
from napari_seewhy.images import CellImage, Written, write_image
from napari_seewhy.tables import write_table

if TYPE_CHECKING:
    from napari_seewhy.cells.explaining.explained import ExplainedCells
    from napari_seewhy.cells.segmenting import ImageLabels
    from napari_seewhy.images import ImageJob

VERB = "explain"

_OPTIONS = ExplainCellsOptions()


@dataclass(frozen=True)
class ExplainWork(LabelledWork):
    """What is done to each image of a batch: its cells are explained.

    Its outputs are described in ``docs/explanation/explaining.md``.

    Attributes
    ----------
    options
        How cells are explained.
    """

    options: ExplainCellsOptions = _OPTIONS

    VERB = VERB
    RECORD = "_explain_record.json"

    @cached_property
    def asker(self) -> CellExplainer:
        """The model with its options."""
        explainer = CellExplainer(open_model(self.model_path), self.options)
        self.options.map_channels(explainer.model.card)
        return explainer

    def chosen(self) -> dict[str, Any]:
        """Return all options, as plain JSON values."""
        return {"explain": self.options.model_dump(mode="json")} | super().chosen()

    def write_answer(
        self, job: ImageJob, image: CellImage, labels: ImageLabels, answer: ExplainedCells
    ) -> Written:
        """Write the tables of attention, the heatmaps and their means."""
        paths = []
        for ending, table in (("", answer.table), ("_compared", answer.comparison)):
            paths.append(self.path(job, f"_attention{ending}.csv"))
            write_table(paths[-1], table)
        if answer.images:
            for ending, heatmaps in _heatmaps(image, labels, answer).items():
                paths.append(self.path(job, ending))
                write_image(paths[-1], heatmaps)
        figures = {"n_cells": len(answer.table), "attention": _mean_attention(answer)}
        return Written(paths, figures, details={"layer": answer.heatmaps.layer})


def _heatmaps(
    image: CellImage, labels: ImageLabels, explained: ExplainedCells
) -> dict[str, CellImage]:
    """Return heatmaps of the size of the image, and the mean ones of the size of a crop."""
    size = image.pixel_size_um
    axes = "TCYX" if labels.nuclei.ndim == 3 else "CYX"
    pixels = np.stack(list(explained.images.values()), axis=axes.index("C"))
    mean_pixels = np.stack([mean.heatmap for mean in explained.means.values()])
    # Their pixels are those of the crops, which may have another size than the image's.
    of_crops = None if size is None else size * explained.places.scale
    return {
        "_heatmaps.ome.tif": CellImage(pixels, axes, tuple(explained.images), size),
        "_mean_heatmaps.ome.tif": CellImage(mean_pixels, "CYX", tuple(explained.means), of_crops),
    }


def _mean_attention(explained: ExplainedCells) -> dict[str, dict[str, float | None]]:
    """Mean share of attention by class and region; None where no heatmap is known."""
    means = explained.shares.groupby(explained.table["class"], observed=True).mean()
    return {
        str(name): {
            str(region): None if share != share else float(share) for region, share in row.items()
        }
        for name, row in means.iterrows()
    }
