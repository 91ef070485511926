"""`Review`: the classes that readers assign to pictures of genes; saved and undone one by one."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from napari_seewhy.epigenome.pictures import spell_class
from napari_seewhy.epigenome.sampling import (
    CONSENSUS,
    Agreement,
    agreed_classes,
    compare_readers,
)
from napari_seewhy.errors import OptionError
from napari_seewhy.tables import read_table, write_table

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from napari_seewhy.epigenome.pictures import PictureSet

REVIEW_SUFFIX = ".review.csv"
"""What stands behind the name of a folder or table in the name of the file of its review."""

COLUMNS = ("file", "gene", "compound", "exposure", "reader", "class", "note", "when")


@dataclass(frozen=True, slots=True)
class Call:
    """The answer of one reader for one picture.

    Attributes
    ----------
    name
        The class, "" where only a note was taken.
    note
        In the reader's words.
    when
        UTC, ISO 8601.
    """

    name: str = ""
    note: str = ""
    when: str = ""


class Review:
    """The answers of readers for the pictures of a set, in a table (.csv) beside them.

    Every reader's words are kept apart, so that a second one can read without being led; the reader
    `CONSENSUS` sees all of them, and decides. The table has one line per picture and reader:
    ``file``, ``gene``, ``compound``, ``exposure``, ``reader``, ``class``, ``note``, ``when``;
    `seewhy epigenome import --class-table` reads the consensus, and else what readers agree on.

    Parameters
    ----------
    pictures
        The pictures.
    path
        The table, None for the one beside the pictures. What stands in it of other pictures stays.

    Raises
    ------
    FileError, DataError
        If the table cannot be read or lacks a column.
    """

    def __init__(self, pictures: PictureSet, path: Path | None = None) -> None:
        self.path = path or review_path(pictures.path)
        self._pictures = pictures.table[list(COLUMNS[:4])]
        self._calls: dict[tuple[str, int], Call] = {}
        self._others: list[dict[str, str]] = []
        self._past: list[tuple[str, int, Call]] = []
        self._seen: tuple[int, int] | None = None
        self._load()

    @property
    def readers(self) -> tuple[str, ...]:
        """Everyone who said something, in the order in which they began; not the consensus."""
        return tuple(dict.fromkeys(who for who, _ in self._calls if who != CONSENSUS))

    def call(self, reader: str, row: int) -> Call:
        """Return the answer of a reader for a picture."""
        return self._calls.get((reader, row), Call())

    def names(self, reader: str) -> NDArray[Any]:
        """Return the answer of a reader for every picture: ``(N,)`` str, "" where nothing.

        The consensus is what was decided under its name, and else what all readers agree on.
        """
        names = np.full(len(self._pictures), "", object)
        for (who, row), call in self._calls.items():
            if who == reader:
                names[row] = call.name
        if reader == CONSENSUS and self.readers:
            agreed = agreed_classes(np.array([self.names(who) for who in self.readers], object))
            return np.where(names == "", agreed, names)
        return names

    def say(self, reader: str, row: int, name: str) -> None:
        """Assign a class to a picture, "" to remove its class; saved at once.

        Raises
        ------
        OptionError
            If the reader has no name.
        FileError
            If it cannot be saved; then nothing is changed.
        """
        self._change(reader, row, replace(self.call(reader, row), name=spell_class(name)))

    def take_note(self, reader: str, row: int, note: str) -> None:
        """Write a note about a picture; saved at once.

        Raises
        ------
        OptionError, FileError
            As `say`.
        """
        self._change(reader, row, replace(self.call(reader, row), note=note.strip()))

    def undo(self) -> int | None:
        """Take the last word of this session back and return its row; None where there is none.

        Raises
        ------
        FileError
            If it cannot be saved; then nothing is changed.
        """
        if not self._past:
            return None
        reader, row, before = self._past[-1]
        self._set(reader, row, before)
        self._past.pop()
        return row

    def compare(self, first: str, second: str) -> Agreement:
        """Say how far two readers agree."""
        return compare_readers(self.names(first), self.names(second))

    def _change(self, reader: str, row: int, call: Call) -> None:
        if not reader.strip():
            raise OptionError("The reader has no name; type a name or initials first.")
        before = self.call(reader, row)
        if (call.name, call.note) == (before.name, before.note):
            return
        now = datetime.now(UTC).isoformat(timespec="seconds")
        self._set(reader, row, replace(call, when=now))
        self._past.append((reader, row, before))

    def _set(self, reader: str, row: int, call: Call) -> None:
        if self._stamp() not in (None, self._seen):
            # Somebody reads the same pictures in another window or on another computer.
            self._load()
        calls = self._calls | {(reader, row): call}
        if not (call.name or call.note):
            del calls[reader, row]
        self._save(calls)
        self._calls = calls

    def _save(self, calls: dict[tuple[str, int], Call]) -> None:
        import pandas as pd

        rows = [row for _, row in calls]
        said = self._pictures.iloc[rows].reset_index(drop=True)
        said["reader"] = [reader for reader, _ in calls]
        said["class"] = [call.name for call in calls.values()]
        said["note"] = [call.note for call in calls.values()]
        said["when"] = [call.when for call in calls.values()]
        table = pd.concat([pd.DataFrame(self._others, columns=list(COLUMNS)), said])
        write_table(self.path, table)
        self._seen = self._stamp()

    def _stamp(self) -> tuple[int, int] | None:
        """Return what changes whenever the table is written, None where there is none."""
        try:
            found = self.path.stat()
        except OSError:
            return None
        return found.st_mtime_ns, found.st_size

    def _load(self) -> None:
        self._seen = self._stamp()
        if not self.path.is_file():
            return
        table = read_table(self.path, COLUMNS, text_columns=COLUMNS).fillna("")
        rows = {file: row for row, file in enumerate(self._pictures["file"])}
        self._calls, self._others = {}, []
        for said in table.to_dict("records"):
            row = rows.get(said["file"])
            if row is None:
                self._others.append({str(key): str(value) for key, value in said.items()})
            else:
                call = Call(said["class"], said["note"], said["when"])
                self._calls[said["reader"], row] = call


def review_path(path: Path) -> Path:
    """Return where the review of a folder or table is kept: in the folder, beside the table."""
    path = Path(path)
    if path.is_dir():
        return path / f"pictures{REVIEW_SUFFIX}"
    return path.with_name(f"{path.stem}{REVIEW_SUFFIX}")
