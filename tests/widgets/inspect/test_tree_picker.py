from __future__ import annotations

import numpy as np
import pytest
from PIL import Image
from qtpy.QtWidgets import QFileDialog

from napari_seewhy.epigenome.pictures.set import PictureSet
from napari_seewhy.epigenome.trees.library import SHIPPED_TREES
from napari_seewhy.widgets.inspect.tree_picker import TreePicker

pytestmark = pytest.mark.widgets

TREE = SHIPPED_TREES / "genes-simulated"


@pytest.fixture
def picker(qtbot) -> TreePicker:
    picker = TreePicker()
    qtbot.addWidget(picker)
    return picker


def pick(picker: TreePicker, text: str) -> None:
    """Choose an entry as a click does."""
    picker.box.setCurrentText(text)
    picker.box.activated.emit(picker.box.currentIndex())


def test_the_shipped_tree_is_offered_by_name_and_says_what_it_is(picker):
    assert picker.path is None
    assert "Train one" in picker.about.text()
    pick(picker, "genes-simulated")
    assert picker.path == TREE
    about = picker.about.text()
    assert "non-significant, suppression, induction" in about
    assert "not for real genes" in about
    assert "Balanced accuracy 0." in about


def test_none_can_be_chosen_again(picker, qtbot):
    picker.choose(TREE)
    with qtbot.waitSignal(picker.changed):
        pick(picker, "choose a tree ...")
    assert picker.path is None
    assert "Train one" in picker.about.text()


def test_any_folder_of_a_tree_can_be_chosen(picker, tmp_path, monkeypatch):
    folder = tmp_path / "lung"
    folder.mkdir()
    for file in TREE.iterdir():
        (folder / file.name).symlink_to(file)
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_: str(folder))
    pick(picker, "Choose a folder ...")
    assert picker.path == folder
    assert picker.box.currentText() == "lung"
    pick(picker, "genes-simulated")
    pick(picker, "lung")
    assert picker.path == folder


def test_a_dialog_that_is_closed_keeps_the_tree(picker, monkeypatch):
    picker.choose(TREE)
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_: "")
    pick(picker, "Choose a folder ...")
    assert picker.path == TREE


def test_a_folder_without_a_tree_says_so_and_is_none(picker, tmp_path):
    picker.choose(tmp_path)
    assert picker.path is None
    assert "holds no tree.json; choose the folder that" in picker.about.text()


def test_a_shipped_tree_is_offered_for_pictures_like_its_own_unless_asked_for(picker, tmp_path):
    rng = np.random.default_rng(0)
    for i in range(4):
        pixels = np.full((90, 120, 3), 255, np.uint8)
        for x in range(5, 115):
            pixels[40 - rng.integers(4, 35) : 40, x] = (70, 130, 180)
        for y in range(50, 86, 2):
            pixels[y : y + 2, rng.integers(6, 112) :][:, :3] = (200, 40, 60)
        Image.fromarray(pixels).save(tmp_path / f"gene{i}.png")
    picker.set_pictures(PictureSet(tmp_path))
    entries = [picker.box.itemText(i) for i in range(picker.box.count())]
    assert "genes-simulated" not in entries
    pick(picker, "Show trees for other pictures ...")
    assert picker.path is None
    pick(picker, "genes-simulated")
    assert picker.path == TREE
    assert "do not look like those of the training" in picker.about.text()
    assert "of the colours are those of the training" in picker.about.text()
    picker.set_pictures(None)
    assert "do not look like" not in picker.about.text()
