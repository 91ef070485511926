"""Images: what comes from the microscope, read, written and cut into tiles."""

from napari_seewhy.images.image import AXES, CellImage, ZPlane

__all__ = ["AXES", "CellImage", "ZPlane"]
