"""Which tracks belong to which compound."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import Field, field_validator

from napari_seewhy.errors import DataError
from napari_seewhy.options import Options
from napari_seewhy.tables import read_table

if TYPE_CHECKING:
    from collections.abc import Iterator

TRACK_COLUMNS = ("chromatin", "methylation", "control_chromatin", "control_methylation")
_NAME_COLUMNS = ("compound", "exposure")


class CompoundTracks(Options):
    """The tracks of one treated sample, and of its control where there is one."""

    chromatin: Path = Field(title="Chromatin", description="bigWig of the treated sample.")
    methylation: Path = Field(
        title="Methylation",
        description="bigWig, bedGraph, bedMethyl, or the table of Bismark and other programs.",
    )
    control_chromatin: Path | None = Field(
        None, title="Chromatin of the control", description="None draws the sample alone."
    )
    control_methylation: Path | None = Field(
        None, title="Methylation of the control", description="None draws the sample alone."
    )
    compound: str = Field("", title="Compound", description="Name; becomes a folder.")
    exposure: str = Field(
        "", title="Exposure", description="Dose and time, as pictures and tables name it."
    )

    @field_validator("compound", "exposure")
    @classmethod
    def _check_name(cls, name: str) -> str:
        if (
            name != name.strip()
            or name.startswith(".")
            or any(mark in name for mark in '/\\:*?"<>|')
        ):
            raise ValueError("it becomes the name of a folder, so leave / and such marks out")
        return name

    @property
    def folder(self) -> str:
        """Folder of its pictures within the folder of all; "" for pictures without a name."""
        return "_".join(filter(None, (self.compound, self.exposure)))

    def paths(self) -> Iterator[Path]:
        """Yield the files there are."""
        yield from (path for name in TRACK_COLUMNS if (path := getattr(self, name)) is not None)


def read_compounds(path: Path) -> list[CompoundTracks]:
    """Read a table of compounds: one line for each treated sample.

    Parameters
    ----------
    path
        CSV with columns ``compound``, ``chromatin``, ``methylation`` and, where there are such,
        ``exposure``, ``control_chromatin``, ``control_methylation``. Paths are read from the folder
        of the table on.

    Raises
    ------
    FileError
        If the table cannot be read.
    DataError
        If a column or a cell is missing, or two lines are of one compound and exposure.
    """
    columns = (*_NAME_COLUMNS, *TRACK_COLUMNS)
    table = read_table(path, ("compound", "chromatin", "methylation"), text_columns=columns)
    compounds: list[CompoundTracks] = []
    for line, row in enumerate(table.reindex(columns=list(columns)).to_dict("records"), start=2):
        said = {str(name): value for name, value in row.items() if value == value}
        missing = [name for name in ("compound", "chromatin", "methylation") if name not in said]
        if missing:
            raise DataError(f"Line {line} of {path} has no {' and no '.join(missing)}; fill it in.")
        places = {name: path.parent / said[name] for name in TRACK_COLUMNS if name in said}
        compounds.append(CompoundTracks(**(said | places)))
    check_folders(compounds)
    return compounds


def check_folders(compounds: list[CompoundTracks]) -> None:
    """Refuse no compounds at all, or two whose pictures would lie in one folder.

    Raises
    ------
    DataError
        If so.
    """
    if not compounds:
        raise DataError("The table of compounds is empty; wanted one line for each.")
    folders = [compound.folder.casefold() for compound in compounds]
    twice = next((name for name in folders if folders.count(name) > 1), None)
    if twice is not None:
        raise DataError(
            f"Two lines are of the compound {twice!r}; distinguish them by compound or exposure."
        )
