"""Virtual immunostaining: what a marker would show, painted from phase contrast alone."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from qtpy.QtCore import QTimer
from qtpy.QtWidgets import QTabWidget, QVBoxLayout, QWidget

from napari_seewhy.blocks.staining import (
    BlockPlace,
    ExplainedBlock,
    MarkedStain,
    explain_block_steps,
    stain_marked_steps,
)
from napari_seewhy.widgets.parts.pictures import html_table, save_table
from napari_seewhy.widgets.parts.tasks import LateTab, TaskRow, fill_dock, plain_viewer, state_of
from napari_seewhy.widgets.parts.viewer import follow, is_open, tell_warning, telling_errors
from napari_seewhy.widgets.stain.clicks import BlockClicks
from napari_seewhy.widgets.stain.compare import StainComparison
from napari_seewhy.widgets.stain.form import StainForm
from napari_seewhy.widgets.stain.marker import MarkerForm
from napari_seewhy.widgets.stain.picker import StainPicker
from napari_seewhy.widgets.stain.shown import ShownStain, StainOrigin
from napari_seewhy.widgets.stain.view import StainView

if TYPE_CHECKING:
    from collections.abc import Callable

    from napari_seewhy.blocks.counting import Efficiency
    from napari_seewhy.blocks.judging import StainFigures
    from napari_seewhy.widgets.stain.folder import StainFolderView

_AGREEMENT = "Agreement with the real marker, block by block"

_REST_MS = 30
"""The mask follows when the slider rests so long."""


class StainWidget(QWidget):
    """Stains the image in the viewer virtually, or a folder of images."""

    def __init__(self, napari_viewer: Any, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._viewer = plain_viewer(napari_viewer)
        self._shown: ShownStain | None = None
        self._model = StainPicker()
        self._form = StainForm(self._viewer)
        self._marker = MarkerForm(self._form.fields)
        self._view = StainView(self._viewer)
        self._comparison = StainComparison(self._viewer, self)
        self._task_row = TaskRow(state_of(self._viewer), "Stain virtually")
        self._folder = LateTab(self._create_folder)
        self._clicks = BlockClicks(self._viewer, self._find_block_layer, self)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_REST_MS)
        self._waiting: list[Callable[[], None]] = []
        self._idle = QTimer(self)
        self._lay_out()

        self._model.changed.connect(self._on_model_changed)
        self._form.changed.connect(self._refresh)
        self._marker.changed.connect(self._timer.start)
        self._view.cut_changed.connect(self._timer.start)
        self._view.mode_changed.connect(self._compare)
        self._view.export_clicked.connect(self.export)
        self._timer.timeout.connect(self._on_rest)
        self._idle.timeout.connect(self._on_idle)
        follow(self._viewer.dims.events.current_step, self._show_figures)
        self._clicks.clicked.connect(self.explain)
        self._task_row.running_changed.connect(self._refresh)
        follow(self._viewer.layers.events.removed, self._on_removed)
        self._task_row.run_clicked.connect(self.stain)
        self._refresh()

    def _create_folder(self) -> StainFolderView:
        from napari_seewhy.widgets.stain.folder import StainFolderView

        folder = StainFolderView(self._viewer, self._model, self._form)
        folder.task_row.running_changed.connect(self._refresh)
        return folder

    def _lay_out(self) -> None:
        image = QWidget()
        fill_dock(image, [self._form, self._view, self._marker], [self._task_row])
        self._tabs = QTabWidget()
        self._tabs.addTab(image, "This image")
        self._tabs.addTab(self._folder, "A folder")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 6, 0, 0)
        layout.addWidget(self._model)
        layout.addWidget(self._tabs, 1)

    def stain(self) -> None:
        """Stain the chosen image with the chosen model."""
        with telling_errors():
            options = self._form.options()
            origin = StainOrigin.of(self._form.fields, self._model.chosen(), options)
            chosen = (origin.image, origin.name, origin.model, options)
            show = partial(self._on_stained, origin)
            self._task_row.run(stain_marked_steps, *chosen, on_result=show)

    def explain(self, frame: int, row: int, column: int) -> None:
        """Show where the network looked for a block, if clicks are to be answered so."""
        shown = self._shown
        if shown is None or not self._view.is_explaining or self._task_row.is_running:
            return
        origin, place = shown.origin, BlockPlace(frame, row, column)
        chosen = (origin.image, origin.model, origin.options, place)
        show = partial(self._on_explained, shown)
        self._task_row.run(explain_block_steps, *chosen, on_result=show)

    def export(self) -> None:
        """Ask where to, and save the efficiency of every frame as CSV."""
        self._follow()
        if self._shown is not None and self._shown.figures is not None:
            name = f"{self._shown.origin.name}_efficiency.csv"
            save_table(self, "Save efficiencies", name, self._shown.figures.table())

    def _on_stained(self, origin: StainOrigin, result: MarkedStain) -> None:
        stained = result.stained
        self._comparison.stop()
        self._shown = ShownStain(self._viewer, origin, result)
        self._view.begin(stained.cut)
        self._marker.begin(stained)
        for warning in stained.warnings:
            tell_warning(warning)
        n = stained.probability.size
        self._task_row.show_message(f"{n:,} blocks stained on {stained.device}.")
        self._follow()
        self._compare()
        self._refresh()

    def _on_explained(self, shown: ShownStain, found: ExplainedBlock) -> None:
        shown.show_heatmap(found)
        self._task_row.show_message(found.describe())

    def _on_rest(self) -> None:
        if is_open(self):
            self._waiting = [self._show_mask, self._show_shares, self._show_figures]
            self._idle.start()

    def _follow(self) -> None:
        """Follow the sliders at once, without asking the model again."""
        self._waiting = []
        for show in (self._show_mask, self._show_shares, self._show_figures):
            show()
        self._idle.start()

    def _on_idle(self) -> None:
        """Show one thing, or compute the interval of one more frame.

        One at a time, so that the window draws and the slider moves on in between.
        """
        if self._waiting:
            self._waiting.pop(0)()
            return
        figures = None if self._shown is None else self._shown.figures
        if figures is not None and not figures.is_whole:
            figures.count_next()
        if figures is None or figures.is_whole:
            self._idle.stop()
        if figures is not None and figures.is_whole:
            self._view.curve.set_intervals(figures.intervals())

    def _show_mask(self) -> None:
        if self._shown is not None:
            self._shown.set_cut(self._view.cut)

    def _show_shares(self) -> None:
        if self._shown is not None:
            figures = self._shown.count(self._view.cut, self._marker.measure())
            self._view.curve.set_shares(figures.shares, figures.measured)

    def _show_figures(self) -> None:
        """Show those of the frame that is seen."""
        if self._shown is not None and self._shown.figures is not None:
            self._view.show_figures(
                _describe_figures(self._shown.figures, self._form.fields.frame())
            )

    def _compare(self) -> None:
        marker = self._form.fields.marker_layer
        layers = None if self._shown is None else self._shown.compare_with(marker)
        if layers is not None:
            self._comparison.show(layers, self._view.mode)

    def _find_block_layer(self) -> Any | None:
        is_asked = self._shown is not None and self._view.is_explaining
        return self._shown.find_block_layer() if self._shown is not None and is_asked else None

    def _on_removed(self) -> None:
        """Forget what came out of an image that is gone, so that it is not taken for the next."""
        if self._shown is not None and self._shown.is_gone:
            self._shown = None
            self._comparison.stop()
            self._task_row.show_message("")
            self._refresh()

    def _on_model_changed(self) -> None:
        self._form.set_card(self._model.card)
        if self._folder.created is not None:
            self._folder.created.refresh()

    def _refresh(self) -> None:
        """Make every control agree with the state."""
        folder = self._folder.created
        is_busy = folder is not None and folder.task_row.is_running
        is_idle = not (self._task_row.is_running or is_busy)
        for part in (self._model, self._form):
            part.setEnabled(is_idle)
        self._view.setVisible(self._shown is not None)
        self._view.offer_modes(has_marker=self._marker.has_marker)
        self._marker.setVisible(self._shown is not None and self._marker.has_marker)
        self._task_row.set_missing(self._form.missing)


def _describe_figures(figures: StainFigures, frame: int) -> str:
    """Say in rich text what holds of one frame."""
    t = min(max(frame, 0), len(figures.summed) - 1)
    rows = [
        _row("Probabilities", figures.summed[t]),
        _row(f"From {figures.cut:.0%} on", figures.counted(t)),
    ]
    if figures.measured:
        rows.append(_row("Real marker", figures.measured[t]))
    head = "Efficiency" if len(figures.summed) == 1 else f"Efficiency, t {t}"
    return html_table([head, "", "95 % interval"], rows) + _describe_agreement(figures)


def _describe_agreement(figures: StainFigures) -> str:
    if not figures.measured:
        return ""
    share = figures.learned_share
    scores, learned = figures.scores, f"{share:.0%} of these blocks"
    if scores is None:
        return f"<p>{_AGREEMENT}: not said, as the model has learned from {learned}.</p>"
    left_out = f" The model has learned from {learned}; they are left out."
    return (
        f'<p style="margin-top:4px">{_AGREEMENT}: '
        f"<b>F1 {scores.f1:.2f}</b>, AUC {scores.roc_auc:.2f}, accuracy {scores.accuracy:.2f} "
        f"(always saying the more frequent: {scores.baseline:.2f}); {scores.n_positives:,} of "
        f"{scores.n_blocks:,} blocks are positive.{left_out * (share > 0)}</p>"
    )


def _row(name: str, found: Efficiency) -> list[str]:
    interval = f"{100 * found.low:.1f}\N{EN DASH}{100 * found.high:.1f} %"
    return [name, f"{100 * found.value:.1f} %", interval]
