"""What the widgets of one viewer share: child processes, who uses them, cells and gene lists."""

from __future__ import annotations

import weakref
from pathlib import Path  # noqa: TC003 - read when the class is made
from typing import TYPE_CHECKING, Any

from psygnal import EventedModel
from pydantic import PrivateAttr

from napari_seewhy.engine import TaskRunner
from napari_seewhy.widgets.parts.viewer import CellSelection, keep_units_alike

if TYPE_CHECKING:
    from napari_seewhy.widgets.parts.viewer import SessionLists


class ViewerState(EventedModel):
    """State of one viewer, from the first widget that opens in it to the viewer's end.

    Attributes
    ----------
    busy
        Title of the widget whose task runs, "" while none does: one long task at a time.
    left
        How long that task still takes, as far as its pace tells: "at most 3 min left".
    model
        File of the classifier that was trained or chosen last, with which the next widget begins.
    samples
        File of the sample set that was saved or chosen last, in the same way.
    """

    busy: str = ""
    left: str = ""
    model: Path | None = None
    samples: Path | None = None
    _runner: TaskRunner = PrivateAttr(default_factory=TaskRunner)
    _selection: CellSelection = PrivateAttr(default_factory=CellSelection)
    _gene_lists: SessionLists | None = PrivateAttr(None)
    _beside: ViewerState | None = PrivateAttr(None)
    _n_users: int = PrivateAttr(0)

    @property
    def beside(self) -> ViewerState:
        """The state of short work, such as measuring, which a long task does not keep waiting.

        It has a child process of its own, which begins with the first such task.
        """
        if self._beside is None:
            self._beside = ViewerState()
        return self._beside

    @property
    def runner(self) -> TaskRunner:
        """Runs the tasks of all widgets, in one child process that stays warm between them."""
        return self._runner

    @property
    def selection(self) -> CellSelection:
        """The cells that are selected, in whatever widget."""
        return self._selection

    @property
    def gene_lists(self) -> SessionLists:
        """The lists of genes of the session."""
        if self._gene_lists is None:
            from napari_seewhy.widgets.parts.viewer import SessionLists

            self._gene_lists = SessionLists()
        return self._gene_lists

    def join(self) -> None:
        """Note that one more task row uses the runner."""
        self._n_users += 1

    def leave(self) -> None:
        """Note that a task row is gone; with the last one the child process ends."""
        self._n_users -= 1
        if self._n_users == 0:
            self._runner.close()


_STATES: weakref.WeakKeyDictionary[Any, ViewerState] = weakref.WeakKeyDictionary()


def plain_viewer(napari_viewer: Any) -> Any:
    """Return the viewer itself, where napari hands a plugin a proxy of it.

    The proxy wraps every layer again, so that no layer would be the same as itself.
    """
    return getattr(napari_viewer, "__wrapped__", napari_viewer)


def state_of(viewer: Any) -> ViewerState:
    """Return the state that all widgets of a viewer share."""
    plain = plain_viewer(viewer)
    if plain not in _STATES:
        _STATES[plain] = ViewerState()
        keep_units_alike(plain)
    return _STATES[plain]
