from __future__ import annotations

import os
from functools import partial

import pytest
import torch

from napari_seewhy.errors import DataError, OptionError, TaskError
from napari_seewhy.models.devices import Runtime
from napari_seewhy.models.predict import PredictOptions, predict
from napari_seewhy.progress import Step, finish
from napari_seewhy.samples import SampleSet
from napari_seewhy.training.fit import fit
from napari_seewhy.training.runtimes import make_fabric
from napari_seewhy.training.several import run_on_several_steps


def test_two_devices_that_share_each_batch_learn_as_one(tmp_path, discs, rows, tiny_network, quick):
    options = quick.change(n_devices=2)
    model = fit(discs, tiny_network, options, rows, out=tmp_path / "model.safetensors")
    assert len(model.card.record["results"]["history"]) == quick.epochs
    with SampleSet(discs) as samples:
        said = predict(model, samples, PredictOptions(precision="fp32"), rows=rows.report)
        assert (said.argmax(1) == samples.target[rows.report]).all()


def test_more_gpus_than_there_are_are_refused(quick, monkeypatch):
    monkeypatch.setattr(torch.cuda, "device_count", lambda: 1)
    with pytest.raises(OptionError, match="2 GPUs are wanted and this computer has 1"):
        make_fabric(Runtime("cuda"), quick.change(n_devices=2))


def count_steps(fail_at: int, how: str):
    for i in range(5):
        if i == fail_at and os.environ["LOCAL_RANK"] == "1":
            if how == "refuse":
                raise DataError("Not these.")
            os._exit(3)
        yield Step(i, 5)


@pytest.mark.parametrize(
    ("how", "error", "message"),
    [("refuse", DataError, "Not these."), ("die", TaskError, "device 1 ended with status 3")],
)
def test_what_goes_wrong_in_one_process_ends_all(how, error, message):
    with pytest.raises(error, match=message):
        finish(run_on_several_steps(partial(count_steps, 3, how), 2))
