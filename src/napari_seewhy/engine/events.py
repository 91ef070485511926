"""The events of a task: steps on the way, then exactly one end."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

if TYPE_CHECKING:
    from napari_seewhy.errors import SeewhyError
    from napari_seewhy.progress import Step


@dataclass(frozen=True, slots=True)
class Stepped:
    """The task is under way and has come to `step`."""

    step: Step


@dataclass(frozen=True, slots=True)
class Warned:
    """The task did something that the person may not expect, and continues."""

    message: str


@dataclass(frozen=True, slots=True, eq=False)
class Finished:
    """The task is done and returned `result`."""

    result: Any


@dataclass(frozen=True, slots=True, eq=False)
class Failed:
    """The task broke off; `error` says why in one sentence, its notes hold the traceback."""

    error: SeewhyError


@dataclass(frozen=True, slots=True)
class Cancelled:
    """The task was stopped because the person asked for it; there is no result."""


Event: TypeAlias = Stepped | Warned | Finished | Failed | Cancelled
"""One report of a task."""

ENDS = (Finished, Failed, Cancelled)
"""The events after which nothing more comes."""
