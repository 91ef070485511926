"""What a training would learn from: counts, baseline and the three sets, before it begins."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from qtpy.QtWidgets import QLabel, QWidget

from napari_seewhy.widgets.parts.pictures import html_table, html_warnings

if TYPE_CHECKING:
    from napari_seewhy.samples.splitting import Split
    from napari_seewhy.samples.targeting import ClassBalance
    from napari_seewhy.training.fitting import TrainingPlan

_HEAD = ("", "learn", "stop", "report")
_TOOLTIP = (
    "learn: the network sees these. stop: they say when it has learned enough. report: looked at "
    "once, at the end, to say how good it is."
)


class PlanView(QLabel):
    """Samples of each class in each of the three sets, and what is to be known of them."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWordWrap(True)
        self.setToolTip(_TOOLTIP)
        self._plan: TrainingPlan | None = None
        self._warning_color = "#888888"

    def set_plan(self, plan: TrainingPlan | None) -> None:
        """Show another plan, None for none."""
        self._plan = plan
        self._refresh()

    def set_warning_color(self, color: str) -> None:
        """Follow the theme."""
        self._warning_color = color
        self._refresh()

    def _refresh(self) -> None:
        plan = self._plan
        self.setVisible(plan is not None)
        if plan is None:
            return
        parts = []
        if plan.split is not None:
            parts.append(_table(plan.split))
        if plan.balance is not None:
            parts.append(f"<p>{escape(_say_baseline(plan.balance))}</p>")
        warnings = plan.split.warnings if plan.split is not None else (plan.problem,)
        self.setText("".join(parts) + html_warnings(warnings, self._warning_color))


def _table(split: Split) -> str:
    summary = split.summary()
    rows = [[name, *(f"{n:,}" for n in summary[name])] for name in split.classes]
    rows.append(["all", *(f"{n:,}" for n in summary["n_samples"])])
    rows.append(["groups", *(f"{n:,}" for n in summary["n_groups"])])
    return html_table(_HEAD, rows)


def _say_baseline(balance: ClassBalance) -> str:
    left_out = f" {balance.n_unknown:,} samples are left out." if balance.n_unknown else ""
    return (
        f"{balance.n_known:,} samples of known class.{left_out} Always saying {balance.majority} "
        f"would be right in {100 * balance.baseline:.0f} % of them: the network must beat that."
    )
