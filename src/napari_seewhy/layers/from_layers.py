"""What a person opened in napari, as an image and labels."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from napari_seewhy.errors import DataError
from napari_seewhy.images import CellImage
from napari_seewhy.layers.grid import METADATA_KEY, Grid

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from napari_seewhy.images import Pixels

_IN_MEMORY_BYTES = 2**28
"""Channels up to this size are put together at once, larger ones piece by piece where needed."""

_LETTERS = {"t": "T", "time": "T", "frame": "T", "z": "Z", "plane": "Z", "depth": "Z", "slice": "Z"}


def axes_of_layer(layer: Any) -> str | None:
    """Return the axes of a layer, letters of ``TZYX``, or None where it cannot be known.

    The colours of an RGB layer count as no axis. A layer with one axis besides Y and X may be a
    time series or a stack; it says so in its metadata or the names of its axes, or the person does.
    """
    said = layer.metadata.get(METADATA_KEY, {}).get("axes", "")
    if len(said) == layer.ndim:
        return str(said)
    named = "".join(_LETTERS.get(str(name).casefold(), "") for name in layer.axis_labels[:-2])
    if len(named) == layer.ndim - 2 and named in ("", "T", "Z", "TZ"):
        return f"{named}YX"
    return "TZYX" if layer.ndim == 4 else None


def channel_of_layer(layer: Any) -> str:
    """Return the name of the channel that an Image layer shows; of others, their own."""
    return str(layer.metadata.get(METADATA_KEY, {}).get("channel") or layer.name)


def image_from_layers(layers: Sequence[Any], *, axes: str | None = None) -> CellImage:
    """Put the channels that a person chose together as one image.

    Parameters
    ----------
    layers
        Image layers of the same shape, one for each channel; the three colours of an RGB layer
        become three channels.
    axes
        Of the layers, where `axes_of_layer` cannot tell.

    Returns
    -------
    CellImage
        Channels are named as in the file where that is known, and as the layer otherwise. The
        pixel size comes from the first layer and is None where its unit is no length.

    Raises
    ------
    DataError
        If there is no layer, the shapes differ, or the axes are not known.
    """
    if not layers:
        raise DataError("No image layer was chosen; open an image and choose it.")
    first = layers[0]
    axes = axes or axes_of_layer(first)
    if axes is None or len(axes) != first.ndim:
        raise DataError(
            f"The layer {first.name!r} has {first.ndim} axes, of which it is not known what they "
            "are; say whether it is a time series or a stack."
        )
    channels = [channel for layer in layers for channel in _channels_of(layer)]
    shapes = {pixels.shape for _, pixels in channels}
    if len(shapes) > 1:
        raise DataError(
            f"The layers have the shapes {', '.join(map(str, sorted(shapes)))}; "
            "choose layers of the same image."
        )
    grid = Grid.of_layer(first, axes)
    known = first.metadata.get(METADATA_KEY, {})
    at = 1 if axes.startswith("T") else 0
    return CellImage(
        pixels=_stack([pixels for _, pixels in channels], at),
        axes=f"{axes[:at]}C{axes[at:]}",
        channels=_tell_apart([name for name, _ in channels]),
        pixel_size_um=grid.pixel_size_um,
        z_step_um=grid.z_step_um,
        source=str(known.get("source") or first.source.path or ""),
        scene=str(known.get("scene", "")),
        measured=known.get("measured"),
        assumed=tuple(dict.fromkeys(said for layer in layers for said in assumed_of_layer(layer))),
    )


def assumed_of_layer(layer: Any) -> tuple[str, ...]:
    """Return what was assumed when the file of a layer was read, one sentence each."""
    return tuple(map(str, layer.metadata.get(METADATA_KEY, {}).get("assumed", ())))


def labels_from_layer(layer: Any) -> NDArray[Any]:
    """Return a layer's labels as ``(Y, X)`` or ``(T, Y, X)``, not copied where possible."""
    data = np.asarray(layer.data[0] if layer.multiscale else layer.data)
    # A time series of stacks has its flat labels as one thick plane; see `Grid.for_labels`.
    return data[:, 0] if data.ndim == 4 and data.shape[1] == 1 else data


def _channels_of(layer: Any) -> list[tuple[str, Pixels]]:
    data = layer.data[0] if layer.multiscale else layer.data
    name = channel_of_layer(layer)
    if not layer.rgb:
        return [(name, data)]
    return [(f"{name} {color}", data[..., i]) for i, color in enumerate(("red", "green", "blue"))]


def _stack(channels: list[Pixels], at: int) -> Pixels:
    """Put channels along a new axis; what is large or still in a file is not read for it."""
    n_bytes = sum(pixels.nbytes for pixels in channels)
    if n_bytes <= _IN_MEMORY_BYTES and all(isinstance(c, np.ndarray) for c in channels):
        return np.stack(channels, axis=at)
    import dask.array as da

    def to_dask(pixels: Pixels) -> Any:
        # No name: dask would hash all pixels to find one.
        is_numpy = isinstance(pixels, np.ndarray)
        return da.from_array(pixels, name=False) if is_numpy else da.asarray(pixels)

    stacked: Pixels = da.stack([to_dask(pixels) for pixels in channels], axis=at)
    return stacked


def _tell_apart(names: list[str]) -> tuple[str, ...]:
    """Add a number to names that stand there more than once."""
    folded = [name.casefold() for name in names]
    return tuple(
        f"{name} {folded[: i + 1].count(name.casefold())}"
        if folded.count(name.casefold()) > 1
        else name
        for i, name in enumerate(names)
    )
