"""What a worker of a cluster runs: a look at what it has, then one job at a time."""

from __future__ import annotations

import threading
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar

from napari_seewhy import __version__
from napari_seewhy.batch import keep_work, prepare_process
from napari_seewhy.errors import FileError, TaskError
from napari_seewhy.files import protecting

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from napari_seewhy.batch import Work

P = ParamSpec("P")
R = TypeVar("R")

TOKEN = ".seewhy-"
"""What the name of the file begins with by which workers show that they see the outputs."""

_alone = threading.Lock()
_batch = ExitStack()
"""What holds on a worker for one batch."""


def prepare_there(work: Work[Any], seen: Sequence[Path], protected: tuple[Path, ...]) -> None:
    """Check the files and the work on a worker, which keeps the work and its network."""
    for path in seen:
        if not path.exists():
            shown = path.parent if path.name.startswith(TOKEN) else path
            raise FileError(
                f"{shown} is not there; inputs and outputs must lie in folders that every "
                "computer sees under the same path."
            )
    with _alone:
        prepare_process()
        # A worker of a running scheduler lives longer than a batch.
        _batch.close()
        _batch.enter_context(protecting(protected))
        keep_work(work).check()


def run_alone(version: str, fn: Callable[P, R], /, *args: P.args, **kwargs: P.kwargs) -> R:
    """Call a function while no other call runs in this process, whose threads share a network."""
    check_version(__version__, version, "A worker")
    with _alone:
        return fn(*args, **kwargs)


def check_version(found: str, wanted: str, who: str) -> None:
    """Refuse a worker with another version than the computer that asks it.

    Raises
    ------
    TaskError
        If the versions differ.
    """
    if found != wanted:
        raise TaskError(
            f"{who} has napari-seewhy {found}, and this computer {wanted}; install one version on "
            "both."
        )
