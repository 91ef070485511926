"""Which tracks are replicates of which compound, and of its control."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from napari_seewhy.errors import DataError
from napari_seewhy.tables import read_table

if TYPE_CHECKING:
    from pathlib import Path

    import pandas as pd

TESTS = "genes_tests.csv"
"""Name of the table of tests; *Inspect gene pictures* reads it in the folder of the pictures."""

_COLUMNS = ("compound", "group", "chromatin", "methylation")
_GROUPS = ("treated", "control")
_N_LEAST = 2


class Sample(NamedTuple):
    """The two tracks of one animal or culture."""

    chromatin: Path
    methylation: Path


class Replicates(NamedTuple):
    """The replicates of one compound and exposure, and those of its control."""

    compound: str
    exposure: str
    treated: tuple[Sample, ...]
    control: tuple[Sample, ...]

    @property
    def samples(self) -> tuple[Sample, ...]:
        """All of them, treated first."""
        return (*self.treated, *self.control)


def read_replicates(path: Path) -> list[Replicates]:
    """Read a table of replicates: one line per sample.

    Parameters
    ----------
    path
        CSV with columns ``compound``, ``group`` (treated or control), ``chromatin``,
        ``methylation`` and, where there are such, ``exposure``. Paths are read from the folder of
        the table on. A control without a compound is one of all compounds.

    Raises
    ------
    FileError
        If the table cannot be read.
    DataError
        If a column or cell is missing, or a compound has fewer than two treated or two controls.
    """
    texts = (*_COLUMNS, "exposure")
    table = read_table(path, _COLUMNS, text_columns=texts).reindex(columns=list(texts))
    table = table.astype(object).where(table.notna(), "")
    for line, row in enumerate(table.to_dict("records"), start=2):
        if row["group"] not in _GROUPS:
            raise DataError(
                f"Line {line} of {path} has the group {row['group']!r}; wanted treated or control."
            )
        missing = [name for name in _COLUMNS[2:] if not row[name]]
        missing += ["compound"] if row["group"] == "treated" and not row["compound"] else []
        if missing:
            raise DataError(f"Line {line} of {path} has no {' and no '.join(missing)}; fill it in.")
    is_treated = table["group"] == "treated"
    found = []
    for (compound, exposure), treated in table[is_treated].groupby(["compound", "exposure"]):
        control = table[~is_treated & table["compound"].isin(["", compound])]
        found.append(
            Replicates(
                str(compound),
                str(exposure),
                *(_to_samples(part, path.parent) for part in (treated, control)),
            )
        )
    for one in found:
        if min(len(one.treated), len(one.control)) < _N_LEAST:
            raise DataError(
                f"{one.compound} has {len(one.treated)} treated and {len(one.control)} control "
                f"samples in {path}; a test needs {_N_LEAST} or more of each."
            )
    if not found:
        raise DataError(f"{path} lists no treated sample; wanted two or more for each compound.")
    return found


def _to_samples(table: pd.DataFrame, folder: Path) -> tuple[Sample, ...]:
    both = zip(table["chromatin"], table["methylation"], strict=True)
    return tuple(
        Sample(folder / chromatin, folder / methylation) for chromatin, methylation in both
    )
