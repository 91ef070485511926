"""Which network is trained, and for how long: only what matters to the chosen one is shown."""

from __future__ import annotations

from qtpy.QtCore import Qt
from qtpy.QtWidgets import QComboBox, QFormLayout, QVBoxLayout, QWidget

from napari_seewhy.models.networks import NAGAO, SMALL, TRACKS, NetworkOptions
from napari_seewhy.training.fitting import TrainOptions
from napari_seewhy.widgets.parts.forms import OptionsForm, tame

BACKBONES = {
    SMALL: "Trains on a CPU in minutes; the one to begin with.",
    NAGAO: "The network of Nagao et al. 2020.",
    TRACKS: "For tracks and pictures of genes: reads along the genome.",
    "resnet18": "A common network; wants a GPU or patience.",
    "convnext_atto": "A newer small network; wants a GPU or patience.",
    "efficientnet_b0": "Few weights, slow to learn on a CPU.",
    "mobilenetv3_small_100": "Made for small computers.",
    "vit_tiny_patch16_224": "A transformer; wants many samples and a GPU.",
}
"""Networks that are offered, and what is to be known of them; any other of timm can be typed."""

_OURS = ("width", "n_stages")
_NAGAO_ONLY = ("kernel_px", "n_dense")


class NetworkForm(QWidget):
    """Asks which network, and how long and how it is trained."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._backbone = QComboBox()
        self._backbone.setEditable(True)
        self._backbone.setToolTip(NetworkOptions.model_fields["backbone"].description or "")
        tame(self._backbone)
        for row, (name, tooltip) in enumerate(BACKBONES.items()):
            self._backbone.addItem(name)
            self._backbone.setItemData(row, tooltip, Qt.ItemDataRole.ToolTipRole)
        self._network = OptionsForm(NetworkOptions, hidden=("backbone",), advanced=("dropout",))
        self._training = OptionsForm(TrainOptions, hidden=("augment",), advanced=("seed",))

        name_row = QFormLayout()
        name_row.addRow("Network", self._backbone)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addLayout(name_row)
        layout.addWidget(self._network)
        layout.addWidget(self._training)
        self._backbone.currentTextChanged.connect(self._refresh)
        self._refresh()

    def network(self) -> NetworkOptions:
        """Return which network.

        Raises
        ------
        OptionError
            If the choices do not fit together.
        """
        return self._network.options(backbone=self._backbone.currentText().strip())

    def training(self) -> TrainOptions:
        """Return how it is trained.

        Raises
        ------
        OptionError
            If the choices do not fit together.
        """
        return self._training.options()

    def _refresh(self) -> None:
        """Show only what matters to the chosen network."""
        name = self._backbone.currentText().strip()
        is_ours = name in (SMALL, NAGAO, TRACKS)
        self._network.show_rows(
            **dict.fromkeys(_OURS, is_ours),
            **dict.fromkeys(_NAGAO_ONLY, name == NAGAO),
            n_bands=name == TRACKS,
            pretrained=not is_ours,
        )
