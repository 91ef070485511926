"""Reading PNG and JPEG: one scene, no pixel size.

imagecodecs decodes them, not Pillow, which cuts 16-bit colour down to 8 bits without a word and
refuses pictures of the size of a whole slide.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from napari_seewhy.files import name_content
from napari_seewhy.images.quiet import reading
from napari_seewhy.images.scene import RawScene, pick_scene, tell_turned, to_image

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from napari_seewhy.images.image import CellImage

_GREY_ALPHA = 2
_ORIENTATION = 274
"""Number of the tag in EXIF and TIFF."""


def scene_names(path: Path) -> list[str]:
    """Name the only scene of a picture: [""].

    Raises
    ------
    FileError
        If it cannot be read.
    """
    read_raw(path)
    return [""]


def read_scene(path: Path, scene: int | str, lazy: bool | None, large: int) -> CellImage:
    """Read a picture, always whole: neither format can be read by pieces.

    Raises
    ------
    FileError
        If it cannot be read.
    OptionError
        If another scene than the only one is wanted.
    """
    del lazy, large
    pick_scene([""], scene, path)
    raw = read_raw(path)
    if not is_png(path):
        _tell_exif(path)
    return to_image(raw, path)


def read_places(path: Path) -> RawScene:
    """Read a PNG picture as `read_raw` does, but of a palette the places, not the colours.

    Raises
    ------
    FileError
        If it cannot be read.
    """
    from PIL import Image

    with reading(path, "a PNG picture"), Image.open(path) as opened:
        if opened.mode == "P":
            return RawScene(np.array(opened), "YX", n_colors=1)
    return read_raw(path)


def read_raw(path: Path) -> RawScene:
    """Read a picture as it is in the file: ``YX`` or ``YXS``.

    A palette is resolved to colours, 1-bit pixels become 0 and 255.

    Raises
    ------
    FileError
        If it cannot be read.
    """
    import imagecodecs

    decode = imagecodecs.png_decode if is_png(path) else imagecodecs.jpeg8_decode
    with reading(path, "a PNG picture" if is_png(path) else "a JPEG picture"):
        pixels: NDArray[Any] = decode(path.read_bytes())
    n_samples = pixels.shape[2] if pixels.ndim > 2 else 1
    n_colors = 1 if n_samples == _GREY_ALPHA else 3
    return RawScene(pixels, "YXS"[: pixels.ndim], n_colors=n_colors)


def is_png(path: Path) -> bool:
    """Whether a file is a PNG picture: by its content, else by its name."""
    kind = name_content(path) if path.is_file() else ""
    is_other = kind in ("a JPEG picture", "a TIFF file")
    return kind == "a PNG picture" or (path.suffix.lower() == ".png" and not is_other)


def _tell_exif(path: Path) -> None:
    """Say whether a camera notes that its picture is to be shown turned."""
    from PIL import Image

    with reading(path, "a JPEG picture"), Image.open(path) as opened:
        orientation = opened.getexif().get(_ORIENTATION)
    tell_turned(path, orientation)
