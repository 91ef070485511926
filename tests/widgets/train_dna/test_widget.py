"""Train on DNA, clicked through: windows, a training in the child process, the library."""

from __future__ import annotations

import numpy as np
import pytest
from qtpy.QtWidgets import QPushButton, QTabWidget

from napari_seewhy.genome import DnaWindows, decode_letters, encode_letters
from napari_seewhy.models.files import ModelLibrary
from napari_seewhy.models.files.library import FOLDER_VARIABLE
from napari_seewhy.models.files.weights_file import read_card_of
from napari_seewhy.reading import CoverageCard, CoverageOptions
from napari_seewhy.reading.language import LanguageCard, LanguageOptions
from napari_seewhy.sequence.windows import write_windows
from napari_seewhy.widgets.train_dna.view import NOTHING
from napari_seewhy.widgets.train_dna.widget import TrainDnaWidget

pytestmark = pytest.mark.widgets

QUICK = CoverageOptions(
    epochs=3, n_words=4, width=8, reach_bins=1, crop_bp=4096, device="cpu", precision="fp32"
)
WORD = "TGAGTCATCGC"


@pytest.fixture
def path(tmp_path):
    generator = np.random.default_rng(0)
    codes = generator.integers(0, 4, (16, 4096)).astype(np.uint8)
    target = generator.poisson(0.3, (16, 1, 32)).astype(np.float32)
    for window in range(16):
        for at in range(100, 4000, 400):
            codes[window, at : at + len(WORD)] = encode_letters(WORD)
            target[window, 0, (at + 5) // 128] += 20
    split = np.array(["train"] * 10 + ["valid"] * 4 + ["test"] * 2)
    write_windows(path := tmp_path / "w.h5", DnaWindows(codes, target, ("peaks",), split))
    return path


@pytest.fixture
def widget(dock, tmp_path, monkeypatch):
    monkeypatch.setenv(FOLDER_VARIABLE, str(tmp_path / "models"))
    both = dock(TrainDnaWidget, "Train on DNA")
    both.coverage._form.set_training(QUICK)
    return both.coverage


@pytest.fixture
def language(dock, tmp_path, monkeypatch):
    monkeypatch.setenv(FOLDER_VARIABLE, str(tmp_path / "models"))
    both = dock(TrainDnaWidget, "Train on DNA")
    both.findChild(QTabWidget).setCurrentWidget(both.language)
    return both.language


def button(widget) -> QPushButton:
    return widget._task_row.findChild(QPushButton)


def test_a_trained_model_enters_the_library_beside_the_linear_model(widget, path, click, qtbot):
    assert widget._task_row.message == "Choose windows."
    assert widget._view._sentence.text() == NOTHING.format("windows")
    widget._form.file.set_path(path)
    assert widget._task_row.message == ""

    click(button(widget))
    qtbot.waitUntil(lambda: not widget._task_row.is_running, timeout=120_000)

    (entry,) = [one for one in ModelLibrary().list_models(CoverageCard) if not one.is_shipped]
    assert entry.name == "my coverage"
    card = read_card_of(entry.path, CoverageCard)
    assert (card.name, card.tracks) == ("my coverage", ("peaks",))
    said = widget._view._figures.text()
    assert f"{card.metrics['pearson']:.3f}" in said
    assert "linear model of words of five letters" in said
    assert widget._view.curves.epochs == [1, 2, 3]
    split = widget._view._split.text()
    assert "10 learn" in split
    assert "4 stop" in split
    assert "2 report" in split
    assert not (entry.path.parent / "unfinished" / "my coverage.safetensors").exists()
    # The next training gets a name of its own.
    assert widget._form._name.name == "my coverage 2"


def test_a_training_is_cancelled_at_once(widget, path, click, qtbot):
    widget._form.file.set_path(path)
    widget._form.set_training(QUICK.change(epochs=5000))

    click(button(widget))
    with qtbot.waitSignal(widget._task_row.stepped, timeout=60_000):
        pass
    click(button(widget))
    qtbot.waitUntil(lambda: not widget._task_row.is_running, timeout=60_000)

    said = widget._view._sentence.text()
    assert said.startswith("Stopped")
    assert [one for one in ModelLibrary().list_models(CoverageCard) if not one.is_shipped] == []


def test_a_file_that_holds_no_windows_is_said(widget, tmp_path, click, qtbot, told):
    wrong = tmp_path / "no.h5"
    wrong.write_text("no")
    widget._form.file.set_path(wrong)

    click(button(widget))
    qtbot.waitUntil(lambda: not widget._task_row.is_running, timeout=60_000)

    assert "no.h5 is no HDF5 file" in told[0]


def test_a_language_model_is_learned_beside_counted_contexts(language, tmp_path, click, qtbot):
    codes = np.random.default_rng(0).integers(0, 4, 66_000).astype(np.uint8)
    codes[::3] = np.random.default_rng(1).integers(1, 3, len(codes[::3]))
    (genome := tmp_path / "genome.fa").write_text(f">chr1\n{decode_letters(codes)}\n")
    assert language._task_row.message == "Choose a genome."
    language._form.file.set_path(genome)
    language._form.set_training(
        LanguageOptions(
            epochs=2,
            width=8,
            layers="ha",
            window_bp=256,
            batch_size=8,
            device="cpu",
            precision="fp32",
        )
    )

    click(button(language))
    qtbot.waitUntil(lambda: not language._task_row.is_running, timeout=120_000)

    (entry,) = [one for one in ModelLibrary().list_models(LanguageCard) if not one.is_shipped]
    assert entry.name == "my language model"
    card = read_card_of(entry.path, LanguageCard)
    assert card.genome == "chr1"
    said = language._view._figures.text()
    assert f"{card.metrics['bits']:.3f}" in said
    assert f"{card.metrics['mixture_bits_new']:.3f}" in said
    assert language._view.curves.epochs == [1, 2]
