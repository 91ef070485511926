"""What a virtual stain is to be learned from, and how."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from qtpy.QtCore import Signal
from qtpy.QtWidgets import QComboBox, QFormLayout, QGroupBox, QVBoxLayout, QWidget

from napari_seewhy.blocks.learning import StainTrainJob
from napari_seewhy.blocks.marking import FieldReader
from napari_seewhy.blocks.pairing import StainPairOptions
from napari_seewhy.layers import channel_of_layer
from napari_seewhy.staining import SMALL, StainOptions
from napari_seewhy.widgets.parts.forms import Choice, OptionsForm, tame
from napari_seewhy.widgets.parts.marker import FieldLayers
from napari_seewhy.widgets.parts.tasks import state_of
from napari_seewhy.widgets.parts.training import NameLine
from napari_seewhy.widgets.parts.viewer import telling_errors
from napari_seewhy.widgets.train_stain.blocks_form import SHOWN as BLOCKS, StainBlocksForm
from napari_seewhy.widgets.train_stain.files import PairFiles
from napari_seewhy.widgets.train_stain.open import open_pair
from napari_seewhy.widgets.train_stain.shift import ShiftForm

if TYPE_CHECKING:
    from collections.abc import Sequence

    from napari_seewhy.blocks.pairing import FilePair, Pair

_LAYERS, _FILES = "layers", "files"
_RARE = ("seed", "marker_name", "data", "licence", "device", "n_windows", "balance", "augment")
_NETWORKS = (
    (SMALL, "small", "Trains on a CPU in minutes."),
    ("resnet18", "resnet18", "Larger; wants many fields and a GPU."),
)
"""Networks that are offered; the command takes any of timm that gives a map."""


class StainTrainForm(QWidget):
    """Asks for pairs, threshold and blocks, network and name.

    Parameters
    ----------
    viewer
        The viewer itself: `plain_viewer(napari_viewer)`.
    """

    changed = Signal()

    def __init__(self, viewer: Any, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._viewer = viewer
        self._source = QComboBox()
        tame(self._source)
        self._source.addItem("the two layers below", _LAYERS)
        self._source.addItem("pairs of files", _FILES)
        self._source.setToolTip(
            "One field in the viewer will do to begin with; more dishes are better."
        )
        self.files = PairFiles()
        self.fields = FieldLayers(viewer)
        self.shift = ShiftForm(state_of(viewer), self.fields)
        self.blocks = StainBlocksForm(viewer, self.fields)
        self._training = OptionsForm(
            StainOptions, hidden=BLOCKS, advanced=_RARE, names=("network",)
        )
        self._training["network"].offer([Choice(*one) for one in _NETWORKS])
        self._name = NameLine()
        self._lay_out()
        self._source.currentIndexChanged.connect(self._refresh)
        self.files.opened.connect(self._on_opened)
        self.shift.changed.connect(self._on_shift_changed)
        self.fields.changed.connect(self._on_fields_changed)
        for signal in (self.files.changed, self.blocks.changed, self._training.changed):
            signal.connect(self.changed)
        self._name.textChanged.connect(self.changed)
        self.suggest_name()
        self._refresh()

    @property
    def missing(self) -> str:
        """What must be done before a training can begin, "" if nothing."""
        if self._uses_files:
            return self.files.missing or self._name.fault
        return self.fields.missing or self._name.fault

    def use_files(self) -> None:
        """Learn from pairs of files, as the person could choose."""
        self._source.setCurrentIndex(self._source.findData(_FILES))

    def set_training(self, options: StainOptions) -> None:
        """Show other choices of network and training."""
        self._training.set_options(options)

    def training(self) -> StainOptions:
        """Return how it is trained.

        Raises
        ------
        OptionError
            If the choices do not fit together.
        """
        return self._training.options(**self.blocks.values())

    def job(self) -> StainTrainJob:
        """Return the training that is planned; nothing may be `missing`.

        Raises
        ------
        OptionError
            If the choices do not fit together.
        DataError
            If the axes of the image are not known.
        """
        chosen = self.files.options() if self._uses_files else StainPairOptions()
        reading = chosen.change(**self.shift.values())
        options = self.training()
        marker = self.fields.marker_layer
        if not options.marker_name and not self._uses_files and marker is not None:
            options = options.change(marker_name=channel_of_layer(marker))
        return StainTrainJob(
            pairs=tuple(self._pairs()),
            reader=FieldReader(reading, self.blocks.threshold.options()),
            name=self._name.name,
            options=options,
        )

    def suggest_name(self) -> None:
        """Give the model a name that is free."""
        self._name.suggest("my stain")

    def set_name(self, name: str) -> None:
        """Give the model this name."""
        self._name.setText(name)

    @property
    def _uses_files(self) -> bool:
        return bool(self._source.currentData() == _FILES)

    def _pairs(self) -> Sequence[Pair]:
        if not self._uses_files:
            return [self.fields.pair()]
        return () if self.files.pairing is None else self.files.pairing.pairs

    def _on_opened(self, pair: FilePair) -> None:
        with telling_errors():
            open_pair(self._viewer, self.fields, pair, self.files.options())

    def _on_fields_changed(self) -> None:
        self.blocks.set_shift(self.shift.shift)
        self.changed.emit()

    def _on_shift_changed(self) -> None:
        self.blocks.set_shift(self.shift.shift)
        self.changed.emit()

    def _lay_out(self) -> None:
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        source, named = QWidget(), QWidget()
        for part, title, control in (
            (source, "Learn from", self._source),
            (named, "Name", self._name),
        ):
            rows = QFormLayout(part)
            rows.setContentsMargins(0, 0, 0, 0)
            rows.addRow(title, control)
        for title, parts in (
            ("Pairs of phase contrast and marker", (source, self.files, self.fields)),
            ("Positive blocks", (self.blocks,)),
            ("Do both images lie on each other?", (self.shift,)),
            ("Network", (self._training,)),
            ("Model", (named,)),
        ):
            box = QGroupBox(title)
            inside = QVBoxLayout(box)
            for one in parts:
                inside.addWidget(one)
            layout.addWidget(box)

    def _refresh(self) -> None:
        """Show only what matters to the source of the pairs."""
        self.files.setVisible(self._uses_files)
        self.changed.emit()
