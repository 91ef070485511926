"""Train virtual staining in a real viewer: preview, a real training in the child, the library."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from qtpy.QtCore import Qt
from qtpy.QtWidgets import QScrollArea
from scipy.ndimage import gaussian_filter

from napari_seewhy.blocks.pairing.options import StainPairOptions
from napari_seewhy.images import CellImage, write_image
from napari_seewhy.layers import METADATA_KEY, image_layers
from napari_seewhy.layers.stain_layers import TARGET
from napari_seewhy.models import ModelLibrary
from napari_seewhy.models.files.library import FOLDER_VARIABLE
from napari_seewhy.models.files.weights_file import read_card_of
from napari_seewhy.staining.card import StainCard
from napari_seewhy.staining.stain_options import StainOptions
from napari_seewhy.widgets.parts.layers import is_image, is_labels
from napari_seewhy.widgets.train_stain.widget import TrainStainWidget

if TYPE_CHECKING:
    from napari.layers import Layer

pytestmark = pytest.mark.widgets

QUICK = StainOptions(
    width=8, epochs=2, n_windows=8, batch_size=4, window_blocks=3, device="cpu", precision="fp32"
)


def draw_field(seed: int = 0, shift_px: int = 0) -> tuple[CellImage, CellImage]:
    """Bright discs in both images, where a quarter of the field is marked."""
    rng = np.random.default_rng(seed)
    spots = gaussian_filter(rng.normal(size=(192, 224)), 5)
    spots /= spots.std()
    phase = 10_000 + 3_000 * spots + rng.normal(0, 100, spots.shape)
    marker = np.where(np.roll(spots, shift_px, axis=1) > 1, 900, 100)
    marker = marker + rng.normal(0, 10, marker.shape)
    phase_image, marker_image = (
        CellImage(pixels[None].astype(np.uint16), "CYX", (name,), 0.5, source=f"/{name}.tif")
        for name, pixels in (("phase", phase), ("GFP", marker))
    )
    return phase_image, marker_image


def show(viewer, *images: CellImage) -> list[Layer]:
    layers = []
    for image in images:
        for pixels, attributes, _ in image_layers(image):
            layers.append(viewer.add_image(pixels, **attributes))
    return layers


@pytest.fixture
def library(tmp_path, monkeypatch) -> ModelLibrary:
    monkeypatch.setenv(FOLDER_VARIABLE, str(tmp_path / "models"))
    return ModelLibrary()


@pytest.fixture
def widget(dock, library) -> TrainStainWidget:
    widget = dock(TrainStainWidget, "Train virtual staining")
    widget._form.set_training(QUICK)
    return widget


@pytest.fixture
def planned(widget, viewer, qtbot) -> TrainStainWidget:
    """Both images are open, and the preview has settled."""
    show(viewer, *draw_field())
    settle(widget, qtbot)
    return widget


def settle(widget: TrainStainWidget, qtbot) -> None:
    qtbot.waitUntil(lambda: not widget._form.blocks._timer.isActive(), timeout=5_000)


def targets(viewer) -> list[Layer]:
    return [
        layer
        for layer in viewer.layers
        if layer.metadata.get(METADATA_KEY, {}).get("role") == TARGET
    ]


def share_of_blocks(marker: np.ndarray, level: float, block_px: int, least: float) -> np.ndarray:
    height, width = (edge // block_px for edge in marker.shape)
    cut = marker[: height * block_px, : width * block_px]
    pieces = cut.reshape(height, block_px, width, block_px)
    return (pieces > level).mean(axis=(1, 3)) >= least


def test_without_images_it_says_what_to_do_first(widget, viewer) -> None:
    row = widget._task_row
    assert row.message.startswith("Open an image of phase contrast first")
    assert not row._button.isEnabled()
    phase, marker = draw_field()
    show(viewer, phase)
    assert row.message.startswith("Open the image of the marker")
    show(viewer, marker)
    assert row._button.isEnabled()


def test_positive_blocks_lie_over_the_image_before_anything_is_trained(planned, viewer) -> None:
    (layer,) = targets(viewer)
    assert layer.name == "target blocks (phase)"
    marker = draw_field()[1].pixels[0]
    np.testing.assert_array_equal(layer.data, share_of_blocks(marker, 500, 32, 0.25))
    assert tuple(layer.scale) == (16, 16)
    text = planned._form.blocks._said.text()
    assert f"Measured efficiency: {layer.data.mean():.1%}" in text
    assert "of the pixels lie above it. 42 blocks." in text


def test_a_closed_widget_marks_no_image_that_is_opened_later(widget, viewer, qtbot) -> None:
    dock = widget.parent()
    dock.hide()
    show(viewer, *draw_field())
    settle(widget, qtbot)
    assert targets(viewer) == []
    dock.show()
    widget._form.blocks.measure()
    assert len(targets(viewer)) == 1


def test_target_blocks_are_offered_nowhere(planned, viewer) -> None:
    (layer,) = targets(viewer)
    assert not is_labels(layer)
    heatmap = viewer.add_image(
        np.zeros((8, 8)), name="glow", metadata={METADATA_KEY: {"role": "heatmap M"}}
    )
    assert not is_image(heatmap)
    assert all(is_image(other) for other in viewer.layers if other not in (layer, heatmap))


def test_the_slider_moves_blocks_and_efficiency_at_once(planned, viewer, qtbot) -> None:
    form = planned._form.blocks
    marker = draw_field()[1].pixels[0]
    seen = []
    for step in (30, 980):
        form.threshold._slider.setValue(step)
        settle(planned, qtbot)
        assert form.threshold.how == "fixed"
        level = form.threshold.options().threshold
        (layer,) = targets(viewer)
        np.testing.assert_array_equal(layer.data, share_of_blocks(marker, level, 32, 0.25))
        assert f"Measured efficiency: {layer.data.mean():.1%}" in form._said.text()
        seen.append(layer.data.mean())
    assert seen[0] > seen[1]


def test_smaller_blocks_and_another_area_change_what_is_positive(planned, viewer, qtbot) -> None:
    form = planned._form.blocks._blocks
    form["block_px"].value = 16
    form["positive_area"].value = 0.5
    settle(planned, qtbot)
    (layer,) = targets(viewer)
    marker = draw_field()[1].pixels[0]
    np.testing.assert_array_equal(layer.data, share_of_blocks(marker, 500, 16, 0.5))


def test_unticking_takes_the_blocks_away_and_keeps_the_efficiency(
    planned, viewer, click, qtbot
) -> None:
    planned._form.blocks._is_shown.setChecked(False)
    settle(planned, qtbot)
    assert not targets(viewer)
    assert "Measured efficiency" in planned._form.blocks._said.text()


def test_a_blank_marker_is_refused_with_its_reason(widget, viewer, qtbot) -> None:
    phase, marker = draw_field()
    blank = CellImage(np.full_like(marker.pixels, 7), "CYX", ("GFP",), 0.5)
    show(viewer, phase, blank)
    settle(widget, qtbot)
    assert "is blank" in widget._form.blocks._said.text()
    assert not targets(viewer)


def test_a_training_leaves_a_model_that_knows_its_blocks(planned, library, run_task) -> None:
    planned._form.set_name("spots")
    run_task(planned._task_row)
    assert not planned._task_row.has_failed, planned._task_row.message
    card = read_card_of(library.place_of("spots"), StainCard)
    assert (card.block_px, card.positive_area, card.marker) == (32, 0.25, "GFP")
    assert card.threshold["how"] == "otsu"
    assert planned._view.curves.epochs == [1, 2]
    assert "The model spots is in the library" in planned._view._sentence.text()
    assert f">{card.metrics['stop']['f1']:.3f}<" in planned._view._figures.text()
    assert planned._form._name.text() == "my stain"


def test_a_stopped_training_keeps_its_best_network_and_goes_on(
    planned, library, click, run_task, qtbot
) -> None:
    planned._form.set_name("spots")
    planned._form.set_training(QUICK.change(epochs=10_000, patience=10_000))
    click(planned._task_row._button)
    qtbot.waitUntil(lambda: len(planned._view.curves.epochs) >= 2, timeout=120_000)
    click(planned._task_row._button)
    qtbot.waitUntil(lambda: not planned._task_row.is_running, timeout=20_000)
    assert not library.place_of("spots").exists()
    assert not planned._view._stopped.isHidden()
    click(planned._view._go_on_button)
    qtbot.waitUntil(lambda: len(planned._view.curves.epochs) >= 1, timeout=120_000)
    assert planned._view.curves.epochs[0] >= 2
    click(planned._task_row._button)
    qtbot.waitUntil(lambda: not planned._task_row.is_running, timeout=20_000)


def test_a_shift_is_found_and_corrected_in_the_preview(widget, viewer, run_task, click, qtbot):
    show(viewer, *draw_field(shift_px=12))
    shift = widget._form.shift
    run_task(shift.task_row)
    assert "12 px to the right" in shift._said.text()
    click(shift._correct_button)
    settle(widget, qtbot)
    assert (shift.shift.dy, shift.shift.dx) == (0, -12)
    assert widget._form.job().reader.reading.registration == "correct"
    (layer,) = targets(viewer)
    right = draw_field()[1].pixels[0]
    expected = share_of_blocks(right, 500, 32, 0.25)
    # The last column of blocks holds pixels that nobody knows.
    np.testing.assert_array_equal(layer.data[:, :-1], expected[:, :-1])


def test_pairs_of_files_are_listed_opened_and_trained_on(
    widget, viewer, tmp_path, library, click, run_task, qtbot
) -> None:
    for dish in range(3):
        phase, marker = draw_field(seed=dish)
        write_image(tmp_path / f"dish{dish}_phase.ome.tif", phase)
        write_image(tmp_path / f"dish{dish}_gfp.ome.tif", marker)
    write_image(tmp_path / "dish9_phase.ome.tif", draw_field()[0])
    widget._form.use_files()
    assert widget._task_row.message.startswith("No pairs yet")
    files = widget._form.files
    files.set_options(
        StainPairOptions(
            phase=str(tmp_path / "*_phase.ome.tif"),
            marker=str(tmp_path / "*_gfp.ome.tif"),
        )
    )
    click(files._find_button)
    assert files._said.text().startswith("3 pairs: 3 dishes. 1 left out")
    assert [files._table.item(row, 1).text() for row in range(3)] == ["dish0", "dish1", "dish2"]
    files._table.item(2, 1).setText("dish7")
    assert [pair.place.dish for pair in files.pairing.pairs] == ["dish0", "dish1", "dish7"]
    assert not files._table.item(0, 0).flags() & Qt.ItemFlag.ItemIsEditable
    assert files._table.item(3, 1).text() == "left out"
    files._table.cellDoubleClicked.emit(1, 0)
    settle(widget, qtbot)
    (layer,) = targets(viewer)
    assert layer.name == "target blocks (dish1_phase)"
    widget._form.set_name("three dishes")
    run_task(widget._task_row)
    assert not widget._task_row.has_failed, widget._task_row.message
    card = read_card_of(library.place_of("three dishes"), StainCard)
    assert card.record["results"]["split"]["stop_by"] == "dish"


def test_a_file_that_cannot_be_found_is_told_of(widget, told, click) -> None:
    widget._form.use_files()
    click(widget._form.files._find_button)
    assert told == ["No images of phase contrast were named; give a folder or a glob."]
    assert widget._form.files._table.isHidden()


def test_the_blocks_of_a_series_follow_its_frames(widget, viewer, qtbot) -> None:
    fields = [draw_field(seed=t) for t in range(3)]
    for i, name in enumerate(("phase", "GFP")):
        pixels = np.stack([field[i].pixels for field in fields])
        show(viewer, CellImage(pixels, "TCYX", (name,), 0.5, source=f"/{name}.tif"))
    viewer.dims.set_current_step(0, 2)
    settle(widget, qtbot)
    (layer,) = targets(viewer)
    marker = fields[2][1].pixels[0]
    np.testing.assert_array_equal(layer.data, share_of_blocks(marker, 500, 32, 0.25))


def test_the_form_offers_networks_and_fits_a_narrow_dock(planned) -> None:
    combo = planned._form._training["network"].native
    assert [combo.itemData(row) for row in range(combo.count())][:1] == ["small"]
    for area in planned.findChildren(QScrollArea):
        assert area.widget().minimumSizeHint().width() <= 320
