"""What the command says: a progress bar and sentences on stderr, results on stdout."""

import contextlib
import json
import re
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Annotated, Any

from cyclopts import Group, Parameter
from rich.console import Console

from napari_seewhy.batch import BatchStep
from napari_seewhy.progress import Step

_GROUP = Group("Reporting", sort_key=100)
_TEXT_WIDTH = 36
_STEERING = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
"""Control codes, and what turns the direction of text round; not tabs and line breaks."""


@dataclass(frozen=True)
class OutputFiles:
    """Base of the arguments that name files to write; the paths in others are read."""


@Parameter(name="*", group=_GROUP)
@dataclass(frozen=True)
class Reporting:
    """How much the command says, and in which form.

    Attributes
    ----------
    quiet
        Show no progress bar and no summary; failures are still shown.
    as_json
        Write one JSON object to the standard output, for machines.
    """

    quiet: Annotated[bool, Parameter(negative="")] = False
    as_json: Annotated[bool, Parameter(name="--json", negative="")] = False

    def say(self, text: str) -> None:
        """Tell a person a result, unless it is to be quiet or machines are listening."""
        if not (self.quiet or self.as_json):
            _print(text, Console())

    def warn(self, text: str) -> None:
        """Tell a person on stderr, unless it is to be quiet."""
        if not self.quiet:
            _print(text, Console(stderr=True))

    def complain(self, text: str) -> None:
        """Tell a person on stderr of a failure, whatever was asked."""
        _print(text, Console(stderr=True))

    def give(self, document: Mapping[str, Any]) -> None:
        """Give machines the whole result, if they are listening."""
        if self.as_json:
            write_json_line(document)

    @contextlib.contextmanager
    def progress(self, n_inputs: int | None = None) -> Iterator["BatchBar"]:
        """Show how far the work is while the block runs, if somebody is looking.

        Parameters
        ----------
        n_inputs
            Inputs of a batch, which get a bar of their own; None for one long task.
        """
        from rich.progress import (
            BarColumn,
            MofNCompleteColumn,
            Progress,
            TextColumn,
            TimeRemainingColumn as Remaining,
        )
        from rich.table import Column

        console = Console(stderr=True)
        unseen = self.quiet or not console.is_terminal
        # A fixed width, so that the bars stay where they are when the text changes.
        text = Column(width=_TEXT_WIDTH, no_wrap=True, overflow="ellipsis")
        columns = (
            TextColumn("{task.description}", markup=False, table_column=text),
            BarColumn(bar_width=12),  # the words before it say more
            MofNCompleteColumn(),
            Remaining(),
        )
        with Progress(*columns, console=console, disable=unseen, transient=True) as bar:
            yield BatchBar(bar, n_inputs)


DEFAULT_REPORTING = Reporting()


class BatchBar:
    """Two bars: the inputs of a batch, and the steps of the input that is being worked on."""

    def __init__(self, bar: Any, n_inputs: int | None) -> None:
        self._bar = bar
        self._inputs = bar.add_task("Inputs", total=n_inputs, visible=n_inputs is not None)
        self._steps = bar.add_task("", total=None)

    def step(self, step: Step) -> None:
        """Show one step: of one long task, or of a batch and its current input."""
        if isinstance(step, BatchStep):
            self._bar.update(self._inputs, completed=step.done)
            if step.part is None:
                self._bar.reset(self._steps, description=printable(step.message), total=None)
                return
            step = step.part
        self._bar.update(
            self._steps,
            description=printable(step.message) or None,
            total=step.total or None,
            completed=step.done,
        )


def show_error(sentence: str, status: int, *, as_json: bool) -> None:
    """Say why the command ends with `status` when there is no other result to give."""
    _print(f"seewhy: {sentence}", Console(stderr=True))
    if as_json:
        write_json_line({"status": status, "error": sentence})


def write_json_line(document: Mapping[str, Any]) -> None:
    """Write one JSON object and a line break to the standard output."""
    # ASCII, because the encoding of a pipe on Windows may not know the characters of a path.
    sys.stdout.write(json.dumps(document, allow_nan=False) + "\n")
    sys.stdout.flush()


def _print(text: str, console: Console) -> None:
    # Plain and unwrapped: brackets in a path are no markup, the ":100:" of a variant is no emoji,
    # and a line can be copied whole.
    console.print(printable(text), markup=False, emoji=False, highlight=False, soft_wrap=True)


def printable(text: str) -> str:
    r"""Show what would steer a terminal as the numbers of its characters.

    Names of files, channels and classes, and the cards of models, may come from anybody.

    Examples
    --------
    >>> printable("\x1b[31mred\u202e")
    '\\x1b[31mred\\u202e'
    """
    return _STEERING.sub(lambda found: found[0].encode("unicode_escape").decode(), text)
