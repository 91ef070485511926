from __future__ import annotations

import pickle
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from napari_seewhy.progress import finish
from napari_seewhy.samples import SampleSet
from napari_seewhy.samples.split import SplitOptions, split_samples
from napari_seewhy.training.refit import Refit, RetargetedSamples

if TYPE_CHECKING:
    from pathlib import Path


def test_a_network_learns_the_targets_of_the_split_and_not_those_of_the_file(
    discs: Path, tiny_network, quick
):
    with SampleSet(discs) as samples:
        options = SplitOptions(by="sample")
        split = split_samples(samples.target, samples.group, options, classes=("light", "dark"))
        swapped = replace(split, target=1 - split.target)
        said = finish(Refit(samples, tiny_network, quick)(swapped))
    assert said.shape == (len(split.report), 2)
    assert (said.argmax(axis=1) == swapped.target[split.report]).mean() > 0.9


def test_samples_with_other_targets_travel_to_another_process(discs: Path):
    target = np.full(96, -1)
    with RetargetedSamples(discs, target, ["a", "b"]) as samples:
        sent = pickle.loads(pickle.dumps(samples))
        assert np.array_equal(sent.target, target)
        assert sent.classes == ("a", "b")
        assert np.array_equal(sent.pixels[:2], samples.pixels[:2])
        sent.close()
    with SampleSet(discs) as samples:
        assert samples.classes == ("dim", "bright")
