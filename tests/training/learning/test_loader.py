from __future__ import annotations

import numpy as np
import pytest

from napari_seewhy.samples import SampleSet
from napari_seewhy.samples.storing.pixel_source import PixelSource
from napari_seewhy.training.learning.loader import Loader, draw_order, weigh_classes


@pytest.fixture
def loader(discs):
    with SampleSet(discs) as samples:
        rows = np.arange(10, 47)
        yield Loader(PixelSource(samples), rows, samples.target[rows], 8, seed=5)


def contents(loader: Loader, epoch: int) -> list[tuple[bytes, ...]]:
    return [
        (batch.pixels.tobytes(), batch.target.tobytes(), str(batch.seed).encode())
        for batch in loader.batches(epoch)
    ]


def test_an_epoch_shows_every_sample_once_with_its_target(loader, discs):
    batches = list(loader.batches(0))
    with SampleSet(discs) as samples:
        wanted = {samples.pixels[row].tobytes(): samples.target[row] for row in range(10, 47)}
    shown = [
        (pixels.tobytes(), target)
        for batch in batches
        for pixels, target in zip(batch.pixels, batch.target, strict=True)
    ]
    assert len(shown) == 37
    assert dict(shown) == wanted


def test_batches_are_alike_in_size_so_that_none_is_a_single_sample(loader):
    sizes = [len(batch.target) for batch in loader.batches(0)]
    assert len(sizes) == len(loader) == 5
    assert sorted(sizes) == [7, 7, 7, 8, 8]


def test_an_epoch_is_the_same_every_time_and_the_next_one_is_another(loader):
    assert contents(loader, 3) == contents(loader, 3)
    assert contents(loader, 3) != contents(loader, 4)


def test_devices_share_each_batch_without_overlap(loader):
    import dataclasses

    whole = [np.sort(batch.target) for batch in loader.batches(2)]
    parts = [
        [batch.target for batch in dataclasses.replace(loader, rank=rank, n_ranks=2).batches(2)]
        for rank in (0, 1)
    ]
    for first, second, both in zip(*parts, whole, strict=True):
        np.testing.assert_array_equal(np.sort(np.concatenate([first, second])), both)


def test_a_balanced_order_shows_classes_alike_and_wastes_no_rare_sample():
    target = np.repeat([0, 1, 2], [90, 25, 5])
    order = draw_order(target, is_balanced=True, generator=np.random.default_rng(0))
    assert np.bincount(target[order]).tolist() == [40, 40, 40]
    times = np.bincount(order, minlength=120)
    assert times[:90].max() == 1
    assert set(times[90:115]) == {1, 2}
    assert set(times[115:]) == {8}


def test_the_sources_of_a_merged_class_are_shown_equally_often():
    source = np.array([0] * 60 + [1] * 30 + [2] * 6)
    target = (source > 0).astype(np.int64)
    order = draw_order(target, is_balanced=True, generator=np.random.default_rng(0), source=source)
    assert np.bincount(source[order]).tolist() == [48, 24, 24]


def test_an_unbalanced_order_is_a_shuffle():
    target = np.repeat([0, 1], [30, 3])
    order = draw_order(target, is_balanced=False, generator=np.random.default_rng(0))
    assert sorted(order) == list(range(33))
    assert order.tolist() != list(range(33))


def test_weights_make_all_classes_count_alike():
    target = np.array([0] * 30 + [1] * 10 + [3] * 2)
    weights = weigh_classes(target, 4)
    np.testing.assert_allclose(np.bincount(target) * weights, [14, 14, 0, 14], rtol=1e-6)
    assert weights[target].mean() == pytest.approx(1)
