"""The answers of a person for a folder of pictures, kept beside them: names, and where to divide.

The file is asked for again by every later opening of the same folder, so nobody is asked twice.
"""

from __future__ import annotations

from pathlib import Path

from pydantic import Field

from napari_seewhy.epigenome.pictures.geometry import PictureGeometry
from napari_seewhy.options import Options

LAYOUT_SUFFIX = ".layout.json"
"""What stands behind the name of a folder or table in the name of the file of its layout."""


class PictureLayout(Options):
    """How the pictures of one folder or table are read."""

    names: str = Field("", title="Names", description="Pattern by which names of files are read.")
    geometries: dict[str, PictureGeometry] = Field(
        {},
        title="Panels",
        description="Where the panels lie, for each size of picture, such as 256x128.",
    )

    def geometry(self, shape: tuple[int, int]) -> PictureGeometry | None:
        """Return the panels of pictures of this height and width, None if nothing is known."""
        return self.geometries.get(_size(shape))

    def with_geometry(self, geometry: PictureGeometry) -> PictureLayout:
        """Return a copy that knows the panels of pictures of one more size."""
        size = _size((geometry.height_px, geometry.width_px))
        return PictureLayout(names=self.names, geometries=self.geometries | {size: geometry})


def layout_path(path: Path) -> Path:
    """Return where the layout of a folder or table is kept: in the folder, beside the table."""
    path = Path(path)
    if path.is_dir():
        return path / f"pictures{LAYOUT_SUFFIX}"
    return path.with_name(f"{path.stem}{LAYOUT_SUFFIX}")


def load_layout(path: Path) -> PictureLayout:
    """Load what is kept of a folder or table; nothing is known of one that is new.

    Raises
    ------
    FileError, OptionError
        If the file is damaged; it can be removed.
    """
    kept = layout_path(path)
    return PictureLayout.load(kept) if kept.is_file() else PictureLayout()


def _size(shape: tuple[int, int]) -> str:
    return f"{shape[1]}x{shape[0]}"
