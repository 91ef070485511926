"""Hand correction: what each edit does, and that every edit can be taken back exactly."""

from __future__ import annotations

import numpy as np
import pytest
from skimage.measure import label as connected

from napari_seewhy.cells.tidying.edits import EditHistory, apply_edit
from napari_seewhy.cells.tidying.tidy import (
    delete_cells,
    draw_cell,
    merge_cells,
    renumber_cells,
    split_cell,
)
from napari_seewhy.errors import DataError

MISSES_2 = [[50.0, 40.0], [50.0, 80.0]]
"""A line that runs below cell 2."""
ACROSS_2 = [[20.0, 45.0], [20.0, 75.0]]
"""A line through the centre of cell 2, from outside to outside."""


def applied(labels, edit):
    changed = labels.copy()
    apply_edit(changed, edit)
    return changed


def test_merging_gives_all_pixels_the_lowest_number(tiny_labels):
    merged = applied(tiny_labels, merge_cells(tiny_labels, [4, 2]))
    assert np.array_equal(merged == 2, np.isin(tiny_labels, [2, 4]))
    assert set(np.unique(merged)) == {0, 1, 2, 3, 5}


def test_deleting_leaves_the_neighbours_as_they_are(tiny_labels):
    left = applied(tiny_labels, delete_cells(tiny_labels, [1, 3]))
    assert np.array_equal(left, np.where(np.isin(tiny_labels, [1, 3]), 0, tiny_labels))


def test_a_line_cuts_a_disc_in_two_and_loses_no_pixel(tiny_labels):
    split = applied(tiny_labels, split_cell(tiny_labels, 2, ACROSS_2))
    upper, lower = split == 6, split == 2
    if upper.sum() > lower.sum():
        upper, lower = lower, upper
    assert np.array_equal(upper | lower, tiny_labels == 2)
    assert np.array_equal(split[tiny_labels != 2], tiny_labels[tiny_labels != 2])
    assert abs(int(upper.sum()) - int(lower.sum())) < 0.15 * (tiny_labels == 2).sum()
    assert connected(upper).max() == connected(lower).max() == 1


def test_the_largest_piece_keeps_the_number(tiny_labels):
    split = applied(tiny_labels, split_cell(tiny_labels, 2, [[14, 45], [14, 75]]))
    assert (split == 2).sum() > (split == 6).sum() > 0
    assert split[24, 60] == 2


@pytest.mark.parametrize("ends", [([8, 48], [32, 72]), ([8, 72], [32, 48]), ([5, 52], [35, 66])])
def test_a_slanting_line_leaves_no_bridge_over_corners(tiny_labels, ends):
    split = applied(tiny_labels, split_cell(tiny_labels, 2, ends))
    assert sorted(np.unique(split)) == [0, 1, 2, 3, 4, 5, 6]


def test_a_bent_line_cuts_off_three_pieces(tiny_labels):
    zigzag = [[15, 45], [15, 75], [26, 75], [26, 45]]
    split = applied(tiny_labels, split_cell(tiny_labels, 2, zigzag))
    assert sorted(np.unique(split)) == [0, 1, 2, 3, 4, 5, 6, 7]
    assert np.array_equal(np.isin(split, [2, 6, 7]), tiny_labels == 2)


def test_two_seeds_part_touching_discs_at_their_waist():
    y, x = np.indices((40, 60))
    left, right = ((y - 20) ** 2 + (x - c) ** 2 <= 144 for c in (18, 40))
    labels = (left | right).astype(np.int32)
    split = applied(labels, split_cell(labels, 1, [[20, 15], [22, 44]], by="seeds"))
    is_left = split == split[20, 15]
    assert np.array_equal(split > 0, labels > 0)
    assert (is_left & (labels > 0))[:, :28].sum() == (labels > 0)[:, :28].sum()
    assert not is_left[:, 31:].any()


def test_seeds_share_out_parts_that_no_seed_reaches():
    labels = np.zeros((10, 30), np.int32)
    labels[2:8, 2:8] = labels[2:8, 10:16] = labels[2:8, 18:24] = 1
    split = applied(labels, split_cell(labels, 1, [[5, 5], [5, 13]], by="seeds"))
    assert np.array_equal(split > 0, labels > 0)
    assert split[5, 20] == split[5, 13] != split[5, 5]


def test_drawing_does_not_take_pixels_of_neighbours_unless_asked(tiny_labels):
    square = [[12, 12], [12, 40], [40, 40], [40, 12]]
    kept = applied(tiny_labels, draw_cell(tiny_labels, square))
    assert np.array_equal(kept[tiny_labels > 0], tiny_labels[tiny_labels > 0])
    assert kept[35, 35] == 6
    taken = applied(tiny_labels, draw_cell(tiny_labels, square, overwrite=True))
    assert taken[20, 20] == 6
    assert (taken == 6).sum() > (kept == 6).sum()


