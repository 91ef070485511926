"""The command `seewhy`: its verbs, each loaded only when it is called, and its exit status."""

from __future__ import annotations

import contextlib
import io
import signal
import sys
import threading
import warnings
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cyclopts import App, CycloptsError, Parameter

from napari_seewhy import __version__
from napari_seewhy.batch import prepare_process
from napari_seewhy.cli.asking import translate_old_flags
from napari_seewhy.cli.telling import OutputFiles, Reporting, printable, show_error
from napari_seewhy.errors import OptionError, SeewhyError, is_memory_short
from napari_seewhy.files import check_output, explain_os_error, protecting

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

ALL_DONE, SOME_FAILED, UNUSABLE_ARGUMENTS, INTERRUPTED, TERMINATED = 0, 1, 2, 130, 143
"""The exit statuses; `docs/reference/command.md` tells the user of them."""

_WHOLE = "every file under its final name is whole."
_NO_MEMORY = (
    "There was not enough memory; close other programs, or take smaller images, a smaller network "
    "or smaller batches."
)

_WRITTEN = frozenset({"out", "study"})
"""Arguments of all commands that name what is written."""

_COMMANDS = {
    "segment": ("cells.segment:segment", "Find the cells of images and measure them."),
    "number": ("cells.number:number", "Number the separate areas of masks: masks become labels."),
    "crop": ("cells.crop:crop", "Cut one window per cell of segmented images into a sample set."),
    "samples": ("samples:app", "Inspect sample sets, or create one from other files."),
    "train": ("training.train:train", "Train a network to classify samples."),
    "train-segmenter": (
        "training.train_segmenter:train_segmenter",
        "Train a network to find nuclei, or train one further on your own images.",
    ),
    "tune": ("training.tune:tune", "Search for the best network and its training options."),
    "evaluate": ("training.evaluate:evaluate", "Evaluate a model."),
    "predict": ("training.predict:predict", "Predict the class of every sample."),
    "classify": ("cells.classify:classify", "Predict the class of every cell of images."),
    "compare": (
        "cells.compare:compare",
        "Count the classes of cells per image and per condition, such as per well.",
    ),
    "explain": (
        "cells.explain:explain",
        "Show which regions of every cell the predictions depend on.",
    ),
    "stain": (
        "stain.app:app",
        "Train, apply or evaluate a virtual immunostaining of phase contrast.",
    ),
    "epigenome": ("epigenome.app:app", "Draw, split, classify and explain pictures of genes."),
    "sequence": (
        "sequence.app:app",
        "Predict coverage from DNA, and show what each base is worth.",
    ),
    "genes": ("genes.app:app", "Convert, combine and test lists of genes."),
    "motifs": (
        "motifs.app:app",
        "Find motifs in aligned promoters, and which are conserved.",
    ),
    "models": ("library.models:app", "List, show, import, export or remove models."),
    "demo": ("demo:demo", "Segment, measure and crop the sample data in a real napari window."),
    "doctor": (
        "doctor.command:doctor",
        "Check this computer: what it has, and how to fix what is missing.",
    ),
}


class Terminated(KeyboardInterrupt):
    """The system asked the command to end."""


