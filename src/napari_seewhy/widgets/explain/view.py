"""What came out of explaining: opacity, scale, attention, mean cells, the sanity check."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Any

from qtpy.QtCore import Qt, Signal
from qtpy.QtWidgets import (
    QComboBox,
    QFormLayout,
    QLabel,
    QPushButton,
    QSlider,
    QVBoxLayout,
    QWidget,
)

from napari_seewhy.explaining import (
    describe_attention,
    describe_comparison,
    summarize_attention,
)
from napari_seewhy.pages import literal
from napari_seewhy.widgets.explain.cell_view import CellView
from napari_seewhy.widgets.explain.mean_cells_view import MeanCellsView
from napari_seewhy.widgets.parts.layers import FigureButton
from napari_seewhy.widgets.parts.pictures import html_table

if TYPE_CHECKING:
    from napari_seewhy.cells.explaining import ExplainedCells
    from napari_seewhy.explaining import HeatmapScale, SanityCheck
    from napari_seewhy.images import CellImage

_EFFECT = "Cliff's delta"


class ExplainView(QWidget):
    """Shows where a network looked, in numbers and mean pictures.

    Parameters
    ----------
    viewer
        The viewer itself: `plain_viewer(napari_viewer)`.
    """

    opacity_changed = Signal(float)
    scale_changed = Signal()
    check_clicked = Signal()
    export_clicked = Signal()

    def __init__(self, viewer: Any, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._opacity = QSlider(Qt.Orientation.Horizontal)
        self._opacity.setRange(0, 100)
        self._opacity.setValue(80)
        self._opacity.setToolTip("How strongly the heatmaps glow on the image.")
        self._scale = QComboBox()
        self._scale.addItem("one for all cells", "all")
        self._scale.addItem("each cell its own", "each")
        self._scale.setToolTip(
            "One for all: cells can be compared. Each its own: the strongest place of every cell "
            "is fully bright, also where the network had few reasons."
        )
        self._attention = QLabel()
        self._attention.setWordWrap(True)
        self._attention.setTextFormat(Qt.TextFormat.RichText)
        self._attention.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._attention.setToolTip(
            "Mean share of the heatmaps in each region, and how many times what chance gives it "
            f"is: a region with 2 % of the area gets 2 % by chance. {_EFFECT}: -1 to 1, how much "
            "more often a cell of the first class has a larger share than one of the second."
        )
        self._cell = CellView()
        self._means = MeanCellsView()
        self._check_button = QPushButton("Sanity check")
        self._check_button.setToolTip(
            "Reinitialises all weights of the network and compares: heatmaps that stay the same do "
            "not come from what was learned (Adebayo et al. 2018)."
        )
        self._verdict = QLabel()
        self._verdict.setWordWrap(True)
        self._export_button = QPushButton("Save table ...")
        self._export_button.setToolTip("Saves class and attention of every cell as CSV.")
        self._figure_button = FigureButton(viewer)
        self._lay_out()
        self._opacity.valueChanged.connect(lambda _: self.opacity_changed.emit(self.opacity))
        self._scale.currentIndexChanged.connect(self.scale_changed)
        self._check_button.clicked.connect(self.check_clicked)
        self._export_button.clicked.connect(self.export_clicked)

    def _lay_out(self) -> None:
        rows = QFormLayout()
        rows.addRow("Opacity", self._opacity)
        rows.addRow("Scale", self._scale)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addLayout(rows)
        for part in (
            self._cell,
            self._attention,
            self._means,
            self._check_button,
            self._verdict,
            self._export_button,
            self._figure_button,
        ):
            layout.addWidget(part)

    @property
    def opacity(self) -> float:
        """How strongly the heatmaps glow, 0 to 1."""
        return self._opacity.value() / 100

    @property
    def scale(self) -> HeatmapScale:
        """One scale for all cells, or for each its own."""
        return "each" if self._scale.currentData() == "each" else "all"

    def show_explained(self, explained: ExplainedCells, image: CellImage) -> None:
        """Show what came out for other cells of an image; an older verdict is gone."""
        self._cell.show_explained(explained, image)
        self._verdict.clear()
        self._verdict.hide()
        self._attention.setText(_attention_text(explained))
        self._means.show_means(explained.means)

    def show_cell(self, label: int, t: int = 0) -> None:
        """Show one cell beside its heatmap; one that was not explained changes nothing."""
        self._cell.show_cell(label, t)

    def show_verdict(self, check: SanityCheck) -> None:
        """Say what the sanity check came to."""
        self._verdict.setText(literal(check.describe()))
        self._verdict.show()


def _attention_text(explained: ExplainedCells) -> str:
    """Write a table of attention against area, and in sentences what stands out."""
    classes = explained.table["class"].astype(str)
    summary = summarize_attention(explained.shares, explained.per_area, classes)
    comparison = explained.comparison
    names = list(dict.fromkeys(summary["class"]))
    regions = list(dict.fromkeys(summary["region"]))
    is_pair = len(names) == 2 and len(comparison) == len(regions)
    effects = dict(zip(comparison["region"], comparison["cliffs_delta"], strict=True))
    said = {
        (entry["class"], entry["region"]): _percent(entry["share"], entry["ratio"])
        for _, entry in summary.iterrows()
    }
    head = ["Attention", *names, *(["δ"] if is_pair else [])]
    rows = [
        [
            region,
            *(said[name, region] for name in names),
            *([_signed(effects[region])] if is_pair else []),
        ]
        for region in regions
    ]
    sentences = [describe_attention(summary), describe_comparison(comparison)]
    return html_table(head, rows) + "".join(
        f'<p style="margin-top:4px">{escape(sentence)}</p>' for sentence in sentences if sentence
    )


def _percent(share: float, ratio: float) -> str:
    """Write a share with how many times what chance gives it is: "4 % (1.7x)"."""
    if share != share:  # NaN: no heatmap
        return ""
    return f"{100 * share:.0f} %" + (
        f" ({ratio:.1f}\N{MULTIPLICATION SIGN})" if ratio == ratio else ""
    )


def _signed(effect: float) -> str:
    return "" if effect != effect else f"{effect:+.2f}"
