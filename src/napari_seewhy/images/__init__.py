"""Images: what comes from the microscope, read, written and cut into tiles."""

from napari_seewhy.images.image import AXES, CellImage, ZPlane
from napari_seewhy.images.labels_file import LabelFile, read_labels, write_labels
from napari_seewhy.images.read import list_scenes, read_image
from napari_seewhy.images.tiles import Tile, cut_tiles
from napari_seewhy.images.write import write_image

__all__ = [
    "AXES",
    "CellImage",
    "LabelFile",
    "Tile",
    "ZPlane",
    "cut_tiles",
    "list_scenes",
    "read_image",
    "read_labels",
    "write_image",
    "write_labels",
]
