"""One picture of a gene, and the file it becomes."""

from __future__ import annotations

import io
import json
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from napari_seewhy.epigenome.drawing.frame import draw_frame, draw_title, lay_out_picture
from napari_seewhy.epigenome.drawing.palette import OUTSIDE
from napari_seewhy.epigenome.drawing.panels import PanelStyle, draw_chromatin, draw_methylation
from napari_seewhy.epigenome.pictures import TEXT_KEY, describe_picture

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from napari_seewhy.epigenome.drawing.options import DrawOptions
    from napari_seewhy.genome import GeneWindow

_COMPRESSION = 3


class PicturePainter:
    """Draws pictures that all have the same size, axes and scale.

    Parameters
    ----------
    options
        How they are drawn.
    top
        Signal that fills the panel of chromatin.
    has_control
        Whether treated is drawn against a control.
    """

    def __init__(self, options: DrawOptions, top: float, *, has_control: bool) -> None:
        self.geometry = lay_out_picture(options)
        self._has_axes = options.axes
        self._frame = draw_frame(options, top, has_control=has_control)
        self._style = PanelStyle(
            options.width_px, options.half_height_px, top, options.scale, options.smoothing_bp
        )

    def draw(self, window: GeneWindow, title: str, length_bp: int) -> NDArray[np.uint8]:
        """Draw one picture ``(H, W, 3)``.

        Parameters
        ----------
        window
            What the tracks say.
        title
            What to write above it, if there are axes.
        length_bp
            Length of the chromosome; what is beyond is greyed.
        """
        picture = self._frame.copy()
        if self._has_axes:
            draw_title(picture, title, self.geometry)
        pixels = np.array(picture)
        x = np.arange(self.geometry.left, self.geometry.right)
        base = self.geometry.x_to_bp(window.place, x)
        is_outside = (base < 0) | (base >= length_bp)
        halves = (self.geometry.chromatin_half, self.geometry.methylation_half)
        for half, draw_half in zip(halves, (draw_chromatin, draw_methylation), strict=True):
            panel = draw_half(window, self._style)
            panel[:, is_outside] = OUTSIDE
            pixels[half] = np.rint(panel)
        return pixels

    def encode(self, pixels: NDArray[np.uint8], window: GeneWindow, gene: str) -> bytes:
        """Return a picture as PNG that says which gene it shows, and where its panels lie."""
        said = {"gene": gene} | describe_picture(self.geometry, window.place)
        info = PngInfo()
        info.add_text(TEXT_KEY, json.dumps(said))
        stream = io.BytesIO()
        Image.fromarray(pixels).save(stream, "png", pnginfo=info, compress_level=_COMPRESSION)
        return stream.getvalue()
