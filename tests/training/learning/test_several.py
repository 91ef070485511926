from __future__ import annotations

import importlib
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import torch

from napari_seewhy.errors import DataError, OptionError, TaskError
from napari_seewhy.models.networks.options import NetworkOptions
from napari_seewhy.models.running.devices import Runtime
from napari_seewhy.progress import finish
from napari_seewhy.training.fitting.fit import fit, fit_steps
from napari_seewhy.training.learning import session as session_module
from napari_seewhy.training.learning.runtimes import make_fabric
from napari_seewhy.training.learning.several import run_on_several_steps

if TYPE_CHECKING:
    from types import ModuleType


@pytest.fixture
def tasks(monkeypatch) -> ModuleType:
    """Tasks, where the processes find them too."""
    monkeypatch.syspath_prepend(Path(__file__).parent)
    return importlib.import_module("several_tasks")


def test_two_devices_learn_as_one_also_where_the_memory_of_one_is_short(
    tmp_path, discs, rows, quick, tasks, monkeypatch
):
    """A network that normalises over no batch, and nothing at random: the very same steps."""
    network = NetworkOptions(backbone="nagao", width=4, n_stages=1, n_dense=8, dropout=0)
    options = quick.change(epochs=2, augmentation="none", learning_rate=2e-3)
    alone = fit(discs, network, options, rows, out=tmp_path / "alone.safetensors")

    def run(make_task, n_devices):
        return run_on_several_steps(partial(tasks.with_little_memory, make_task), n_devices)

    monkeypatch.setattr(session_module, "run_on_several_steps", run)
    said = []
    task = fit_steps(
        discs, network, options.change(n_devices=2), rows, out=tmp_path / "both.safetensors"
    )
    both = finish(task, lambda step: said.append(step.message))
    assert f"Memory is short: {tasks.MOST_SAMPLES} samples at once" in said
    history, expected = (model.card.record["results"]["history"] for model in (both, alone))
    assert len(history) == 2
    for here, there in zip(history, expected, strict=True):
        assert here == pytest.approx(there, rel=1e-3)


def test_more_gpus_than_there_are_are_refused(quick, monkeypatch):
    monkeypatch.setattr(torch.cuda, "device_count", lambda: 1)
    with pytest.raises(OptionError, match="2 GPUs are wanted and this computer has 1"):
        make_fabric(Runtime("cuda"), quick.change(n_devices=2))


@pytest.mark.parametrize(
    ("how", "error", "message"),
    [("refuse", DataError, "Not these."), ("die", TaskError, "device 1 ended with status 3")],
)
def test_what_goes_wrong_in_one_process_ends_all(how, error, message, tasks):
    with pytest.raises(error, match=message):
        finish(run_on_several_steps(partial(tasks.count_steps, 3, how), 2))
