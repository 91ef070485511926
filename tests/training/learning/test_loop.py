"""The loop knows nothing of classes: here it trains a segmenter, whose targets are pictures."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from torch import nn
from torch.nn import functional

from napari_seewhy.models.running.devices import Runtime
from napari_seewhy.progress import finish
from napari_seewhy.training.learning import LoopOptions
from napari_seewhy.training.learning.learner import Learner
from napari_seewhy.training.learning.lesson import Score
from napari_seewhy.training.learning.loader import Batch
from napari_seewhy.training.learning.loop import Progress, loop_steps, resume_learner
from napari_seewhy.training.learning.runtimes import find_runtime, make_fabric

CPU = Runtime("cpu")


class PixelLesson:
    """Find for every pixel whether it is brighter than 0: target ``(N, h, w)``."""

    n_batches = 3
    metric = "pixel_accuracy"

    def batches(self, epoch):
        rng = np.random.default_rng(epoch)
        for i in range(self.n_batches):
            pixels = rng.normal(size=(8, 1, 6, 6)).astype(np.float32)
            yield Batch(pixels, (pixels[:, 0] > 0).astype(np.int64), seed=10 * epoch + i)

    def prepare(self, batch, runtime):
        return runtime.place(torch.from_numpy(batch.pixels)), torch.from_numpy(batch.target)

    def loss(self, said, target):
        return functional.cross_entropy(said, target)

    def judge(self, network, runtime):
        samples, target = self.prepare(next(self.batches(999)), runtime)
        with torch.inference_mode():
            said = network(samples)
        right = float((said.argmax(1) == target).float().mean())
        return Score(float(self.loss(said, target)), {"pixel_accuracy": right})


def make_learner(options: LoopOptions, lesson: PixelLesson) -> Learner:
    torch.manual_seed(0)
    network = nn.Conv2d(1, 2, 1)
    return Learner(network, lesson.loss, CPU, options, make_fabric(CPU, options))


@pytest.fixture
def options() -> LoopOptions:
    return LoopOptions(epochs=12, learning_rate=0.3, batch_size=8, device="cpu", precision="fp32")


def run(options: LoopOptions, kept: list) -> tuple[Progress, Learner]:
    lesson = PixelLesson()
    learner = make_learner(options, lesson)
    task = loop_steps(lesson, learner, options, progress=Progress(), keep=kept.append)
    return finish(task), learner


def test_pixels_are_learned_by_the_loop_that_learns_classes(options):
    kept = []
    progress, _ = run(options, kept)
    assert progress.history[-1]["stop_pixel_accuracy"] > 0.95
    assert len(kept) == len(progress.history) == 12
    assert progress.best.keys() == {"weight", "bias"}


def test_a_step_tells_all_metrics_and_which_one_is_shown(options):
    lesson, steps = PixelLesson(), []
    loop = loop_steps(
        lesson,
        make_learner(options, lesson),
        options.change(epochs=2),
        progress=Progress(),
        keep=lambda _: None,
    )
    progress = finish(loop, steps.append)
    assert steps[0].metric == "pixel_accuracy"
    assert np.isnan(steps[0].stop_metric)
    assert steps[-1].stop_metrics == {"pixel_accuracy": steps[-1].stop_metric}
    assert steps[-1].stop_metric == progress.history[-1]["stop_pixel_accuracy"]


class CoverageLesson:
    """Say of every place of a sequence ``(N, 4, L)`` its mean: target ``(N, 1, L)`` float."""

    n_batches = 4
    metric = ""

    def batches(self, epoch):
        rng = np.random.default_rng(epoch)
        for i in range(self.n_batches):
            pixels = rng.normal(size=(8, 4, 16)).astype(np.float32)
            yield Batch(pixels, pixels.mean(1, keepdims=True), seed=10 * epoch + i)

    def prepare(self, batch, runtime):
        return runtime.place(torch.from_numpy(batch.pixels)), torch.from_numpy(batch.target)

    def loss(self, said, target):
        return functional.mse_loss(said, target)

    def judge(self, network, runtime):
        samples, target = self.prepare(next(self.batches(999)), runtime)
        with torch.inference_mode():
            return Score(float(self.loss(network(samples), target)))


def test_samples_that_are_no_pictures_and_targets_that_are_no_classes_are_learned(options):
    lesson, network = CoverageLesson(), nn.Conv1d(4, 1, 1)
    runtime = find_runtime(options)
    assert runtime.use_channels_last
    learner = Learner(network, lesson.loss, runtime, options, make_fabric(runtime, options))
    task = loop_steps(lesson, learner, options, progress=Progress(), keep=lambda _: None)
    progress = finish(task)
    assert progress.history[-1]["stop_loss"] < 0.01
    assert progress.history[-1]["stop_loss"] < progress.history[0]["stop_loss"] / 10


def test_a_loop_goes_on_from_any_checkpoint_to_the_same_weights(options):
    kept = []
    progress, learner = run(options, kept)
    lesson = PixelLesson()
    again = make_learner(options, lesson)
    begun = resume_learner(kept[4], again)
    finish(loop_steps(lesson, again, options, progress=begun, keep=kept.append))
    assert torch.equal(again.network.weight, learner.network.weight)
    assert begun.history == progress.history


def test_parts_of_a_batch_give_the_step_of_the_whole(options):
    steps = []
    for n_at_once in (8, 3):
        lesson = PixelLesson()
        learner = make_learner(options, lesson)
        learner.n_at_once = n_at_once
        loss = learner.learn(*lesson.prepare(next(lesson.batches(0)), CPU), 0.1, seed=0)
        steps.append((loss, learner.network.weight.detach().flatten().tolist()))
    (first_loss, first), (second_loss, second) = steps
    assert first_loss == pytest.approx(second_loss, rel=1e-5)
    assert first == pytest.approx(second, rel=1e-4)
