"""The rules as switches: what each keeps, and what chance keeps."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qtpy.QtCore import Signal
from qtpy.QtWidgets import (
    QButtonGroup,
    QDoubleSpinBox,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QRadioButton,
    QVBoxLayout,
    QWidget,
)

from napari_seewhy.pages import literal

if TYPE_CHECKING:
    from napari_seewhy.sequence.motifs import Conserved, ConserveOptions

_EVIDENCE = {
    "motif": ("Motif", "The same motif lies there in the other species."),
    "identity": ("Identity", "More of the letters under the site are the same than the bound."),
}
_NOTE = "Kept sites, and in brackets how many matrices with permuted columns keep (mean)."


class RuleSwitches(QWidget):
    """One switch per kind of evidence and rule; each acts at once."""

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._options: ConserveOptions | None = None
        self._keys: list[tuple[str, str]] = []
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(6)
        self._group = QButtonGroup(self)
        self._bound = QDoubleSpinBox()
        self._bound.setRange(0, 99)
        self._bound.setDecimals(0)
        self._bound.setSuffix(" %")
        self._bound.setToolTip("More of the letters under a site than this must be the same.")
        note = QLabel(_NOTE)
        note.setWordWrap(True)
        line = QHBoxLayout()
        line.addWidget(QLabel("Identity above"))
        line.addWidget(self._bound)
        line.addStretch(1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addLayout(self._grid)
        layout.addWidget(note)
        layout.addLayout(line)
        self._group.idToggled.connect(self._on_toggled)
        self._bound.valueChanged.connect(lambda _: self.changed.emit())

    @property
    def buttons(self) -> dict[tuple[str, str], QRadioButton]:
        """The switches by kind of evidence and rule."""
        return {key: self._group.button(number) for number, key in enumerate(self._keys)}

    def options(self) -> ConserveOptions:
        """Return the options of the run, with the rule that is switched on."""
        if self._options is None:
            raise ValueError("There is nothing to judge yet.")
        evidence, rule = self._keys[self._group.checkedId()]
        changes: dict[str, object] = {"evidence": evidence, "rule": rule}
        if rule.startswith("at least"):
            changes |= {"rule": "at least", "at_least": int(rule.split()[-1])}
        return self._options.change(**changes, identity_percent=self._bound.value())

    def show_run(self, found: Conserved, options: ConserveOptions) -> None:
        """Offer the rules of a run, the one of its options switched on."""
        self._options = options
        for button in self._group.buttons():
            self._group.removeButton(button)
        while (item := self._grid.takeAt(0)) is not None:
            if (part := item.widget()) is not None:
                part.deleteLater()
        rules = list(dict.fromkeys(found.counts["rule"][found.counts["evidence"] != ""]))
        self._keys = []
        blocked = self._group.blockSignals(True)
        for column, (evidence, (title, tooltip)) in enumerate(_EVIDENCE.items(), 1):
            head = QLabel(title)
            head.setToolTip(tooltip)
            self._grid.addWidget(head, 0, column)
            for row, rule in enumerate(rules, 1):
                if column == 1:
                    self._grid.addWidget(QLabel(literal(_name(rule))), row, 0)
                if "/" in rule:
                    # Beside the other rules for comparison; `either` and `all` are made of them.
                    self._grid.addWidget(QLabel(), row, column)
                    continue
                button = QRadioButton()
                button.setToolTip(f"{tooltip} Keeps these sites at once.")
                self._group.addButton(button, len(self._keys))
                self._keys.append((evidence, rule))
                self._grid.addWidget(button, row, column)
        chosen = options.rule if options.rule != "at least" else f"at least {options.at_least}"
        wanted = (options.evidence, chosen)
        number = self._keys.index(wanted) if wanted in self._keys else 0
        self._group.button(number).setChecked(True)
        self._bound.blockSignals(True)
        self._bound.setValue(options.identity_percent)
        self._bound.blockSignals(False)
        self._group.blockSignals(blocked)
        self.show_counts(found)

    def show_counts(self, found: Conserved) -> None:
        """Show what each rule keeps."""
        table = found.counts[found.counts["evidence"] != ""]
        rules = list(dict.fromkeys(table["rule"]))
        for one in table.to_dict("records"):
            chance = one.get("sites by chance")
            text = f"{one['sites']:,}" + ("" if chance is None else f" ({chance:.3g})")
            column = 1 + list(_EVIDENCE).index(one["evidence"])
            item = self._grid.itemAtPosition(1 + rules.index(one["rule"]), column)
            if item is not None and item.widget() is not None:
                item.widget().setText(text)

    def _on_toggled(self, _: int, is_on: bool) -> None:
        if is_on:
            self.changed.emit()


def _name(rule: str) -> str:
    names = {"either": "one or more", "all": "all species"}
    return names.get(rule, rule)
