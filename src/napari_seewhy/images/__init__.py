"""Images: what comes from the microscope, read, written and cut into tiles."""

from napari_seewhy.images.image import AXES, CellImage, ZPlane
from napari_seewhy.images.read import list_scenes, read_image
from napari_seewhy.images.tiles import Tile, cut_tiles

__all__ = [
    "AXES",
    "CellImage",
    "Tile",
    "ZPlane",
    "cut_tiles",
    "list_scenes",
    "read_image",
]
