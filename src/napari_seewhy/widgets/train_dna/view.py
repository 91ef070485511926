"""How a training on DNA goes, beside what is reached without the network."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from qtpy.QtWidgets import QLabel

from napari_seewhy.sequence.learning import BaselineStep
from napari_seewhy.widgets.parts.pictures import html_table
from napari_seewhy.widgets.parts.training import Curves, TrainingView

if TYPE_CHECKING:
    from napari_seewhy.progress import Step
    from napari_seewhy.reading import CoverageCard
    from napari_seewhy.reading.language import LanguageCard
    from napari_seewhy.sequence.learning import DnaTrainJob, LanguageTrainJob
    from napari_seewhy.training.fitting import StoredModel

NOTHING = "Nothing is trained yet: choose {}, and press Train on DNA."
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


class DnaTrainingView(TrainingView):
    """The split of the windows, and a network of coverage beside a linear model."""

    def __init__(self, viewer: Any) -> None:
        then = {"Read DNA": "Read a stretch of a genome with the model."}
        super().__init__(viewer, NOTHING.format("windows"), then, Curves(metric="pearson"))
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

    def describe(self, trained: StoredModel[CoverageCard]) -> str:
        """Return the correlation beside that of words, and the first words."""
        rows = [
            ["network", f"{trained.card.metrics['pearson']:.3f}"],
            ["linear model of words of five letters", f"{self._linear:.3f}"],
        ]
        words = ", ".join(trained.card.words[:6])
        said = f"<p>First words: {words}</p>" if words else ""
        return html_table(["stop windows", "mean r"], rows) + said


class LanguageTrainingView(TrainingView):
    """A language model beside the counted contexts that it corrects."""

    def __init__(self, viewer: Any) -> None:
        curves = Curves(metric="bits", limits=_BITS, said=_SAID_OF_BITS)
        then = "See how sure the model is of every base, score changes, or let it write."
        super().__init__(viewer, NOTHING.format("a genome"), {"Read DNA": then}, curves)

    def begin(self, job: LanguageTrainJob) -> None:
        """Show that a training has begun."""
        super().begin(job)
        self.curves.set_baseline(_CHANCE_BITS)

    def describe(self, trained: StoredModel[LanguageCard]) -> str:
        """Return the bits per base of letters that it never saw."""
        metrics = trained.card.metrics
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
