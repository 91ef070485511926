"""Read DNA: what a model predicts along a genome, and what each base is worth to it."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from qtpy.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from napari_seewhy.errors import DataError
from napari_seewhy.genome import LETTERS, Interval
from napari_seewhy.pages import literal
from napari_seewhy.sequence.explaining import (
    BaseOptions,
    explain_bases_steps,
    list_genes,
    list_peaks_of_worth,
)
from napari_seewhy.sequence.language import expect_letters_steps, look_expected_steps
from napari_seewhy.sequence.painting import look_steps
from napari_seewhy.widgets.parts.forms import tame
from napari_seewhy.widgets.parts.genes import SendGenes
from napari_seewhy.widgets.parts.tasks import TaskRow, fill_dock, plain_viewer, state_of
from napari_seewhy.widgets.parts.viewer import (
    StatusBar,
    follow,
    telling_errors,
    theme_colors,
)
from napari_seewhy.widgets.read_dna.form import DnaForm
from napari_seewhy.widgets.read_dna.generate import GenerateView
from napari_seewhy.widgets.read_dna.heatmap import describe_heatmap, show_heatmap
from napari_seewhy.widgets.read_dna.panel import LEGEND, GenomePanel, next_letter
from napari_seewhy.widgets.read_dna.score import ScoreView

if TYPE_CHECKING:
    from napari_seewhy.genome.lists import GeneList
    from napari_seewhy.sequence.explaining import Worth
    from napari_seewhy.sequence.painting import Look

_PURPOSE = (
    "Predicts coverage from the letters of a genome, or how sure a language model is of each, and "
    "shows what each base is worth."
)
_HOW = (
    f"{LEGEND}. Drag to move, turn the wheel to zoom; click a letter to change it, then press "
    "<i>Read DNA</i>."
)
_SATURATED_BP = 2000


class ReadDnaWidget(QWidget):
    """Reads a stretch of a genome, changes bases, and saturates up to 2 kb with changes."""

    def __init__(self, napari_viewer: Any, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._viewer = plain_viewer(napari_viewer)
        self.look: Look | None = None
        self._worth: Worth | None = None
        self._changes: dict[int, int] = {}

        self._purpose, how = QLabel(_PURPOSE), QLabel(_HOW)
        for label in (self._purpose, how):
            label.setWordWrap(True)
        self.form = DnaForm()
        self._track = QComboBox()
        tame(self._track)
        self._track.setToolTip("Which of the tracks is shown.")
        self._said = QLabel()
        self._said.setWordWrap(True)
        self._undo = QPushButton("Take changes back")
        self._undo.setToolTip("Puts the letters of the genome back.")
        self.panel = GenomePanel()
        self._below = QWidget()
        line = QHBoxLayout(self._below)
        line.setContentsMargins(0, 0, 0, 0)
        line.addWidget(self._track, 1)
        line.addWidget(self._undo)
        self.read_row = TaskRow(state_of(self._viewer), "Read DNA")
        self.saturate_row = TaskRow(state_of(self._viewer), "Saturate what is in sight")
        self.send = SendGenes(self._viewer, has_peaks=True)
        self.send.give, self.send.give_peaks = self._give_genes, self._give_peaks
        parts = [self._purpose, self.form, self._below, self.send, self._said, how, self.panel]
        reading, self._tabs = QWidget(), QTabWidget()
        fill_dock(reading, parts, [self.read_row, self.saturate_row], is_filled=True)
        self.generate = GenerateView(self._viewer)
        self._tabs.addTab(reading, "Read")
        self.score = ScoreView(self._viewer)
        self._under_mouse = StatusBar(self._viewer, partial(describe_heatmap, self._viewer), self)
        self._tabs.addTab(self.score, "Score")
        self._tabs.addTab(self.generate, "Generate")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 6, 0, 0)
        layout.addWidget(self._tabs)
        self._shown = (self._below, self._said, how, self.panel, self.send, self.saturate_row)

        self.form.changed.connect(self._refresh)
        self.read_row.run_clicked.connect(self.read)
        self.saturate_row.run_clicked.connect(self.saturate)
        self._track.currentIndexChanged.connect(self._draw)
        self._undo.clicked.connect(self._on_undo)
        self.panel.base_clicked.connect(self.change)
        for row in (self.read_row, self.saturate_row):
            row.running_changed.connect(self._refresh)
        self.panel.coverage.vb.sigXRangeChanged.connect(self._refresh)
        follow(self._viewer.events.theme, self._on_theme_changed)
        self._on_theme_changed()
        self._refresh()

    def receive_place(self, place: Interval) -> None:
        """Name a stretch that another widget sent; it is read once model and genome are chosen."""
        self._tabs.setCurrentIndex(0)
        self.form.set_place(str(place))
        if not self.form.missing and not self.read_row.is_running:
            self.read()

    def read(self) -> None:
        """Read the stretch that is named, with the changes that were clicked."""
        with telling_errors():
            place = self.form.place()
            inside = {at: code for at, code in self._changes.items() if at in range(*place[1:])}
            job: list[Any] = [self.form.model, self.form.genome, place]
            read = look_expected_steps if self.form.is_language else look_steps
            if not self.form.is_language:
                job.append(self.form.observed())
            job += [inside, None, self.form.genes]
            self.read_row.run(read, *job, on_result=self._on_read)

    def change(self, position: int) -> None:
        """Put the next letter of the alphabet in place of the one at a position, from 0."""
        look = self.look
        if look is None or not look.place.start <= position < look.place.end:
            return
        there = int(look.codes[position - look.place.start])
        now = self._changes.get(position, there)
        if (new := next_letter(now)) == there:
            self._changes.pop(position, None)
        else:
            self._changes[position] = new
        self._refresh()

    def saturate(self) -> None:
        """Change every base in sight to every letter, and show what each is worth."""
        look = self.look
        if look is None:
            return
        with telling_errors():
            place = self._in_sight(look)
            explain = expect_letters_steps if self.form.is_language else explain_bases_steps
            job = (self.form.model, self.form.genome, place, BaseOptions())
            self.saturate_row.run(explain, *job, on_result=self._on_saturated)

    def _in_sight(self, look: Look) -> Interval:
        low, high = self.panel.seen
        name, start, end = look.place
        return Interval(name, max(low, start), min(high, end))

    def _on_read(self, look: Look) -> None:
        is_other = self.look is None or self.look.place != look.place
        self.look = look
        if is_other:
            self._changes, self._worth = {}, None
        names = [self._track.itemText(row) for row in range(self._track.count())]
        if names != list(look.tracks):
            self._track.clear()
            self._track.addItems(look.tracks)
        self.read_row.show_message("")
        self._draw()
        self._refresh()

    def _give_genes(self) -> GeneList:
        """Return the genes in sight."""
        if self.look is None:
            raise DataError("No stretch is read yet; press Read DNA.")
        return list_genes(self.look, self._in_sight(self.look))

    def _give_peaks(self) -> GeneList:
        """Return the stretches whose bases are worth most to the track that is shown."""
        if self._worth is None:
            raise DataError("No base was changed yet; press Saturate what is in sight.")
        return list_peaks_of_worth(self._worth, max(self._track.currentIndex(), 0))

    def _on_saturated(self, worth: Worth) -> None:
        self._worth = worth
        self.panel.show_worth(worth)
        track = max(self._track.currentIndex(), 0)
        if worth.effects is not None:
            name, place = worth.tracks[track], str(worth.place)
            effects, first = worth.effects[track], worth.place.start + 1
            called = f"{name} {place} by letter"
            show_heatmap(self._viewer, called, effects, LETTERS, first, place=place, track=name)
        self.saturate_row.show_message("")

    def _on_undo(self) -> None:
        self._changes = {}
        self._refresh()
        if self.look is not None and self.look.changed is not None:
            self.read()

    def _draw(self, *_: Any) -> None:
        if self.look is not None:
            self.panel.show_look(self.look, max(self._track.currentIndex(), 0))

    def _on_theme_changed(self) -> None:
        self.panel.set_colors(theme_colors(self._viewer))

    def _refresh(self, *_: Any) -> None:
        """Make every control agree with the state."""
        is_running = self.read_row.is_running or self.saturate_row.is_running
        self.form.setEnabled(not is_running)
        for part in self._shown:
            part.setVisible(self.look is not None)
        # Its room goes to the panel, of which a small screen would show too little.
        self._purpose.setVisible(self.look is None)
        self._undo.setEnabled(bool(self._changes) and not is_running)
        self.read_row.set_missing(self.form.missing)
        self._said.setText(literal(self._describe()))
        far = ""
        if self.look is not None:
            start, end = self._in_sight(self.look)[1:]
            if not 0 < end - start <= _SATURATED_BP:
                far = f"Zoom in to {_SATURATED_BP:,} bp or fewer."
        self.saturate_row.set_missing(far)

    def _describe(self) -> str:
        if self.look is None:
            return ""
        place, codes = self.look.place, self.look.codes
        words = [
            f"{at + 1:,} {'ACGTN'[codes[at - place.start]]}>{LETTERS[new]}"
            for at, new in sorted(self._changes.items())
        ]
        note = f"; {self.look.note}" if self.look.note else ""
        return f"{place}" + (f"; changed: {', '.join(words)}" if words else "") + note
