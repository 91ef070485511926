"""The choices for segmenting: which layers, and the options that fit them."""

from __future__ import annotations

from typing import Any

from qtpy.QtCore import Signal
from qtpy.QtWidgets import QFormLayout, QGroupBox, QLabel, QVBoxLayout, QWidget

from napari_seewhy.cells.segmenting import METHOD, SEGMENTERS, USUAL_MODEL, SegmentOptions
from napari_seewhy.errors import DataError
from napari_seewhy.layers import (
    Grid,
    channel_of_layer,
    image_from_layers,
    is_cellular,
    is_nuclear,
)
from napari_seewhy.nuclei import SegmenterCard
from napari_seewhy.widgets.parts.forms import Choice, OptionsForm, stack_rows
from napari_seewhy.widgets.parts.layers import AssumedLine, AxesChoice, LayerChoice, is_image
from napari_seewhy.widgets.parts.models import ModelChoice

_CELLS = ("cells", "cell_channel", "cell_distance_um", "cell_distance_px")
_NUCLEI = tuple(name for name in SegmentOptions.model_fields if name not in _CELLS)
_RARE = ("smoothing_px", "threshold", "min_area_px", "drop_border", "model", "device")
OTSU_ONLY = ("smoothing_px", "threshold", "splitting")
NETWORK_ONLY = ("min_confidence", "device", "precision")
_USUAL = f"{USUAL_MODEL} (built in)"


