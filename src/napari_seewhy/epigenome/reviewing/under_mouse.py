"""What a point of a gene's picture stands for: distance from the start, place, value."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from napari_seewhy.epigenome.pictures import row_place

if TYPE_CHECKING:
    from napari_seewhy.epigenome.pictures import PictureGeometry, PictureTracks
    from napari_seewhy.epigenome.reviewing.queue import GeneQueue

_SITES = "CpG sites"


def describe_point(
    queue: GeneQueue, geometry: PictureGeometry, tracks: PictureTracks | None, y: float, x: float
) -> str:
    """Say what lies under the mouse in the current picture.

    Parameters
    ----------
    queue
        Its current picture is looked at.
    geometry
        Where the panels of the picture lie.
    tracks
        The numbers beside the pictures, None where there are none.
    y, x
        A point of the picture in pixels; the centre of the first one is at 0.

    Returns
    -------
    str
        Distance from the start in the direction of the gene (negative upstream), position (counted
        from 1, as genome browsers do), and value; "" outside the panels, or where the picture does
        not say its window.
    """
    row = {str(name): value for name, value in queue.pictures.table.iloc[queue.row].items()}
    place = row_place(row)
    column = round(x)
    half = _find_half(geometry, y)
    if place is None or not half or not geometry.left <= column < geometry.right:
        return ""
    base = int(geometry.x_to_bp(place, column))
    offset = (place.tss - base) if place.strand == "-" else (base - place.tss)
    said = [f"{row['gene']}: {offset:+,} bp from the start, {place.chromosome}:{base + 1:,}"]
    if tracks is not None:
        share = (column + 0.5 - geometry.left) / (geometry.right - geometry.left)
        values = tracks.values[queue.row, :, int(share * tracks.values.shape[2])]
        said.append(_say_value(dict(zip(tracks.names, values.tolist(), strict=True)), half))
    return ", ".join(filter(None, said))


def _find_half(geometry: PictureGeometry, y: float) -> str:
    """Return the half that a row of pixels belongs to, "" for none."""
    halves = {"chromatin": geometry.chromatin, "methylation": geometry.methylation}
    return next((name for name, (top, end) in halves.items() if top <= round(y) < end), "")


def _say_value(values: dict[str, float], half: str) -> str:
    if half == "chromatin":
        if "chromatin log2 ratio" in values:
            return f"chromatin {values['chromatin log2 ratio']:+.2f} (log2 of treated over control)"
        # The track holds square roots.
        share = values.get("chromatin", np.nan) ** 2
        return f"chromatin {share:.0%} of the top of the panel" if np.isfinite(share) else ""
    n_sites = round(values.get(_SITES, 0))
    if not n_sites:
        return "no CpG site here"
    sites = f"{n_sites} CpG site{'s' if n_sites > 1 else ''}"
    if "methylation difference" in values:
        change = values["methylation difference"]
        return (
            f"methylation {values['methylation']:.2f}, {change:+.2f} against the control, {sites}"
        )
    return f"methylation {values['methylation']:.2f}, {sites}"
