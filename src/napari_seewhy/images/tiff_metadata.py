"""Channels, pixel sizes and planes out of the metadata of TIFF files: OME-XML, ImageJ, tags."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple
from xml.etree import ElementTree

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from pathlib import Path

    from tifffile import TiffPage

_NAMES_OF_UM = {
    1e9: ("km", "kilometer", "kilometre"),
    1e6: ("m", "meter", "metre"),
    1e4: ("cm", "centimeter", "centimetre"),
    1e3: ("mm", "millimeter", "millimetre"),
    # The micro sign, then the Greek letter.
    1.0: ("um", "µm", "μm", "micron", "microns", "micrometer", "micrometre"),
    1e-3: ("nm", "nanometer", "nanometre"),
    1e-4: ("å", "angstrom", "ångström"),
    1e-6: ("pm", "picometer", "picometre"),
    25_400.0: ("in", "inch", "inches"),
    25.4: ("thou", "mil"),
}
_UM_PER_UNIT = {name: length for length, names in _NAMES_OF_UM.items() for name in names}
_COARSEST_UM = 20.0
"""Tags in inch or cm that say more than this are settings of a printer (72 dpi is 353 um)."""

_TAG_UNITS = {2: "inch", 3: "cm", 4: "mm", 5: "um"}
"""The values of the tag ResolutionUnit that have a length."""


_MOST_PLANES = 10**7


@dataclass(frozen=True, slots=True)
class TiffMetadata:
    """What a TIFF file says about one scene besides its pixels; empty where it is silent."""

    channel_names: Sequence[str] = ()
    pixel_size_yx_um: tuple[float, float] | None = None
    z_step_um: float | None = None


class Plane(NamedTuple):
    """Where one plane is: the file and the number of the page in it."""

    path: Path
    page: int


@dataclass(frozen=True, slots=True)
class OmeImage:
    """One image of OME-XML.

    Attributes
    ----------
    index, name
        Place in the description, and what it is called there.
    sizes
        Numbers of time points, channels and planes.
    planes
        Where the plane of each ``(t, c, z)`` is.
    """

    index: int
    name: str
    sizes: tuple[int, int, int]
    planes: dict[tuple[int, ...], Plane] = field(hash=False)

    @property
    def first(self) -> Path:
        """The file that holds the first plane; the image is listed there alone."""
        return self.planes[min(self.planes)].path


def to_um(length: float | str | None, unit: str | None) -> float | None:
    """Convert a length to micrometres; None where it is none, or its unit is not known.

    Examples
    --------
    >>> to_um("325", "nm")
    0.325
    >>> to_um(1.0, "pixel") is None
    True
    """
    factor = _UM_PER_UNIT.get((unit or "").strip().casefold())
    try:
        value = float(length) if length is not None else 0.0
    except ValueError:
        return None
    return value * factor if factor is not None and 0 < value < float("inf") else None


def read_ome(xml: str, scene: int, name: str) -> TiffMetadata:
    """Read OME-XML.

    Parameters
    ----------
    xml
        The document.
    scene, name
        Which image of it: the place among those that have pixels, and the name, which wins where
        images without pixels were left out.

    Raises
    ------
    ValueError
        If the document is no XML.
    """
    images = parse_ome(xml).findall("{*}Image")
    named = [image for image in images if image.get("Name") == name]
    image = named[0] if len(named) == 1 else images[min(scene, len(images) - 1)]
    pixels = image.find("{*}Pixels")
    if pixels is None:
        return TiffMetadata()
    sizes = {
        axis: to_um(pixels.get(f"PhysicalSize{axis}"), pixels.get(f"PhysicalSize{axis}Unit", "um"))
        for axis in "XYZ"
    }
    names = [
        channel.get("Name") or channel.get("Fluor") or ""
        for channel in pixels.findall("{*}Channel")
    ]
    return TiffMetadata(names, pair_up(sizes["Y"], sizes["X"]), sizes["Z"])


def parse_ome(xml: str) -> ElementTree.Element:
    """Parse OME-XML; a `ValueError` says that it is none."""
    try:
        return ElementTree.fromstring(xml.strip("\0 \n"))
    except ElementTree.ParseError as error:
        raise ValueError("The OME-XML is damaged.") from error


def list_images(
    root: ElementTree.Element, find_file: Callable[[str, str], Path]
) -> Iterator[OmeImage]:
    """List the images of OME-XML that have pixels, with the place of every plane.

    Parameters
    ----------
    root
        The document.
    find_file
        Gives the file for a name and a UUID, both "" for the file itself.

    Raises
    ------
    ValueError
        If an image claims more planes than any has, or planes outside its sizes.
    """
    for index, image in enumerate(root.findall("{*}Image")):
        pixels = image.find("{*}Pixels")
        if pixels is None:
            continue
        n_channels = len(pixels.findall("{*}Channel")) or int(pixels.get("SizeC", 1))
        n_times, n_planes = int(pixels.get("SizeT", 1)), int(pixels.get("SizeZ", 1))
        counts = {"T": n_times, "C": n_channels, "Z": n_planes}
        if n_times * n_channels * n_planes > _MOST_PLANES:
            raise ValueError(f"Image {index} claims {n_times * n_channels * n_planes:,} planes.")
        order = [axis for axis in pixels.get("DimensionOrder", "XYZCT") if axis in "TCZ"]
        planes: dict[tuple[int, ...], Plane] = {}
        for data in pixels.findall("{*}TiffData"):
            planes |= _list_planes(data, counts, order, find_file)
        if planes:
            name = image.get("Name", "")
            yield OmeImage(index, name, (n_times, n_channels, n_planes), planes)


def _list_planes(
    data: ElementTree.Element,
    counts: dict[str, int],
    order: Sequence[str],
    find_file: Callable[[str, str], Path],
) -> dict[tuple[int, ...], Plane]:
    """Say where the planes of one block of pages are."""
    named = data.find("{*}UUID")
    known = ("", "") if named is None else (named.get("FileName", ""), named.text or "")
    place = find_file(*known)
    # Planes continue in the order of the axes, the first of which varies fastest.
    shape = [counts[axis] for axis in reversed(order)]
    first = [int(data.get(f"First{axis}", 0)) for axis in reversed(order)]
    start = int(np.ravel_multi_index(first, shape))
    default = 1 if data.get("IFD") is not None else int(np.prod(shape)) - start
    page, n_planes = int(data.get("IFD", 0)), int(data.get("PlaneCount", default))
    found = {}
    for i in range(min(n_planes, int(np.prod(shape)) - start)):
        at = dict(zip(reversed(order), np.unravel_index(start + i, shape), strict=True))
        found[tuple(int(at[axis]) for axis in "TCZ")] = Plane(place, page + i)
    return found


def pair_up(height: float | None, width: float | None) -> tuple[float, float] | None:
    """Join both edges of a pixel; one stands for both where the other is not known."""
    if height is None or width is None:
        only = height or width
        return None if only is None else (only, only)
    return height, width


def read_imagej(metadata: Mapping[str, Any], page: TiffPage, n_channels: int) -> TiffMetadata:
    """Read what ImageJ writes: its unit belongs to the resolution tags."""
    unit = _unescape(str(metadata.get("unit", "")))
    size = _believe(_resolution(page, unit), unit)
    z_step = to_um(metadata.get("spacing"), unit) if size is not None else None
    return TiffMetadata(_imagej_names(metadata.get("Labels"), n_channels), size, z_step)


def read_tags(page: TiffPage) -> TiffMetadata:
    """Read the plain resolution tags, believed only where they can be a microscope's."""
    tag = page.tags.get("ResolutionUnit")
    unit = _TAG_UNITS.get(int(tag.value), "") if tag is not None else "inch"
    return TiffMetadata(pixel_size_yx_um=_believe(_resolution(page, unit), unit))


