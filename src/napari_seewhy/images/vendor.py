"""Reading the microscope makers' formats ND2, CZI and LIF with bioio (extra `formats`)."""

from __future__ import annotations

import contextlib
import importlib
import re
import threading
import warnings
from typing import TYPE_CHECKING, Any

import numpy as np

from napari_seewhy.errors import DataError, MissingPackageError, SeewhyWarning
from napari_seewhy.images.lazy import to_dask, to_slices
from napari_seewhy.images.quiet import reading, unreadable
from napari_seewhy.images.scene import RawScene, make_unique, pick_scene, to_image
from napari_seewhy.images.tiff_metadata import pair_up, to_um

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from numpy.typing import NDArray

    from napari_seewhy.images.image import CellImage
    from napari_seewhy.images.lazy import Bounds

_KINDS = {".nd2": "an ND2 file", ".czi": "a CZI file", ".lif": "a LIF file"}

_ONE_AT_A_TIME = threading.RLock()
"""The makers' libraries do not say that threads may share them, and Python's warnings may not."""

_UNNAMED = re.compile(r"Channel:\d+(:\d+)?")
"""What bioio calls a channel whose name the file does not say."""


def scene_names(path: Path) -> list[str]:
    """Name the scenes of a microscope maker's file; [""] where there is one.

    Raises
    ------
    FileError
        If it cannot be read.
    MissingPackageError
        If the extra `formats` is not installed.
    """
    with _reading_vendor(path):
        return _scene_names(_open(path))


def read_scene(path: Path, scene: int | str, lazy: bool | None, large: int) -> CellImage:
    """Read one scene; the tiles of a mosaic are put together.

    Parameters
    ----------
    path
        The file.
    scene
        Name or number.
    lazy
        Whether the pixels stay in the file, to be read plane by plane; None leaves them there
        above `large` bytes.
    large
        In bytes.

    Raises
    ------
    FileError
        If it cannot be read.
    OptionError
        If there is no such scene.
    MissingPackageError
        If the extra `formats` is not installed.
    """
    with _reading_vendor(path):
        opened = _open(path)
        names = _scene_names(opened)
        at = pick_scene(names, scene, path)
        opened.set_scene(at)
        n_hidden = _check_lif(path, at, names[at]) if path.suffix.lower() == ".lif" else 0
        n_bytes = opened.dtype.itemsize * np.prod(opened.shape, dtype=np.int64)
        is_lazy = n_bytes > large if lazy is None else lazy
        raw = _describe(
            opened, _stay_in_file(path, at, opened) if is_lazy else opened.data, names[at]
        )
        others = _other_axes(opened)
    if n_hidden:
        warnings.warn(
            f"{path} holds {n_hidden} more series under the names of others, of which only the "
            "last of each name is read; give every series a name of its own in LAS X.",
            SeewhyWarning,
            stacklevel=2,
        )
    if others:
        warnings.warn(
            f"{path} has {others}, which have no meaning here; only the first of each is read.",
            SeewhyWarning,
            stacklevel=2,
        )
    return to_image(raw, path)


def _check_lif(path: Path, at: int, name: str) -> int:
    """Refuse a scan that is no picture, and count the series that liffile does not list."""
    with importlib.import_module("liffile").LifFile(path) as lif:
        sizes = lif.images[at].sizes
        elements = lif.xml_element.iter("Element")
        n_series = sum(element.find("./Data/Image") is not None for element in elements)
        n_listed = len(lif.images)
    strange = [axis for axis in sizes if axis not in "TCZYXSM"]
    if strange or not {"Y", "X"} <= sizes.keys():
        what = "scan of wavelengths" if set(strange) & set("λΛ") else "scan along other axes"
        axes = ", ".join(f"{axis}: {length}" for axis, length in sizes.items())
        where = f"The series {name} of {path}" if name else f"{path}"
        raise DataError(
            f"{where} is a {what} ({axes}), not a picture of height Y and width X; choose another "
            "series, or export its pictures as OME-TIFF in LAS X."
        )
    return n_series - n_listed


