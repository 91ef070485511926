"""How a training on DNA goes, beside what is reached without the network."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from qtpy.QtCore import Signal
from qtpy.QtWidgets import QLabel, QPushButton, QVBoxLayout, QWidget

from napari_seewhy.pages import literal
from napari_seewhy.sequence.learning import BaselineStep
from napari_seewhy.training.learning import TrainStep
from napari_seewhy.widgets.parts.pictures import html_table
from napari_seewhy.widgets.parts.tasks import NextSteps, Pace
from napari_seewhy.widgets.parts.training import Curves

if TYPE_CHECKING:
    from napari_seewhy.progress import Step
    from napari_seewhy.sequence.learning import (
        DnaTrainJob,
        LanguageTrainJob,
        StoredLanguage,
        StoredReader,
    )
    from napari_seewhy.widgets.parts.viewer import ThemeColors

NOTHING = "Nothing is trained yet: choose {}, and press Train on DNA."
STOPPED = "Stopped. The best network so far is kept, but is not in the library yet."
STOPPED_EARLY = "Stopped before the first epoch was over; nothing is kept."
_PARTS = (("learn", "#56b4e9"), ("stop", "#e69f00"), ("report", "#009e73"))
_CHANCE_BITS = 2.0
_BITS = (1.5, 2.1)
_IDLE = (
    "<p>The network adds nothing to the counted contexts; train longer, or on a longer genome.</p>"
)
_SAID_OF_BITS = (
    "Bits per base on letters that say when to stop; lower is better. Dashed: chance. Upright: the "
    "epoch whose network is kept."
)


class ReaderTrainingView(QWidget):
    """Curves while a training runs, its figures afterwards."""

    go_on_clicked = Signal()

    def __init__(self, viewer: Any, curves: Curves, file: str, then: str) -> None:
        super().__init__()
        self.n_epochs = 0
        self._pace = Pace()
        self._sentence, self._figures = QLabel(NOTHING.format(file)), QLabel()
        for label in (self._sentence, self._figures):
            label.setWordWrap(True)
        self._go_on_button = QPushButton("Continue")
        self._go_on_button.setToolTip("Continues with the training where it was stopped.")
        self.curves = curves
        self._next = NextSteps(viewer, {"Read DNA": then})
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        below = (self._go_on_button, self._figures, self.curves, self._next)
        for part in (self._sentence, *below):
            self._layout.addWidget(part)
        for part in (self._go_on_button, self._figures, self.curves):
            part.hide()
        self._go_on_button.clicked.connect(self.go_on_clicked)

    def begin(self, job: Any) -> None:
        """Show that a training has begun."""
        self.n_epochs, self._pace = job.options.epochs, Pace()
        self._sentence.setText(literal(f"Training {job.name} ..."))
        self.curves.begin(2, self.n_epochs)
        for part in (self._go_on_button, self._figures, self._next):
            part.hide()
        self.curves.show()

    def add(self, step: Step) -> None:
        """Show a step of the running training."""
        if not isinstance(step, TrainStep):
            self._sentence.setText(literal(f"{step.message} ..."))
            return
        self.curves.add(step, self.n_epochs)
        best = f"best after epoch {step.best_epoch}" if step.best_epoch else ""
        said = [step.message, self._pace.say_left(step), best]
        self._sentence.setText(literal("; ".join(part for part in said if part) + "."))

    def stop(self, *, can_go_on: bool) -> None:
        """Show that the training was stopped, and whether a network is kept."""
        self._sentence.setText(STOPPED if can_go_on else STOPPED_EARLY)
        self._go_on_button.setVisible(can_go_on)

    def finish(self, trained: Any) -> None:
        """Show how good the finished model is."""
        self._sentence.setText(
            f"The model {literal(trained.path.stem)} is in the library, as it was after epoch "
            f"{trained.best_epoch} of {len(trained.history)}."
        )
        self.curves.finish(trained.history, trained.best_epoch)
        self._figures.setText(self.describe(trained))
        self._figures.show()
        self._next.show()

    def describe(self, trained: Any) -> str:
        """Return the figures of a finished model as rich text."""
        raise NotImplementedError

    def set_colors(self, colors: ThemeColors) -> None:
        """Follow napari's theme."""
        self.curves.set_colors(colors)


class DnaTrainingView(ReaderTrainingView):
    """The split of the windows, and a network of coverage beside a linear model."""

    def __init__(self, viewer: Any) -> None:
        then = "Read a stretch of a genome with the model."
        super().__init__(viewer, Curves(metric="pearson"), "windows", then)
        self._linear = 0.0
        self._split = QLabel()
        self._split.setWordWrap(True)
        self._split.setToolTip("How many windows teach, say when to stop, and are reported on.")
        self._split.hide()
        self._layout.insertWidget(1, self._split)

    def begin(self, job: DnaTrainJob) -> None:
        """Show that a training has begun."""
        super().begin(job)
        self._split.hide()

    def add(self, step: Step) -> None:
        """Show a step of the running training."""
        if isinstance(step, BaselineStep):
            self._linear = step.pearson
            self.curves.set_baseline(step.pearson)
            self._split.setText(_draw_split(step.counts))
            self._split.show()
        super().add(step)

    def describe(self, trained: StoredReader) -> str:
        """Return the correlation beside that of words, and the first words."""
        rows = [
            ["network", f"{trained.metrics['pearson']:.3f}"],
            ["linear model of words of five letters", f"{self._linear:.3f}"],
        ]
        words = ", ".join(trained.words[:6])
        said = f"<p>First words: {words}</p>" if words else ""
        return html_table(["stop windows", "mean r"], rows) + said


class LanguageTrainingView(ReaderTrainingView):
    """A language model beside the counted contexts that it corrects."""

    def __init__(self, viewer: Any) -> None:
        curves = Curves(metric="bits", limits=_BITS, said=_SAID_OF_BITS)
        then = "See how sure the model is of every base, score changes, or let it write."
        super().__init__(viewer, curves, "a genome", then)

    def begin(self, job: LanguageTrainJob) -> None:
        """Show that a training has begun."""
        super().begin(job)
        self.curves.set_baseline(_CHANCE_BITS)

    def describe(self, trained: StoredLanguage) -> str:
        """Return the bits per base of letters that it never saw."""
        metrics = trained.metrics
        rows = [
            [name, f"{metrics[f'{key}bits']:.3f}", f"{metrics[f'{key}bits_new']:.3f}"]
            for name, key in (("model", ""), ("counted contexts", "mixture_"))
        ]
        rows.append(["chance", f"{_CHANCE_BITS:.3f}", f"{_CHANCE_BITS:.3f}"])
        head = [
            f"bits per base of {metrics['n_held_out']:,} held-out letters",
            "all",
            "off repeats",
        ]
        is_idle = metrics["mixture_bits"] <= metrics["bits"]
        return html_table(head, rows) + (_IDLE if is_idle else "")


def _draw_split(counts: tuple[int, int, int]) -> str:
    """Return a bar of one coloured part per kind of window, as wide as they are many."""
    total = max(sum(counts), 1)
    cells = "".join(
        f'<td bgcolor="{color}" width="{round(100 * n / total)}%" align="center">'
        f'<span style="color:#000000">{n:,} {name}</span></td>'
        for n, (name, color) in zip(counts, _PARTS, strict=True)
        if n
    )
    return f'<table width="100%" cellspacing="0" cellpadding="3"><tr>{cells}</tr></table>'
