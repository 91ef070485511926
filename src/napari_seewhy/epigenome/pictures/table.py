"""The table of pictures of genes: which gene each shows, and where its panels lie."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from napari_seewhy.epigenome.pictures.geometry import PictureGeometry
from napari_seewhy.genome import GenePlace
from napari_seewhy.tables import read_table, write_table

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    import pandas as pd

NAME_COLUMNS = ("file", "gene", "compound", "exposure")
PLACE_COLUMNS = ("chromosome", "start", "end", "strand", "tss", "is_mirrored")
PANEL_COLUMNS = (
    "width_px",
    "height_px",
    "left",
    "right",
    "chromatin_top",
    "chromatin_bottom",
    "methylation_top",
    "methylation_bottom",
)
PICTURE_COLUMNS = (*NAME_COLUMNS, *PLACE_COLUMNS, *PANEL_COLUMNS)
"""Columns of ``pictures.csv``, described in ``docs/reference/definitions.md``."""

_TEXT_COLUMNS = (*NAME_COLUMNS, "chromosome", "strand")
_WHOLE_COLUMNS = ("start", "end", "tss", *PANEL_COLUMNS)


def describe_picture(geometry: PictureGeometry, place: GenePlace | None = None) -> dict[str, Any]:
    """Return the place and the panels of one picture as a row of the table has them.

    Parameters
    ----------
    geometry
        Where its panels lie.
    place
        Which window it shows; None where that is not known.
    """
    panels = {
        "width_px": geometry.width_px,
        "height_px": geometry.height_px,
        "left": geometry.left,
        "right": geometry.right,
        "chromatin_top": geometry.chromatin[0],
        "chromatin_bottom": geometry.chromatin[1],
        "methylation_top": geometry.methylation[0],
        "methylation_bottom": geometry.methylation[1],
    }
    if place is None:
        return panels
    return {name: getattr(place, name) for name in PLACE_COLUMNS} | panels


def row_geometry(row: Mapping[str, Any]) -> PictureGeometry:
    """Return where the panels of the picture in one row of the table lie.

    Raises
    ------
    OptionError
        If the row does not say it, or says what cannot be.
    """
    return PictureGeometry(
        width_px=int(row["width_px"]),
        height_px=int(row["height_px"]),
        left=int(row["left"]),
        right=int(row["right"]),
        chromatin=(int(row["chromatin_top"]), int(row["chromatin_bottom"])),
        methylation=(int(row["methylation_top"]), int(row["methylation_bottom"])),
    )


def row_place(row: Mapping[str, Any]) -> GenePlace | None:
    """Return the window that the picture in one row of the table shows, None if it is not said."""
    import pandas as pd

    if pd.isna(row["start"]) or pd.isna(row["end"]) or not row["chromosome"]:
        return None
    start, end = int(row["start"]), int(row["end"])
    return GenePlace(
        chromosome=str(row["chromosome"]),
        start=start,
        end=end,
        strand=str(row["strand"]) or ".",
        tss=(start + end) // 2 if pd.isna(row["tss"]) else int(row["tss"]),
        is_mirrored=bool(row["is_mirrored"]),
    )


def read_picture_table(path: Path) -> pd.DataFrame:
    """Read a table of pictures as `write_picture_table` wrote it.

    Returns
    -------
    DataFrame
        Columns `PICTURE_COLUMNS`, then whatever else the file holds: names are text, "" where
        nothing is said; places and panels are whole numbers, missing where nothing is said.

    Raises
    ------
    FileError
        If the file cannot be read.
    DataError
        If a column is missing.
    """
    table = read_table(path, PICTURE_COLUMNS, text_columns=(*_TEXT_COLUMNS, "is_mirrored"))
    for name in _TEXT_COLUMNS:
        table[name] = table[name].fillna("").astype(str)
    for name in _WHOLE_COLUMNS:
        table[name] = table[name].astype("Int64")
    table["is_mirrored"] = table["is_mirrored"].fillna("").str.casefold() == "true"
    return table


def write_picture_table(path: Path, table: pd.DataFrame) -> None:
    """Write a table of pictures as CSV, whole or not at all.

    Parameters
    ----------
    path
        Usually ``pictures.csv`` in the folder from which ``file`` is named.
    table
        Columns `PICTURE_COLUMNS` where they are known; what is missing is left empty.
    """
    known = table.reindex(
        columns=[*PICTURE_COLUMNS, *table.columns.difference(list(PICTURE_COLUMNS))]
    )
    write_table(path, known)
