"""What becomes of the inputs of a batch: one outcome for each, and the warnings of each."""

from __future__ import annotations

import contextlib
import warnings
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, Protocol, TypeAlias

from napari_seewhy.errors import SeewhyWarning

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

Status: TypeAlias = Literal["waiting", "running", "done", "skipped", "failed"]


class Job(Protocol):
    """One input of a batch: whatever the work needs to know, and its name in a report."""

    @property
    def title(self) -> str:
        """The name by which a person knows this input."""


@dataclass(frozen=True, slots=True)
class Result:
    """What the work on one input brought: files, figures for the record, things to know."""

    outputs: tuple[str, ...] = ()
    figures: Mapping[str, Any] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one input; the entries of ``inputs`` in the JSON of ``--json``.

    Attributes
    ----------
    input
        The input as a path, or as it was named where it led to no file.
    status
        "waiting", "running", "done"; "skipped" where whole outputs were found; "failed".
    reason
        Why it failed, in one sentence; else empty.
    warnings
        What the user may not expect, one sentence each.
    outputs
        Files that were written.
    results
        Figures such as the number of cells.
    traceback
        Only for an error that nobody foresaw: what to send to the developers.
    """

    input: str
    status: Status = "waiting"
    reason: str = ""
    warnings: tuple[str, ...] = ()
    outputs: tuple[str, ...] = ()
    results: Mapping[str, Any] = field(default_factory=dict)
    traceback: str = ""

    @property
    def name(self) -> str:
        """The input without its folders."""
        return Path(self.input).name

    def explain(self) -> str:
        """Say why it failed or was skipped, or what the user may not expect."""
        if self.status == "skipped":
            return "Its outputs are there and whole."
        return self.reason or " ".join(self.warnings)


def count_outcomes(outcomes: Iterable[Outcome]) -> str:
    """Say what became of the inputs.

    Examples
    --------
    >>> count_outcomes([Outcome("a", "done"), Outcome("b", "failed")])
    '1 done, 1 failed'
    """
    each = [outcome.status for outcome in outcomes]
    counts = {status: each.count(status) for status in ("done", "skipped", "failed")}
    return ", ".join(f"{n} {status}" for status, n in counts.items() if n)


@contextlib.contextmanager
def gather_warnings(*, pass_on: bool = False) -> Iterator[list[str]]:
    """Give a list that holds, after the block, each sentence the package warned of, once.

    Parameters
    ----------
    pass_on
        Whether to warn of them all the same, so that the record and the screen both have them.
    """
    sentences: list[str] = []
    caught: list[warnings.WarningMessage] = []
    try:
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always", SeewhyWarning)
            yield sentences
    finally:
        ours = (str(one.message) for one in caught if issubclass(one.category, SeewhyWarning))
        sentences.extend(dict.fromkeys(ours))
        for one in caught if pass_on else ():
            warnings.warn_explicit(one.message, one.category, one.filename, one.lineno)