def test_a_square_is_drawn_where_its_corners_are(tiny_labels):
    drawn = applied(tiny_labels, draw_cell(tiny_labels, [[76, 2], [76, 9], [82, 9], [82, 2]]))
    y, x = np.nonzero(drawn == 6)
    assert abs(y.mean() - 79) <= 0.5
    assert abs(x.mean() - 5.5) <= 0.5


def test_a_drawing_that_leaves_the_image_is_cut_off(tiny_labels):
    drawn = applied(tiny_labels, draw_cell(tiny_labels, [[-50, -50], [-50, 9], [9, 9], [9, -50]]))
    assert (drawn == 6).sum() == (drawn[:10, :10] == 6).sum() > 50


def test_renumbering_closes_gaps_in_the_old_order(tiny_labels):
    sparse = tiny_labels * 10
    edit = renumber_cells(sparse)
    assert np.array_equal(applied(sparse, edit), tiny_labels)
    assert renumber_cells(tiny_labels).n_changed_px == 0


def test_an_edit_keeps_only_the_box_that_changed(tiny_labels):
    big = np.zeros((1000, 1000), np.int32)
    big[500:588, 300:412] = tiny_labels
    assert delete_cells(big, [1]).before.shape == (17, 17)


@pytest.mark.parametrize("t", [0, 2])
def test_every_verb_works_on_one_frame_of_a_time_series(tiny_labels, t):
    series = np.stack([tiny_labels] * 3)
    edits = {
        "merge": lambda a, **k: merge_cells(a, [1, 2], **k),
        "delete": lambda a, **k: delete_cells(a, [3], **k),
        "split": lambda a, **k: split_cell(a, 2, ACROSS_2, **k),
        "draw": lambda a, **k: draw_cell(a, [[70, 2], [70, 14], [84, 8]], **k),
    }
    for name, make in edits.items():
        changed = applied(series, make(series, t=t))
        assert np.array_equal(changed[t], applied(tiny_labels, make(tiny_labels))), name
        others = [i for i in range(3) if i != t]
        assert np.array_equal(changed[others], series[others]), name


def test_new_numbers_follow_the_highest_of_the_frame_not_of_the_series(tiny_labels):
    series = np.stack([tiny_labels, tiny_labels * 100])
    split = applied(series, split_cell(series, 2, ACROSS_2, t=0))
    assert split[0].max() == 6


def random_edit(labels, rng):
    there = [int(number) for number in np.unique(labels) if number]
    verb = rng.choice(["merge", "delete", "split", "seeds", "draw", "renumber"])
    if verb == "renumber" or len(there) < 2:
        return renumber_cells(labels)
    if verb == "merge":
        return merge_cells(labels, rng.choice(there, 2, replace=False))
    if verb == "delete":
        return delete_cells(labels, [rng.choice(there)])
    if verb == "draw":
        return draw_cell(labels, rng.uniform(0, 88, (4, 2)), overwrite=bool(rng.integers(2)))
    label = int(rng.choice(there))
    if verb == "seeds":
        pixels = np.argwhere(labels == label)
        return split_cell(labels, label, rng.choice(pixels, 3), by="seeds")
    return split_cell(labels, label, rng.uniform(0, 88, (3, 2)))


@pytest.mark.parametrize("seed", range(5))
def test_any_sequence_of_edits_is_undone_and_redone_exactly(tiny_labels, seed):
    rng = np.random.default_rng(seed)
    history = EditHistory(limit=1000)
    labels = tiny_labels.copy()
    for _ in range(60):
        try:
            edit = random_edit(labels, rng)
        except DataError:
            continue
        history.do(labels, edit)
    final = labels.copy()
    assert not np.array_equal(final, tiny_labels)
    while history.can_undo:
        history.undo(labels)
    assert np.array_equal(labels, tiny_labels)
    while history.can_redo:
        history.redo(labels)
    assert np.array_equal(labels, final)


def test_working_out_an_edit_changes_nothing(tiny_labels):
    before = tiny_labels.copy()
    merge_cells(tiny_labels, [1, 2])
    split_cell(tiny_labels, 2, ACROSS_2)
    draw_cell(tiny_labels, [[70, 2], [70, 14], [84, 8]])
    renumber_cells(tiny_labels)
    assert np.array_equal(tiny_labels, before)


def test_a_new_edit_forgets_what_was_undone(tiny_labels):
    history = EditHistory()
    history.do(tiny_labels, delete_cells(tiny_labels, [1]))
    history.undo(tiny_labels)
    history.do(tiny_labels, delete_cells(tiny_labels, [2]))
    assert not history.can_redo


