"""`NameLine`: the name of a model that is to be trained."""

from __future__ import annotations

from qtpy.QtWidgets import QLineEdit, QWidget

from napari_seewhy.errors import SeewhyError
from napari_seewhy.models.files import ModelLibrary
from napari_seewhy.training.fitting import free_name


class NameLine(QLineEdit):
    """Asks under which name a model should stand in the library."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setToolTip("Under this name the model stands in the library when it is trained.")

    @property
    def name(self) -> str:
        """What was typed, without blanks about it."""
        return self.text().strip()

    @property
    def fault(self) -> str:
        """Why no model can have this name, "" where one can."""
        try:
            place = ModelLibrary().place_of(self.name)
        except SeewhyError as error:
            return str(error)
        is_taken = place.exists()
        return f"There is a model {place.stem} already; give another name." if is_taken else ""

    def suggest(self, stem: str) -> None:
        """Propose a name that is free: `stem`, or with a number behind it."""
        self.setText(free_name(stem))
