"""Annotations: the classes that a person assigns to samples; saved and undone one by one."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from napari_seewhy.errors import DataError, FileError, OptionError
from napari_seewhy.files import read_json, remove_file, write_text
from napari_seewhy.samples.storing import UNKNOWN, SampleSet
from napari_seewhy.samples.targeting import ClassBalance, count_classes

if TYPE_CHECKING:
    from collections.abc import Sequence


SUFFIX = ".annotations.json"
"""What stands behind the name of a sample set in the name of the file of its annotations."""

SCHEMA_VERSION = 1
_KIND = "napari-seewhy annotations"


class Answer(NamedTuple):
    """One change of a sample's class; -1 stands for unknown."""

    row: int
    before: int
    after: int


class Annotations:
    """The classes of a sample set as a person says them, beside the file until they are written.

    The sample set itself is left alone. Every answer is saved at once in a file beside it,
    ``<name>.annotations.json``, from which the next `Annotations` of the same samples continue.

    Parameters
    ----------
    path
        The sample set.

    Attributes
    ----------
    path, sidecar
        The sample set, and the file beside it; the latter is there once something was said.
    classes
        Names of the classes of the sample set, then of those that were added.
    target
        ``(N,)`` places in `classes`, -1 where unknown: of the sample set, and as answered since.

    Raises
    ------
    FileError
        If a file cannot be read.
    DataError
        If the annotations beside the sample set are of other samples.
    """

    def __init__(self, path: str | Path) -> None:
        self.path = Path(path)
        self.sidecar = sidecar_path(self.path)
        with SampleSet(self.path) as samples:
            self.classes = samples.classes
            self.target = samples.target.copy()
            self._fingerprint = _fingerprint(samples)
        self._answers: list[Answer] = []
        if self.sidecar.exists():
            self._replay(_read(self.sidecar))

    def __len__(self) -> int:
        """Return the number of samples."""
        return len(self.target)

    @property
    def n_known(self) -> int:
        """Number of samples whose class is known."""
        return int(np.count_nonzero(self.target >= 0))

    @property
    def n_answers(self) -> int:
        """Number of answers that can be taken back, and are not in the sample set yet."""
        return len(self._answers)

    @property
    def balance(self) -> ClassBalance | None:
        """How many samples there are of each class, None where there are no classes."""
        return count_classes(self.target, self.classes) if self.classes else None

    def add_class(self, name: str) -> None:
        """Add a class that samples may be of.

        Raises
        ------
        OptionError
            If there is one of this name, or it is empty.
        FileError
            If this cannot be saved; then nothing is changed.
        """
        name = name.strip()
        if not name:
            raise OptionError("The new class has no name; type one.")
        if name in self.classes:
            raise OptionError(f"There is a class {name} already; choose another name.")
        self._save((*self.classes, name), self._answers)
        self.classes = (*self.classes, name)

    def answer(self, row: int, name: str | None) -> None:
        """Assign a class to a sample, None for unknown.

        Raises
        ------
        OptionError
            If there is no such class.
        FileError
            If this cannot be saved; then nothing is changed.
        """
        if name is not None and name not in self.classes:
            known = ", ".join(self.classes) or "none yet"
            raise OptionError(f"There is no class {name}; the classes are {known}.")
        after = UNKNOWN if name is None else self.classes.index(name)
        answer = Answer(int(row), int(self.target[row]), after)
        if answer.after == answer.before:
            return
        self._save(self.classes, [*self._answers, answer])
        self._answers.append(answer)
        self.target[row] = after

    def undo(self) -> int | None:
        """Take the last answer back and return its row; None where there is none.

        Raises
        ------
        FileError
            If this cannot be saved; then nothing is changed.
        """
        if not self._answers:
            return None
        self._save(self.classes, self._answers[:-1])
        last = self._answers.pop()
        self.target[last.row] = last.before
        return last.row

    def name_of(self, row: int) -> str | None:
        """Return the class of a sample, None where it is unknown."""
        place = int(self.target[row])
        return None if place < 0 else self.classes[place]

    def describe(self) -> str:
        """Say how far it is: "134 of 300 known"."""
        return f"{self.n_known:,} of {len(self):,} known"

    def forget(self) -> None:
        """Remove the file of annotations, once they are written into the sample set.

        Raises
        ------
        FileError
            If it cannot be removed.
        """
        remove_file(self.sidecar)
        self._answers.clear()

    def _save(self, classes: Sequence[str], answers: Sequence[Answer]) -> None:
        content = {
            "kind": _KIND,
            "schema_version": SCHEMA_VERSION,
            "samples": self._fingerprint,
            "classes": list(classes),
            "answers": answers,
        }
        # On one line: with thousands of answers an indented file would be slow to write.
        write_text(self.sidecar, json.dumps(content, ensure_ascii=False) + "\n")

    def _replay(self, content: dict[str, Any]) -> None:
        if content["samples"] != self._fingerprint:
            raise DataError(
                f"{self.sidecar} holds annotations of other samples than {self.path.name} has now; "
                "move it away to start again."
            )
        classes = tuple(content["classes"])
        answers = content["answers"]
        if classes[: len(self.classes)] != self.classes or not _fit(answers, len(self), classes):
            raise DataError(
                f"{self.sidecar} does not fit the classes {', '.join(self.classes) or 'none'} of "
                f"{self.path.name}; move it away to start again."
            )
        self.classes, self._answers = classes, answers
        for answer in answers:
            self.target[answer.row] = answer.after