app = App(
    name="seewhy",
    help="See what a network sees in cells; `seewhy COMMAND --help` explains a command.",
    help_format="plaintext",
    version=__version__,
    default_parameter=Parameter(negative_iterable=()),
    suppress_keyboard_interrupt=False,
)
for _name, (_path, _help) in _COMMANDS.items():
    app.command(f"napari_seewhy.cli.{_path}", name=_name, help=_help)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run `seewhy` and return its exit status.

    Parameters
    ----------
    arguments
        The words after `seewhy`; None takes those of the running process.

    Returns
    -------
    int
        0 all done; 1 some inputs failed; 2 the arguments are unusable; 130 stopped by Ctrl-C; 143
        ended by the system (SIGTERM).
    """
    prepare_process()
    given = list(sys.argv[1:] if arguments is None else arguments)
    if isinstance(sys.stdout, io.TextIOWrapper):
        # A terminal that does not know a character of a path shows its number, and continues.
        sys.stdout.reconfigure(errors="backslashreplace")
    words = translate_old_flags(given, Reporting(quiet="--quiet" in given).warn)
    try:
        command, bound, _ = app.parse_args(words, exit_on_error=False, print_error=False)
        with _heeding_signals(), _printing_warnings(), protecting(_find_read(bound.arguments)):
            status = command(*bound.args, **bound.kwargs)
    except (CycloptsError, OptionError) as error:
        return _fail(words, f"{error}", UNUSABLE_ARGUMENTS)
    except SeewhyError as error:
        return _fail(words, f"{error}", SOME_FAILED)
    except Terminated:
        return _fail(words, f"Ended by the system; {_WHOLE}", TERMINATED)
    except KeyboardInterrupt:
        return _fail(words, f"Stopped; {_WHOLE}", INTERRUPTED)
    except OSError as error:
        named = error.filename if isinstance(error.filename, str) else "A file"
        sentence = explain_os_error(error, Path(named), "read or written")
        return _fail(words, sentence, SOME_FAILED)
    except (MemoryError, RuntimeError) as error:
        if not is_memory_short(error):
            raise
        return _fail(words, f"{_NO_MEMORY} {_WHOLE.capitalize()}", SOME_FAILED)
    return status if isinstance(status, int) else ALL_DONE


@contextlib.contextmanager
def _heeding_signals() -> Iterator[None]:
    """End as after Ctrl-C when the system asks for it, as at the end of a job's time."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    names = [name for name in ("SIGTERM", "SIGHUP") if hasattr(signal, name)]
    before = {getattr(signal, name): signal.getsignal(getattr(signal, name)) for name in names}
    # `nohup` has a closed terminal ignored.
    heeded = [number for number, handler in before.items() if handler == signal.SIG_DFL]
    try:
        for number in heeded:
            signal.signal(number, _terminate)
        yield
    finally:
        for number in heeded:
            signal.signal(number, signal.SIG_DFL)


@contextlib.contextmanager
def _printing_warnings() -> Iterator[None]:
    """Warn in letters that leave the terminal alone: names in a warning may come from anybody."""
    usual = warnings.formatwarning

    def form(*of: Any, **more: Any) -> str:
        return printable(usual(*of, **more))

    warnings.formatwarning = form
    try:
        yield
    finally:
        warnings.formatwarning = usual


def _terminate(number: int, frame: object) -> None:
    raise Terminated


def _find_read(arguments: Mapping[str, Any]) -> list[Path]:
    """Return the files that a command was given to read, which it may not write over.

    Raises
    ------
    OptionError
        If one of them is named as its output too.
    """
    named = {name: value for name, value in arguments.items() if name not in _WRITTEN}
    read = list(_find_paths(list(named.values())))
    for name in _WRITTEN & set(arguments):
        for path in _find_paths(arguments[name]):
            if path.is_file():
                check_output(path, inputs=read)
    return read


def _find_paths(value: Any) -> Iterator[Path]:
    """Give all words and paths that stand in arguments, however deep; most words are no paths."""
    if isinstance(value, str | Path):
        yield Path(value)
    elif isinstance(value, list | tuple):
        for one in value:
            yield from _find_paths(one)
    elif _is_options(value):
        yield from _find_paths(list(value.model_dump().values()))
    elif is_dataclass(value) and not isinstance(value, OutputFiles):
        for one in fields(value):
            yield from _find_paths(getattr(value, one.name))


def _is_options(value: Any) -> bool:
    """Say whether a value is options, without loading pydantic where nothing else did."""
    module = sys.modules.get("napari_seewhy.options")
    return module is not None and isinstance(value, module.Options)


def _fail(words: Sequence[str], sentence: str, status: int) -> int:
    show_error(sentence, status, as_json="--json" in words)
    return status
