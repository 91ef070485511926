"""The description of a picture that was drawn here: its window of the genome, and its panels."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import numpy as np

from napari_seewhy.epigenome.pictures.table import (
    PANEL_COLUMNS,
    PLACE_COLUMNS,
    row_geometry,
    row_place,
)
from napari_seewhy.errors import SeewhyError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    import pandas as pd

TEXT_KEY = "napari-seewhy"
"""Key of the text in a PNG that says, as JSON, which gene it shows and where its panels lie."""

_COLUMNS = (*PLACE_COLUMNS, *PANEL_COLUMNS)
_UNUSABLE = (SeewhyError, OSError, SyntaxError, KeyError, TypeError, ValueError)
_N_TRIED = 8
_N_THREADS = 4
_BLOCK = 64


def read_note(path: Path) -> dict[str, Any] | None:
    """Return the description of a PNG that was drawn here, from the head of its file.

    Returns
    -------
    dict or None
        `PLACE_COLUMNS` and `PANEL_COLUMNS`; None where it says nothing, cannot be read, or was
        brought to another size since.
    """
    if path.suffix.lower() != ".png":
        return None
    from PIL import Image

    try:
        with Image.open(path) as picture:
            said, size = json.loads(picture.info.get(TEXT_KEY, "{}")), picture.size
        note = {name: said[name] for name in _COLUMNS}
        row_place(note)
        geometry = row_geometry(note)
    except _UNUSABLE:
        return None
    return note if (geometry.width_px, geometry.height_px) == size else None


def add_notes(table: pd.DataFrame, root: Path) -> pd.DataFrame:
    """Fill in the places and panels of pictures that left the folder in which they were drawn.

    Some pictures are looked into; only where one of them says something of itself the others are.

    Parameters
    ----------
    table
        As `list_pictures` returns it.
    root
        Folder from which its files are named.

    Returns
    -------
    DataFrame
        The same table where nothing is missing, or nothing is said.
    """
    is_bare = table["start"].isna() & table["left"].isna()
    bare = np.flatnonzero(is_bare.to_numpy(bool))
    files = [root / file for file in table["file"].iloc[bare]]
    if not any(read_note(file) for file in files[:: -(-len(files) // _N_TRIED) or 1]):
        return table
    # A slow disk is waited for by several at once; one file is too little for a thread.
    blocks = [files[start : start + _BLOCK] for start in range(0, len(files), _BLOCK)]
    with ThreadPoolExecutor(_N_THREADS) as pool:
        notes = [note for read in pool.map(_read_notes, blocks) for note in read]
    known = {row: note for row, note in zip(bare.tolist(), notes, strict=True) if note}
    rows = table.index[list(known)]
    table = table.copy()
    for name in _COLUMNS:
        table.loc[rows, name] = [note[name] for note in known.values()]
    return table


def _read_notes(files: Sequence[Path]) -> list[dict[str, Any] | None]:
    return [read_note(file) for file in files]
