"""Cells: found, tidied, measured and cropped.

Segmenting is loaded with the room; the rest is loaded when its names are first used.
"""

from importlib import import_module
from typing import TYPE_CHECKING

from napari_seewhy.cells.labels.check import check_labels, make_sequential
from napari_seewhy.cells.segmenting.image import segment, segment_steps
from napari_seewhy.cells.segmenting.options import SegmentOptions
from napari_seewhy.cells.segmenting.segmentation import Segmentation
from napari_seewhy.cells.segmenting.segmenter import Found, Segmenter
from napari_seewhy.cells.segmenting.segmenters import SEGMENTERS, available_segmenters

if TYPE_CHECKING:
    from napari_seewhy.cells.cropping.crop import CropOptions, cut_crops
    from napari_seewhy.cells.cropping.files import CropJob, crop_files_steps
    from napari_seewhy.cells.cropping.targets import MarkerTargetOptions, TableTargetOptions
    from napari_seewhy.cells.labels.matching import average_precision
    from napari_seewhy.cells.measuring.measure import measure_cells, measure_cells_steps
    from napari_seewhy.cells.measuring.options import MeasureOptions
    from napari_seewhy.cells.tidying.edits import Edit, EditHistory, apply_edit
    from napari_seewhy.cells.tidying.tidy import (
        delete_cells,
        draw_cell,
        merge_cells,
        renumber_cells,
        split_cell,
    )

__all__ = [
    "SEGMENTERS",
    "CropJob",
    "CropOptions",
    "Edit",
    "EditHistory",
    "Found",
    "MarkerTargetOptions",
    "MeasureOptions",
    "SegmentOptions",
    "Segmentation",
    "Segmenter",
    "TableTargetOptions",
    "apply_edit",
    "available_segmenters",
    "average_precision",
    "check_labels",
    "crop_files_steps",
    "cut_crops",
    "delete_cells",
    "draw_cell",
    "make_sequential",
    "measure_cells",
    "measure_cells_steps",
    "merge_cells",
    "renumber_cells",
    "segment",
    "segment_steps",
    "split_cell",
]

_HOMES = {
    "crop": ("CropOptions", "cut_crops"),
    "crop_files": ("CropJob", "crop_files_steps"),
    "crop_targets": ("MarkerTargetOptions", "TableTargetOptions"),
    "edits": ("Edit", "EditHistory", "apply_edit"),
    "matching": ("average_precision",),
    "measure": ("measure_cells", "measure_cells_steps"),
    "measure_options": ("MeasureOptions",),
    "tidy": ("delete_cells", "draw_cell", "merge_cells", "renumber_cells", "split_cell"),
}


def __getattr__(name: str) -> object:
    for home, names in _HOMES.items():
        if name in names:
            return getattr(import_module(f"{__name__}.{home}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
