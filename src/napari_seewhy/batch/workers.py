"""`Workers`: an executor of several processes that outlives one of them, here or far away."""

from __future__ import annotations

from abc import abstractmethod
from concurrent.futures import Executor
from typing import TYPE_CHECKING, Any, ClassVar

if TYPE_CHECKING:
    from collections.abc import Sequence

    from napari_seewhy.batch.outcome import Job
    from napari_seewhy.batch.work import Work
    from napari_seewhy.progress import Task


class Workers(Executor):
    """Base of the executors of a batch.

    A call whose process was killed ends with `BrokenExecutor`, and other calls can follow.

    Attributes
    ----------
    n_tries
        How often a job is tried whose process is killed.
    share_fate
        Whether all calls that were submitted are lost with one process, so that only a call that
        runs alone shows whether it is the one that kills.
    """

    n_tries: int = 2
    share_fate: ClassVar[bool] = True

    @property
    @abstractmethod
    def n_ahead(self) -> int:
        """How many calls keep every process busy."""

    def prepare_steps(self, work: Work[Any], jobs: Sequence[Job]) -> Task[None]:
        """Make the processes ready for a batch, and refuse what would make every job fail there.

        Raises
        ------
        SeewhyError
            If they cannot do it.
        """
        yield from ()
