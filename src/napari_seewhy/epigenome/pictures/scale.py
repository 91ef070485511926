"""The scales of pictures that were drawn here, as their record says them."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from napari_seewhy.errors import FileError
from napari_seewhy.files import read_json

if TYPE_CHECKING:
    from napari_seewhy.epigenome.pictures.set import PictureSet

Ticks = tuple[tuple[float, str], ...]


class DrawnScale(NamedTuple):
    """What stands along the axes of both halves.

    Attributes
    ----------
    units
        What the heights of chromatin and of methylation are.
    ticks
        For each half the numbers, each with its share of the height from the lower edge.
    """

    units: tuple[str, str]
    ticks: tuple[Ticks, Ticks]


def drawn_scale(pictures: PictureSet) -> DrawnScale | None:
    """Return the scales of pictures that `seewhy epigenome draw` drew; None for others."""
    try:
        record = read_json(pictures.root / "record.json")
        top, scale = float(record["results"]["top"]), record["options"]["scale"]
        compounds = record["results"]["compounds"].values()
        has_control = any("control_chromatin" in one["inputs"] for one in compounds)
    except (FileError, KeyError, TypeError, AttributeError, ValueError):
        return None
    is_root = scale == "sqrt"
    middle = top / 4 if is_root else top / 2
    chromatin = ((0.0, "0"), (0.5, f"{middle:.3g}"), (1.0, f"{top:.3g}"))
    if has_control:
        methylation: Ticks = ((0.0, "-0.5"), (0.5, "0"), (1.0, "+0.5"))
    else:
        methylation = ((0.0, "0"), (0.5, "0.5"), (1.0, "1"))
    units = (
        "signal, square root" if is_root else "signal",
        "change of level" if has_control else "level",
    )
    return DrawnScale(units, (chromatin, methylation))
