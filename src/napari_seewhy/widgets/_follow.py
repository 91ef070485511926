"""Listening to what outlives a widget, such as the viewer, but never after the widget's end."""

from __future__ import annotations

import weakref
from functools import partial
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable


def follow(signal: Any, slot: Callable[..., Any]) -> None:
    """Connect `signal` to a bound method of a widget, until that widget is destroyed.

    Parameters
    ----------
    signal
        Of napari or psygnal: anything with ``connect`` and ``disconnect``.
    slot
        A bound method of a ``QObject``; only a weak reference to it is kept.
    """
    signal.connect(slot)
    owner = slot.__self__  # type: ignore[attr-defined]
    owner.destroyed.connect(partial(_unfollow, signal, weakref.WeakMethod(slot)))


def _unfollow(signal: Any, slot: weakref.WeakMethod[Callable[..., Any]], *_: Any) -> None:
    # Where Python's half of the widget is gone as well, the signal has dropped the slot itself.
    if (alive := slot()) is not None:
        signal.disconnect(alive)
