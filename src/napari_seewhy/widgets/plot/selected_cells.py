"""Selected cells, outlined in the image, however many there are and through all frames.

The outlines are a Labels layer that holds no pixels of its own: it reads those of the labels and
lets through the edges of the cells that are selected, frame by frame as they are looked at. So
selecting costs the same whether ten cells are selected or a hundred thousand, and no layer of a
person is touched.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple
from weakref import WeakKeyDictionary

import numpy as np

from napari_seewhy.layers import METADATA_KEY
from napari_seewhy.widgets.parts.layers import take_away

if TYPE_CHECKING:
    from numpy.typing import NDArray

ROLE = "selected cells"
COLOR = "white"
_STEPS = ((-2, -1), (-2, 1), (-1, -1), (-1, 1))
"""The four neighbours of a pixel: axis and step."""

_PLACE = ("scale", "translate", "rotate", "shear", "affine", "units", "axis_labels")


class ChosenOutlines:
    """Outlines of those labels that are chosen; what napari takes for an array.

    napari can outline labels itself, with filters that take several times as long.

    Parameters
    ----------
    labels
        ``(..., Y, X)``, any array; the first axis is time where there are more than two.
    """

    def __init__(self, labels: Any) -> None:
        self.labels = labels
        self.is_chosen = np.zeros((1, 1), bool)
        """``(T, n)`` whether a number is there at a time point, or ``(1, n)`` for all of them."""
        self.shape = labels.shape
        self.dtype = labels.dtype
        self.ndim = len(labels.shape)

    def __getitem__(self, key: Any) -> NDArray[Any]:
        piece = np.asarray(self.labels[key])
        outlines = np.zeros_like(piece)
        if piece.ndim < 2 or not self.is_chosen.any():
            return outlines
        place = np.array(np.nonzero(find_edges(piece)))
        known = np.minimum(piece[tuple(place)], self.is_chosen.shape[1] - 1)
        place = place[:, self.is_chosen[self._time_of(key, place), known]]
        number = piece[tuple(place)]
        for axis, step in _STEPS:
            # As wide again outside, so that little of the cell is hidden.
            beside = place.copy()
            beside[axis] = np.clip(beside[axis] + step, 0, piece.shape[axis] - 1)
            is_free = piece[tuple(beside)] == 0
            outlines[tuple(beside[:, is_free])] = number[is_free]
        outlines[tuple(place)] = number
        return outlines

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> NDArray[Any]:
        """Read all of it, as napari does to save a layer."""
        return self[...].astype(dtype or self.dtype)

    def _time_of(self, key: Any, place: NDArray[np.intp]) -> Any:
        """Time points of pixels at `place` in the piece that was asked for by `key`."""
        if len(self.is_chosen) == 1:
            return 0
        t = np.arange(self.shape[0])[key[0] if isinstance(key, tuple) else key]
        return t[place[0]] if t.ndim else t


def find_edges(labels: NDArray[Any]) -> NDArray[np.bool_]:
    """Find the pixels of objects that touch another number.

    Examples
    --------
    >>> find_edges(np.array([[0, 1, 1, 1, 2, 0]])).astype(int)
    array([[0, 1, 0, 1, 1, 0]])
    """
    is_edge = np.zeros(labels.shape, bool)
    differs = labels[..., 1:, :] != labels[..., :-1, :]
    is_edge[..., 1:, :] |= differs
    is_edge[..., :-1, :] |= differs
    differs = labels[..., 1:] != labels[..., :-1]
    is_edge[..., 1:] |= differs
    is_edge[..., :-1] |= differs
    is_edge &= labels > 0
    return is_edge


class _Shown(NamedTuple):
    layer: Any
    levels: list[ChosenOutlines]


class SelectedCells:
    """Outlines the selected cells of each Labels layer, in a layer beside it.

    Parameters
    ----------
    viewer
        The viewer itself: `plain_viewer(napari_viewer)`.
    """

    def __init__(self, viewer: Any) -> None:
        self._viewer = viewer
        self._shown: WeakKeyDictionary[Any, _Shown] = WeakKeyDictionary()

    def show(
        self, layer: Any, t: NDArray[np.int64], label: NDArray[np.int64], *, by_frame: bool = False
    ) -> None:
        """Outline these cells of a layer and no others.

        Parameters
        ----------
        layer
            Labels layer of the cells.
        t, label
            ``(n,)`` time points and numbers of the selected cells.
        by_frame
            Whether a number is in several frames, and so means a cell only together with its frame.
        """
        if layer not in self._shown and not len(label):
            return
        self.prepare(layer)
        shown = self._shown[layer]
        n_frames = layer.data[0].shape[0] if layer.multiscale else layer.data.shape[0]
        is_chosen = _choose(t, label, n_frames if by_frame else 1)
        for level in shown.levels:
            level.is_chosen = is_chosen
        shown.layer.refresh(extent=False)

    def prepare(self, layer: Any) -> None:
        """Add the outlines of a layer, hidden and empty; napari takes its time for that."""
        labels = list(layer.data) if layer.multiscale else [layer.data]
        shown = self._shown.get(layer)
        if shown is None or shown.layer not in self._viewer.layers:
            levels = [ChosenOutlines(array) for array in labels]
            self._shown[layer] = _Shown(self._add(layer, levels), levels)
        elif any(a.labels is not b for a, b in zip(shown.levels, labels, strict=False)):
            levels = [ChosenOutlines(array) for array in labels]
            shown.layer.data = levels if layer.multiscale else levels[0]
            self._shown[layer] = _Shown(shown.layer, levels)

    def hide(self, layer: Any) -> None:
        """Take the outlines of a layer away."""
        shown = self._shown.pop(layer, None)
        if shown is not None and shown.layer in self._viewer.layers:
            take_away(self._viewer, shown.layer)

    def set_visible(self, layer: Any, is_visible: bool) -> None:
        """Show or hide the outlines of a layer, if there are any."""
        shown = self._shown.get(layer)
        # napari reads the pixels again even where nothing changes.
        if shown is not None and shown.layer.visible != is_visible:
            shown.layer.visible = is_visible

    def _add(self, layer: Any, levels: list[ChosenOutlines]) -> Any:
        """Add the layer without taking the selection away from the one a person works on."""
        active = self._viewer.layers.selection.active
        outlines = self._viewer.add_labels(
            levels if layer.multiscale else levels[0],
            multiscale=layer.multiscale,
            name=f"{ROLE} ({layer.name})",
            colormap={None: COLOR, 0: "transparent"},
            opacity=1.0,
            visible=False,
            metadata={METADATA_KEY: {"role": ROLE, "parent": layer.name}},
            **{name: getattr(layer, name) for name in _PLACE},
        )
        outlines.editable = False
        self._viewer.layers.selection.active = active
        return outlines


def _choose(t: NDArray[np.int64], label: NDArray[np.int64], n_frames: int) -> NDArray[np.bool_]:
    """Mark the chosen numbers ``(n_frames, n)``; the last, for all larger ones, is never chosen."""
    is_chosen = np.zeros((n_frames, int(label.max(initial=0)) + 2), bool)
    is_chosen[t if n_frames > 1 else 0, label] = True
    return is_chosen
