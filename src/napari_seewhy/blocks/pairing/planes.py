"""Fields as a network takes them: every channel and every focal plane is one input."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from napari_seewhy.errors import DataError, OptionError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from napari_seewhy.images import CellImage


def split_names(text: str, known: Sequence[str] = ()) -> list[str]:
    """Split what a person typed, parted by commas.

    Parameters
    ----------
    text
        Names or numbers.
    known
        Names that there are; commas within one of them part nothing.

    Examples
    --------
    >>> split_names(" phase, 2,")
    ['phase', '2']
    >>> split_names("BF, 10x, GFP", ["BF, 10x", "GFP"])
    ['BF, 10x', 'GFP']
    """
    parts, whole = text.split(","), {name.casefold() for name in known}
    names: list[str] = []
    while parts:
        ends = range(len(parts), 0, -1)
        joined = ((end, ",".join(parts[:end]).strip()) for end in ends)
        # The longest name wins; what is none is taken for a name of its own, and refused later.
        end, name = next((e, n) for e, n in joined if n.casefold() in whole or e == 1)
        names += [name] if name else []
        parts = parts[end:]
    return names


def check_planes(text: str) -> str:
    """Refuse what are no numbers of planes, parted by commas.

    Raises
    ------
    ValueError
        As a validator of options does; it becomes an `OptionError`.
    """
    if not all(part.isdecimal() for part in split_names(text)):
        raise ValueError("give numbers of planes from 0, parted by commas, as in 0,4,8")
    return text


def spread_planes(image: CellImage, planes: Sequence[int] = ()) -> CellImage:
    """Make every focal plane of every channel a channel of its own, as a network takes them.

    Parameters
    ----------
    image
        With or without Z and T.
    planes
        Numbers of the planes to keep, in this order; none keeps all.

    Returns
    -------
    CellImage
        Axes ``CYX`` or ``TCYX``; the channels of a stack are called ``<channel> z<plane>``.

    Raises
    ------
    OptionError
        If there is no such plane, or it is not known whether they are time points.

    Examples
    --------
    >>> import numpy as np
    >>> from napari_seewhy.images import CellImage
    >>> stack = CellImage(np.zeros((1, 3, 8, 9)), "CZYX", ("phase",))
    >>> spread_planes(stack, [0, 2]).channels
    ('phase z0', 'phase z2')
    """
    n_planes = image.pixels.shape[image.axes.index("Z")] if "Z" in image.axes else 1
    chosen = list(planes) or list(range(n_planes))
    missing = [plane for plane in chosen if not 0 <= plane < n_planes]
    if missing:
        raise OptionError(
            f"There is no plane {missing[0]}; {_name(image)} has 0 to {n_planes - 1}."
        )
    if "Z" not in image.axes:
        return image
    if image.is_open and not planes:
        raise OptionError(
            f"{_name(image)} does not say whether its {n_planes} slices are focal planes or time "
            "points; name the planes (--planes), or say it (--slices)."
        )
    before: tuple[Any, ...] = (slice(None),) * image.axes.index("Z")
    pixels = image.pixels[(*before, chosen)]
    height, width = image.shape_yx
    names = tuple(f"{channel} z{plane}" for channel in image.channels for plane in chosen)
    return replace(
        image,
        pixels=pixels.reshape(*pixels.shape[: image.axes.index("C")], len(names), height, width),
        axes=image.axes.replace("Z", ""),
        channels=names,
        z_step_um=None,
    )


def match_channels(image: CellImage, wanted: Sequence[str]) -> CellImage:
    """Return the inputs of a model: by their names, by their planes, or all in their order.

    A stack has the planes of the model by their numbers, whatever its channel is called.

    Parameters
    ----------
    image
        Without Z, see `spread_planes`.
    wanted
        Names of the inputs of the model, in its order.

    Raises
    ------
    DataError
        If the image has some of the names only, or another number of channels.

    Examples
    --------
    >>> import numpy as np
    >>> from napari_seewhy.images import CellImage
    >>> image = CellImage(np.zeros((2, 8, 9)), "CYX", ("GFP", "phase"))
    >>> match_channels(image, ["Phase"]).channels
    ('phase',)
    >>> stack = CellImage(np.zeros((3, 8, 9)), "CYX", ("DIC z0", "DIC z1", "DIC z2"))
    >>> match_channels(stack, ["phase z2", "phase z0"]).channels
    ('DIC z2', 'DIC z0')
    """
    known = {name.casefold() for name in image.channels}
    if all(name.casefold() in known for name in wanted):
        return image.select(list(wanted))
    planes = _match_planes(image.channels, wanted)
    if planes:
        return image.select(planes)
    if len(image.channels) == len(wanted):
        return image
    raise DataError(
        f"{_name(image)} has the channels {_list(image.channels)} and the model takes "
        f"{len(wanted)}: {_list(wanted)}; choose the channels, or an image with as many planes."
    )


def _match_planes(names: Sequence[str], wanted: Sequence[str]) -> list[int]:
    """Return where the planes of a model stand in a stack of another name; empty if nowhere."""
    stack, model = (dict(map(_split_plane, some)) for some in (names, wanted))
    are_stacks = all(len(set(some.values())) == 1 and None not in some for some in (stack, model))
    if not are_stacks or not set(model) <= set(stack):
        return []
    return [list(stack).index(plane) for plane in model]


def _split_plane(name: str) -> tuple[int | None, str]:
    """Return the number of the plane, None where the name has none, and the channel's name."""
    match = re.fullmatch(r"(.*) z(\d+)", name)
    return (int(match[2]), match[1]) if match else (None, name)


def _list(names: Sequence[str]) -> str:
    return ", ".join(names) if len(names) <= 6 else f"{', '.join(names[:3])} ... {names[-1]}"


def _name(image: CellImage) -> str:
    return image.source or "the image"
