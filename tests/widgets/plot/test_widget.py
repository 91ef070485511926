"""Plot cells in a real viewer: points and cells selected in each other, ranked, saved."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from napari.components import ViewerModel
from napari.layers import Layer
from qtpy.QtCore import QEvent, QPointF, Qt
from qtpy.QtGui import QMouseEvent
from qtpy.QtTest import QTest
from qtpy.QtWidgets import QApplication, QFileDialog, QPushButton

from napari_seewhy.cells.measuring.measure import measure_cells
from napari_seewhy.cells.separating.pairs import PairRule
from napari_seewhy.engine import TaskRunner
from napari_seewhy.layers import (
    Grid,
    cells_from_features,
    classes_layer,
    image_layers,
    labels_layer,
)
from napari_seewhy.widgets.parts.tasks.state import ViewerState, state_of
from napari_seewhy.widgets.plot.selected_cells import ChosenOutlines
from napari_seewhy.widgets.plot.widget import PlotWidget

pytestmark = pytest.mark.widgets


@pytest.fixture(scope="module")
def warm_runner():
    runner = TaskRunner()
    yield runner
    runner.close()


def add_field(viewer, image, labels, name: str, classes=("G1", "G2")):
    """Add an image with its measured labels, of which every other cell is of the second class."""
    image = replace(image, source=f"/data/{name}.tif")
    for data in image_layers(image):
        viewer.add_layer(Layer.create(*data))
    cells = measure_cells(image, labels)
    said = [classes[i % len(classes)] for i in range(len(cells))]
    cells["class"] = pd.Categorical(said, classes)
    grid = Grid.of_image(image).for_labels()
    known = {"source": image.source}
    data = labels_layer(labels, cells, name=f"nuclei ({name})", grid=grid, known=known)
    return viewer.add_layer(Layer.create(*data))


@pytest.fixture
def viewer():
    """A viewer without a window, which is all that most of the widget needs."""
    return ViewerModel()


@pytest.fixture
def layer(viewer, tiny_image, tiny_labels):
    return add_field(viewer, tiny_image, tiny_labels, "A01")


@pytest.fixture
def open_plot(qtbot, viewer, warm_runner, monkeypatch):
    """Open the widget in a window of its own, with a child process that stays warm."""
    state_of(viewer).beside._runner = warm_runner
    monkeypatch.setattr(ViewerState, "leave", lambda _: None)

    opened = []

    def show() -> PlotWidget:
        widget = PlotWidget(viewer)
        opened.append(widget)
        widget.resize(380, 900)
        with qtbot.waitExposed(widget):
            widget.show()
        return widget

    yield show
    # As in napari the widget goes before its viewer, and at once.
    for widget in opened:
        widget.close()
        widget.deleteLater()
        QApplication.sendPostedEvents(widget, QEvent.Type.DeferredDelete)


@pytest.fixture
def widget(layer, open_plot):
    return open_plot()


def selected(widget) -> list[int]:
    cells = widget._linked.cells
    return cells.label[widget._linked.is_selected].tolist()


class PlotHand:
    """The real mouse on the plot, in the units of its axes."""

    def __init__(self, widget) -> None:
        self._scatter = widget._scatter
        QApplication.processEvents()

    def drag(self, places, shift: bool = False) -> None:
        points = [self._point(*place) for place in places]
        held = Qt.KeyboardModifier.ShiftModifier if shift else Qt.KeyboardModifier.NoModifier
        left, none = Qt.MouseButton.LeftButton, Qt.MouseButton.NoButton
        self._send(QEvent.Type.MouseMove, points[0], none, none, held)
        self._send(QEvent.Type.MouseButtonPress, points[0], left, left, held)
        for point in points[1:]:
            self._send(QEvent.Type.MouseMove, point, none, left, held)
        self._send(QEvent.Type.MouseButtonRelease, points[-1], left, none, held)

    def click(self, row: int, shift: bool = False) -> None:
        self.drag([self._scatter.points.xy[:, row]], shift)

    def around(self, rows, shift: bool = False) -> None:
        """Drag a lasso round some points."""
        self._scatter.grab()  # only what is painted has its range
        x, y = self._scatter.points.xy[:, rows]
        width, height = (np.diff(seen)[0] for seen in self._scatter._box.viewRange())
        low, high = (
            (x.min() - width / 40, y.min() - height / 40),
            (
                x.max() + width / 40,
                y.max() + height / 40,
            ),
        )
        corners = [low, (high[0], low[1]), high, (low[0], high[1]), low]
        self.drag(corners, shift)

    def _point(self, x: float, y: float) -> QPointF:
        place = self._scatter._box.mapViewToScene(QPointF(x, y))
        return QPointF(self._scatter.mapFromScene(place))

    def _send(self, kind, point, button, held, keys) -> None:
        event = QMouseEvent(kind, point, point, button, held, keys)
        QApplication.sendEvent(self._scatter.viewport(), event)
        # pyqtgraph drops moves that come faster than a hand's.
        QTest.qWait(15)


@pytest.fixture
def plot_hand(widget):
    return PlotHand(widget)


def outlined(viewer, name: str = "selected cells (nuclei (A01))") -> list[int]:
    if name not in viewer.layers:
        return []
    return np.unique(np.asarray(viewer.layers[name].data))[1:].tolist()


def test_classes_that_come_later_are_compared_and_coloured_by(
    viewer, open_plot, tiny_image, tiny_labels
) -> None:
    layer = add_field(viewer, tiny_image, tiny_labels, "A01")
    classified = layer.features
    flags = [index % 2 == 0 for index in range(len(classified))]
    layer.features = classified.drop(columns="class").assign(touches_border=flags)
    widget = open_plot()
    assert widget._separation.column == "touches_border"
    layer.features = classified.assign(touches_border=flags)
    assert widget._separation.column == "class"
    assert widget._form.color == "class"
    widget._separation._class_box.setCurrentText("touches_border")
    layer.features = classified.assign(touches_border=flags, more=1.0)
    assert widget._separation.column == "touches_border"


def test_without_measured_cells_it_says_what_to_do(viewer, open_plot, tiny_labels) -> None:
    viewer.add_labels(tiny_labels)
    message = open_plot()._message.text()
    assert message.startswith("No measured cells yet: run Segment cells")


def test_the_points_are_where_the_table_says(layer, widget) -> None:
    assert widget._form.axes == ("area_um2", "integrated_DNA")
    features = layer.features.iloc[1:]
    wanted = features[["area_um2", "integrated_DNA"]].to_numpy(float).T
    assert widget._scatter.points.xy == pytest.approx(wanted)
    assert widget._message.text().startswith("5 cells.")


def test_a_lasso_outlines_the_cells_in_the_image_and_tells_other_widgets(
    viewer, layer, widget, plot_hand
) -> None:
    colors, data = layer.colormap, layer.data.copy()
    plot_hand.around([1, 3])
    assert {2, 4} <= set(selected(widget))
    assert outlined(viewer) == selected(widget)
    keys = state_of(viewer).selection.keys
    assert keys == {("A01", 0, label) for label in selected(widget)}
    # The layer of the person stays as it was.
    assert layer.colormap is colors
    assert (layer.data == data).all()


def test_shift_adds_to_the_selection_and_none_lets_go(viewer, widget, plot_hand) -> None:
    plot_hand.around([0])
    first = selected(widget)
    plot_hand.around([3], shift=True)
    assert set(selected(widget)) == {*first, 4}
    none = next(b for b in widget._buttons.findChildren(QPushButton) if b.text() == "None")
    none.click()
    assert selected(widget) == outlined(viewer) == []
    assert not state_of(viewer).selection.keys


def test_a_box_selects_what_is_inside(widget, plot_hand) -> None:
    box = next(b for b in widget._buttons.findChildren(QPushButton) if b.text() == "Box")
    box.click()
    (x_low, x_high), (y_low, y_high) = widget._scatter._box.viewRange()
    plot_hand.drag([(x_low, y_low), ((x_low + x_high) / 2, (y_low + y_high) / 2), (x_high, y_high)])
    assert selected(widget) == [1, 2, 3, 4, 5]


def test_moving_the_plot_selects_nothing(widget, plot_hand) -> None:
    move = next(b for b in widget._buttons.findChildren(QPushButton) if b.text() == "Move")
    move.click()
    before = widget._scatter._box.viewRange()
    plot_hand.around([0, 1, 2])
    plot_hand.drag([widget._scatter.points.xy[:, 0], widget._scatter.points.xy[:, 1]])
    assert selected(widget) == []
    assert widget._scatter._box.viewRange() != before


def test_a_click_on_a_point_goes_to_its_cell_and_shows_it(viewer, widget, plot_hand) -> None:
    plot_hand.click(2)
    assert selected(widget) == [3]
    assert viewer.scene.camera.center[-2:] == pytest.approx((30, 11))
    assert widget._picture._pictures[0].pixmap() is not None
    assert widget._picture._captions[0].text() == "cell 3, A01"
    assert not widget._picture._pictures[1].isVisibleTo(widget)


def test_the_heatmap_of_the_cells_class_is_shown_beside(viewer, layer, widget, plot_hand) -> None:
    for name in ("G1", "G2"):
        values = (layer.data > 0).astype(np.float32)
        viewer.add_image(values, name=f"A01 heatmap {name}", scale=layer.scale, units=layer.units)
    plot_hand.click(1)
    assert widget._picture._captions[1].text() == "where the network looked: G2"
    assert widget._picture._pictures[1].isVisibleTo(widget)


def test_cells_of_several_images_are_drawn_together_and_told_apart(
    viewer, widget, plot_hand, tiny_image, tiny_labels
) -> None:
    brighter = replace(tiny_image, pixels=tiny_image.pixels * 3)
    second = add_field(viewer, brighter, tiny_labels, "B02")
    assert len(widget._linked.cells) == 10
    for other in viewer.layers:
        other.visible = "B02" not in other.name
    plot_hand.around([7])
    assert outlined(viewer, "selected cells (nuclei (B02))") == [3]
    assert outlined(viewer) == []
    # Its image is hidden, so its outlines are.
    assert not viewer.layers["selected cells (nuclei (B02))"].visible
    plot_hand.click(7)
    assert second.visible
    assert viewer.layers["DNA (B02)"].visible
    assert not viewer.layers["DNA (A01)"].visible
    assert viewer.layers["selected cells (nuclei (B02))"].visible
    assert state_of(viewer).selection.keys == {("B02", 0, 3)}


def test_layers_that_are_unticked_leave_the_plot_and_their_selection_stays_with_the_others(
    viewer, widget, tiny_image, tiny_labels
) -> None:
    add_field(viewer, tiny_image, tiny_labels, "B02")
    widget._linked.select(np.array([0, 7]))
    widget._form._layers.native.item(1).setCheckState(Qt.CheckState.Unchecked)
    assert len(widget._linked.cells) == 5
    assert selected(widget) == [1]
    assert "selected cells (nuclei (B02))" not in viewer.layers


def test_cells_that_are_classified_in_a_layer_of_their_own_are_drawn_once(
    viewer, layer, widget, tiny_labels
) -> None:
    said = cells_from_features(layer.features)[["label", "class"]]
    known = {"source": "/data/A01.tif", "parent": layer.name}
    measured = cells_from_features(layer.features)
    data = classes_layer(tiny_labels, said, image_name="A01", measured=measured, known=known)
    viewer.add_layer(Layer.create(*data))
    assert len(widget._linked.cells) == 5
    assert widget._linked.cells.layers == (layer,)
    viewer.layers.remove(layer)
    assert len(widget._linked.cells) == 5


def test_a_selection_made_elsewhere_is_followed(viewer, widget) -> None:
    state_of(viewer).selection.select([("A01", 0, 4), ("unknown", 0, 1)])
    assert selected(widget) == [4]
    assert outlined(viewer) == [4]


def test_in_a_time_series_a_point_turns_to_its_frame(
    viewer, open_plot, tiny_image, tiny_labels
) -> None:
    series = np.stack([tiny_labels, np.where(tiny_labels == 2, 0, tiny_labels)])
    pixels = np.stack([tiny_image.pixels, tiny_image.pixels])
    image = replace(tiny_image, pixels=pixels, axes="TCYX")
    add_field(viewer, image, series, "movie")
    widget = open_plot()
    cells = widget._linked.cells
    row = int(np.flatnonzero(cells.t == 1)[0])
    widget._on_point_clicked(row, is_added=False)
    assert viewer.dims.current_step[0] == 1
    outlines = viewer.layers["selected cells (nuclei (movie))"]
    assert not outlines.data[0].any()
    assert np.unique(outlines.data[1])[1:].tolist() == [cells.label[row]]
    assert state_of(viewer).selection.keys == {("movie", 1, int(cells.label[row]))}


def test_a_number_that_is_in_every_frame_means_a_cell_only_with_its_frame(
    viewer, open_plot, tiny_labels
) -> None:
    tracked = viewer.add_labels(np.stack([tiny_labels] * 3), name="tracks")
    rows = [(t, label) for t in range(3) for label in range(1, 6)]
    t, label = np.array(rows).T
    tracked.features = pd.DataFrame({"label": label, "t": t, "area": label + t * 0.1})
    widget = open_plot()
    widget._linked.select(np.array([rows.index((1, 4))]))
    outlines = viewer.layers["selected cells (tracks)"]
    assert [np.unique(frame).tolist() for frame in outlines.data] == [[0], [0, 4], [0]]
    whole = np.asarray(outlines.data)
    assert whole.sum() == whole[1].sum() > 0
    assert not whole[tiny_labels[np.newaxis].repeat(3, 0) % 4 != 0].any()
    viewer.dims.set_current_step(0, 2)
    widget._linked._on_clicked(tracked, 5)
    assert widget._linked.cells.t[widget._linked.is_selected].tolist() == [2]


def test_outlines_hide_little_of_a_cell_and_nothing_of_its_neighbour() -> None:
    labels = np.zeros((9, 12), int)
    labels[2:7, 2:7], labels[2:7, 7:10] = 1, 2
    outlines = ChosenOutlines(labels)
    outlines.is_chosen = np.array([[False, True, False]])
    drawn = outlines[:, :]
    assert not drawn[3:6, 3:6].any()
    assert drawn[2:7, 2].all()
    assert drawn[2:7, 1].all()
    assert not drawn[labels == 2].any()
    assert (np.asarray(outlines) == drawn).all()


def test_points_are_coloured_by_class_and_by_value(layer, widget) -> None:
    assert widget._form.color == "class"
    painted = widget._scatter.points._painted
    assert (painted[0] == painted[2]).all()
    assert (painted[0] != painted[1]).any()
    assert "G1 (3)" in widget._scatter._legend.text
    widget._form.color_by("mean_DNA")
    brightness = widget._scatter.points._painted[:, :3].sum(axis=1)
    assert brightness.argmax() == layer.features["mean_DNA"][1:].argmax()
    assert "mean_DNA" in widget._scatter._legend.text
    widget._form.color_by("one colour")
    assert (widget._scatter.points._painted == widget._scatter.points._painted[0]).all()


def test_values_that_cannot_be_drawn_are_counted_and_said(layer, widget) -> None:
    features = layer.features.copy()
    features.loc[1, "area_um2"] = np.nan
    features.loc[2, "integrated_DNA"] = -5.0
    layer.features = features
    assert "1 are hidden: 1 without a value of area_um2." in widget._message.text()
    widget._form._y_log.click()
    assert "2 are hidden" in widget._message.text()
    assert "1 with integrated_DNA of 0 or less on a logarithmic axis" in widget._message.text()
    assert np.isnan(widget._scatter.points.xy[:, :2]).all()


def test_a_logarithmic_axis_has_the_logarithms(layer, widget) -> None:
    widget._form._x_log.click()
    wanted = np.log10(layer.features["area_um2"].to_numpy(float)[1:])
    assert widget._scatter.points.xy[0] == pytest.approx(wanted)


def test_the_histograms_hold_every_cell_once(widget) -> None:
    for plot, axis in ((widget._scatter._top, 1), (widget._scatter._right, 0)):
        heights = [curve.getData()[axis] for curve in plot.listDataItems()] or [
            item.getData()[axis] for item in plot.items if hasattr(item, "getData")
        ]
        assert sum(height[::2].sum() for height in heights) == 5


def test_the_question_is_answered_with_a_line_and_a_table(
    qtbot, viewer, layer, widget, told
) -> None:
    generator = np.random.default_rng(0)
    n = 80
    labels = np.kron(np.arange(1, n + 1).reshape(8, 10), np.ones((8, 8), int))
    a, b = np.exp(generator.normal(0, 0.5, (2, n)))
    kind = pd.Categorical(np.where(a * b > 1, "G2", "G1"))
    table = pd.DataFrame({"label": range(1, n + 1), "area": a, "DNA": b, "kind": kind})
    table["noise"] = generator.normal(size=n)
    other = viewer.add_layer(Layer.create(*labels_layer(labels, table, name="many")))
    widget._form._layers.native.item(0).setCheckState(Qt.CheckState.Unchecked)
    view = widget._separation
    assert view.column == "kind"
    row = view._task_row
    with qtbot.waitSignal(row.running_changed, timeout=60_000, check_params_cb=lambda on: not on):
        row.findChild(QPushButton).click()
    assert told == []
    assert {*widget._form.axes} == {"area", "DNA"}
    assert widget._form.is_log == (True, True)
    assert widget._form.color == "kind"
    assert "already separates" in view._answer.text()
    widget._scatter.grab()  # only what is painted has its range
    x, y = 10**widget._scatter.line
    is_drawn = np.isfinite(x)
    assert is_drawn.any()
    rule = PairRule.of_row(view.separation.pairs.iloc[0])
    assert rule.judge(x[is_drawn], y[is_drawn]) == pytest.approx(0, abs=1e-6)
    table_view = view._pairs
    place = table_view.visualRect(table_view.model().index(1, 0)).center()
    qtbot.mouseClick(table_view.viewport(), Qt.MouseButton.LeftButton, pos=place)
    second = view.separation.pairs.iloc[1]
    assert widget._form.axes == (second["feature_x"], second["feature_y"])
    other.features = other.features.drop(columns="kind")
    assert view.separation is None
    assert row.message.startswith("No column says what the cells are")


def test_an_answer_about_cells_that_were_changed_meanwhile_is_not_shown(
    qtbot, layer, widget, told
) -> None:
    view = widget._separation
    row = view._task_row
    with qtbot.waitSignal(row.running_changed, timeout=60_000, check_params_cb=lambda on: not on):
        row.findChild(QPushButton).click()
        layer.features = layer.features.assign(area_um2=1.0)
    assert told == ["The cells were changed meanwhile; ask again."]
    assert view.separation is None


def test_choosing_other_axes_takes_the_line_away(widget) -> None:
    widget._on_pair_picked(PairRule("mean_DNA", "mean_Golgi", False, -9.0, 0.01, 0.1))
    assert widget._form.axes == ("mean_DNA", "mean_Golgi")
    widget._form._x_box.setCurrentText("area_um2")
    assert widget._scatter.line.shape == (2, 0)


@pytest.mark.parametrize("ending", ["svg", "png"])
def test_the_figure_is_saved_on_white_and_the_plot_keeps_its_colours(
    tmp_path, monkeypatch, widget, ending
) -> None:
    from qtpy.QtGui import QImage

    path = tmp_path / f"図 cells.{ending}"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(path), ""))
    before, size = widget._scatter.backgroundBrush().color().name(), widget._scatter.size()
    widget.save_figure()
    assert widget._scatter.backgroundBrush().color().name() == before
    assert widget._scatter.size() == size
    if ending == "svg":
        text = path.read_text(encoding="utf-8")
        assert text.startswith("<?xml")
        assert "Total DNA" in text
    else:
        image = QImage(str(path))
        # The shape of half a slide, whatever shape the dock has.
        assert image.width() / image.height() == pytest.approx(4 / 3, rel=0.01)
        assert image.width() >= 4 * 480
        assert image.pixelColor(2, 2).name() == "#ffffff"


def test_the_figure_has_the_dots_that_were_chosen(tmp_path, monkeypatch, widget) -> None:
    from qtpy.QtGui import QImage

    widths = []
    for dpi in (150, 600):
        path = tmp_path / f"{dpi}"
        monkeypatch.setattr(
            QFileDialog,
            "getSaveFileName",
            lambda *asked, path=path, dpi=dpi: (
                str(path),
                next(kind for kind in asked[-1].split(";;") if f"{dpi} dpi" in kind),
            ),
        )
        widget.save_figure()
        image = QImage(f"{path}.png")
        assert image.dotsPerMeterX() == round(dpi / 0.0254)
        widths.append(image.width())
    assert widths[1] == 4 * widths[0]


def test_another_ending_is_refused_in_a_sentence(tmp_path, monkeypatch, told, widget) -> None:
    path = tmp_path / "cells.bmp"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(path), ""))
    widget.save_figure()
    assert told == [f"{path} does not end in .svg or .png or .pdf; choose a name that does."]


def test_axes_say_no_factor_and_bear_the_change_to_logarithms(widget) -> None:
    scatter, names = widget._scatter, ("area_px", "mean_DNA")
    for is_log in (False, True, True, False):
        scatter.set_values(np.array([1e5, 6e5]), np.array([1e-4, 2e-4]), names, (is_log, is_log))
        scatter.grab()
        for side, said in (("bottom", "Area"), ("left", "Mean DNA")):
            label = scatter.plot.getAxis(side).labelString()
            assert said in label
            assert "x0.001" not in label


def test_the_table_is_saved_with_the_selection(tmp_path, monkeypatch, widget) -> None:
    path = tmp_path / "cells.csv"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(path), ""))
    widget._linked.select(np.array([1]))
    widget.save_table()
    table = pd.read_csv(path)
    assert table["label"][table["selected"]].tolist() == [2]
    assert table["image"].tolist() == ["A01"] * 5


def test_closing_the_labels_empties_the_plot(viewer, layer, widget) -> None:
    widget._linked.select(np.array([1]))
    viewer.layers.remove(layer)
    assert len(widget._linked.cells) == 0
    assert widget._message.text().startswith("No measured cells yet")
    assert "selected cells (nuclei (A01))" not in viewer.layers


def test_outlines_that_a_person_deletes_come_back_with_the_next_selection(
    viewer, widget, plot_hand
) -> None:
    plot_hand.around([0])
    del viewer.layers["selected cells (nuclei (A01))"]
    plot_hand.around([2])
    assert 3 in outlined(viewer)


def test_the_outlines_are_offered_nowhere_as_labels(viewer, widget) -> None:
    widget._linked.select(np.array([1]))
    assert len(widget._form._layers.value) == 1


def test_the_plot_follows_the_theme(viewer, widget) -> None:
    viewer.theme = "light"
    assert widget._scatter.backgroundBrush().color().lightness() > 200
