from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
import torch

from napari_seewhy.errors import FileError, OptionError
from napari_seewhy.training.fitting.fit import fit, fit_steps
from napari_seewhy.training.learning.checkpoint import checkpoint_path, load_checkpoint

CHILD = Path(__file__).with_name("training_child.py")


@pytest.fixture
def short(quick):
    """Three epochs of four batches."""
    return quick.change(epochs=3)


def run_until(task, done: int) -> None:
    """Run a training to the step with so many batches done, and close it there."""
    for step in task:
        if step.total == 12 and step.done >= done:
            break
    task.close()


def assert_same_weights(first: torch.nn.Module, second: torch.nn.Module) -> None:
    ours, theirs = first.state_dict(), second.state_dict()
    assert ours.keys() == theirs.keys()
    for name, value in ours.items():
        assert torch.equal(value, theirs[name]), name


def kill_child_at(job: Path, done: int) -> None:
    """Run the training of a job in a child process and kill it after so many batches."""
    with subprocess.Popen(
        [sys.executable, str(CHILD), str(job)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as child:
        assert child.stdin is not None
        assert child.stdout is not None
        for line in child.stdout:
            epoch, n_batches = map(int, line.split())
            if epoch >= 0 and n_batches >= done:
                break
            child.stdin.write("\n")
            child.stdin.flush()
        os.kill(child.pid, signal.SIGKILL)
        assert child.wait() == -signal.SIGKILL


@pytest.mark.skipif(sys.platform == "win32", reason="Windows knows no SIGKILL.")
def test_a_killed_training_resumes_to_the_very_weights_of_an_unbroken_one(
    tmp_path, discs, rows, tiny_network, short
):
    unbroken = fit(discs, tiny_network, short, rows, out=tmp_path / "unbroken.safetensors")
    out = tmp_path / "killed.safetensors"
    job = tmp_path / "job.json"
    job.write_text(
        json.dumps(
            {
                "samples": str(discs),
                "out": str(out),
                "network": tiny_network.model_dump(),
                "options": short.model_dump(),
                "rows": {part: values.tolist() for part, values in rows._asdict().items()},
            }
        )
    )
    kill_child_at(job, 6)  # in the middle of the second epoch
    assert len(load_checkpoint(checkpoint_path(out)).state["history"]) == 1
    kill_child_at(job, 11)  # in the third, of what was resumed
    assert len(load_checkpoint(checkpoint_path(out)).state["history"]) == 2
    resumed = fit(discs, tiny_network, short, rows, out=out, resume=True)
    assert_same_weights(resumed.network, unbroken.network)
    assert resumed.card.record["results"] == unbroken.card.record["results"]


def test_a_training_may_be_stopped_at_every_batch_and_resumes_to_the_same(
    tmp_path, discs, rows, tiny_network, short
):
    unbroken = fit(discs, tiny_network, short, rows, out=tmp_path / "unbroken.safetensors")
    out = tmp_path / "stopped.safetensors"
    for done in (1, 4, 5, 8, 10, 12):
        run_until(fit_steps(discs, tiny_network, short, rows, out=out, resume=True), done)
    resumed = fit(discs, tiny_network, short, rows, out=out, resume=True)
    assert_same_weights(resumed.network, unbroken.network)


def test_what_others_draw_meanwhile_changes_nothing(tmp_path, discs, rows, tiny_network, short):
    alone = fit(discs, tiny_network, short, rows, out=tmp_path / "alone.safetensors")
    task = fit_steps(discs, tiny_network, short, rows, out=tmp_path / "among.safetensors")
    while True:
        try:
            next(task)
            torch.rand(3)
        except StopIteration as end:
            among = end.value
            break
    assert_same_weights(among.network, alone.network)


def test_another_seed_gives_other_weights(tmp_path, discs, rows, tiny_network, short):
    first = fit(discs, tiny_network, short, rows, out=tmp_path / "a.safetensors")
    other = fit(discs, tiny_network, short.change(seed=1), rows, out=tmp_path / "b.safetensors")
    assert not torch.equal(first.network.head.weight, other.network.head.weight)


def test_a_stopped_training_keeps_its_best_network(tmp_path, discs, rows, tiny_network, short):
    out = tmp_path / "stopped.safetensors"
    run_until(fit_steps(discs, tiny_network, short, rows, out=out), 9)
    assert not out.exists()
    kept = load_checkpoint(checkpoint_path(out))
    assert kept.state["best_epoch"] == 2
    best = fit(discs, tiny_network, short, rows, out=out, resume=True)
    best.network.load_state_dict(kept.best)
    assert torch.equal(best.network.head.weight, kept.best["head.weight"])


def test_resuming_where_nothing_was_begun_begins(tmp_path, discs, rows, tiny_network, short):
    out = tmp_path / "model.safetensors"
    model = fit(discs, tiny_network, short, rows, out=out, resume=True)
    assert len(model.card.record["results"]["history"]) == 3


def test_without_resuming_an_old_checkpoint_is_not_looked_at(
    tmp_path, discs, rows, tiny_network, short
):
    out = tmp_path / "model.safetensors"
    checkpoint_path(out).write_text("of long ago")
    fit(discs, tiny_network, short, rows, out=out)
    assert out.exists()
    assert not checkpoint_path(out).exists()


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"learning_rate": 0.5}, "learning_rate 0.02, and this one has 0.5"),
        ({"epochs": 5}, "epochs 3, and this one has 5"),
        ({"seed": 7}, "seed 0, and this one has 7"),
    ],
)
def test_the_checkpoint_of_another_training_is_refused(
    tmp_path, discs, rows, tiny_network, short, change, message
):
    out = tmp_path / "model.safetensors"
    run_until(fit_steps(discs, tiny_network, short, rows, out=out), 5)
    with pytest.raises(OptionError, match=message):
        fit(discs, tiny_network, short.change(**change), rows, out=out, resume=True)


def test_a_checkpoint_of_other_rows_is_refused(tmp_path, discs, rows, tiny_network, short):
    out = tmp_path / "model.safetensors"
    run_until(fit_steps(discs, tiny_network, short, rows, out=out), 5)
    other = rows._replace(train=rows.train[:-1])
    with pytest.raises(OptionError, match="belongs to a training with rows"):
        fit(discs, tiny_network, short, other, out=out, resume=True)


def test_a_damaged_checkpoint_is_refused(tmp_path, discs, rows, tiny_network, short):
    out = tmp_path / "model.safetensors"
    checkpoint_path(out).write_bytes(b"\x10\x00\x00\x00\x00\x00\x00\x00nonsense")
    with pytest.raises(FileError, match="damaged or cut short"):
        fit(discs, tiny_network, short, rows, out=out, resume=True)
