"""The engine: runs a task in a child process, so that the window stays alive."""

from napari_seewhy.engine.events import Cancelled, Event, Failed, Finished, Stepped, Warned
from napari_seewhy.engine.runner import TaskRunner

__all__ = ["Cancelled", "Event", "Failed", "Finished", "Stepped", "TaskRunner", "Warned"]