def test_the_history_keeps_no_more_than_its_limit(tiny_labels):
    history = EditHistory(limit=2)
    for number in (1, 2, 3):
        history.do(tiny_labels, delete_cells(tiny_labels, [number]))
    history.undo(tiny_labels)
    history.undo(tiny_labels)
    assert not history.can_undo
    assert sorted(np.unique(tiny_labels)) == [0, 2, 3, 4, 5]


def test_undo_keeps_what_was_painted_beside_the_edit(tiny_labels):
    history = EditHistory()
    history.do(tiny_labels, delete_cells(tiny_labels, [2]))
    corner_of_box = (10, 50)
    tiny_labels[corner_of_box] = 9
    history.undo(tiny_labels)
    assert tiny_labels[corner_of_box] == 9
    assert tiny_labels[20, 60] == 2


def test_undo_refuses_to_overwrite_what_was_painted_since(tiny_labels):
    history = EditHistory()
    history.do(tiny_labels, delete_cells(tiny_labels, [2]))
    tiny_labels[20, 60] = 9
    with pytest.raises(DataError, match='changed in another way since "Delete cell 2"'):
        history.undo(tiny_labels)
    assert tiny_labels[20, 60] == 9
    assert history.can_undo


def test_an_edit_of_a_series_is_refused_by_a_single_frame(tiny_labels):
    edit = delete_cells(np.stack([tiny_labels]), [1], t=0)
    with pytest.raises(DataError, match="labels with 3 axes but these have 2"):
        apply_edit(tiny_labels, edit)


@pytest.mark.parametrize(
    ("verb", "sentence"),
    [
        (lambda a: merge_cells(a, [1]), "Only cell 1 is picked"),
        (lambda a: merge_cells(a, [1, 77, 78]), "There is no cell 77, 78"),
        (lambda a: delete_cells(a, []), "No cell is picked"),
        (lambda a: delete_cells(a, [0]), "There is no cell 0"),
        (lambda a: split_cell(a, 77, ACROSS_2), "There is no cell 77"),
        (lambda a: split_cell(a, 2, MISSES_2), "does not cut cell 2 in two"),
        (lambda a: split_cell(a, 2, [[20, 45], [20, 60]]), "does not cut cell 2 in two"),
        (lambda a: split_cell(a, 2, [[11, 50], [11, 70]]), "does not cut cell 2 in two"),
        (lambda a: split_cell(a, 2, [[20, 60]]), "wanted \\(N, 2\\), y and x of 2 or more"),
        (lambda a: split_cell(a, 2, [[20, 60], [0, 0]], by="seeds"), "A point is not on cell 2"),
        (lambda a: split_cell(a, 2, [[20, 60], [900, 0]], by="seeds"), "A point is not on cell 2"),
        (lambda a: split_cell(a, 2, [[20, 60], [20.2, 60]], by="seeds"), "all on one pixel"),
        (lambda a: draw_cell(a, [[1, 1], [2, 2]]), "y and x of 3 or more"),
        (lambda a: draw_cell(a, [[900, 1], [950, 1], [950, 60]]), "holds no pixel of the image"),
        (lambda a: draw_cell(a, [[-9, -9], [-9, -3], [-3, -3]]), "holds no pixel of the image"),
        (lambda a: draw_cell(a, [[18, 58], [18, 62], [22, 60]]), "wholly on other cells"),
        (lambda a: draw_cell(a, [[np.nan, 1], [2, 2], [3, 3]]), "A point has no position"),
        (lambda a: delete_cells(a.astype(float), [1]), "The labels are float64"),
        (lambda a: delete_cells(a[None], [1]), "wanted \\(Y, X\\), or \\(T, Y, X\\)"),
        (lambda a: delete_cells(a[None], [1], t=1), "There is no time point 1"),
    ],
)
def test_bad_input_is_refused_in_one_sentence(tiny_labels, verb, sentence):
    before = tiny_labels.copy()
    with pytest.raises(DataError, match=sentence):
        verb(tiny_labels)
    assert np.array_equal(tiny_labels, before)


def test_labels_too_small_for_a_new_number_are_refused():
    labels = np.zeros((20, 20), np.uint8)
    labels[2:12, 2:12] = 255
    with pytest.raises(DataError, match="256 does not fit into uint8"):
        draw_cell(labels, [[14, 1], [14, 9], [19, 9]])
    with pytest.raises(DataError, match="256 does not fit into uint8"):
        split_cell(labels, 255, [[6, 0], [6, 15]])


def test_there_is_nothing_to_undo_or_redo_at_first(tiny_labels):
    history = EditHistory()
    with pytest.raises(DataError, match="nothing to undo"):
        history.undo(tiny_labels)
    with pytest.raises(DataError, match="nothing to redo"):
        history.redo(tiny_labels)
