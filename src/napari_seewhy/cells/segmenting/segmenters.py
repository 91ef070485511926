"""The methods of finding nuclei that there are, by name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from napari_seewhy.cells.segmenting.network_segmenters import CellposeSegmenter, StardistSegmenter
from napari_seewhy.cells.segmenting.nuclei_segmenter import NucleiSegmenter
from napari_seewhy.cells.segmenting.otsu import OtsuSegmenter
from napari_seewhy.errors import MissingPackageError, OptionError

if TYPE_CHECKING:
    from napari_seewhy.cells.segmenting.segmenter import Segmenter

SEGMENTERS: dict[str, Segmenter] = {
    "nuclei": NucleiSegmenter(),
    "otsu": OtsuSegmenter(),
    "cellpose": CellposeSegmenter(),
    "stardist": StardistSegmenter(),
}
"""Every method by the name that `SegmentOptions.method` calls it, usable or not."""


def available_segmenters() -> list[str]:
    """Names of the methods that can be used now, the usual one first."""
    return [name for name, segmenter in SEGMENTERS.items() if not segmenter.install_hint]


def get_segmenter(name: str) -> Segmenter:
    """Return the method of this name, ready for use.

    Raises
    ------
    OptionError
        If there is no such method.
    MissingPackageError
        If its package is not installed; the message holds the command that installs it.
    """
    if name not in SEGMENTERS:
        raise OptionError(f"There is no method {name!r}; choose one of {', '.join(SEGMENTERS)}.")
    segmenter = SEGMENTERS[name]
    if segmenter.install_hint:
        raise MissingPackageError(
            f"The method {name} needs a package that is not installed; "
            f"install it with `{segmenter.install_hint}`, or use the method nuclei."
        )
    return segmenter
