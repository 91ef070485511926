"""`CellImage`: pixels that know their axes, channels and pixel size."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

import numpy as np

from napari_seewhy.errors import DataError, OptionError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import dask.array as da
    from numpy.typing import NDArray

    Pixels: TypeAlias = NDArray[Any] | da.Array

AXES = "TCZYX"
"""Every axis that an image may have, in the only order it may have them."""

_ROWS_APART = 4

Slices: TypeAlias = Literal["", "planes", "times"]
"""What the pictures of a stack are, where its file does not say so; "" leaves it open."""

ZPlane: TypeAlias = int | Literal["max"]
"""What to take of a stack where a flat picture is needed: a plane, or the maximum over all."""


@dataclass(frozen=True, slots=True, eq=False)
class CellImage:
    """A picture from a microscope: what was measured, where and through which channel.

    Attributes
    ----------
    pixels
        As read from the file, no intensity changed: numpy, or a dask array that is read piece by
        piece where the file is too large for memory. Shape by `axes`.
    axes
        Letters of ``TCZYX`` in that order; ``C``, ``Y`` and ``X`` are always there.
    channels
        One name per channel, all different, never empty.
    pixel_size_um
        Edge of a pixel in micrometres, None where the file does not say.
    z_step_um
        Distance of the planes in micrometres, None where there is no Z or the file does not say.
    source
        Path of the file, or "" for pixels that came from elsewhere.
    scene
        Name of the scene within the file, "" where there is only one.
    assumed
        What was assumed when it was read, or may surprise, one sentence each; for records.
    measured
        ``(Y, X)`` bool: which pixels were measured, where the file says so by transparency or a
        value for "no data"; None where it does not.
    is_open
        Whether its file does not say that Z are planes; they may as well be time points.

    Raises
    ------
    DataError
        If axes, shape and channel names do not fit together.

    Examples
    --------
    >>> image = CellImage(np.zeros((2, 8, 9), np.uint8), "CYX", ("DNA", "Golgi"), 0.65)
    >>> image.shape_yx, image.channel_index("Golgi")
    ((8, 9), 1)
    """

    pixels: Pixels
    axes: str
    channels: tuple[str, ...]
    pixel_size_um: float | None = None
    z_step_um: float | None = None
    source: str = ""
    scene: str = ""
    assumed: tuple[str, ...] = ()
    measured: NDArray[np.bool_] | None = None
    is_open: bool = False

    def __post_init__(self) -> None:
        kept = "".join(axis for axis in AXES if axis in self.axes)
        if self.axes != kept or not set("CYX") <= set(self.axes):
            raise DataError(
                f"The axes are {self.axes!r}; wanted letters of {AXES} in that order, with C, Y, X."
            )
        if self.pixels.ndim != len(self.axes):
            raise DataError(
                f"The pixels have shape {self.pixels.shape}, which is not one number for each of "
                f"the axes {self.axes}; say which axes they have."
            )
        n_channels = self.pixels.shape[self.axes.index("C")]
        if len(self.channels) != n_channels or len(set(self.channels)) != n_channels:
            raise DataError(
                f"The channel names are {self.channels} for {n_channels} channels; "
                "give every channel a name of its own."
            )
        if 0 in self.pixels.shape:
            raise DataError(f"The image has shape {self.pixels.shape}, so it holds no pixel.")

    @property
    def shape_yx(self) -> tuple[int, int]:
        """Height and width in pixels."""
        height, width = self.pixels.shape[-2:]
        return int(height), int(width)

    @property
    def n_frames(self) -> int:
        """Number of time points; 1 where there is no T."""
        return int(self.pixels.shape[0]) if "T" in self.axes else 1

    @property
    def is_lazy(self) -> bool:
        """Whether the pixels are still in the file and are read piece by piece."""
        return not isinstance(self.pixels, np.ndarray)

    def channel_index(self, channel: str | int) -> int:
        """Position of a channel given by name (case does not matter) or by number from 0.

        Raises
        ------
        OptionError
            If there is no such channel; the message lists those there are.
        """
        names = [name.casefold() for name in self.channels]
        wanted = str(channel).strip()
        if wanted.casefold() in names:
            return names.index(wanted.casefold())
        if wanted.isdecimal() and int(wanted) < len(names):
            return int(wanted)
        known = ", ".join(f"{i}: {name}" for i, name in enumerate(self.channels))
        raise OptionError(f"There is no channel {channel!r}; this image has {known}.")

    def stain_index(self, channel: str | int) -> int:
        """Position of the channel that shows one stain; of a colour picture it must be named.

        The first channel of a merged picture is Red, whatever is stained in red.

        Raises
        ------
        OptionError
            If there is no such channel, or a colour picture is asked for a channel by its number.
        """
        index = self.channel_index(channel)
        if str(channel).strip().isdecimal() and self.is_colored:
            raise OptionError(
                f"{self.source or 'The image'} is a colour picture of {', '.join(self.channels)}; "
                "say by its name which colour shows what is looked for."
            )
        return index

    @property
    def is_colored(self) -> bool:
        """Whether this is a picture of red, green and blue which differ."""
        names = tuple(name.rpartition(" ")[2].casefold() for name in self.channels)
        if names != ("red", "green", "blue"):
            return False
        at = self.axes.index("C")
        # A grey picture saved in colour has three times the same; rows far apart show it.
        rows = self.pixels[..., ::_ROWS_APART, :]
        red, green, blue = np.moveaxis(np.asarray(rows), at, 0)
        return not (np.array_equal(red, green) and np.array_equal(green, blue))

    def select(self, channels: Sequence[str | int]) -> CellImage:
        """Return the image with only these channels, in this order."""
        indices = [self.channel_index(channel) for channel in channels]
        along_c = (slice(None),) * self.axes.index("C") + (indices,)
        names = tuple(self.channels[i] for i in indices)
        return replace(self, pixels=self.pixels[along_c], channels=names)

    def frames(self) -> Iterator[CellImage]:
        """Yield the image of every time point, without T."""
        for t in range(self.n_frames):
            yield self.frame(t)

    def frame(self, t: int) -> CellImage:
        """Return the image at time point `t`, without T.

        Raises
        ------
        OptionError
            If there is no such time point.
        """
        if not 0 <= t < self.n_frames:
            raise OptionError(
                f"There is no time point {t}; this image has 0 to {self.n_frames - 1}."
            )
        if "T" not in self.axes:
            return self
        return replace(self, pixels=self.pixels[t], axes=self.axes[1:])

    def flatten_z(self, plane: ZPlane = "max") -> CellImage:
        """Return the image without Z: one plane of it, or the maximum over all planes.

        Raises
        ------
        OptionError
            If there is no such plane, or all are wanted and it is not known whether they are time
            points.
        """
        if "Z" not in self.axes:
            return self
        at = self.axes.index("Z")
        n_planes = self.pixels.shape[at]
        if plane == "max" and self.is_open:
            raise OptionError(
                f"{self.source or 'The image'} does not say whether its {n_planes} slices are "
                "planes or time points; say it (--slices planes or --slices times), choose one "
                "plane, or set slices and frames in Fiji (Image > Properties)."
            )
        if plane == "max":
            pixels = self.pixels.max(axis=at)
        elif 0 <= plane < n_planes:
            pixels = self.pixels[(slice(None),) * at + (plane,)]
        else:
            raise OptionError(f"There is no plane {plane}; this image has 0 to {n_planes - 1}.")
        axes = self.axes.replace("Z", "")
        return replace(self, pixels=pixels, axes=axes, z_step_um=None, is_open=False)

    def settle_slices(self, slices: Slices) -> CellImage:
        """Return the image with its slices taken for what a person says, if its file does not."""
        if not self.is_open or not slices:
            return self
        if slices == "planes":
            return replace(self, is_open=False)
        pixels = self.pixels.swapaxes(0, 1)
        return replace(self, pixels=pixels, axes="TCYX", z_step_um=None, is_open=False)

    def load(self) -> CellImage:
        """Return the image with its pixels in memory."""
        return replace(self, pixels=np.asarray(self.pixels)) if self.is_lazy else self
