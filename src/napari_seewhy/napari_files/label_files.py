"""The three files of one segmentation, which are found beside each other by their names."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

LABELS = "_labels"
MASKS = "_cp_masks"
"""What the name of Cellpose's labels ends in."""

WHOLE_CELLS = "_cell"
_SUFFIXES = (".ome.tiff", ".ome.tif", ".tiff", ".tif", ".png", ".csv", ".json")


class LabelFiles(NamedTuple):
    """Where labels, their table and their record stand.

    Attributes
    ----------
    labels, cells, record
        ``<stem>_labels.ome.tif`` (or ``<stem>_cell_labels.ome.tif``), ``<stem>_cells.csv`` and
        ``<stem>_record.json``, in one folder.
    stem
        What the three names share.
    role
        "cells" for whole cells, else "nuclei".
    """

    labels: Path
    cells: Path
    record: Path
    stem: str
    role: str


def name_label_files(path: str | Path) -> LabelFiles:
    """Tell the names of all three files from the labels' path, or from the name a person typed.

    Nuclei and whole cells of one image share one table, because they share their numbers.

    Examples
    --------
    >>> name_label_files("out/a_cell_labels.ome.tif").cells.as_posix()
    'out/a_cells.csv'
    >>> name_label_files("out/a").labels.as_posix()
    'out/a_labels.ome.tif'
    """
    path = Path(path)
    core = strip_suffix(path.name)
    named, is_named = core.removesuffix(LABELS), core.endswith(LABELS)
    is_whole = is_named and named.endswith(WHOLE_CELLS)
    stem = named.removesuffix(WHOLE_CELLS) if is_whole else named
    is_tiff = path.suffix.lower() in (".tif", ".tiff")
    return LabelFiles(
        path if is_named and is_tiff else path.with_name(f"{named}{LABELS}.ome.tif"),
        path.with_name(f"{stem}_cells.csv"),
        path.with_name(f"{stem}_record.json"),
        stem,
        "cells" if is_whole else "nuclei",
    )


def is_label_file(path: str | Path) -> bool:
    """Whether a file's name says that it holds labels: ``..._labels.tif``, ``..._cp_masks.png``."""
    core = strip_suffix(Path(path).name)
    return core.endswith((LABELS, MASKS)) and core != Path(path).name


def strip_suffix(name: str) -> str:
    """Return a file name without its ending; ``.ome.tif`` counts as one ending."""
    lower = name.lower()
    for suffix in _SUFFIXES:
        if lower.endswith(suffix):
            return name[: -len(suffix)]
    return name
