"""Reading OME-Zarr 0.4 and 0.5 (NGFF): single images, collections of images, and plates.

Metadata are read here and pixels by zarr. Of the readers there are, one pins an older pydantic than
the rest of this program needs, two pass over the scale beside the resolutions, and one the units.
"""

from __future__ import annotations

import json
import math
import threading
import warnings
from typing import TYPE_CHECKING, Any

import numpy as np

from napari_seewhy.errors import DataError, FileError, SeewhyWarning
from napari_seewhy.images.lazy import to_dask, to_slices
from napari_seewhy.images.quiet import check_memory, reading
from napari_seewhy.images.scene import RawScene, make_unique, pick_scene, to_image
from napari_seewhy.images.tiff_metadata import pair_up, to_um
from napari_seewhy.inputs import is_zarr

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from numpy.typing import NDArray

    from napari_seewhy.images.image import CellImage
    from napari_seewhy.images.lazy import Bounds

KIND = "an OME-Zarr"


def scene_names(path: Path) -> list[str]:
    """Name the images: of a plate well and field, such as "A/1/0"; [""] where there is one.

    Raises
    ------
    FileError
        If it cannot be read.
    """
    with reading(path, KIND, "zarr"):
        return [name for name, _, _ in _list_images(path)]


def scene_folder(path: Path, scene: int | str) -> Path:
    """Return the folder of an image in a plate or a collection, or the folder itself.

    Raises
    ------
    FileError
        If it cannot be read.
    OptionError
        If there is no such scene.
    """
    with reading(path, KIND, "zarr"):
        images = _list_images(path)
        return images[pick_scene([name for name, _, _ in images], scene, path)][1]


def read_scene(path: Path, scene: int | str, lazy: bool | None, large: int) -> CellImage:
    """Read the highest resolution of one image.

    Parameters
    ----------
    path
        Folder of the image, the collection, the plate or the well.
    scene
        Name or number of the image.
    lazy
        Whether the pixels stay in the file; None leaves them there above `large` bytes.
    large
        In bytes.

    Raises
    ------
    FileError
        If it cannot be read.
    OptionError
        If there is no such image.
    DataError
        If its axes are not those of a picture.
    """
    with reading(path, KIND, "zarr"):
        images = _list_images(path)
        name, folder, at = images[pick_scene([one[0] for one in images], scene, path)]
        attributes = read_attributes(folder)
        multiscale = attributes["multiscales"][at]
        pixels = ZarrPixels(folder / _first_dataset(multiscale)["path"])
        axes = name_axes(multiscale, len(pixels.shape))
        n_bytes = math.prod(pixels.shape) * pixels.dtype.itemsize
        is_lazy = n_bytes > large if lazy is None else lazy
        if not is_lazy:
            check_memory(path, n_bytes)
        whole = tuple((0, length) for length in pixels.shape)
        sizes = _find_sizes(multiscale, axes, folder)
        raw = RawScene(
            to_dask(pixels, axes, pixels.piece) if is_lazy else pixels.read(whole),
            axes,
            _name_channels(attributes),
            pixel_size_yx_um=pair_up(sizes.get("Y"), sizes.get("X")),
            z_step_um=sizes.get("Z"),
            name=name,
        )
    if not _has_pixels(pixels.path):
        warnings.warn(
            f"{folder} holds no pixel, so that it is 0 everywhere; if it should hold an image, it "
            "was not written to its end.",
            SeewhyWarning,
            stacklevel=2,
        )
    return to_image(raw, path)


