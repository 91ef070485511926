"""What is annotated, and which model helps."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from qtpy.QtWidgets import QFormLayout, QLabel, QWidget

from napari_seewhy.models.cards import ModelCard
from napari_seewhy.pages import literal
from napari_seewhy.widgets.parts.models import ModelChoice
from napari_seewhy.widgets.parts.samples import SampleFile

if TYPE_CHECKING:
    from napari_seewhy.samples.annotating import Annotations

PURPOSE = "Assign a class to each sample; a network learns it from you."
NO_SAMPLES = "Choose a sample set first: the file that Crop cells saved."
NO_MODEL = "Choose a model that shall propose classes; without one, go to Annotate."
MODEL_HELPS = (
    "A model that you trained on a few hundred answers helps with the rest: it proposes a class "
    "for each sample, and those of which it is unsure come first."
)


class AnnotateSetup(QWidget):
    """Asks for the sample set, and for a model where there is one."""

    def __init__(self, viewer: Any, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.file = SampleFile(viewer)
        self.model = ModelChoice("no model", ModelCard)
        self.model.setToolTip("A model that looks at all samples and proposes their classes.")
        self._about = _text(NO_SAMPLES)
        rows = QFormLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.addRow(_text(PURPOSE))
        rows.addRow("Samples", self.file)
        rows.addRow(self._about)
        rows.addRow("Model", self.model)
        rows.addRow(_text(MODEL_HELPS))

    def missing(self, annotations: Annotations | None) -> str:
        """Say what must be chosen before a model can propose, "" if nothing."""
        self._about.setText(literal(f"{annotations.describe()}.") if annotations else NO_SAMPLES)
        if annotations is None:
            return NO_SAMPLES
        return "" if self.model.path else NO_MODEL


def _text(text: str) -> QLabel:
    label = QLabel(text)
    label.setWordWrap(True)
    return label
