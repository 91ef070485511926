from __future__ import annotations

from pathlib import Path

import pytest

from napari_seewhy.errors import DataError, OptionError
from napari_seewhy.nuclei.learning.options import SegmenterOptions
from napari_seewhy.nuclei.learning.pairs import FilePair
from napari_seewhy.nuclei.learning.plan import plan_training

OPTIONS = SegmenterOptions()


def name_pairs(n: int) -> list[FilePair]:
    return [FilePair(Path(f"images/{i}.tif"), Path(f"labels/{i}.tif")) for i in range(n)]


def test_every_tenth_of_what_is_not_held_out_says_when_to_stop():
    plan = plan_training(name_pairs(30), OPTIONS.change(hold_out=5))
    assert plan.split()["held_out"] == [f"{i}.tif" for i in (1, 6, 11, 16, 21, 26)]
    assert plan.split()["stop"] == ["0.tif", "13.tif", "25.tif"]
    parts = [set(names) for names in plan.split().values()]
    assert set.union(*parts) == {f"{i}.tif" for i in range(30)}
    assert sum(map(len, parts)) == 30
    assert not plan.spares_quadrants


def test_of_few_images_a_quadrant_each_says_when_to_stop():
    plan = plan_training(name_pairs(4), OPTIONS)
    assert plan.split()["stop"] == []
    assert len(plan.train) == 4
    assert plan.spares_quadrants


def test_without_a_stop_share_every_image_teaches():
    plan = plan_training(name_pairs(20), OPTIONS.change(stop_share=0))
    assert len(plan.train) == 20
    assert not plan.spares_quadrants


def test_nothing_to_learn_from_is_refused():
    with pytest.raises(DataError, match="There is no image to learn from"):
        plan_training([], OPTIONS)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"hold_out": 1}, "every image would be set aside"),
        ({"edge_px": 100}, "must be a multiple of 16"),
        ({"batch_size": 2, "n_devices": 3}, "each of the 3 devices"),
    ],
)
def test_options_that_cannot_work_are_refused(change, message):
    with pytest.raises(OptionError, match=message):
        OPTIONS.change(**change)


def test_fine_tuning_is_gentler_where_nothing_else_was_chosen():
    gentle = SegmenterOptions(epochs=7, seed=3).for_fine_tuning()
    assert gentle.learning_rate < OPTIONS.learning_rate
    assert gentle.n_batches < OPTIONS.n_batches
    assert (gentle.epochs, gentle.seed) == (7, 3)
    assert gentle.weight_decay == OPTIONS.weight_decay
