"""Asking where to save, and saving a table as CSV where a person says."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import napari
from qtpy.QtWidgets import QFileDialog

from napari_seewhy.errors import OptionError
from napari_seewhy.files import check_output
from napari_seewhy.tables import write_table
from napari_seewhy.widgets.parts.viewer import telling_errors

if TYPE_CHECKING:
    import pandas as pd
    from qtpy.QtWidgets import QWidget


def ask_output(parent: QWidget, title: str, name: str, kinds: str) -> Path | None:
    """Ask where to save; return None where the person closes the question.

    A name without an ending gets that of the first kind.

    Parameters
    ----------
    parent
        The widget that asks.
    title
        Of the question: "Save attention".
    name
        Proposed name of the file.
    kinds
        What Qt offers: "Table (*.csv)", several apart by ";;".

    Raises
    ------
    OptionError
        If the name has the ending of another kind, is that of a file that is open in the viewer,
        or becomes that of another file by its ending.
    """
    given, _ = QFileDialog.getSaveFileName(parent, title, name, kinds)
    if not given:
        return None
    suffixes = re.findall(r"\*(\.\w+)", kinds)
    path = Path(given)
    if not path.suffix:
        path = path.with_name(path.name + suffixes[0])
        if path.exists():
            raise OptionError(f"{path} is there already; choose it to replace it.")
    viewer = napari.current_viewer()
    layers = () if viewer is None else viewer.layers
    sources = [Path(layer.source.path) for layer in layers if layer.source.path]
    return check_output(path, *suffixes, inputs=sources)


def save_table(parent: QWidget, title: str, name: str, table: pd.DataFrame) -> None:
    """Ask where to, and save; nothing is saved where the person closes the question.

    Parameters
    ----------
    parent, title, name
        See `ask_output`.
    table
        What to save, without its index.
    """
    with telling_errors():
        path = ask_output(parent, title, name, "Table (*.csv)")
        if path is not None:
            write_table(path, table)
