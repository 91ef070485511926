"""The method `otsu`: blur, threshold, cut clumps apart by a watershed, tighten the outlines."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import scipy

from napari_seewhy.cells.planes import (
    TOUCHING,
    Cutter,
    Foreground,
    Looks,
    SmoothPlane,
    find_levels_steps,
    find_light_surface_steps,
    thickness_px,
)
from napari_seewhy.cells.segmenting.segmenter import Found
from napari_seewhy.images import make_scratch

if TYPE_CHECKING:
    from napari_seewhy.cells.segmenting.options import SegmentOptions
    from napari_seewhy.images import Pixels
    from napari_seewhy.progress import Task

_SHARE_OF_THRESHOLD = 0.5
_SMALLEST_DIAMETER_PX = 4.0


@dataclass(frozen=True, slots=True)
class OtsuSegmenter:
    """Nuclei are what is brighter than its surroundings.

    The method of Nagao et al. (2020, Mol. Biol. Cell 31:1346), made robust against nuclei of
    unlike brightness and uneven light; ``docs/how-to/segmentation.md`` describes every step. Large
    planes are processed in tiles, and the labels do not depend on the size of the tiles.

    Attributes
    ----------
    tile_px
        Edge of a tile in pixels.
    keep_px
        Planes of more pixels than this are never held in memory as a whole.
    """

    tile_px: int = 1024
    keep_px: int = 2**22

    @property
    def install_hint(self) -> str:
        """Empty: nothing has to be installed for this method."""
        return ""

    def find_steps(
        self, pixels: Pixels, options: SegmentOptions, diameter_px: float | None
    ) -> Task[Found]:
        """Find the nuclei of one plane, see `Segmenter.find_steps`."""
        plane = SmoothPlane(pixels, options.smoothing_px, self.keep_px)
        is_local = options.threshold == "local"
        if is_local:
            plane = plane.minus((yield from find_light_surface_steps(plane, diameter_px)))
        levels = yield from find_levels_steps(plane)
        if levels.is_empty:
            nothing = np.zeros(plane.shape, np.int32)
            return Found(nothing, warnings=(Looks.of(pixels).explain_empty(),))
        if diameter_px is None:
            bright = [plane.window(block) > levels.threshold for block in levels.blocks]
            diameter_px = max(thickness_px(bright), _SMALLEST_DIAMETER_PX)
        # Otsu's threshold suits the bright nuclei; the dim ones reach only part of it, and the
        # rim of blur that the bright ones get so is taken off again when outlines are tightened.
        contrast = levels.threshold - levels.background
        faintest = levels.background + _SHARE_OF_THRESHOLD * contrast
        foreground = Foreground(levels.background, faintest, diameter_px, is_local)
        mask = yield from foreground.find_steps(plane, self.tile_px)
        objects = make_scratch(plane.shape, np.int32)
        scipy.ndimage.label(mask, TOUCHING, output=objects)
        del mask
        cutter = Cutter(levels.background, diameter_px, options.splitting)
        warnings = yield from cutter.cut_steps(objects, plane, self.tile_px)
        return Found(objects, faintest, warnings=warnings)
