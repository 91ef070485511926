"""Improving the model in a real viewer: corrected labels in, a new network chosen, or nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from napari.layers import Layer

from napari_seewhy.cells.segmenting.fine_tune import FineTuned
from napari_seewhy.images import CellImage
from napari_seewhy.layers import METADATA_KEY, image_layers, labels_layer
from napari_seewhy.models.files.library import ModelLibrary
from napari_seewhy.nuclei import SegmenterCard
from napari_seewhy.nuclei.learning.options import SegmenterOptions
from napari_seewhy.widgets.parts.layers.viewer_layers import put_layer
from napari_seewhy.widgets.segment.corrected_layers import can_teach, find_image, read_pair
from napari_seewhy.widgets.segment.widget import SegmentWidget
from napari_seewhy.widgets.tidy.tidied_layer import TidiedLayer

if TYPE_CHECKING:
    from napari import Viewer

pytestmark = pytest.mark.widgets

N = 5


@pytest.fixture(autouse=True)
def library(tmp_path, monkeypatch):
    """An empty library of the person, for the child process too."""
    monkeypatch.setenv("SEEWHY_MODELS", str(tmp_path / "library"))
    return tmp_path / "library"


def draw_image(seed: int = 0) -> CellImage:
    """Draw rows of discs 20 px wide, and noise in a second channel."""
    noise = np.random.default_rng(seed).normal(0, 5, (2, 30 * N, 30 * N))
    pixels = 100 + noise
    pixels[0] += 200 * (draw_labels() > 0)
    return CellImage(
        pixels.astype(np.uint16), "CYX", ("DNA", "Golgi"), 0.5, source=f"/data/field {seed}.tif"
    )


def draw_labels() -> np.ndarray:
    y, x = np.indices((30 * N, 30 * N))
    is_disc = (y % 30 - 15) ** 2 + (x % 30 - 15) ** 2 < 10**2
    return np.where(is_disc, (y // 30) * N + x // 30 + 1, 0).astype(np.int32)


def show(viewer: Viewer, image: CellImage) -> list[Layer]:
    return [viewer.add_layer(Layer.create(*data)) for data in image_layers(image)]


def put_result(viewer: Viewer, parent: Layer, labels: np.ndarray) -> Layer:
    """Put labels there as segmenting does."""
    known = parent.metadata[METADATA_KEY] | {
        "parent": parent.name,
        "options": {"channel": "DNA"},
    }
    known = {key: known[key] for key in ("source", "scene", "parent", "options")}
    return put_layer(viewer, labels_layer(labels, name=f"nuclei ({parent.name})", known=known))


@pytest.fixture
def widget(dock) -> SegmentWidget:
    widget = dock(SegmentWidget, "Segment cells")
    widget._tabs.setCurrentIndex(1)
    widget._fine_tune.content.options = SegmenterOptions(
        epochs=2, n_batches=2, batch_size=2, edge_px=32, precision="fp32", device="cpu"
    )
    return widget


def missing(widget: SegmentWidget) -> str:
    return widget._fine_tune.content.task_row.message


def test_without_corrected_labels_it_says_what_to_do_first(viewer, widget) -> None:
    assert missing(widget).startswith("Segment an image and correct its nuclei")
    nuclei = put_result(viewer, show(viewer, draw_image())[0], draw_labels())
    assert not can_teach(viewer, nuclei)
    assert not widget._fine_tune.content.task_row._button.isEnabled()


def test_labels_are_offered_as_soon_as_they_are_corrected(viewer, widget) -> None:
    nuclei = put_result(viewer, show(viewer, draw_image())[0], draw_labels())
    TidiedLayer(nuclei).delete([3])
    assert widget._fine_tune.content._layers.value == (nuclei,)
    assert missing(widget) == ""


def test_labels_set_aside_and_labels_of_other_programs_are_offered(viewer, widget) -> None:
    dna = show(viewer, draw_image())[0]
    corrected = put_result(viewer, dna, draw_labels())
    TidiedLayer(corrected).delete([3])
    again = put_result(viewer, dna, draw_labels())
    foreign = viewer.add_labels(draw_labels(), name="by hand")
    viewer.add_labels(draw_labels()[:50], name="of another size")
    assert corrected.name.endswith(", corrected")
    assert again is not corrected
    assert widget._fine_tune.content._layers.value == (corrected, foreign)


def test_each_labels_go_with_their_own_image(viewer) -> None:
    first, golgi = show(viewer, draw_image(0))
    second = show(viewer, draw_image(1))[0]
    of_second = put_result(viewer, second, draw_labels())
    TidiedLayer(of_second).delete([3])
    put_result(viewer, second, draw_labels())
    assert "parent" not in of_second.metadata[METADATA_KEY]
    assert find_image(viewer, of_second) is second
    viewer.layers.remove(first)
    viewer.layers.move(viewer.layers.index(golgi), len(viewer.layers))
    pair = read_pair(viewer, of_second)
    assert pair.name == "field 1"
    assert pair.image.channels == ("DNA",)
    assert len(np.unique(pair.labels)) == N * N


def test_a_training_gives_a_new_model_that_is_chosen_unless_it_is_worse(
    viewer, widget, run_task, library
) -> None:
    show(viewer, draw_image())
    viewer.add_labels(draw_labels(), name="by hand")
    view, model = widget._fine_tune.content, widget._form.model
    assert view._name.text() == "my nuclei"
    run_task(view.task_row)
    place = library / "my nuclei.safetensors"
    assert place.exists()
    said = view._result.text()
    assert "nuclei that it did not learn from" in said
    is_better = "is chosen for segmenting" in said
    assert is_better != ("the old network stays chosen" in said)
    assert model.path == (place if is_better else None)
    entry = ModelLibrary().show("my nuclei")
    assert entry.card.data.endswith("then corrected labels of field 0")
    assert view._name.text() == "my nuclei 2"


def test_a_better_model_is_chosen_and_trained_further_from_then_on(viewer, widget, library) -> None:
    library.mkdir()
    shipped = ModelLibrary().show("nuclei").path
    place = library / "my nuclei.safetensors"
    place.write_bytes(shipped.read_bytes())
    view = widget._fine_tune.content
    view._on_trained(FineTuned(place, 12, before=0.7, after=0.9, best_epoch=2, n_epochs=3))
    assert widget._form.model.path == place
    assert "is 90%; with the old network it was 70%" in view._result.text()
    assert view._begins.text().startswith("Begins with the network my nuclei and trains 2 rounds")
    assert view._name.text() == "my nuclei 2"


def test_a_worse_model_is_not_chosen_and_said_to_be_worse(viewer, widget, library) -> None:
    view = widget._fine_tune.content
    view._on_trained(FineTuned(library / "a.safetensors", 12, 0.9, 0.7, best_epoch=2, n_epochs=3))
    assert widget._form.model.path is None
    assert "the old network stays chosen" in view._result.text()


def test_a_name_that_is_taken_is_refused(viewer, widget, library) -> None:
    show(viewer, draw_image())
    viewer.add_labels(draw_labels(), name="by hand")
    widget._fine_tune.content._name.setText("nuclei")
    assert "came with the program" in missing(widget)
    widget._fine_tune.content._name.setText("a/b")
    assert "can be no name" in missing(widget)


def test_the_length_is_told_before_the_training_starts(widget) -> None:
    widget._fine_tune.content.set_start(None)
    said = widget._fine_tune.content._begins.text()
    assert "trains 2 rounds, 4 batches of 2 cut-outs" in said
    assert "Cancel keeps the best network so far" in said


def test_cancel_keeps_the_best_network_so_far(viewer, widget, library, qtbot, click) -> None:
    show(viewer, draw_image())
    viewer.add_labels(draw_labels(), name="by hand")
    view = widget._fine_tune.content
    view.options = view.options.change(epochs=1000, patience=1000)
    click(view.task_row._button)
    qtbot.waitUntil(lambda: view._job.can_go_on, timeout=120_000)
    click(view.task_row._button)
    qtbot.waitUntil(lambda: "it did not learn from" in view._result.text(), timeout=120_000)
    assert (library / "my nuclei.safetensors").exists()
    assert not view.task_row.is_running


def test_a_training_cancelled_at_once_leaves_no_model(
    viewer, widget, library, qtbot, click
) -> None:
    show(viewer, draw_image())
    viewer.add_labels(draw_labels(), name="by hand")
    view = widget._fine_tune.content
    view.options = view.options.change(epochs=1000, patience=1000)
    with qtbot.waitSignal(view.task_row.stepped, timeout=120_000):
        click(view.task_row._button)
    with qtbot.waitSignal(view.task_row.running_changed, timeout=120_000):
        click(view.task_row._button)
    assert view.task_row.message == "Cancelled; nothing was changed."
    assert ModelLibrary().list_models(SegmenterCard)[0].is_shipped
    assert not library.exists()
