"""Selected cells, outlined in the image, however many there are and through all frames.

The outlines are a Labels layer that holds no pixels of its own: it reads those of the labels and
lets through the numbers that are selected, frame by frame as they are looked at. So selecting costs
the same whether ten cells are selected or a hundred thousand, and no layer of a person is touched.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

import numpy as np

from napari_seewhy.layers import METADATA_KEY

if TYPE_CHECKING:
    from numpy.typing import NDArray

ROLE = "selected cells"
COLOR = "white"
_WIDTH_PX = 2
_PLACE = ("scale", "translate", "rotate", "shear", "affine", "units", "axis_labels")


class ChosenLabels:
    """Labels of which only some are there; what napari takes for an array.

    Parameters
    ----------
    labels
        ``(..., Y, X)``, any array; the first axis is time where there are more than two.
    is_chosen
        ``(T, n)`` whether a number is there at a time point, or ``(1, n)`` for all of them.
    """

    def __init__(self, labels: Any, is_chosen: NDArray[np.bool_]) -> None:
        self._labels = labels
        self.is_chosen = is_chosen
        self.shape = labels.shape
        self.dtype = labels.dtype
        self.ndim = len(labels.shape)

    def __getitem__(self, key: Any) -> NDArray[Any]:
        piece = np.asarray(self._labels[key])
        if not self.is_chosen.any():
            return np.zeros_like(piece)
        number = np.minimum(piece, self.is_chosen.shape[1] - 1)
        if len(self.is_chosen) == 1:
            return np.where(self.is_chosen[0][number], piece, 0)
        first = key[0] if isinstance(key, tuple) else key
        t = np.arange(len(self.is_chosen))[first]
        t = t.reshape(t.shape + (1,) * (piece.ndim - t.ndim))
        return np.where(self.is_chosen[t, number], piece, 0)

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> NDArray[Any]:
        """Read all of it, as napari does to save a layer."""
        return self[...].astype(dtype or self.dtype)


class SelectedCells:
    """Outlines the selected cells of each Labels layer, in a layer that comes and goes.

    Parameters
    ----------
    viewer
        The viewer itself: `plain_viewer(napari_viewer)`.
    """

    def __init__(self, viewer: Any) -> None:
        self._viewer = viewer
        self._outlines: WeakKeyDictionary[Any, Any] = WeakKeyDictionary()

    def show(
        self, layer: Any, t: NDArray[np.int64], label: NDArray[np.int64], *, by_frame: bool = False
    ) -> None:
        """Outline these cells of a layer and no others; none takes the outlines away.

        Parameters
        ----------
        layer
            Labels layer of the cells.
        t, label
            ``(n,)`` time points and numbers of the selected cells.
        by_frame
            Whether a number is in several frames, and so means a cell only together with its frame.
        """
        if not len(label):
            self.hide(layer)
            return
        outlines = self._outlines.get(layer)
        levels = layer.data if layer.multiscale else [layer.data]
        is_chosen = _choose(t, label, len(levels[0]) if by_frame else 1)
        chosen = [ChosenLabels(level, is_chosen) for level in levels]
        data = chosen if layer.multiscale else chosen[0]
        if outlines is None or outlines not in self._viewer.layers:
            self._outlines[layer] = self._add(layer, data)
        else:
            outlines.data = data

    def hide(self, layer: Any) -> None:
        """Take the outlines of a layer away."""
        outlines = self._outlines.pop(layer, None)
        if outlines is not None and outlines in self._viewer.layers:
            self._viewer.layers.remove(outlines)

    def _add(self, layer: Any, data: Any) -> Any:
        """Add the layer without taking the selection away from the one a person works on."""
        active = self._viewer.layers.selection.active
        outlines = self._viewer.add_labels(
            data,
            multiscale=layer.multiscale,
            name=f"{ROLE} ({layer.name})",
            colormap={None: COLOR, 0: "transparent"},
            opacity=1.0,
            metadata={METADATA_KEY: {"role": ROLE, "parent": layer.name}},
            **{name: getattr(layer, name) for name in _PLACE},
        )
        outlines.contour = _WIDTH_PX
        outlines.editable = False
        self._viewer.layers.selection.active = active
        return outlines


def _choose(t: NDArray[np.int64], label: NDArray[np.int64], n_frames: int) -> NDArray[np.bool_]:
    """Mark the chosen numbers ``(n_frames, n)``; the last, for all larger ones, is never chosen."""
    is_chosen = np.zeros((n_frames, int(label.max()) + 2), bool)
    is_chosen[t if n_frames > 1 else 0, label] = True
    return is_chosen
