"""What is to be learned: samples, channels, classes, the three sets, network and name."""

from __future__ import annotations

from typing import Any

from qtpy.QtCore import Signal
from qtpy.QtWidgets import QFormLayout, QGroupBox, QVBoxLayout, QWidget

from napari_seewhy.errors import DataError
from napari_seewhy.samples.splitting import SplitOptions
from napari_seewhy.training.fitting import TrainingPlan, TrainJob, plan_training
from napari_seewhy.widgets.parts.forms import OptionsForm
from napari_seewhy.widgets.parts.training import NameLine
from napari_seewhy.widgets.train.network_form import NetworkForm
from napari_seewhy.widgets.train.plan_view import PlanView
from napari_seewhy.widgets.train.samples import TrainSamples

_RARE = ("stop_share", "report_share", "seed")


class TrainForm(QWidget):
    """Asks what is to be learned, and shows what a training would learn from."""

    changed = Signal()

    def __init__(self, viewer: Any, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._plan: TrainingPlan | None = None
        self._samples = TrainSamples(viewer)
        self._split = OptionsForm(SplitOptions, advanced=_RARE)
        self.plan_view = PlanView()
        self._network = NetworkForm()
        self._name = NameLine()
        self._boxes: list[QGroupBox] = []
        self._lay_out()
        self._samples.read.connect(self._on_read)
        self._samples.changed.connect(self._refresh)
        self._split.changed.connect(self._refresh)
        self._name.textChanged.connect(self.changed)
        self._refresh()
        self._samples.offer_open()

    @property
    def missing(self) -> str:
        """What must be done before a training can begin, "" if nothing."""
        problem = "" if self._plan is None else self._plan.problem
        return self._samples.missing or problem or self._name.fault

    def job(self) -> TrainJob:
        """Return the training that is planned.

        Raises
        ------
        DataError
            If something is `missing`.
        OptionError
            If the choices do not fit together.
        """
        samples, plan = self._samples.samples, self._plan
        if samples is None or plan is None or plan.split is None or plan.classes is None:
            raise DataError(self.missing)
        return TrainJob(
            samples=samples.path,
            name=self._name.name,
            split=plan.split,
            channels=self._samples.channels,
            classes=plan.classes,
            network=self._network.network(),
            options=self._network.training(),
        )

    def suggest_name(self) -> None:
        """Give the model the name of the samples, with a number where that is taken."""
        if self._samples.samples is not None:
            self._name.suggest(self._samples.samples.path.stem)

    def _on_read(self) -> None:
        samples = self._samples.samples
        if samples is not None:
            self._split["by"].value = "group" if samples.n_groups > 1 else "sample"
        self.suggest_name()
        self._refresh()

    def _lay_out(self) -> None:
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._samples)
        named = QWidget()
        row = QFormLayout(named)
        row.setContentsMargins(0, 0, 0, 0)
        row.addRow("Name", self._name)
        for title, parts in (
            ("Learn from, stop by, report on", (self._split, self.plan_view)),
            ("Network", (self._network,)),
            ("Model", (named,)),
        ):
            box = QGroupBox(title)
            inside = QVBoxLayout(box)
            for part in parts:
                inside.addWidget(part)
            layout.addWidget(box)
            self._boxes.append(box)

    def _refresh(self) -> None:
        """Work out the plan, and show only what matters to the chosen samples."""
        samples = self._samples.samples
        self._plan = None
        if samples is not None and samples.classes:
            self._plan = plan_training(samples, self._samples.new_names, self._split.options())
        self.plan_view.set_plan(self._plan)
        for box in self._boxes:
            box.setVisible(self._plan is not None)
        self.changed.emit()
