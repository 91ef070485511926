import numpy as np
import pandas as pd
import pytest
from qtpy.QtCore import QPoint, Qt

from napari_seewhy.widgets.crop.gallery import PAGE_SIZE, Gallery

pytestmark = pytest.mark.widgets

N = PAGE_SIZE + 6


@pytest.fixture
def gallery(qtbot):
    """Crop i is all i in the first channel; the table counts down."""
    pixels = np.zeros((N, 2, 8, 8), np.uint16)
    pixels[:, 0] = np.arange(N)[:, None, None]
    cells = pd.DataFrame({"label": np.arange(1, N + 1), "area_px": np.arange(N, 0, -1.0)})
    gallery = Gallery()
    qtbot.addWidget(gallery)
    gallery.resize(300, 600)
    gallery.set_crops(pixels, cells, ("DNA", "Golgi"), [(0, 0, 1), (0, 1, 0)])
    gallery.show()
    return gallery


def click_place(qtbot, gallery, place):
    sheet = gallery._sheet
    qtbot.mouseClick(sheet, Qt.MouseButton.LeftButton, pos=sheet.box(place).center())


def test_the_pages_hold_every_crop_once(qtbot, gallery):
    first = gallery.shown
    qtbot.mouseClick(gallery._next_button, Qt.MouseButton.LeftButton)
    assert first + gallery.shown == list(range(N))
    assert not gallery._next_button.isEnabled()


def test_the_page_keys_turn_pages(qtbot, gallery):
    qtbot.keyClick(gallery._sheet, Qt.Key.Key_PageDown)
    assert gallery.page == 1
    qtbot.keyClick(gallery._sheet, Qt.Key.Key_PageUp)
    assert gallery.page == 0


def test_there_is_no_page_after_the_last_or_before_the_first(gallery):
    gallery.turn_to(5)
    assert gallery.page == 1
    gallery.turn_to(-1)
    assert gallery.page == 0


def test_sorting_by_a_measurement_reorders_the_pages(qtbot, gallery):
    gallery._sort_box.setCurrentText("area_px")
    assert gallery.shown[0] == N - 1
    qtbot.mouseClick(gallery._falling_check, Qt.MouseButton.LeftButton)
    assert gallery.shown[0] == 0


def test_a_clicked_crop_tells_its_place_in_the_table(qtbot, gallery):
    gallery._sort_box.setCurrentText("area_px")
    with qtbot.waitSignal(gallery.picked) as picked:
        click_place(qtbot, gallery, 2)
    assert picked.args == [N - 3]
    assert gallery._sheet.marked == 2


def test_a_cell_picked_elsewhere_turns_to_its_page_and_is_not_reported_back(qtbot, gallery):
    with qtbot.assertNotEmitted(gallery.picked):
        gallery.pick(N - 1)
    assert gallery.page == 1
    assert gallery._sheet.marked == 5


def test_all_crops_are_drawn_with_the_same_contrast(gallery):
    pictures = gallery._sheet._pictures
    assert (np.diff(pictures[:, 0, 0, 2].astype(int)) >= 0).all()
    assert pictures[0].max() == 0
    assert pictures[-1, 0, 0, 2] < 255


def test_one_channel_is_drawn_in_grey(gallery):
    gallery._channel_box.setCurrentText("DNA")
    pictures = gallery._sheet._pictures
    assert (pictures[..., 0] == pictures[..., 2]).all()
    assert pictures.max() > 0


def test_a_click_between_the_crops_picks_nothing(qtbot, gallery):
    gap = gallery._sheet.box(0).bottomRight() + QPoint(2, 2)
    with qtbot.assertNotEmitted(gallery.picked):
        qtbot.mouseClick(gallery._sheet, Qt.MouseButton.LeftButton, pos=gap)
    assert gallery._sheet.marked is None


def test_no_crops_give_one_empty_page(gallery):
    none = np.zeros((0, 2, 8, 8), np.uint16)
    gallery.set_crops(none, pd.DataFrame(), ("DNA", "Golgi"), [(0, 0, 1), (0, 1, 0)])
    assert (gallery.n_pages, gallery.shown) == (1, [])