def _unescape(text: str) -> str:
    r"""Undo ImageJ's escape of characters outside ASCII, as in ``\u00B5m``."""
    return re.sub(r"\\u([0-9A-Fa-f]{4})", lambda match: chr(int(match[1], 16)), text)


def _resolution(page: TiffPage, unit: str) -> tuple[float, float] | None:
    edges = []
    for name in ("YResolution", "XResolution"):
        tag = page.tags.get(name)
        pixels, lengths = tag.value if tag is not None else (0, 1)
        edges.append(to_um(lengths / pixels, unit) if pixels else None)
    return pair_up(edges[0], edges[1])


def _believe(size: tuple[float, float] | None, unit: str) -> tuple[float, float] | None:
    is_printer = unit.casefold() in {"in", "inch", "inches", "cm"}
    return None if size is None or (is_printer and max(size) > _COARSEST_UM) else size


def _imagej_names(labels: Sequence[str] | None, n_channels: int) -> Sequence[str]:
    """Names of channels, if the labels of the slices are that: each again in every stack."""
    if not labels or len(labels) < n_channels:
        return ()
    # Bio-Formats puts the position before the name: "c:1/2 z:3/9 - DAPI".
    names = [re.sub(r"^([czt]:\d+/\d+\s*)+-\s*", "", label).strip() for label in labels]
    first = names[:n_channels]
    is_repeated = all(name == first[i % n_channels] for i, name in enumerate(names))
    return first if is_repeated and len(set(first)) == n_channels else ()
