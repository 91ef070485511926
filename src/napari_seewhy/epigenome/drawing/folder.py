"""The folder of drawn pictures: its table, its numeric tracks, and what is done in it already."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from pydantic import BaseModel, ConfigDict, Field, NonNegativeInt

from napari_seewhy.epigenome.drawing.compounds import TRACK_COLUMNS
from napari_seewhy.epigenome.drawing.options import DrawOptions
from napari_seewhy.epigenome.pictures import (
    TABLE_NAME,
    TRACKS_NAME,
    read_picture_table,
    write_picture_table,
)
from napari_seewhy.errors import OptionError
from napari_seewhy.files import hash_file, write_json, writing
from napari_seewhy.record import InputFile, Record, make_record, read_record
from napari_seewhy.samples.storing import opening_npz

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from napari_seewhy.epigenome.drawing.compounds import CompoundTracks

RECORD_NAME = "record.json"
VERB = "epigenome draw"
_FREE_OPTIONS = {"n_workers"}
"""Options that change nothing in a picture."""


class _DrawnCompound(BaseModel):
    model_config = ConfigDict(extra="allow")

    inputs: dict[str, InputFile]
    n_pictures: NonNegativeInt


class _Drawn(BaseModel):
    model_config = ConfigDict(extra="allow")

    top: float | None
    compounds: dict[str, _DrawnCompound]


class DrawnRecord(BaseModel):
    """The record in a folder of drawn pictures."""

    options: dict[str, Any]
    inputs: list[InputFile] = Field(min_length=1)
    results: _Drawn


class DrawnFolder:
    """Pictures of all compounds that were drawn so far, in one folder.

    Parameters
    ----------
    path
        The folder; it need not be there yet.
    genes
        File of the genes.
    options
        How pictures are drawn.

    Raises
    ------
    OptionError
        If pictures of other genes, or drawn otherwise, are in the folder.
    FileError
        If its record cannot be read.
    """

    def __init__(self, path: Path, genes: Path, options: DrawOptions) -> None:
        self.path, self.genes, self.options = path, genes, options
        self._genes_hash = hash_file(genes)
        self._hashes: dict[Path, str] = {}
        record_path = path / RECORD_NAME
        self._results: dict[str, Any] = {"top": None, "compounds": {}}
        if record_path.is_file():
            self._results = self._read_record(record_path)
        if not all((path / name).is_file() for name in (TABLE_NAME, TRACKS_NAME)):
            self._results["compounds"] = {}
        self._table: pd.DataFrame | None = None

    @property
    def top(self) -> float | None:
        """Signal that fills the panel of chromatin in the pictures that are there."""
        top: float | None = self._results["top"]
        return top

    def has(self, compound: CompoundTracks) -> bool:
        """Say whether the pictures of a compound are all there, drawn from the same tracks.

        Raises
        ------
        OptionError
            If they were drawn from other tracks.
        FileError
            If the table of pictures cannot be read.
        """
        before = self._results["compounds"].get(compound.folder)
        if before is None:
            return False
        now = self.describe(compound)
        if _hashes_of(before["inputs"]) != _hashes_of(now):
            raise OptionError(
                f"{self.path} holds pictures of {compound.folder or 'other tracks'} that were "
                "drawn from other tracks; choose another folder, or another name of the compound."
            )
        if self._table is None:
            self._table = read_picture_table(self.path / TABLE_NAME)
        # What was deleted by hand since is redrawn.
        files = self._table["file"].iloc[slice(*self._rows_of(compound))]
        return all((self.path / file).is_file() for file in files)

    def add(
        self,
        compound: CompoundTracks,
        added: pd.DataFrame,
        values: NDArray[np.float32],
        names: tuple[str, ...],
        *,
        top: float,
        **figures: Any,
    ) -> None:
        """Take up the pictures of one compound, which are drawn: table, numeric tracks and record.

        Parameters
        ----------
        compound
            Which.
        added
            Its rows of the table.
        values, names
            Its numeric tracks ``(n, C, n_bins)`` and what they are.
        top
            Signal that fills the panel of chromatin.
        figures
            Further ones, for the record.

        Raises
        ------
        OptionError
            If the tracks differ from those that are there: some have a control and others not.
        """
        rows = added
        if self._results["compounds"]:
            table, known = self._read_known(names)
            start, stop = self._rows_of(compound)
            rows = pd.concat([table[:start], added, table[stop:]], ignore_index=True)
            values = np.concatenate([known[:start], values, known[stop:]])
        with writing(self.path / TRACKS_NAME) as part, part.open("wb") as stream:
            np.savez_compressed(stream, values=values, names=np.array(names))
        write_picture_table(self.path / TABLE_NAME, rows)
        self._table = rows
        done = {"inputs": self.describe(compound), "n_pictures": len(added)} | figures
        self._results["compounds"][compound.folder] = done
        self._results["n_pictures"] = len(rows)
        self._results["top"] = top
        record = make_record(VERB, self.options, [self.genes], **self._results)
        write_json(self.path / RECORD_NAME, record)

    def _rows_of(self, compound: CompoundTracks) -> tuple[int, int]:
        """Return from where to where a compound stands in the table; one that is new, at its end.

        When redrawn, it keeps its place, so that table and record agree even if the run is
        killed between the two.
        """
        start = 0
        for name, done in self._results["compounds"].items():
            stop = start + done["n_pictures"]
            if name == compound.folder:
                return start, stop
            start = stop
        return start, start

    def _read_known(self, names: tuple[str, ...]) -> tuple[pd.DataFrame, NDArray[np.float32]]:
        """Return what is there of finished compounds; a run that was killed may have left more."""
        table = read_picture_table(self.path / TABLE_NAME)
        with opening_npz(self.path / TRACKS_NAME) as archive:
            values, known = archive.read("values"), tuple(map(str, archive.read("names")))
        if known != names:
            raise OptionError(
                f"{self.path} holds pictures with the tracks {', '.join(known)} and not "
                f"{', '.join(names)}; draw samples with and without control in two folders."
            )
        n = sum(done["n_pictures"] for done in self._results["compounds"].values())
        return table.iloc[:n], values[:n]

    def describe_drawing(self) -> dict[str, Any]:
        """Return what all pictures have in common: genes and options that change a picture."""
        options = self.options.model_dump(mode="json", exclude=_FREE_OPTIONS)
        return {"genes": self._genes_hash, "options": options}

    def describe(self, compound: CompoundTracks) -> dict[str, dict[str, str]]:
        """Return path and SHA-256 of each track of a compound; each file is read once."""
        found = {}
        for name in TRACK_COLUMNS:
            path = getattr(compound, name)
            if path is not None:
                self._hashes[path] = self._hashes.get(path) or hash_file(path)
                found[name] = {"path": str(path), "sha256": self._hashes[path]}
        return found

    def _read_record(self, path: Path) -> dict[str, Any]:
        verb = read_record(path, Record).verb
        if verb != VERB:
            raise OptionError(
                f"{self.path} holds the record of another job ({verb or 'unnamed'}); draw into "
                "another folder."
            )
        record = read_record(path, DrawnRecord)
        wanted = self.describe_drawing()["options"]
        # A record of an earlier version lacks the options that have come since.
        there = DrawOptions().model_dump(mode="json") | record.options
        differing = [name for name in wanted if there[name] != wanted[name]]
        if differing:
            name = differing[0]
            raise OptionError(
                f"{self.path} holds pictures drawn with {name} {there[name]}, not "
                f"{wanted[name]}; draw into another folder, or with the same options."
            )
        if record.inputs[0].sha256 != self._genes_hash:
            raise OptionError(
                f"{self.path} holds pictures of the genes of {record.inputs[0].path}, not of "
                f"{self.genes}; draw into another folder."
            )
        return record.results.model_dump()


def _hashes_of(inputs: dict[str, dict[str, str]]) -> dict[str, str]:
    return {name: file["sha256"] for name, file in inputs.items()}
