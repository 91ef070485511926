"""The choices for explaining the cells of the image in the viewer."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from qtpy.QtWidgets import QVBoxLayout, QWidget

from napari_seewhy.cells.explaining import ExplainCellsOptions
from napari_seewhy.layers import CLASSES, labels_from_layer
from napari_seewhy.widgets.parts.classes import RARE, ClassifyForm
from napari_seewhy.widgets.parts.forms import Choice, OptionsForm, stack_rows
from napari_seewhy.widgets.parts.layers import LayerChoice, is_labels, role_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from napari_seewhy.cells.labels import LabelledCells
    from napari_seewhy.models.cards import ModelCard


class ExplainForm(QWidget):
    """Asks for labels and channels, for the method, and for the regions to count attention in."""

    def __init__(self, viewer: Any, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._options: OptionsForm[ExplainCellsOptions] = OptionsForm(
            ExplainCellsOptions,
            hidden=("channels", "scale"),
            advanced=(*RARE, "rim_px"),
            names=("of", "organelle", "layer"),
        )
        self._cells = ClassifyForm(viewer, self._options)
        self.changed = self._cells.changed
        self._region = LayerChoice(
            viewer,
            self._may_be_region,
            nothing="none",
            label="Other region",
            tooltip="Labels of an organelle, or of anything else, whose share of attention is "
            "measured.",
        )
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._cells)
        layout.addWidget(stack_rows(self._region).native)
        self.set_card(None)

    @property
    def labels(self) -> Any | None:
        """The layer of labels, None where there is none yet."""
        return self._cells.labels

    @property
    def missing(self) -> str:
        """What must be done before the cells can be explained, "" if nothing."""
        return self._cells.missing

    def set_card(self, card: ModelCard | None, layers: Sequence[str] = ()) -> None:
        """Offer classes, channels and layers of another model."""
        classes = () if card is None else card.classes
        channels = () if card is None else card.channel_names
        self._options["of"].offer([Choice("", "the one the model says"), *classes])
        self._options["organelle"].offer([Choice("", "none"), *channels])
        self._options["layer"].offer([Choice("", "the deepest that is fine enough"), *layers])
        self._cells.set_card(card)

    def job(self) -> tuple[LabelledCells, ExplainCellsOptions]:
        """Return image, labels and the region that was chosen besides, and the options.

        Raises
        ------
        DataError
            If the layers do not fit together.
        """
        job, chosen = self._cells.job()
        layer = self._region.value
        if layer is not None:
            job = replace(job, regions={layer.name: labels_from_layer(layer).copy()})
        return job, self._options.options(channels=chosen.channels)

    def _may_be_region(self, layer: Any) -> bool:
        return is_labels(layer) and role_of(layer) not in ("nuclei", "cells", CLASSES)
