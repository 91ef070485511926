"""Are drawn pictures new, or copies? Each is held against all the real ones; needs no torch."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

import numpy as np

from napari_seewhy.errors import DataError

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    from napari_seewhy.generating.pixel_range import PixelRange

Judgement: TypeAlias = Literal["memorised", "alike", "strange", "new"]

COPY = 0.5
"""Nearer than this part of the usual distance between real pictures, a picture is a copy.

The mean of many pictures, which copies none of them, is at 0.71 of it (1 / sqrt 2).
"""

_COARSE_PX = 32
"""Pictures are compared at about so many pixels along their shorter edge."""

_FARTHEST_SHIFT = 0.05
"""Share of the width by which two pictures may be shifted against each other, as in training."""

_MOST_COPIES = 0.1
"""Share of copies, beyond that among the real ones, from which on one speaks of memory."""

_MOST_STRANGE = 0.5
"""Share of pictures unlike all real ones from which on they are called strange."""


@dataclass(frozen=True, slots=True, eq=False)
class Likeness:
    """How near drawn pictures are to the real ones.

    Distances are root mean square differences of pictures that are shrunk and shifted against each
    other until they fit best, as shares of the range of the pixels.

    Attributes
    ----------
    nearest
        ``(n,)`` place of the real picture that is nearest to each drawn one.
    distance
        ``(n,)`` how far it is.
    real_distance
        ``(m,)`` the same from each real picture to the nearest real one of another group.
    drawn_distance
        ``(n,)`` the same from each drawn picture to the nearest other drawn one.
    """

    nearest: NDArray[np.int64]
    distance: NDArray[np.float64]
    real_distance: NDArray[np.float64]
    drawn_distance: NDArray[np.float64]

    @property
    def usual(self) -> float:
        """Usual distance from a real picture to the nearest other one: the median."""
        return float(np.median(self.real_distance))

    @property
    def share_copied(self) -> float:
        """Share of the drawn pictures that are nearer to a real one than half the usual."""
        return self._share_near(self.distance)

    @property
    def share_copied_real(self) -> float:
        """The same of the real pictures among themselves, which nobody copied."""
        return self._share_near(self.real_distance)

    @property
    def share_alike(self) -> float:
        """Share of the drawn pictures that are as near to another drawn one."""
        return self._share_near(self.drawn_distance)

    @property
    def share_strange(self) -> float:
        """Share of the drawn pictures farther from all real ones than 95 % of those are."""
        return float((self.distance > np.percentile(self.real_distance, 95)).mean())

    @property
    def judgement(self) -> Judgement:
        """What the pictures are, in one word; the worst that holds."""
        most_near = self.share_copied_real + _MOST_COPIES
        if self.share_copied > most_near:
            return "memorised"
        if self.share_alike > most_near:
            return "alike"
        return "strange" if self.share_strange > _MOST_STRANGE else "new"

    def describe(self) -> str:
        """Say the verdict in words."""
        copied, alike, strange = map(
            _percent, (self.share_copied, self.share_alike, self.share_strange)
        )
        real = f"{_percent(self.share_copied_real)} of the real ones are so near to another"
        return {
            "memorised": f"Memorised: {copied} of the drawn pictures are copies of real ones, "
            f"nearer than half the usual distance between those ({real}). They add nothing that a "
            "classifier has not seen.",
            "alike": f"All alike: {alike} of the drawn pictures are nearer to another drawn one "
            f"than half the usual distance between real ones ({real}). They show a few cases again "
            "and again.",
            "strange": f"Strange: {strange} of the drawn pictures are farther from every real one "
            "than 95 % of the real ones are from each other. A classifier would learn from them "
            "what there is not.",
            "new": f"Neither copied nor strange: {copied} of the drawn pictures are copies of real "
            f"ones ({real}), and {strange} are unlike all of them. Whether they help is another "
            "question, which the comparison with and without them answers.",
        }[self.judgement]

    def to_json(self) -> dict[str, Any]:
        """Return plain values."""
        return {
            "judgement": self.judgement,
            "verdict": self.describe(),
            "usual_distance": self.usual,
            "share_copied": self.share_copied,
            "share_copied_real": self.share_copied_real,
            "share_alike": self.share_alike,
            "share_strange": self.share_strange,
            "distance": self.distance.tolist(),
            "nearest": self.nearest.tolist(),
        }

    def _share_near(self, distance: NDArray[np.float64]) -> float:
        return float((distance < COPY * self.usual).mean())


def measure_likeness(
    drawn: NDArray[Any],
    real: NDArray[Any],
    pixel_range: PixelRange,
    group: ArrayLike | None = None,
) -> Likeness:
    """Find the nearest real picture of each drawn one, and how near real ones are to each other.

    Parameters
    ----------
    drawn
        ``(n, C, H, W)``, two or more.
    real
        ``(m, C, H, W)`` all that the generator learned from.
    pixel_range
        Of both.
    group
        ``(m,)`` groups of the real pictures: those of one gene resemble each other, which would
        make copies look usual. None, or one group only, takes each picture for itself.

    Raises
    ------
    DataError
        If there are fewer than two of either, or the real ones are all the same.
    """
    if min(len(drawn), len(real)) < 2:
        raise DataError(
            f"There are {len(drawn)} drawn and {len(real)} real pictures; two or more of each are "
            "needed to compare them."
        )
    one, other = (_shrink(pixel_range.from_pixels(pixels)) for pixels in (drawn, real))
    between = _measure_distances(one, other)
    own = np.arange(len(real))
    names = own if group is None else np.unique(np.asarray(group, object), return_inverse=True)[1]
    names = own if len(set(names.tolist())) < 2 else names
    real_distance = _find_nearest_other(_measure_distances(other, other), names)
    if not real_distance.any():
        raise DataError("The real pictures are all the same; nothing can be compared with them.")
    drawn_distance = _find_nearest_other(_measure_distances(one, one), np.arange(len(drawn)))
    return Likeness(between.argmin(axis=1), between.min(axis=1), real_distance, drawn_distance)


def _percent(share: float) -> str:
    return f"{100 * share:.0f} %"


def _shrink(shown: NDArray[np.float32]) -> NDArray[np.float64]:
    """Average pictures ``(N, C, H, W)`` to a coarse grid; -1 .. 1 becomes 0 .. 1."""
    factor = max(1, min(shown.shape[-2:]) // _COARSE_PX)
    n, n_channels, height, width = shown.shape
    h, w = height // factor, width // factor
    cut = shown[..., : h * factor, : w * factor].astype(np.float64)
    blocks = cut.reshape(n, n_channels, h, factor, w, factor)
    coarse: NDArray[np.float64] = (blocks.mean(axis=(3, 5)) + 1) / 2
    return coarse


def _measure_distances(one: NDArray[np.float64], other: NDArray[np.float64]) -> NDArray[np.float64]:
    """Distances ``(n, m)``, each at the horizontal shift at which the two pictures fit best."""
    from sklearn.metrics import pairwise_distances

    width = one.shape[-1]
    most = round(_FARTHEST_SHIFT * width)
    middle = other[..., most : width - most].reshape(len(other), -1)
    distances = [
        pairwise_distances(one[..., start : start + width - 2 * most].reshape(len(one), -1), middle)
        for start in range(2 * most + 1)
    ]
    nearest: NDArray[np.float64] = np.min(distances, axis=0) / np.sqrt(middle.shape[1])
    return nearest


def _find_nearest_other(
    distances: NDArray[np.float64], group: NDArray[np.int64]
) -> NDArray[np.float64]:
    """Return the distance of each picture to the nearest one of another group."""
    apart = np.where(group[:, None] == group, np.inf, np.minimum(distances, distances.T))
    nearest: NDArray[np.float64] = apart.min(axis=1)
    return nearest
