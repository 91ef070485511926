"""Pictures of genes on their way to napari: the picture, its halves, the line and the heatmap."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from PIL import Image, ImageDraw

from napari_seewhy.epigenome.answering import CONTOUR_LEVELS, find_contours
from napari_seewhy.layers.grid import METADATA_KEY

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from napari_seewhy.epigenome.pictures import PictureGeometry
    from napari_seewhy.layers.to_layers import LayerData

PICTURE, CHROMATIN, METHYLATION, LINE = (
    "gene picture",
    "chromatin half",
    "methylation half",
    "dividing line",
)
CHROMATIN_HEATMAP, METHYLATION_HEATMAP = "chromatin heatmap", "methylation heatmap"
CHROMATIN_CONTOURS, METHYLATION_CONTOURS = "chromatin contours", "methylation contours"
"""Roles, and names, of the layers of the gene that is looked at."""

STRIP = "genes and CpG islands"
"""Role and name of the strip below the picture."""

_FINE = 6
"""Contours have so many pixels for each of the picture, so that they are smooth."""

_DIM = 0.3
_VEIL = 0.55
_LINE_COLOR = "#D55E00"


def gene_layers(
    picture: NDArray[np.uint8], geometry: PictureGeometry | None, source: str
) -> list[LayerData]:
    """Turn a picture of a gene into layers: the whole of it, and its halves where they are known.

    Parameters
    ----------
    picture
        ``(H, W, 3)``.
    geometry
        Where its panels lie; None while nobody knows.
    source
        Its file.

    Returns
    -------
    list of LayerData
        The whole picture, dim where the halves lie on it, so that what is cut away can be told from
        what a network sees; then the halves, each at its place.
    """
    opacity = 1.0 if geometry is None else _DIM
    layers = [_rgb(picture, PICTURE, (0, 0), source, opacity)]
    if geometry is not None:
        for role, half in (
            (CHROMATIN, geometry.chromatin_half),
            (METHYLATION, geometry.methylation_half),
        ):
            place = (half[0].start, half[1].start)
            layers.append(_rgb(picture[half], role, place, source, 1.0))
    return layers


def strip_layer(
    pixels: NDArray[np.uint8], corner: tuple[float, float], scale: float, source: str
) -> LayerData:
    """Turn the strip below a picture into a layer.

    Parameters
    ----------
    pixels
        ``(h, w, 3)``, finer than the picture.
    corner
        Row and column of the picture at which its upper left corner lies.
    scale
        Size of its pixels in those of the picture.
    source
        File of the picture.
    """
    # The corner of a pixel lies half a pixel before its centre.
    place = (corner[0] - 0.5 + scale / 2, corner[1] - 0.5 + scale / 2)
    attributes = {
        "name": STRIP,
        "rgb": True,
        "scale": (scale, scale),
        "translate": place,
        "metadata": {METADATA_KEY: {"role": STRIP, "source": source}},
    }
    return pixels, attributes, "image"


def line_layer(row: int, width_px: int) -> LayerData:
    """Turn a dividing line into a layer: the upper edge of a row, across the picture.

    A Vectors layer, not a Shapes layer: napari 0.9 crashes with that on screens that are drawn by
    software.
    """
    # The upper edge of a pixel lies half a pixel above its centre.
    vectors = np.array([[[row - 0.5, -0.5], [0, width_px]]], np.float32)
    attributes = {
        "name": LINE,
        "edge_color": _LINE_COLOR,
        "edge_width": max(1.0, width_px / 200),
        "vector_style": "line",
        "metadata": {METADATA_KEY: {"role": LINE, "row": row}},
    }
    return vectors, attributes, "vectors"


def gene_heatmap_layers(
    heatmap: NDArray[np.float32], geometry: PictureGeometry, class_name: str, source: str
) -> list[LayerData]:
    """Turn the heatmap of one picture into a veil over each half: bright where the network looked.

    Parameters
    ----------
    heatmap
        ``(H, W)`` over the whole picture, 0..1.
    geometry
        Where its panels lie.
    class_name
        The answer that is explained.
    source
        File of the picture.
    """
    layers: list[LayerData] = []
    for role, half in (
        (CHROMATIN_HEATMAP, geometry.chromatin_half),
        (METHYLATION_HEATMAP, geometry.methylation_half),
    ):
        place = (half[0].start, half[1].start)
        known = {"role": role, "class": class_name, "source": source, "place": place}
        attributes = {
            "name": role,
            "translate": place,
            "colormap": "inferno",
            "contrast_limits": (0.0, 1.0),
            # Pictures of genes are white: what is added to white cannot be seen.
            "blending": "translucent",
            "opacity": _VEIL,
            "metadata": {METADATA_KEY: known},
        }
        layers.append((heatmap[half], attributes, "image"))
    return layers


def gene_contour_layers(
    heatmap: NDArray[np.float32], geometry: PictureGeometry, class_name: str, source: str
) -> list[LayerData]:
    """Turn the heatmap of one picture into lines over each half, between which dots stay readable.

    Parameters
    ----------
    heatmap, geometry, class_name, source
        As `gene_heatmap_layers` takes them.
    """
    legend = [
        (f"{100 * level:.0f} % of the strongest attention", color)
        for level, color in CONTOUR_LEVELS.items()
    ]
    shift = (1 / _FINE - 1) / 2
    layers: list[LayerData] = []
    for role, half in (
        (CHROMATIN_CONTOURS, geometry.chromatin_half),
        (METHYLATION_CONTOURS, geometry.methylation_half),
    ):
        place = (half[0].start, half[1].start)
        known = {"role": role, "class": class_name, "source": source, "place": place}
        attributes = {
            "name": role,
            "rgb": True,
            "scale": (1 / _FINE, 1 / _FINE),
            "translate": (place[0] + shift, place[1] + shift),
            "metadata": {METADATA_KEY: known | {"shift": shift, "legend": legend}},
        }
        layers.append((_draw_contours(heatmap[half]), attributes, "image"))
    return layers


def _draw_contours(heatmap: NDArray[np.float32]) -> NDArray[np.uint8]:
    """Draw the lines of a heatmap ``(h, w)`` on nothing: ``(h * _FINE, w * _FINE, 4)``."""
    height, width = heatmap.shape
    drawing = Image.new("RGBA", (width * _FINE, height * _FINE))
    pen = ImageDraw.Draw(drawing)
    for level, points in find_contours(heatmap):
        line = [tuple(point) for point in (points[:, ::-1] + 0.5) * _FINE]
        pen.line(line, fill=CONTOUR_LEVELS[level], width=_FINE - 1)
    return np.array(drawing)


def _rgb(
    pixels: NDArray[np.uint8], role: str, place: tuple[int, int], source: str, opacity: float
) -> LayerData:
    attributes: dict[str, Any] = {
        "name": role,
        "rgb": True,
        "translate": place,
        "opacity": opacity,
        "metadata": {METADATA_KEY: {"role": role, "source": source, "place": place}},
    }
    return pixels, attributes, "image"