def open_annotated(path: str | Path) -> SampleSet:
    """Open a sample set with the answers that a person has given since it was written.

    Returns
    -------
    SampleSet
        Its `classes` and `target` hold the answers of the annotations beside the file, and
        `sources` names that file too, where there is one.

    Raises
    ------
    FileError
        If a file cannot be read.
    DataError
        If the annotations beside the sample set are of other samples.
    """
    samples = SampleSet(path)
    if sidecar_path(samples.path).exists():
        try:
            known = Annotations(path)
        except Exception:
            samples.close()
            raise
        samples.classes, samples.target = known.classes, known.target
        samples.sources = (samples.path, known.sidecar)
    return samples


def sidecar_path(path: Path) -> Path:
    """Return where the annotations of a sample set stand until they are written into it."""
    return path.with_name(path.name + SUFFIX)


def _read(sidecar: Path) -> dict[str, Any]:
    content: dict[str, Any] = read_json(sidecar)
    try:
        if content["kind"] == _KIND and content["schema_version"] > SCHEMA_VERSION:
            raise FileError(f"{sidecar} is of a newer version of napari-seewhy; update it.")
        is_ours = content["kind"] == _KIND and {"samples", "classes"} <= set(content)
        content["answers"] = [Answer(*map(int, answer)) for answer in content["answers"]]
    except (TypeError, KeyError, ValueError):
        is_ours = False
    if not is_ours:
        raise FileError(f"{sidecar} holds no annotations of ours; move it away to start again.")
    return content


def _fit(answers: Sequence[Answer], n_samples: int, classes: Sequence[str]) -> bool:
    """Whether all answers are about samples and classes that there are."""
    return all(
        0 <= answer.row < n_samples
        and min(answer.before, answer.after) >= UNKNOWN
        and max(answer.before, answer.after) < len(classes)
        for answer in answers
    )


def _fingerprint(samples: SampleSet) -> str:
    """Tell samples from others by what stays the same when only their classes are changed.

    Shape, channels, groups and origins, and the pixels of three samples; a whole set would take
    seconds to read.
    """
    told = hashlib.sha256(repr((samples.pixels.shape, samples.channels)).encode())
    told.update("\0".join(map(str, samples.group)).encode())
    told.update(samples.origin.to_csv().encode())
    if len(samples):
        told.update(samples.read_pixels([0, len(samples) // 2, len(samples) - 1]).tobytes())
    return told.hexdigest()
