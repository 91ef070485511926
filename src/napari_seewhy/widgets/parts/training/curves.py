"""How a training goes: its loss and one more metric, epoch by epoch, drawn while it runs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pyqtgraph as pg
from qtpy.QtWidgets import QLabel, QVBoxLayout, QWidget

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from napari_seewhy.training.learning import TrainStep
    from napari_seewhy.widgets.parts.viewer import ThemeColors

_LEARNED = "#56b4e9"
_JUDGED = "#e69f00"
_LEGEND = (
    f'<span style="color:{_LEARNED}">\N{BLACK CIRCLE}</span> learned from, '
    f'<span style="color:{_JUDGED}">\N{BLACK CIRCLE}</span> stop set'
)
_SHARE = (
    "Mean share of each class that is recognised in the stop set. Dashed: what guessing reaches. "
    "Upright: the epoch of the lowest loss, whose network is kept."
)


class Curves(QWidget):
    """Two plots over the epochs: the loss of both sets, and a metric of the stop set.

    Parameters
    ----------
    metric
        Name of the metric.
    limits
        Between which values it lies.
    said
        What it means, for its tooltip.
    """

    def __init__(
        self,
        parent: QWidget | None = None,
        metric: str = "balanced_accuracy",
        limits: tuple[float, float] = (0, 1),
        said: str = _SHARE,
    ) -> None:
        super().__init__(parent)
        self._metric = metric
        self._losses: list[tuple[float, float]] = []
        self._epochs: dict[int, tuple[float, float]] = {}
        self._baseline = pg.InfiniteLine(angle=0)
        self._best = [pg.InfiniteLine(angle=90) for _ in range(2)]

        self._loss_plot, self._accuracy_plot = _plot(), _plot()
        self._accuracy_plot.setLabel("bottom", "epoch")
        self._accuracy_plot.setXLink(self._loss_plot)
        self._accuracy_plot.setYRange(*limits, padding=0.05)
        self._learned = self._loss_plot.plot(pen=pg.mkPen(_LEARNED, width=1))
        self._stop_loss = _marked(self._loss_plot)
        self._accuracy = _marked(self._accuracy_plot)
        self._accuracy_plot.addItem(self._baseline)
        for plot, line in zip((self._loss_plot, self._accuracy_plot), self._best, strict=True):
            plot.addItem(line)
        self._loss_plot.setToolTip("How wrong the network still is; lower is better.")
        self._accuracy_plot.setToolTip(said)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(QLabel(f"<b>Loss</b>: {_LEGEND}"))
        layout.addWidget(self._loss_plot)
        layout.addWidget(QLabel(f"<b>{metric.replace('_', ' ').capitalize()}</b> on the stop set"))
        layout.addWidget(self._accuracy_plot)

    @property
    def epochs(self) -> list[int]:
        """The epochs that are drawn, from 1."""
        return list(self._epochs)

    def begin(self, n_classes: int, n_epochs: int) -> None:
        """Draw nothing yet of a training that begins.

        Parameters
        ----------
        n_classes
            Of which guessing finds one in so many.
        n_epochs
            How far the plots go.
        """
        self._losses.clear()
        self._epochs.clear()
        self._baseline.setValue(1 / n_classes)
        self._loss_plot.setXRange(0, n_epochs, padding=0.02)
        self._refresh(best_epoch=0)

    def add(self, step: TrainStep, n_epochs: int) -> None:
        """Draw what a step of the training says."""
        if step.total and np.isfinite(step.loss):
            self._losses.append((n_epochs * step.done / step.total, step.loss))
        if step.epoch:
            self._epochs[step.epoch] = (step.stop_loss, step.stop_metric)
        self._refresh(step.best_epoch)

    def set_baseline(self, value: float) -> None:
        """Draw what is reached without the network."""
        self._baseline.setValue(value)

    def finish(self, history: Iterable[Mapping[str, float]], best_epoch: int) -> None:
        """Draw the whole training once it is over."""
        past = list(enumerate(history, start=1))
        self._losses = [(epoch, entry["loss"]) for epoch, entry in past]
        self._epochs = {
            epoch: (entry["stop_loss"], entry[f"stop_{self._metric}"]) for epoch, entry in past
        }
        self._loss_plot.setXRange(0, len(past), padding=0.02)
        self._refresh(best_epoch)

    def set_colors(self, colors: ThemeColors) -> None:
        """Follow napari's theme."""
        for plot in (self._loss_plot, self._accuracy_plot):
            plot.setBackground(colors.background)
            for side in ("left", "bottom"):
                plot.getAxis(side).setPen(colors.text)
                plot.getAxis(side).setTextPen(colors.text)
        self._baseline.setPen(pg.mkPen(colors.text, style=pg.QtCore.Qt.PenStyle.DashLine))
        for line in self._best:
            line.setPen(pg.mkPen(colors.text, width=1))

    def _refresh(self, best_epoch: int) -> None:
        losses = np.array(self._losses).reshape(-1, 2)
        judged = np.array([(epoch, *both) for epoch, both in self._epochs.items()]).reshape(-1, 3)
        self._learned.setData(losses[:, 0], losses[:, 1])
        self._stop_loss.setData(judged[:, 0], judged[:, 1])
        self._accuracy.setData(judged[:, 0], judged[:, 2])
        for line in self._best:
            line.setVisible(best_epoch > 0)
            line.setValue(best_epoch)


def _plot() -> Any:
    plot = pg.PlotWidget()
    plot.setFixedHeight(140)
    plot.setMouseEnabled(x=False, y=False)
    plot.hideButtons()
    plot.setMenuEnabled(False)
    plot.getAxis("left").setWidth(36)
    # The highest number of the axis would be cut otherwise.
    plot.getPlotItem().setContentsMargins(0, 6, 4, 0)
    return plot


def _marked(plot: Any) -> Any:
    return plot.plot(
        pen=pg.mkPen(_JUDGED, width=2),
        symbol="o",
        symbolSize=4,
        symbolBrush=_JUDGED,
        symbolPen=None,
    )
