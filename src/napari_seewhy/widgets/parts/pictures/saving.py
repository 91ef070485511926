"""Saving a table as CSV where a person says."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qtpy.QtWidgets import QFileDialog

from napari_seewhy.tables import write_table
from napari_seewhy.widgets.parts.viewer import telling_errors

if TYPE_CHECKING:
    import pandas as pd
    from qtpy.QtWidgets import QWidget


def save_table(parent: QWidget, title: str, name: str, table: pd.DataFrame) -> None:
    """Ask where to, and save; nothing is saved where the person closes the question.

    Parameters
    ----------
    parent
        The widget that asks.
    title
        Of the question: "Save attention".
    name
        Proposed name of the file.
    table
        What to save, without its index.
    """
    path, _ = QFileDialog.getSaveFileName(parent, title, name, "Table (*.csv)")
    if path:
        with telling_errors():
            write_table(path, table)
