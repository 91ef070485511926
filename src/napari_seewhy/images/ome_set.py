"""Sets of OME-TIFF files that name each other: one description, and planes in several files.

tifffile reads a series that lies in another file from the file that was opened, which gives wrong
pixels without an error; here every plane is read from the file that holds it.
"""

from __future__ import annotations

import itertools
import warnings
from dataclasses import dataclass
from functools import partial
from pathlib import Path, PureWindowsPath
from typing import TYPE_CHECKING, Any

import numpy as np
import tifffile

from napari_seewhy.errors import FileError, SeewhyError, SeewhyWarning
from napari_seewhy.images.lazy import to_dask
from napari_seewhy.images.quiet import check_memory, reading
from napari_seewhy.images.scene import RawScene, make_unique, pick_scene
from napari_seewhy.images.tiff_metadata import OmeImage, Plane, list_images, parse_ome, read_ome

if TYPE_CHECKING:
    from collections.abc import Iterable
    from xml.etree import ElementTree

    from numpy.typing import NDArray

    from napari_seewhy.images.lazy import Bounds

_KIND = "a TIFF file"


@dataclass(frozen=True, slots=True)
class OmeSet:
    """The images of a set that are listed with one of its files.

    Attributes
    ----------
    path
        The file that was opened.
    xml
        The description.
    images
        Those that begin in this file; where none does, those that have a plane in it.
    description
        The file that holds the description, where it is another one.
    """

    path: Path
    xml: str
    images: tuple[OmeImage, ...]
    description: Path | None = None

    @property
    def scene_names(self) -> list[str]:
        """Names of the images, [""] where there is one."""
        if len(self.images) == 1:
            return [""]
        return make_unique([image.name or f"scene {image.index}" for image in self.images])

    @property
    def files(self) -> tuple[Path, ...]:
        """The files here that hold planes of these images, the one that was opened first."""
        held = {plane.path for image in self.images for plane in image.planes.values()}
        return (self.path, *sorted(path for path in held - {self.path} if path.is_file()))

    def read_raw(self, scene: int | str, lazy: bool | None, large: int) -> RawScene:
        """Read one image, as `tiff.read_raw` does."""
        names = self.scene_names
        at = pick_scene(names, scene, self.path)
        image = self.images[at]
        here = {place: plane for place, plane in image.planes.items() if plane.path.is_file()}
        if not here:
            raise FileError(
                f"{self.path} describes pixels in {image.first.name}, which is not beside it; put "
                "all files of the set into one folder."
            )
        self._warn_of_missing(image, len(here))
        page = _look_at(here[min(here)])
        pixels = SetPixels(self.path, image.sizes, here, page.shape, page.dtype)
        n_bytes = int(np.prod(pixels.shape, dtype=np.int64)) * pixels.dtype.itemsize
        is_lazy = n_bytes > large if lazy is None else lazy
        axes = "TCZYXS"[: len(pixels.shape)]
        if is_lazy:
            data: Any = to_dask(pixels, axes, (1, 1, 1, *page.shape))
        else:
            check_memory(self.path, n_bytes)
            data = pixels.read(tuple((0, length) for length in pixels.shape))
        metadata = read_ome(self.xml, image.index, image.name)
        return RawScene(
            data,
            axes,
            metadata.channel_names,
            pixel_size_yx_um=metadata.pixel_size_yx_um,
            z_step_um=metadata.z_step_um,
            name=names[at],
        )

    def _warn_of_missing(self, image: OmeImage, n_here: int) -> None:
        n_planes = int(np.prod(image.sizes))
        if n_here < n_planes:
            warnings.warn(
                f"{self.path} misses {n_planes - n_here} of its {n_planes} planes, which stand in "
                "other files that are not here, so they are black; put all its files into one "
                "folder.",
                SeewhyWarning,
                stacklevel=3,
            )


@dataclass(frozen=True)
class SetPixels:
    """Pixels ``(T, C, Z, Y, X)``, or with colours last, that stand in the files of a set."""

    path: Path
    sizes: tuple[int, int, int]
    planes: dict[tuple[int, ...], Plane]
    page_shape: tuple[int, ...]
    dtype: np.dtype[Any]

    @property
    def shape(self) -> tuple[int, ...]:
        """One length per axis."""
        return (*self.sizes, *self.page_shape)

    def read(self, bounds: Bounds) -> NDArray[Any]:
        """Read a box; planes that are missing are 0."""
        box = np.zeros([stop - start for start, stop in bounds], self.dtype)
        within = tuple(slice(*bound) for bound in bounds[3:])
        wanted = itertools.product(*(range(*bound) for bound in bounds[:3]))
        named = sorted((self.planes[at], at) for at in wanted if at in self.planes)
        for path, planes in itertools.groupby(named, lambda one: one[0].path):
            with reading(path, _KIND), tifffile.TiffFile(path) as file:
                for plane, at in planes:
                    page = file.pages[plane.page]
                    _check_page(page, path, self.page_shape)
                    place = tuple(i - start for i, (start, _) in zip(at, bounds[:3], strict=True))
                    box[place] = page.asarray()[within]
        return box


