"""The look of a set of pictures, and how far it is from the one that a tree was trained on."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from pydantic import Field

from napari_seewhy.epigenome.pictures import drawn_scale, open_tracks
from napari_seewhy.errors import DataError, FileError
from napari_seewhy.options import Options

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from napari_seewhy.epigenome.pictures import PictureGeometry, PictureSet

_N_LOOKED_AT = 24
"""Pictures that are read, spread over the set: a tenth of a second."""

_N_LEVELS = 4
"""Levels of red, green and blue into which colours are counted."""

_MOST_STRETCH = 1.3
_MOST_INK = 2.5
_LEAST_COMMON = 0.5
_MOST_WINDOW = 1.25
_MOST_SCALE = 2.5
_HIGH = 0.95
"""The value that one bin in twenty of a track exceeds says how large its values are."""


class PictureLook(Options):
    """What pictures of genes look like, whatever they show."""

    aspect: float = Field(
        gt=0, title="Shape", description="Width of the panels over the height of both."
    )
    chromatin_share: float = Field(
        gt=0, lt=1, title="Dividing line", description="Share of the height that chromatin takes."
    )
    chromatin_ink: float = Field(
        ge=0, le=1, title="Ink above", description="Share of the chromatin panel that is drawn on."
    )
    methylation_ink: float = Field(
        ge=0, le=1, title="Ink below", description="The same of the methylation panel."
    )
    colors: tuple[float, ...] = Field(
        title="Colours", description="Share of the ink in each of 64 colours; sums to 1."
    )
    window_bp: float | None = Field(
        None, title="Window", description="Median window of the genome, where it is known."
    )
    axes: tuple[str, str] | None = Field(
        None,
        title="Axes",
        description="What the heights of chromatin and methylation are, where it is known.",
    )
    tracks: dict[str, float] = Field(
        {},
        title="Tracks",
        description="Each numeric track beside the pictures, and how large its values are.",
    )


class _Panel(NamedTuple):
    ink: float
    counts: NDArray[np.int64]


def look_at(pictures: PictureSet) -> PictureLook | None:
    """Look at some pictures of a set.

    Returns
    -------
    PictureLook or None
        None where no picture can be read, or has nothing drawn on it.

    Raises
    ------
    NoDividingLineError
        If nobody knows where the panels lie.
    """
    rows = np.unique(np.linspace(0, len(pictures) - 1, _N_LOOKED_AT).astype(int)).tolist()
    seen: list[tuple[PictureGeometry, _Panel, _Panel]] = []
    for row in rows:
        try:
            picture = pictures.read_one(row)
        except FileError:
            continue  # it is reported when it is classified
        geometry = pictures.geometry(row, picture.shape[:2])
        halves = geometry.chromatin_half, geometry.methylation_half
        upper, lower = (_measure(picture[half]) for half in halves)
        seen.append((geometry, upper, lower))
    counts = np.sum([upper.counts + lower.counts for _, upper, lower in seen], axis=0)
    if not seen or not counts.sum():
        return None
    spans = (pictures.table["end"] - pictures.table["start"]).dropna()
    heights = np.array([one.methylation[1] - one.chromatin[0] for one, *_ in seen])
    widths = np.array([one.right - one.left for one, *_ in seen])
    scale = drawn_scale(pictures)
    upper_px = np.array([one.chromatin[1] - one.chromatin[0] for one, *_ in seen])
    return PictureLook(
        aspect=float(np.median(widths / heights)),
        chromatin_share=float(np.median(upper_px / heights)),
        chromatin_ink=float(np.mean([upper.ink for _, upper, _ in seen])),
        methylation_ink=float(np.mean([lower.ink for *_, lower in seen])),
        colors=tuple((counts / counts.sum()).round(5).tolist()),
        window_bp=float(spans.median()) if len(spans) else None,
        axes=None if scale is None else scale.units,
        tracks=_measure_tracks(pictures, rows),
    )


def find_differences(learned: PictureLook | None, pictures: PictureSet) -> list[str]:
    """Say in which way pictures do not look like those of the training, one sentence each.

    Parameters
    ----------
    learned
        The pictures that a tree was trained on; None, where that is not known, finds nothing.
    pictures
        Those that it is to classify.

    Raises
    ------
    NoDividingLineError
        As `look_at`.
    """
    new = None if learned is None else look_at(pictures)
    return [] if learned is None or new is None else compare_looks(learned, new)


def compare_looks(learned: PictureLook, new: PictureLook) -> list[str]:
    """Say in which way pictures do not look like those of the training, one sentence each.

    Parameters
    ----------
    learned, new
        The pictures that a tree was trained on, and those that it is to classify.
    """
    found = []
    if _factor(learned.aspect, new.aspect) > _MOST_STRETCH:
        found.append(
            f"The panels are {new.aspect:.1f} times as wide as high; the tree learned from panels "
            f"{learned.aspect:.1f} times as wide as high."
        )
    if abs(learned.chromatin_share - new.chromatin_share) > 0.1:
        found.append(
            f"Chromatin takes {new.chromatin_share:.0%} of the height; the tree learned from "
            f"pictures where it takes {learned.chromatin_share:.0%}."
        )
    for half in ("chromatin", "methylation"):
        before, now = (getattr(look, f"{half}_ink") for look in (learned, new))
        if _factor(before, now) > _MOST_INK:
            found.append(
                f"{now:.0%} of the {half} panel is drawn on; {before:.0%} was in the training. The "
                "scale or the style of drawing differs."
            )
    common = float(np.minimum(learned.colors, new.colors).sum())
    if common < _LEAST_COMMON:
        found.append(f"Only {common:.0%} of the colours are those of the training.")
    if learned.window_bp and new.window_bp:
        if _factor(learned.window_bp, new.window_bp) > _MOST_WINDOW:
            found.append(
                f"The pictures show {new.window_bp:,.0f} bp; the tree learned from windows of "
                f"{learned.window_bp:,.0f} bp."
            )
    elif learned.window_bp:
        found.append(
            "The pictures do not say which window of the genome they show; the tree learned from "
            f"windows of {learned.window_bp:,.0f} bp."
        )
    return [*found, *_compare_axes(learned, new), *_compare_tracks(learned.tracks, new.tracks)]


def _compare_axes(learned: PictureLook, new: PictureLook) -> list[str]:
    """Say where the same height means something else."""
    if learned.axes is None or new.axes is None:
        return []
    halves = zip(("chromatin", "methylation"), learned.axes, new.axes, strict=True)
    return [
        f"Heights of {half} are {now}; the tree learned from {before}."
        for half, before, now in halves
        if before != now
    ]


def _compare_tracks(learned: dict[str, float], new: dict[str, float]) -> list[str]:
    """Say which numeric tracks have other names or values of another size."""
    if not learned or not new:
        return []
    if set(learned) != set(new):
        return [
            f"The tracks beside the pictures are {', '.join(new)}; the tree learned from "
            f"{', '.join(learned)}."
        ]
    return [
        f"Values of the track {name} reach {new[name]:.2g}; they reached {before:.2g} in the "
        "training. Its unit, scale or depth differs."
        for name, before in learned.items()
        if _factor(before, new[name]) > _MOST_SCALE
    ]


def _measure_tracks(pictures: PictureSet, rows: list[int]) -> dict[str, float]:
    """Say how large the values of each numeric track are; empty where there are none."""
    with suppress(FileError, DataError):
        tracks = open_tracks(pictures)
        high = np.nanquantile(np.abs(tracks.values[rows]), _HIGH, axis=(0, 2))
        values = np.nan_to_num(high).round(5).tolist()
        return dict(zip(tracks.names, values, strict=True))
    return {}


def _measure(panel: NDArray[np.uint8]) -> _Panel:
    """Measure the ink of one panel: all but its commonest colour."""
    level = panel.astype(np.int64) * _N_LEVELS // 256
    color = (level[..., 0] * _N_LEVELS + level[..., 1]) * _N_LEVELS + level[..., 2]
    counts = np.bincount(color.ravel(), minlength=_N_LEVELS**3)
    paper = int(counts.argmax())
    ink = 1 - counts[paper] / counts.sum()
    counts[paper] = 0
    return _Panel(float(ink), counts)


def _factor(one: float, other: float) -> float:
    low, high = sorted((max(one, 1e-3), max(other, 1e-3)))
    return high / low
