from __future__ import annotations

import math

import numpy as np

from napari_seewhy.models.model_file import load_model
from napari_seewhy.models.predict import PredictOptions, predict
from napari_seewhy.samples import SampleSet
from napari_seewhy.training.fit import fit_steps
from napari_seewhy.training.train_step import TrainStep


def drain(task):
    steps = []
    while True:
        try:
            steps.append(next(task))
        except StopIteration as end:
            return steps, end.value


def test_discs_are_told_apart_without_an_error(tmp_path, discs, rows, tiny_network, quick):
    out = tmp_path / "model.safetensors"
    steps, model = drain(fit_steps(discs, tiny_network, quick, rows, out=out))
    with SampleSet(discs) as samples:
        said = predict(load_model(out), samples, PredictOptions(precision="fp32"), rows=rows.report)
        np.testing.assert_array_equal(said.argmax(1), samples.target[rows.report])
    assert model.card.classes == ("dim", "bright")
    assert model.card.channel_names == ("DNA", "empty")
    last = steps[-1]
    assert isinstance(last, TrainStep)
    assert (last.done, last.total, last.epoch) == (32, 32, 8)
    assert last.stop_balanced_accuracy == 1
    assert math.isfinite(last.loss)
    assert [p.name for p in tmp_path.iterdir() if "checkpoint" in p.name] == []
