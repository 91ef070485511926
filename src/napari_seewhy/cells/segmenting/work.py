"""Segmenting image files: labels and a table of cells beside each image."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, NamedTuple, Self

from napari_seewhy.batch import Spread
from napari_seewhy.cells.measuring import MeasureOptions, measure_cells_steps
from napari_seewhy.cells.segmenting.files import VERB, ImageOutputs
from napari_seewhy.cells.segmenting.image import segment_steps
from napari_seewhy.cells.segmenting.nuclei_segmenter import find_model
from napari_seewhy.cells.segmenting.options import SegmentOptions
from napari_seewhy.files import remove_file
from napari_seewhy.images import ImageWork, Written, write_labels, write_zarr_labels
from napari_seewhy.models.files import read_card_of
from napari_seewhy.nuclei import SegmenterCard
from napari_seewhy.tables import write_table

if TYPE_CHECKING:
    from concurrent.futures import Executor
    from pathlib import Path

    import pandas as pd

    from napari_seewhy.cells.segmenting.segmenter import Segmentation
    from napari_seewhy.images import CellImage, ImageJob
    from napari_seewhy.progress import Task

_SEGMENTING, _MEASURING = SegmentOptions(), MeasureOptions()


class _MeasuredCells(NamedTuple):
    found: Segmentation
    table: pd.DataFrame


@dataclass(frozen=True)
class SegmentWork(ImageWork[_MeasuredCells]):
    """What is done to each image of a batch: its cells are found and measured.

    Attributes
    ----------
    out
        Folder of the outputs.
    segmenting, measuring
        How; the plane of a stack is the one that was segmented.
    into_zarr
        Whether labels of an OME-Zarr are also written into it, as ``labels/nuclei``.
    executor
        Processes among which an image is divided that is too large for memory; such work stays in
        its process.
    """

    out: Path
    segmenting: SegmentOptions = _SEGMENTING
    measuring: MeasureOptions = _MEASURING
    into_zarr: bool = False
    executor: Executor | None = None

    VERB = VERB
    RECORD = "_record.json"

    def check(self) -> None:
        """Refuse a network that cannot be read.

        Raises
        ------
        FileError
            If it is not there, is none that finds nuclei, or is damaged.
        """
        for path in self.models:
            read_card_of(path, SegmenterCard)
        super().check()

    @property
    def models(self) -> tuple[Path, ...]:
        """The network that finds nuclei; none for another method."""
        path = find_model(self.segmenting)
        return () if path is None else (path,)

    @property
    def _measuring(self) -> MeasureOptions:
        return self.measuring.change(z_plane=self.segmenting.z_plane)

    def chosen(self) -> dict[str, Any]:
        """Return all options, as plain JSON values."""
        return {
            "segment": self.segmenting.model_dump(mode="json"),
            "measure": self._measuring.model_dump(mode="json"),
        } | ({"into_zarr": True} if self.into_zarr else {})

    def over(self, executor: Executor) -> Self:
        """Return the same work, which divides an image among processes."""
        return replace(self, executor=executor)

    def look_steps(self, job: ImageJob, image: CellImage) -> Task[_MeasuredCells]:
        """Segment and measure one image."""
        spread = None
        if self.executor is not None:
            spread = Spread(self.executor, self.path(job, ".tiles"))
        found = yield from segment_steps(image, self.segmenting, spread)
        table = yield from measure_cells_steps(
            image, found.nuclei, self._measuring, cell_labels=found.cells
        )
        return _MeasuredCells(found, found.add_confidence(table))

    def write(self, job: ImageJob, image: CellImage, found: _MeasuredCells) -> Written:
        """Write labels and table."""
        outputs, (segmented, table) = ImageOutputs(self.out, job.name), found
        size = image.pixel_size_um
        paths = [outputs.labels, outputs.cells]
        write_labels(outputs.labels, segmented.nuclei, pixel_size_um=size, name="nuclei")
        if segmented.cells is None:
            # Those of an earlier run would not belong to these nuclei.
            remove_file(outputs.cell_labels)
        else:
            write_labels(outputs.cell_labels, segmented.cells, pixel_size_um=size, name="cells")
            paths.append(outputs.cell_labels)
        within = _write_into(job, segmented) if self.into_zarr and job.path.is_dir() else []
        write_table(outputs.cells, table)
        figures = {
            "n_cells": segmented.n_nuclei,
            "diameter_px": _json_number(segmented.diameter_px),
            "thresholds": [_json_number(threshold) for threshold in segmented.thresholds],
        }
        details = {
            "device": segmented.device,
            "channels": list(image.channels),
            "pixel_size_um": size,
        } | ({"zarr_labels": [str(path) for path in within]} if within else {})
        return Written(paths, figures, segmented.warnings, details)


def _write_into(job: ImageJob, segmented: Segmentation) -> list[Path]:
    """Write the labels into the OME-Zarr of their image."""
    named = {"nuclei": segmented.nuclei, "cells": segmented.cells}
    return [
        write_zarr_labels(job.path, job.scene, labels, name)
        for name, labels in named.items()
        if labels is not None
    ]


def _json_number(value: float) -> float | None:
    """Return None for NaN, which JSON has not."""
    return None if math.isnan(value) else value