def _describe(opened: Any, pixels: Any, name: str) -> RawScene:
    sizes = opened.physical_pixel_sizes
    height, width, step = (to_um(size, "um") for size in (sizes.Y, sizes.X, sizes.Z))
    names = [str(name) for name in opened.channel_names or ()]
    return RawScene(
        pixels,
        opened.dims.order,
        ["" if _UNNAMED.fullmatch(name) else name for name in names],
        pixel_size_yx_um=pair_up(height, width),
        z_step_um=step,
        name=name,
    )


def _stay_in_file(path: Path, scene: int, opened: Any) -> Any:
    axes = opened.dims.order
    piece = tuple(
        length if axis in "YXS" else 1 for axis, length in zip(axes, opened.shape, strict=True)
    )
    return to_dask(VendorPixels(path, scene, tuple(opened.shape), opened.dtype), axes, piece)


class VendorPixels:
    """Pixels of one scene that stay in a microscope maker's file."""

    def __init__(self, path: Path, scene: int, shape: tuple[int, ...], dtype: np.dtype[Any]):
        self.path = path
        self.scene = scene
        self.shape = shape
        self.dtype = dtype
        self._planes: Any = None

    def __reduce__(self) -> tuple[type[VendorPixels], tuple[Any, ...]]:
        return VendorPixels, (self.path, self.scene, self.shape, self.dtype)

    def read(self, bounds: Bounds) -> NDArray[Any]:
        """Read a box; the array belongs to whoever asked."""
        with _reading_vendor(self.path):
            if self._planes is None:
                opened = _open(self.path)
                opened.set_scene(self.scene)
                self._planes = opened.dask_data
            box = self._planes[to_slices(bounds)]
            return np.array(box.compute(scheduler="synchronous"))


def _open(path: Path) -> Any:
    """Open a file as a `bioio.BioImage`, by its ending."""
    name = path.suffix.lower().removeprefix(".")
    try:
        bioio = importlib.import_module("bioio")
        reader = importlib.import_module(f"bioio_{name}").Reader
    except ImportError as error:
        raise MissingPackageError(
            f"{path} cannot be read without bioio-{name}; install it with: "
            'pip install "napari-seewhy[formats]"'
        ) from error
    try:
        opened = bioio.BioImage(path, reader=reader)
        if name == "czi":
            _allow_gaps(opened.reader._implementation)
        return opened
    except importlib.import_module("bioio_base.exceptions").UnsupportedFileFormatError as error:
        raise unreadable(path, _KINDS[path.suffix.lower()]) from error


def _allow_gaps(czi: Any) -> None:
    """Let a CZI be silent about the size of a pixel, or have no axis of channels.

    bioio-czi 3.0 refuses a file that was never calibrated, and one of an electron microscope.
    """
    load = importlib.import_module
    names, sizes = load("bioio_czi.channels"), load("bioio_czi.pixel_sizes")

    def describe(
        xml: Any, scene_index: int, dims_shape: dict[str, Any]
    ) -> tuple[dict[str, Any], Any]:
        has_channels = "C" in dims_shape
        known = names.get_channel_names(xml, scene_index, dims_shape) if has_channels else None
        try:
            size = sizes.get_physical_pixel_sizes(xml)
        except sizes.UnsupportedMetadataError:
            size = sizes.PhysicalPixelSizes(None, None, None)
        return ({} if known is None else {"C": known}), size

    own = {"_get_coords_and_physical_px_sizes": staticmethod(describe)}
    czi.__class__ = type("CziReader", (type(czi),), own)


@contextlib.contextmanager
def _reading_vendor(path: Path) -> Iterator[None]:
    """Turn errors of these libraries about a bad file into one `FileError`, and keep them quiet."""
    kind = _KINDS[path.suffix.lower()]
    with _ONE_AT_A_TIME, reading(path, kind, "bioio.bio_image"), warnings.catch_warnings():
        # bioio's readers leave files to the garbage collector and warn of their own future.
        warnings.simplefilter("ignore")
        yield


def _scene_names(opened: Any) -> list[str]:
    return make_unique(list(opened.scenes)) if len(opened.scenes) > 1 else [""]


def _other_axes(opened: Any) -> str:
    """List the long axes, such as phases or views, of which bioio gives only the first picture."""
    dims = opened.reader.dims
    return ", ".join(
        f"{length} pictures along {axis}"
        for axis, length in zip(dims.order, dims.shape, strict=True)
        if axis not in "TCZYXSM" and length > 1
    )
