"""`PairImages`: phase contrast and the marker of one place, of one size and scale."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from napari_seewhy.blocks.pairing.planes import split_names, spread_planes
from napari_seewhy.errors import DataError, OptionError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from napari_seewhy.blocks.pairing.options import StainPairOptions
    from napari_seewhy.blocks.pairing.places import Place
    from napari_seewhy.images import CellImage

_SCALE_TOLERANCE = 0.02
"""How much two pixel sizes may differ and still be the same; files round them."""


@dataclass(frozen=True, slots=True, eq=False)
class PairImages:
    """Phase contrast and the marker of one place.

    Attributes
    ----------
    name
        What a person knows the place by.
    phase
        Axes ``CYX`` or ``TCYX``, every focal plane a channel.
    marker
        The same axes with one channel: the maximum over its planes.
    place
        Dish and day.
    """

    name: str
    phase: CellImage
    marker: CellImage
    place: Place

    @classmethod
    def match(
        cls,
        name: str,
        phase: CellImage,
        marker: CellImage,
        place: Place,
        options: StainPairOptions,
    ) -> PairImages:
        """Take the chosen channels and planes of two images, if they fit each other.

        Raises
        ------
        DataError
            If they are not of one size and scale, or have unlike numbers of time points.
        OptionError
            If a channel is not there, or must be named.
        """
        number = _find_marker(marker, options.marker_channel)
        flat = marker.select([number]).flatten_z()
        chosen: Sequence[str | int] = split_names(options.phase_channel, phase.channels) or [
            i for i in range(len(phase.channels)) if phase is not marker or i != number
        ]
        if not chosen:
            raise OptionError(
                f"The only channel, {marker.channels[number]}, is the marker, so nothing is left "
                "to learn from; name the images of phase contrast."
            )
        planes = [int(plane) for plane in split_names(options.planes)]
        spread = spread_planes(phase.select(chosen), planes)
        _check_sizes(name, spread, flat)
        return cls(name, spread, flat, place)

    @property
    def n_frames(self) -> int:
        """Number of time points."""
        return self.phase.n_frames

    @property
    def pixel_size_um(self) -> float | None:
        """Edge of a pixel, where either image says it."""
        return self.phase.pixel_size_um or self.marker.pixel_size_um


def _find_marker(marker: CellImage, channel: str) -> int:
    if channel:
        return marker.channel_index(channel)
    if len(marker.channels) == 1:
        return 0
    raise OptionError(
        f"The image of the marker has the channels {', '.join(marker.channels)}; say which one is "
        "the marker's."
    )


def _check_sizes(name: str, phase: CellImage, marker: CellImage) -> None:
    if phase.shape_yx != marker.shape_yx:
        sizes = " and ".join("{} x {} px".format(*one.shape_yx) for one in (phase, marker))
        raise DataError(
            f"{name}: phase contrast and marker measure {sizes}; bring both to one size, so that "
            "each pixel shows the same place."
        )
    if phase.n_frames != marker.n_frames:
        raise DataError(
            f"{name}: phase contrast has {phase.n_frames} time points and the marker "
            f"{marker.n_frames}; give the same ones of both."
        )
    edges = phase.pixel_size_um, marker.pixel_size_um
    if edges[0] and edges[1] and abs(edges[0] / edges[1] - 1) > _SCALE_TOLERANCE:
        raise DataError(
            f"{name}: a pixel of phase contrast measures {edges[0]:g} µm and one of the marker "
            f"{edges[1]:g} µm; rescale one of them."
        )
