"""Where the samples lie that a model learned from, so that they are known again when cut again.

Row numbers hold for one file only. Its samples may be cut again, with more images, other windows
or another segmentation; then the image, the place in it and the group say which were learned from.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    from napari_seewhy.samples.storing import SampleSet

_PLACE = ["y", "x"]
_NOT_KEPT = ("label", *_PLACE)
"""Columns of the origin that change when an image is segmented again."""

_APART = 1e6
"""Pixels between two frames that are laid out on one plane; more than any image has."""


def describe_places(
    samples: SampleSet, rows: NDArray[np.int64], *, keeps_groups: bool
) -> dict[str, Any]:
    """Say where samples lie, as JSON.

    Parameters
    ----------
    samples
        The sample set.
    rows
        ``(n,)`` rows that were learned from or stopped by.
    keeps_groups
        Whether no group of theirs is reported on: then all samples of these groups count as
        learned from, also such as were not cut at that time.
    """
    if samples.origin.empty:
        return {}
    frames, number = np.unique(_name_frames(samples)[rows], return_inverse=True)
    described: dict[str, Any] = {
        "columns": _frame_columns(samples.origin),
        "frames": frames.tolist(),
        "frame": number.tolist(),
    }
    if _has_places(samples.origin):
        places = samples.origin.loc[rows, _PLACE].to_numpy(np.float64)
        described |= dict(zip(_PLACE, places.round(1).T.tolist(), strict=True))
    if keeps_groups:
        described["groups"] = np.unique(_name_groups(samples)[rows]).tolist()
    return described


def find_learned(
    described: dict[str, Any], samples: SampleSet, nearest_px: float
) -> NDArray[np.bool_]:
    """Find for each sample whether it is one of those that were described.

    Parameters
    ----------
    described
        From `describe_places`.
    samples
        Another sample set.
    nearest_px
        Centres of one image that are nearer than this are those of the same sample.

    Returns
    -------
    ndarray, shape ``(N,)``, bool
    """
    learned = np.zeros(len(samples), bool)
    if not described or _frame_columns(samples.origin) != described["columns"]:
        return learned
    learned |= np.isin(_name_groups(samples), described.get("groups", []))
    number = {name: i for i, name in enumerate(described["frames"])}
    frame = np.array([number.get(name, -1) for name in _name_frames(samples)])
    if "y" in described and _has_places(samples.origin):
        before = _lay_out(np.array(described["frame"]), np.array([described[a] for a in _PLACE]).T)
        now = _lay_out(frame, samples.origin[_PLACE].to_numpy(np.float64))
        learned |= _is_near(now, before, nearest_px)
    else:
        learned |= frame >= 0
    return learned


def _is_near(
    places: NDArray[np.float64], others: NDArray[np.float64], nearest_px: float
) -> NDArray[np.bool_]:
    from scipy.spatial import KDTree

    distance, _ = KDTree(others).query(places, distance_upper_bound=nearest_px)
    near: NDArray[np.bool_] = np.isfinite(distance)
    return near


def _lay_out(frame: NDArray[np.int64], places: NDArray[np.float64]) -> NDArray[np.float64]:
    """Give every frame a region of its own, so that no two of them are neighbours."""
    return np.column_stack([frame * _APART, places])


def _has_places(origin: pd.DataFrame) -> bool:
    return set(_PLACE) <= set(origin.columns)


def _frame_columns(origin: pd.DataFrame) -> list[str]:
    return sorted(set(map(str, origin.columns)) - set(_NOT_KEPT))


def _name_frames(samples: SampleSet) -> NDArray[np.str_]:
    """Name the image, and the scene and frame in it, that each sample comes from."""
    known = samples.origin.assign(source=_name_sources(samples))
    parts = [known[name].astype(str) for name in _frame_columns(samples.origin)]
    return np.array(["\n".join(words) for words in zip(*parts, strict=True)], str)


def _name_groups(samples: SampleSet) -> NDArray[np.str_]:
    """Name groups together with the image: "well A1" is in every plate."""
    pairs = zip(_name_sources(samples), samples.group, strict=True)
    return np.array(["\n".join(map(str, pair)) for pair in pairs], str)


def _name_sources(samples: SampleSet) -> list[str]:
    """Name images by what is in them, where that was noted: files are moved and renamed."""
    hashes = {file["path"]: file["sha256"] for file in samples.record.get("inputs", [])}
    if "source" not in samples.origin:
        return [""] * len(samples)
    return [hashes.get(source, source) for source in samples.origin["source"]]
