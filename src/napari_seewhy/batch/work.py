"""`Work`: what is done to each input of a batch, and how it travels to other processes."""

from __future__ import annotations

from dataclasses import fields
from typing import (
    TYPE_CHECKING,
    Any,
    ClassVar,
    NamedTuple,
    Protocol,
    Self,
    TypeVar,
    runtime_checkable,
)

from napari_seewhy.batch.outcome import Job

if TYPE_CHECKING:
    from concurrent.futures import Executor
    from pathlib import Path

    from napari_seewhy.batch.outcome import Result
    from napari_seewhy.progress import Task

JobT = TypeVar("JobT", bound=Job, contravariant=True)


class Work(Protocol[JobT]):
    """What is done to each input of a batch; it can be pickled, and is small, to travel."""

    def check(self) -> None:
        """Raise what would make every input fail."""

    def is_done(self, job: JobT) -> bool:
        """Whether whole outputs of this input are there."""

    def steps(self, job: JobT) -> Task[Result]:
        """Work on one input and write its outputs."""


class Spread(NamedTuple):
    """Where one large input is divided among processes.

    Attributes
    ----------
    executor
        The processes.
    folder
        For what they find until it is put together; each of them sees it under this path.
    """

    executor: Executor
    folder: Path


@runtime_checkable
class Divisible(Protocol):
    """Work that can divide a single input among processes."""

    def over(self, executor: Executor) -> Self:
        """Return the same work, which stays in this process and divides what it works on."""


class Portable:
    """Base of frozen dataclasses that travel as their fields alone.

    What they keep beside their fields, such as a network, stays where it is, and is read again
    where it is next asked for.
    """

    TRAVELS: ClassVar[tuple[str, ...]] = ()
    """Cached properties that travel too, because they are small and slow to find."""

    def __getstate__(self) -> dict[str, Any]:
        known = vars(self)
        names = [field.name for field in fields(self)]  # type: ignore[arg-type]  # subclasses are dataclasses
        return {name: known[name] for name in (*names, *self.TRAVELS) if name in known}
