"""Cells: found, tidied, measured and cropped."""

from napari_seewhy.cells.labels import check_labels, make_sequential
from napari_seewhy.cells.segment import Segmentation, segment, segment_steps
from napari_seewhy.cells.segment_options import SegmentOptions
from napari_seewhy.cells.segmenter import Found, Segmenter
from napari_seewhy.cells.segmenters import SEGMENTERS, available_segmenters

__all__ = [
    "SEGMENTERS",
    "Found",
    "SegmentOptions",
    "Segmentation",
    "Segmenter",
    "available_segmenters",
    "check_labels",
    "make_sequential",
    "segment",
    "segment_steps",
]