def find_set(path: Path, file: tifffile.TiffFile) -> OmeSet | None:
    """Return the set that a file belongs to, None where it does not name another.

    Raises
    ------
    FileError
        If its description is in a file that is not here.
    ValueError
        If the description is no XML.
    """
    xml = file.ome_metadata if file.is_ome else None
    if xml is None:
        return None
    root, description = parse_ome(xml), None
    own = root.get("UUID", "")
    # Its attribute UUID is that of the file with the description, not of this one.
    companion = root.find("{*}BinaryOnly")
    if companion is not None:
        description, xml = _read_description(path, companion.get("MetadataFile", ""))
        root = parse_ome(xml)
    elif not _names_others(root, path, own) and not _joins_positions(file):
        return None
    images = tuple(list_images(root, partial(_find_file, path, own)))
    listed = [image for image in images if image.first == path]
    within = [i for i in images if any(plane.path == path for plane in i.planes.values())]
    return OmeSet(path, xml, tuple(listed or within or images), description)


def find_image_files(path: Path, *, with_description: bool = False) -> tuple[Path, ...]:
    """List the files that reading an image needs: the file itself first, then those of its set.

    Parameters
    ----------
    path
        Any file that `read_image` opens.
    with_description
        Whether to list a file, too, that only describes what the others hold.
    """
    found = _look_for_set(path)
    if found is None:
        return (path,)
    described = (found.description,) if with_description and found.description else ()
    return tuple(dict.fromkeys((*found.files, *described)))


def without_set_members(paths: Iterable[Path]) -> list[Path]:
    """Leave out the files whose images all begin in another file of the list.

    So a set of one file per channel or time point is read once.

    Parameters
    ----------
    paths
        Files of any kind, in any order, which is kept.
    """
    paths = list(paths)
    there = {path.resolve() for path in paths}
    return [path for path in paths if not _begins_elsewhere(path, there)]


def _names_others(root: ElementTree.Element, path: Path, own: str) -> bool:
    """Whether a description names other files; a file that was renamed has one name, not here."""
    named = list(root.iterfind("{*}Image/{*}Pixels/{*}TiffData/{*}UUID"))
    there = {_find_file(path, own, one.get("FileName", ""), one.text or "") for one in named}
    return bool(there - {path}) and (len(there) > 1 or any(one.is_file() for one in there))


def _joins_positions(file: tifffile.TiffFile) -> bool:
    """Whether tifffile puts the positions of a Micro-Manager file into one series."""
    return any("R" in series.axes for series in file.series)


def _find_file(path: Path, own: str, name: str, uuid: str) -> Path:
    return path if not name or uuid.strip() == own else _beside(path, name)


def _look_for_set(path: Path) -> OmeSet | None:
    if path.suffix.lower() not in (".tif", ".tiff"):
        return None
    try:
        with reading(path, _KIND), tifffile.TiffFile(path) as file:
            return find_set(path, file)
    except SeewhyError:
        # It is reported when it is read.
        return None


def _begins_elsewhere(path: Path, there: set[Path]) -> bool:
    found = _look_for_set(path)
    firsts = {image.first.resolve() for image in found.images} if found is not None else set()
    return bool(firsts) and path.resolve() not in firsts and firsts <= there


def _read_description(path: Path, name: str) -> tuple[Path, str]:
    """Find and read the description of a set whose files only hold pixels."""
    there = _beside(path, name)
    if not there.is_file():
        raise FileError(
            f"{path} only holds pixels; what they are is described in {name}, which is not here. "
            "Put it into the same folder."
        )
    if there.suffix.lower() in (".tif", ".tiff"):
        with reading(there, _KIND), tifffile.TiffFile(there) as file:
            return there, file.ome_metadata or ""
    return there, there.read_text(encoding="utf-8-sig")


def _beside(path: Path, name: str) -> Path:
    """Find a file that a description names; it never leads out of the folder."""
    inner = PureWindowsPath(name)
    place = path.parent.joinpath(*inner.parts)
    is_inside = not inner.anchor and ".." not in inner.parts
    return place if is_inside and place.is_file() else path.parent / inner.name


def _look_at(plane: Plane) -> Any:
    with reading(plane.path, _KIND), tifffile.TiffFile(plane.path) as file:
        return file.pages[plane.page].keyframe


def end_of_pixels(page: Any) -> int:
    """Return where the last pixel of a page ends in its file, in bytes."""
    spans = zip(page.dataoffsets, page.databytecounts, strict=True)
    return max((int(offset + count) for offset, count in spans), default=0)


def _check_page(page: Any, path: Path, shape: tuple[int, ...]) -> None:
    """Refuse a page of another shape, or one that its file holds only in part."""
    if page.shape != shape:
        raise FileError(
            f"{path} holds a plane of shape {page.shape} where the set says {shape}; it belongs to "
            "another set of the same name."
        )
    size = path.stat().st_size
    if (needed := end_of_pixels(page)) > size:
        raise FileError(
            f"{path} is cut short: its pixels need {needed:,} bytes but it has {size:,}; copy it "
            "again."
        )
