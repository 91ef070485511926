"""Listening to what outlives a widget, such as the viewer, but never after the widget's end."""

from __future__ import annotations

import weakref
from contextlib import suppress
from functools import cache, partial
from itertools import count
from typing import TYPE_CHECKING, Any, NamedTuple

from qtpy.QtCore import QObject, Qt, Signal

if TYPE_CHECKING:
    from collections.abc import Callable

    from qtpy.QtWidgets import QWidget

_NUMBERS = count()


class _Waiting(NamedTuple):
    """What is done at the end of a widget, and what Qt calls then."""

    act: Callable[[], object]
    end: Callable[..., None]


_WAITING: dict[int, _Waiting] = {}
"""What waits for the end of a widget, kept here and by nothing that the widget refers to."""


def follow(signal: Any, slot: Callable[..., Any], owner: QObject | None = None) -> None:
    """Connect `signal` to a bound method of a widget, until that widget is destroyed.

    Parameters
    ----------
    signal
        Of napari or psygnal: anything with ``connect`` and ``disconnect``.
    slot
        A bound method of a ``QObject``; only a weak reference to it is kept.
    owner
        Whose end is the end of listening, where it is not the object of the method.
    """
    signal.connect(slot)
    # An empty list of Qt's is false, so that "or" would pass it over.
    end = slot.__self__ if owner is None else owner  # type: ignore[attr-defined]  # a bound method has it
    at_end_of(end, partial(_unfollow, signal, weakref.WeakMethod(slot)))


def follow_mouse(viewer: Any, callback: Callable[..., Any], owner: QObject) -> None:
    """Have napari call a bound method with every press of the mouse, until its owner is destroyed.

    Parameters
    ----------
    viewer
        The viewer itself: `plain_viewer(napari_viewer)`.
    callback
        A bound method that takes the viewer and the event.
    owner
        Whose end is the end of listening.
    """
    viewer.mouse_drag_callbacks.append(callback)
    # The list holds the method and so its owner: a strong reference would keep all of them.
    at_end_of(owner, partial(_unfollow_mouse, weakref.ref(viewer), weakref.WeakMethod(callback)))


def is_open(widget: QWidget) -> bool:
    """Whether a widget is open in its dock and not behind a tab; a closed one stays silent.

    Not `isVisible`, which also asks whether napari's window is shown.
    """
    return bool(widget.isVisibleTo(widget.window()))


def at_end_of(owner: QObject, act: Callable[[], object]) -> None:
    """Call `act` once, in Qt's thread, when Qt destroys `owner` or after Python collected it.

    Parameters
    ----------
    owner
        Any object of Qt.
    act
        It may hold neither the owner nor the viewer but weakly, or they would never be collected.
        It is kept here, and not by Qt alone: what dies together with its widget may have been
        emptied before Qt calls it, which ends the program.
    """
    number = next(_NUMBERS)
    end = partial(_end, number)
    _WAITING[number] = _Waiting(act, end)
    owner.destroyed.connect(end)
    # Of a widget that is collected Qt says nothing, if its connections went first.
    weakref.finalize(owner, _tell, _collected(), number).atexit = False


class _Collected(QObject):
    """Tells Qt's thread, at its next turn, whose widget was collected.

    Collecting may happen in any thread and in the midst of anything. And what is collected together
    dies at once but is distinguished: a signal may still hold a slot whose owner is gone, fail at
    it, and leave those that come after it in the dark.
    """

    number = Signal(int)

    def __init__(self) -> None:
        super().__init__()
        self.number.connect(_end, Qt.ConnectionType.QueuedConnection)


@cache
def _collected() -> _Collected:
    return _Collected()


def _tell(collected: _Collected, number: int) -> None:
    # What is left over is collected while Python ends; Qt's half of the signal may be gone by then.
    with suppress(RuntimeError):
        collected.number.emit(number)


def _end(number: int, *_: Any) -> None:
    if (waiting := _WAITING.pop(number, None)) is not None:
        waiting.act()


def _unfollow(signal: Any, slot: weakref.WeakMethod[Callable[..., Any]]) -> None:
    # Where Python's half of the widget is gone as well, the signal has dropped the slot itself.
    if (alive := slot()) is not None:
        signal.disconnect(alive)


def _unfollow_mouse(
    viewer: weakref.ReferenceType[Any], callback: weakref.WeakMethod[Callable[..., Any]]
) -> None:
    alive, known = viewer(), callback()
    if alive is not None and known in alive.mouse_drag_callbacks:
        alive.mouse_drag_callbacks.remove(known)
