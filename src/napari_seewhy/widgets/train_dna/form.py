"""Which windows a network learns from, and how."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from qtpy.QtCore import Signal
from qtpy.QtWidgets import (
    QFileDialog,
    QFormLayout,
    QGroupBox,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from napari_seewhy.reading import CoverageOptions
from napari_seewhy.sequence.learning import DnaTrainJob
from napari_seewhy.widgets.parts.forms import OptionsForm
from napari_seewhy.widgets.parts.training import NameLine

_RARE = ("reach_bins", "seed", "augment", "data", "licence", "device")


class DnaTrainForm(QWidget):
    """Asks for windows, options and a name."""

    changed = Signal()

    def __init__(self, _: Any, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.windows: Path | None = None
        self._file = QLabel("none yet")
        self._file.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._button = QPushButton("Choose ...")
        self._button.setToolTip("Windows (.h5) of seewhy sequence windows, or of the course.")
        self._training = OptionsForm(CoverageOptions, advanced=_RARE)
        self._name = NameLine()
        line = QHBoxLayout()
        line.addWidget(self._file, 1)
        line.addWidget(self._button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        data, network, model = (QGroupBox(title) for title in ("Windows", "Network", "Model"))
        QFormLayout(data).addRow("File", line)
        QVBoxLayout(network).addWidget(self._training)
        QFormLayout(model).addRow("Name", self._name)
        for box in (data, network, model):
            layout.addWidget(box)
        self._button.clicked.connect(self._choose)
        self._training.changed.connect(self.changed)
        self._name.textChanged.connect(self.changed)
        self.suggest_name()

    @property
    def missing(self) -> str:
        """What must be done before a training can begin, "" if nothing."""
        return "Choose windows." if self.windows is None else self._name.fault

    def job(self) -> DnaTrainJob:
        """Return the training that is planned; nothing may be `missing`.

        Raises
        ------
        OptionError
            If the choices do not fit together.
        """
        assert self.windows is not None  # nothing is missing
        return DnaTrainJob(self.windows, self._name.name, self._training.options())

    def set_windows(self, path: Path) -> None:
        """Choose windows."""
        self.windows = path
        self._file.setText(path.name)
        self._file.setToolTip(str(path))
        self.changed.emit()

    def set_training(self, options: CoverageOptions) -> None:
        """Show other choices of network and training."""
        self._training.set_options(options)

    def suggest_name(self) -> None:
        """Give the model a name that is free."""
        self._name.suggest("my coverage")

    def _choose(self) -> None:
        name, _ = QFileDialog.getOpenFileName(
            self, "Choose windows", "", "Windows (*.h5 *.hdf5);;All files (*)"
        )
        if name:
            self.set_windows(Path(name))