class SegmentForm(QWidget):
    """Asks for the nuclei's layer, the cells' layer, and only for what matters to them."""

    changed = Signal()

    def __init__(self, viewer: Any, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._nuclei_layer = LayerChoice(
            viewer,
            is_image,
            rank=_rank_as_nuclei,
            label="Image",
            tooltip="The image whose bright spots are nuclei, such as DAPI.",
        )
        self._axes = AxesChoice()
        self._planes = QLabel()
        self._planes.setWordWrap(True)
        self._cell_layer = LayerChoice(
            viewer,
            is_image,
            rank=_rank_as_cells,
            label="Cell stain",
            tooltip="The image in which the whole cell is bright.",
        )
        self._assumed = AssumedLine()
        self.model = make_model_choice()
        self._model_label = QLabel("Network")
        self._nuclei = OptionsForm(
            SegmentOptions, hidden=("channel", *_CELLS), advanced=_RARE, names=("method",)
        )
        self._cells = OptionsForm(SegmentOptions, hidden=("cell_channel", *_NUCLEI))
        offer_methods(self._nuclei)
        offer_cells(self._cells)
        self._lay_out()
        for part in (
            self._nuclei_layer,
            self._cell_layer,
            self._axes,
            self._nuclei,
            self._cells,
        ):
            part.changed.connect(self._refresh)
        self.model.changed.connect(self.changed)
        self._refresh()

    @property
    def layer(self) -> Any | None:
        """The layer with the nuclei, None where there is none yet."""
        return self._nuclei_layer.value

    @property
    def axes(self) -> str:
        """Axes of that layer, as far as it says so itself, and as chosen otherwise."""
        return self._axes.axes_of(self.layer)

    @property
    def uses_model(self) -> bool:
        """Whether the chosen method is the one whose network a person can train further."""
        return bool(self._nuclei.values()["method"] == METHOD)

    def job(self) -> tuple[Any, SegmentOptions]:
        """Return the image to segment and the options.

        Raises
        ------
        DataError
            If the layers do not fit together or hold colours.
        OptionError
            If the options do not fit together.
        """
        layers = [self.layer]
        needs_stain = self._cells.values()["cells"] == "watershed"
        if needs_stain:
            layers.append(self._cell_layer.value)
        for layer in layers:
            if layer is not None and layer.rgb:
                raise DataError(
                    f"{layer.name!r} is a colour picture; split it (right-click the layer, "
                    "Split RGB) and choose the channel with the nuclei."
                )
        image = image_from_layers([layer for layer in layers if layer], axes=self.axes)
        chosen = self._nuclei.values() | self._cells.values()
        if self.uses_model and self.model.path is not None:
            chosen["model"] = str(self.model.path)
        options = SegmentOptions(
            **chosen,
            channel=image.channels[0],
            cell_channel=image.channels[1] if needs_stain else "",
        )
        return image, options

    def suggest_diameter(self, diameter_px: float) -> None:
        """Start from this diameter when the person wants to set one."""
        size_um = self._pixel_size_um()
        self._nuclei["diameter_px"].suggest(round(diameter_px))
        if size_um is not None:
            self._nuclei["diameter_um"].suggest(round(diameter_px * size_um, 1))

    def _lay_out(self) -> None:
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        nuclei = _group("Nuclei", layout)
        nuclei.addWidget(stack_rows(self._nuclei_layer, self._axes).native)
        rows = QFormLayout()
        rows.addRow(self._planes)
        rows.addRow(self._model_label, self.model)
        nuclei.addLayout(rows)
        nuclei.addWidget(self._assumed)
        nuclei.addWidget(self._nuclei)
        cells = _group("Cells", layout)
        cells.addWidget(self._cells)
        cells.addWidget(stack_rows(self._cell_layer).native)

    def _pixel_size_um(self) -> float | None:
        return None if self.layer is None else Grid.of_layer(self.layer, self.axes).pixel_size_um

    def _refresh(self) -> None:
        """Show only what matters to the chosen layers and methods."""
        layer = self.layer
        self._axes.ask_about(layer)
        stack = layer if layer is not None and "Z" in self.axes else None
        self._planes.setVisible(stack is not None)
        if stack is not None:
            n, plane = stack.data.shape[self.axes.index("Z")], self._nuclei["z_plane"].value
            which = "the brightest of all planes" if plane == "max" else f"plane {plane} alone"
            self._planes.setText(
                f"Of the {n} planes, {which} is segmented: the labels are flat. Z plane "
                "chooses another."
            )
        has_size = self._pixel_size_um() is not None
        method = self._nuclei.values()["method"]
        self._nuclei.show_rows(
            diameter_um=has_size,
            diameter_px=not has_size,
            z_plane=layer is not None and "Z" in self.axes,
            model=method not in (METHOD, "otsu"),
            **dict.fromkeys(OTSU_ONLY, method == "otsu"),
            **dict.fromkeys(NETWORK_ONLY, method == METHOD),
        )
        self.model.setVisible(method == METHOD)
        self._model_label.setVisible(method == METHOD)
        grown = self._cells.values()["cells"]
        self._cells.show_rows(
            cell_distance_um=has_size and grown != "none",
            cell_distance_px=not has_size and grown != "none",
        )
        self._cell_layer.visible = grown == "watershed"
        self._assumed.show_layers([layer])
        self.changed.emit()


def make_model_choice() -> ModelChoice:
    """Make the choice of the network that finds nuclei."""
    choice = ModelChoice(_USUAL, SegmenterCard, usual=USUAL_MODEL)
    choice.setToolTip("The network that finds the nuclei; you can train one further.")
    return choice


def offer_methods(form: OptionsForm[SegmentOptions]) -> None:
    """Offer the methods that are installed, and say how to install the others."""
    choices = [
        Choice(name, name, f"To use it: {hint}" if hint else "", not hint)
        for name, segmenter in SEGMENTERS.items()
        for hint in (segmenter.install_hint,)
    ]
    form["method"].offer(choices)


def offer_cells(form: OptionsForm[SegmentOptions]) -> None:
    """Offer the ways to find whole cells, in words."""
    choices = [
        Choice("none", "none", "Only nuclei are looked for."),
        Choice("expand", "by distance", "Nuclei are grown until they meet."),
        Choice("watershed", "in a stain", "Nuclei are grown where a cell stain is."),
    ]
    form["cells"].offer(choices)


def _group(title: str, layout: QVBoxLayout) -> QVBoxLayout:
    group = QGroupBox(title)
    layout.addWidget(group)
    return QVBoxLayout(group)


def _rank_as_nuclei(layer: Any) -> int:
    return int(is_nuclear(channel_of_layer(layer)))


def _rank_as_cells(layer: Any) -> int:
    name = channel_of_layer(layer)
    return 2 if is_cellular(name) else int(not is_nuclear(name))
