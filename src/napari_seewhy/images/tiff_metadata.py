"""Channel names and pixel sizes out of the metadata of TIFF files: OME-XML, ImageJ, plain tags."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

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


@dataclass(frozen=True, slots=True)
class TiffMetadata:
    """What a TIFF file says about one scene besides its pixels; empty where it is silent."""

    channel_names: Sequence[str] = ()
    pixel_size_yx_um: tuple[float, float] | None = None
    z_step_um: float | None = None


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
        raise ValueError("The OME-XML is no XML that can be read.") from error


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
