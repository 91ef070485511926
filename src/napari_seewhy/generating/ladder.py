"""The sizes through which a picture grows while it is drawn."""

from __future__ import annotations

from napari_seewhy.errors import DataError

_SMALLEST = 4
_SHORTEST_EDGE_PX = 16


def list_sizes(height: int, width: int) -> tuple[tuple[int, int], ...]:
    """List heights and widths from 4 to 7 pixels to the whole picture, each about twice the last.

    Parameters
    ----------
    height, width
        Of the picture in pixels; they need not be alike, nor powers of 2.

    Raises
    ------
    DataError
        If an edge is shorter than 16 px, where there is nothing to double.

    Examples
    --------
    >>> list_sizes(112, 200)
    ((7, 13), (14, 25), (28, 50), (56, 100), (112, 200))
    """
    if min(height, width) < _SHORTEST_EDGE_PX:
        raise DataError(
            f"The samples are {height} x {width} px; pictures to be drawn have edges of "
            f"{_SHORTEST_EDGE_PX} px or more."
        )
    sizes = [(height, width)]
    while min(sizes[0]) >= 2 * _SMALLEST:
        sizes.insert(0, (-(-sizes[0][0] // 2), -(-sizes[0][1] // 2)))
    return tuple(sizes)
