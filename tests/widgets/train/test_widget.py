"""Train classifier in a real viewer: real clicks, a real training in the child, a real library."""

from __future__ import annotations

import subprocess
import sys
import textwrap
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest
from napari.layers import Layer
from qtpy.QtCore import QUrl
from qtpy.QtGui import QDesktopServices
from qtpy.QtWidgets import QMessageBox, QScrollArea

from napari_seewhy.models import ModelLibrary, read_card
from napari_seewhy.models.files.library import FOLDER_VARIABLE
from napari_seewhy.napari_files.sample_layers import sample_layers
from napari_seewhy.samples import SampleWriter
from napari_seewhy.samples.annotating import Annotations
from napari_seewhy.training.learning.checkpoint import checkpoint_path
from napari_seewhy.training.learning.step import TrainStep
from napari_seewhy.widgets.parts.tasks.pace import Pace
from napari_seewhy.widgets.train.widget import TrainWidget

if TYPE_CHECKING:
    from collections.abc import Callable

    from napari_seewhy.models.files.library import LibraryEntry

pytestmark = pytest.mark.widgets

CLASSES = ("dim", "bright", "brighter")
N = 72


def draw_samples(path: Path, *, n_groups: int = 6, classes: tuple[str, ...] = CLASSES) -> Path:
    """Squares of three brightnesses, as many of each in every group."""
    rng = np.random.default_rng(0)
    target = np.arange(N) % 3
    pixels = rng.normal(100, 5, (N, 2, 12, 12))
    pixels[:, 0, 3:9, 3:9] += np.array([20, 120, 220])[target][:, None, None]
    group = np.array([f"well {i}" for i in np.arange(N) // 3 % n_groups])
    with SampleWriter(
        path, channels=("DNA", "empty"), size_px=(12, 12), dtype="uint16", classes=classes
    ) as writer:
        writer.append(pixels.astype(np.uint16), target if classes else None, group)
    return path


@pytest.fixture
def library(tmp_path, monkeypatch) -> ModelLibrary:
    monkeypatch.setenv(FOLDER_VARIABLE, str(tmp_path / "models"))
    return ModelLibrary()


@pytest.fixture
def samples(tmp_path) -> Path:
    return draw_samples(tmp_path / "squares.h5")


@pytest.fixture
def widget(dock, library) -> TrainWidget:
    return dock(TrainWidget, "Train classifier")


@pytest.fixture
def planned(widget, samples) -> TrainWidget:
    """Samples are chosen, and a network that learns in no time."""
    widget._form._samples.open(samples)
    quick = widget._form._network
    quick._network.set_options(quick.network().change(width=4, n_stages=1))
    quick._training.set_options(
        quick.training().change(
            epochs=3, batch_size=8, learning_rate=0.02, device="cpu", precision="fp32"
        )
    )
    return widget


@pytest.fixture
def train(run_task) -> Callable[..., None]:
    """Press a button that starts a training, and wait for its end."""
    return lambda widget, button=None: run_task(widget._task_row, button)


@pytest.fixture
def stopped(planned, click, qtbot) -> TrainWidget:
    """A long training that was cancelled after an epoch or two."""
    training = planned._form._network._training
    training.set_options(training.options().change(epochs=10_000, patience=10_000))
    click(planned._task_row._button)
    qtbot.waitUntil(lambda: len(planned._view.curves.epochs) >= 2, timeout=120_000)
    click(planned._task_row._button)
    qtbot.waitUntil(lambda: not planned._task_row.is_running, timeout=20_000)
    return planned


def own_models(library: ModelLibrary) -> list[LibraryEntry]:
    """Those that did not come with the program."""
    return [entry for entry in library.list_models() if not entry.is_shipped]


def message(widget: TrainWidget) -> str:
    return widget._task_row._message.text()


def sentence(widget: TrainWidget) -> str:
    return widget._view._sentence.text()


def rename(widget: TrainWidget, **names: str) -> None:
    table = widget._form._samples._classes
    for row in range(table.rowCount()):
        if (old := table.item(row, 0).text()) in names:
            table.item(row, 1).setText(names[old])


def test_without_samples_it_says_what_to_do_first(widget) -> None:
    assert message(widget).startswith("Choose a sample set first")
    assert not widget._task_row._button.isEnabled()
    assert widget._form.plan_view.isHidden()


def test_before_training_counts_baseline_and_sets_are_shown(planned) -> None:
    text = planned._form.plan_view.text()
    assert "Always saying dim would be right in 33 % of them" in text
    split = planned._form._plan.split
    assert split.count_classes().sum(axis=0).tolist() == [24, 24, 24]
    for part in split.count_classes():
        assert f">{part[0]}</td>" in text
    assert planned._task_row._button.isEnabled()


def test_the_sets_follow_the_split_options(planned) -> None:
    before = len(planned._form._plan.split.report)
    planned._form._split["report_share"].value = 0.5
    assert len(planned._form._plan.split.report) > before


def test_both_seeds_can_be_chosen(planned) -> None:
    before = planned._form.job()
    planned._form._split["seed"].value = 7
    planned._form._network._training["seed"].value = 8
    job = planned._form.job()
    assert job.options.seed == 8
    assert job.split.report.tolist() != before.split.report.tolist()


def test_classes_of_the_same_name_are_merged(planned) -> None:
    rename(planned, brighter="bright")
    job = planned._form.job()
    assert job.classes.to_text() == "dim=dim; bright=bright,brighter"
    assert "67 %" in planned._form.plan_view.text()


def test_a_class_without_a_name_is_left_out(planned) -> None:
    rename(planned, brighter="")
    assert planned._form.job().classes.classes == ("dim", "bright")
    assert "24 samples are left out" in planned._form.plan_view.text()


def test_one_class_alone_is_refused_in_a_sentence(planned) -> None:
    rename(planned, brighter="", bright="")
    assert "a network needs two or more" in message(planned)
    assert not planned._task_row._button.isEnabled()


def test_samples_of_one_group_are_split_by_sample_with_a_warning(widget, tmp_path) -> None:
    widget._form._samples.open(draw_samples(tmp_path / "one.h5", n_groups=1))
    assert widget._form._split.values()["by"] == "sample"
    assert "All samples are of one group" in widget._form.plan_view.text()
    widget._form._split["by"].value = "group"
    assert "split by sample" in message(widget)


def test_samples_of_unknown_class_are_sent_to_annotate(widget, tmp_path) -> None:
    widget._form._samples.open(draw_samples(tmp_path / "new.h5", classes=()))
    assert "use Annotate samples" in message(widget)


def test_what_was_annotated_counts_at_once_without_writing_targets(
    widget, tmp_path, library, train, monkeypatch, qtbot
) -> None:
    path = draw_samples(tmp_path / "unknown.h5", classes=())
    widget._form._samples.open(path)
    assert "use Annotate samples" in message(widget)
    known = Annotations(path)
    for name in CLASSES:
        known.add_class(name)
    for row in range(N):
        known.answer(row, CLASSES[row % 3])
    qtbot.waitUntil(lambda: message(widget) == "", timeout=20_000)
    table = widget._form._samples._classes
    assert [table.item(row, 2).text() for row in range(3)] == ["24"] * 3
    rename(widget, brighter="bright")
    known.answer(0, "bright")
    qtbot.waitUntil(lambda: table.item(0, 2).text() == "23", timeout=20_000)
    assert widget._form._samples.new_names["brighter"] == "bright"
    quick = widget._form._network
    quick._network.set_options(quick.network().change(width=4, n_stages=1))
    quick._training.set_options(quick.training().change(epochs=2, device="cpu", precision="fp32"))
    train(widget)
    (entry,) = own_models(library)
    assert entry.card.classes == ("dim", "bright")
    inputs = [file["path"] for file in entry.card.record["inputs"]]
    assert [Path(name).name for name in inputs] == [path.name, known.sidecar.name]


def test_without_a_channel_there_is_nothing_to_learn_from(planned) -> None:
    channels = planned._form._samples._channels
    channels.value = ("empty",)
    assert planned._form.job().channels == ("empty",)
    channels.value = ()
    assert message(planned) == "Tick a channel that the network should learn from."


@pytest.mark.parametrize("name", ["", "a/b", "CON"])
def test_a_name_that_is_none_is_refused(planned, name) -> None:
    planned._form._name.setText(name)
    assert "can be no name of a model" in message(planned)


def test_a_damaged_file_is_one_sentence_and_the_samples_stay(planned, tmp_path, told) -> None:
    (tmp_path / "bad.h5").write_bytes(b"no")
    planned._form._samples.open(tmp_path / "bad.h5")
    assert "no HDF5 file" in told[0]
    assert planned._form.job().samples.name == "squares.h5"


def test_samples_that_are_open_in_the_viewer_are_offered(viewer, widget, samples) -> None:
    for data in sample_layers(samples):
        viewer.add_layer(Layer.create(*data))
    assert widget._form.job().samples == samples


def test_only_what_matters_to_the_network_is_asked(planned) -> None:
    form = planned._form._network
    form._backbone.setCurrentText("resnet18")
    assert form._network["width"].native.isHidden()
    assert not form._network["pretrained"].native.isHidden()
    assert form.network().backbone == "resnet18"
    form._backbone.setCurrentText("nagao")
    assert not form._network["kernel_px"].native.isHidden()


def test_every_tab_fits_a_narrow_dock(planned) -> None:
    for scroll in planned._tabs.findChildren(QScrollArea):
        inside = scroll.widget()
        if inside is not None:
            assert inside.minimumSizeHint().width() <= 306


def test_a_trained_model_is_in_the_library_with_its_card_and_page(
    planned, library, train, click, monkeypatch
) -> None:
    opened = []
    monkeypatch.setattr(QDesktopServices, "openUrl", opened.append)
    assert own_models(library) == []
    train(planned)
    (entry,) = own_models(library)
    assert entry.name == "squares"
    assert entry.card.classes == CLASSES
    assert entry.card.metrics["n_samples"] == len(planned._form._plan.split.report)
    assert "is in the library" in sentence(planned)
    assert planned._view.curves.epochs == list(range(1, 4))
    assert not list((library.folder / "unfinished").iterdir())

    card = planned._view._card
    assert not card.isHidden()
    confusion = np.array(
        [[int(card._confusion.item(i, j).text()) for j in range(3)] for i in range(3)]
    )
    assert confusion.sum() == entry.card.metrics["n_samples"]
    figures = entry.card.metrics["balanced_accuracy"]
    assert f"{figures['value']:.2f} ({figures['low']:.2f}" in card._figures.text()
    assert "0.33" in card._figures.text()

    click(planned._view._page_button)
    (url,) = opened
    assert isinstance(url, QUrl)
    assert "Evaluation of squares" in (library.folder / "squares_evaluation.html").read_text()
    assert url.toLocalFile() == str(library.folder / "squares_evaluation.html")

    assert planned._form._name.text() == "squares 2"


TRAIN = """
    import pathlib
    import sys
    import napari
    from qtpy.QtCore import QEventLoop
    from napari_seewhy.widgets.train.widget import TrainWidget

    viewer = napari.Viewer(show=False)
    widget = TrainWidget(viewer)
    viewer.window.add_dock_widget(widget)
    widget._form._samples.open(pathlib.Path(sys.argv[1]))
    form = widget._form._network
    form._network["width"].value = 4
    form._training["epochs"].value = 1
    form._training["precision"].value = "fp32"
    loop = QEventLoop()
    widget.train()
    widget._task_row.running_changed.connect(loop.quit)
    loop.exec()
    print(widget._view._sentence.text())
    print([name for name in ("torch", "timm", "lightning_fabric") if name in sys.modules])
    viewer.close()
"""


def test_the_window_never_imports_torch_though_it_trains(samples, library) -> None:
    command = [sys.executable, "-W", "ignore", "-c", textwrap.dedent(TRAIN), str(samples)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    said, imported = done.stdout.splitlines()[-2:]
    assert "squares is in the library" in said
    assert imported == "[]"


def test_a_stopped_training_says_so_and_keeps_its_best_network_out_of_the_library(
    stopped, library
) -> None:
    assert "The best network so far is kept" in sentence(stopped)
    assert own_models(library) == []
    assert checkpoint_path(library.folder / "unfinished" / "squares.safetensors").exists()
    assert not stopped._view._stopped.isHidden()
    assert message(stopped) == ""


def test_a_stopped_training_can_be_finished_with_the_best_so_far(stopped, library, train) -> None:
    train(stopped, stopped._view._finish_button)
    card = read_card(library.show("squares").path)
    n_epochs = card.record["options"]["epochs"]
    assert 1 <= n_epochs < 10_000
    assert card.record["results"]["best_epoch"] <= n_epochs
    assert card.metrics["n_samples"] > 0
    assert not list((library.folder / "unfinished").iterdir())


def test_pressed_again_it_asks_whether_to_go_on(
    stopped, train, click, qtbot, monkeypatch, told
) -> None:
    asked = []

    def answer(*question: object) -> QMessageBox.StandardButton:
        asked.append(question[-1])
        return QMessageBox.StandardButton.Yes

    monkeypatch.setattr(QMessageBox, "question", answer)
    rename(stopped, brighter="bright")
    train(stopped)
    assert "Continue it?" in asked[0]
    # Other classes make it another training, which is refused instead of mixed up.
    assert "belongs to a training with classes" in told[0]


def test_going_on_begins_where_it_was_stopped(stopped, click, qtbot) -> None:
    n_before = max(stopped._view.curves.epochs)
    click(stopped._view._go_on_button)
    qtbot.waitUntil(lambda: bool(stopped._view.curves.epochs), timeout=120_000)
    assert min(stopped._view.curves.epochs) >= n_before
    click(stopped._task_row._button)
    qtbot.waitUntil(lambda: not stopped._task_row.is_running, timeout=20_000)


def test_the_form_waits_while_a_training_runs(planned, click, qtbot) -> None:
    click(planned._task_row._button)
    assert not planned._form.isEnabled()
    assert planned._tabs.currentWidget() is planned._result
    assert "best network so far is kept" in planned._task_row._button.toolTip()
    qtbot.waitUntil(lambda: not planned._task_row.is_running, timeout=120_000)
    assert planned._form.isEnabled()


def test_a_training_that_fails_says_why_and_leaves_no_model(planned, train, library, told) -> None:
    planned._form._network._backbone.setCurrentText("no_such_network")
    train(planned)
    assert "no network 'no_such_network'" in told[0]
    assert own_models(library) == []


def test_the_time_left_is_not_said_before_it_can_be_known() -> None:
    pace = Pace()
    assert pace.say_left(TrainStep(0, 0, "Looking at the samples"), 0) == ""
    assert pace.say_left(TrainStep(1, 100), 10) == ""
    assert pace.say_left(TrainStep(2, 100), 11) == ""
    assert pace.say_left(TrainStep(11, 100), 20) == "at most 2 min left"