class ZarrPixels:
    """Pixels of one array of Zarr that stay in its folder."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._lock = threading.Lock()
        self._array: Any = None
        array = self._open()
        self.shape: tuple[int, ...] = tuple(array.shape)
        self.dtype: np.dtype[Any] = np.dtype(array.dtype)
        self.piece: tuple[int, ...] = tuple(array.chunks)

    def __reduce__(self) -> tuple[type[ZarrPixels], tuple[Path]]:
        return ZarrPixels, (self.path,)

    def read(self, bounds: Bounds) -> NDArray[Any]:
        """Read a box; the array belongs to whoever asked."""
        with reading(self.path, KIND, "zarr"):
            return np.array(self._open()[to_slices(bounds)])

    def _open(self) -> Any:
        import zarr

        with self._lock:
            if self._array is None:
                self._array = zarr.open_array(self.path, mode="r")
            return self._array


def read_attributes(folder: Path) -> dict[str, Any]:
    """Read the attributes of a group; those of OME-Zarr 0.5 lie below "ome".

    Raises
    ------
    FileError
        If there are none.
    """
    for name in ("zarr.json", ".zattrs"):
        path = folder / name
        if path.is_file():
            document = json.loads(path.read_text("utf-8"))
            attributes = document.get("attributes", {}) if name == "zarr.json" else document
            return dict(attributes.get("ome", attributes))
    raise FileError(
        f"{folder} has no description of its images (.zattrs or zarr.json); it was not written to "
        "its end, or is no OME-Zarr."
    )


def _list_images(path: Path) -> list[tuple[str, Path, int]]:
    """Return name, folder, and place among the multiscales of its folder, of every image.

    Raises
    ------
    FileError
        If there is no image.
    """
    attributes = read_attributes(path)
    if "plate" in attributes:
        found = list(_list_plate(path, attributes["plate"]))
    elif "well" in attributes:
        found = list(_list_well(path, ""))
    elif "multiscales" in attributes:
        n_images = len(attributes["multiscales"])
        names = [str(one.get("name") or "") for one in attributes["multiscales"]]
        found = [(name, path, i) for i, name in enumerate(make_unique(names))]
        found = found if n_images > 1 else [("", path, 0)]
    elif "bioformats2raw.layout" in attributes:
        found = list(_list_collection(path))
    else:
        found = []
    if not found:
        raise FileError(
            f"{path} holds no image that is described as OME-Zarr 0.4 or 0.5; choose the folder of "
            "an image, a well or a plate."
        )
    return found


def _list_plate(path: Path, plate: dict[str, Any]) -> Iterator[tuple[str, Path, int]]:
    """List the fields of all wells that are there; a plate may name wells that hold nothing."""
    missing = []
    for well in plate["wells"]:
        if is_zarr(path / well["path"]):
            yield from _list_well(path / well["path"], f"{well['path']}/")
        else:
            missing.append(well["path"])
    if missing:
        warnings.warn(
            f"{path} names {len(missing):,} wells that are not there, such as {missing[0]}; they "
            "are passed over.",
            SeewhyWarning,
            stacklevel=4,
        )


def _list_well(path: Path, before: str) -> Iterator[tuple[str, Path, int]]:
    for field in read_attributes(path)["well"]["images"]:
        yield f"{before}{field['path']}", path / field["path"], 0


def _list_collection(path: Path) -> Iterator[tuple[str, Path, int]]:
    """List the images that bioformats2raw wrote: in the order of their series, or as numbered."""
    ome = path / "OME"
    series = read_attributes(ome).get("series") if is_zarr(ome) else None
    if series is None:
        numbers = (one.name for one in path.iterdir() if one.name.isdecimal())
        series = sorted(numbers, key=int)
    for name in series:
        yield name, path / name, 0


def _first_dataset(multiscale: dict[str, Any]) -> dict[str, Any]:
    """Return the highest resolution, which stands first."""
    first: dict[str, Any] = multiscale["datasets"][0]
    return first


def name_axes(multiscale: dict[str, Any], n_axes: int) -> str:
    """Return one letter per axis; before version 0.4, axes were names alone, or none.

    Raises
    ------
    DataError
        If an axis is none of a picture.
    """
    axes = multiscale.get("axes") or list("tczyx"[-n_axes:])
    names = [str(one["name"] if isinstance(one, dict) else one).upper() for one in axes]
    if any(len(name) != 1 for name in names):
        raise DataError(f"The image has the axes {', '.join(names)}; wanted t, c, z, y and x.")
    return "".join(names)


def _find_sizes(multiscale: dict[str, Any], axes: str, folder: Path) -> dict[str, float | None]:
    """Return the size of a pixel along each axis in micrometres; None where it is not known.

    The scale of the resolution is multiplied by the one that stands beside all resolutions.
    """
    scale = [1.0] * len(axes)
    lists = (_first_dataset(multiscale), multiscale)
    steps = [step for one in lists for step in one.get("coordinateTransformations") or ()]
    for step in steps:
        if step["type"] == "scale" and "scale" in step:
            scale = [ours * theirs for ours, theirs in zip(scale, step["scale"], strict=True)]
    units = [
        one.get("unit") if isinstance(one, dict) else None for one in multiscale.get("axes") or ()
    ] or [None] * len(axes)
    known = [to_um(size, unit) for size, unit in zip(scale, units, strict=True)]
    sizes = dict(zip(axes, known, strict=True))
    if sizes.get("X") is None and scale[axes.index("X")] != 1.0:
        unit = units[axes.index("X")]
        said = f"the unit {unit}" if unit else "no unit"
        warnings.warn(
            f"{folder} gives the size of its pixels in {said}, so it is not known in micrometres.",
            SeewhyWarning,
            stacklevel=3,
        )
    return sizes


def _name_channels(attributes: dict[str, Any]) -> list[str]:
    channels = attributes.get("omero", {}).get("channels") or ()
    return [str(one.get("label") or "") for one in channels]


def _has_pixels(array: Path) -> bool:
    """Whether a folder of an array holds anything but its description."""
    return any(not one.name.startswith(".z") and one.name != "zarr.json" for one in array.iterdir())
