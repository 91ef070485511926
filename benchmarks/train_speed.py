"""Train and predict resnet18 in our way and in the plain one, and read from file and memory.

1. A step of learning of resnet18 by `fit`'s own parts (bfloat16 where the processor has it),
   against the same step in plain float32 PyTorch, in turns in the same run.
2. Predicting with `predict` in the same precision, reading and normalising included, against the
   plain loop of ``model(x)`` in float32 over the same batches, already normalised; likewise in
   turns.
3. Samples per second with samples streamed from HDF5, against samples kept in memory, in training
   (of the small network) and in prediction (of resnet18).

Run it as

    python benchmarks/train_speed.py --size-px 64
"""

from __future__ import annotations

import argparse
import tempfile
import time
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING

import numpy as np
import timm
import torch
from torch.nn import functional

from napari_seewhy.models.files.model import Model
from napari_seewhy.models.networks.build import build_network
from napari_seewhy.models.networks.options import NetworkOptions
from napari_seewhy.models.running.devices import Runtime, choose_runtime, has_bf16
from napari_seewhy.models.running.predict import predict_steps
from napari_seewhy.models.running.predict_options import PredictOptions
from napari_seewhy.progress import finish
from napari_seewhy.samples import SampleSet, SampleWriter
from napari_seewhy.samples.storing.pixel_source import PixelSource
from napari_seewhy.training.fitting.class_lesson import ClassLesson
from napari_seewhy.training.fitting.options import TrainOptions
from napari_seewhy.training.fitting.question import Question, pose_question_steps
from napari_seewhy.training.learning.learner import Learner
from napari_seewhy.training.learning.loader import Loader
from napari_seewhy.training.learning.runtimes import find_runtime, make_fabric

if TYPE_CHECKING:
    from collections.abc import Callable

N_SAMPLES = 512
BATCH_SIZE = 64
N_ROUNDS = 5
WANTED_STEP = 1.8
WANTED_PREDICTION = 2.5
WANTED_STREAM = 0.9


def draw_samples(path: Path, size_px: int) -> None:
    """Draw noise on discs, 16 bits, 3 channels; two classes."""
    rng = np.random.default_rng(0)
    with SampleWriter(
        path, channels="abc", size_px=(size_px, size_px), dtype=np.uint16, classes=("a", "b")
    ) as writer:
        for _ in range(N_SAMPLES // BATCH_SIZE):
            pixels = rng.poisson(500, (BATCH_SIZE, 3, size_px, size_px)).astype(np.uint16)
            writer.append(pixels, np.arange(BATCH_SIZE) % 2, "one")


def make_question(samples: SampleSet) -> Question:
    rows = np.arange(N_SAMPLES)
    split = SimpleNamespace(train=rows[:-64], stop=rows[-64:-32], report=rows[-32:])
    return finish(pose_question_steps(samples, NetworkOptions(backbone="resnet18"), split))


def make_lesson(question: Question, source: PixelSource, options: TrainOptions) -> ClassLesson:
    train, stop = question.split.train, question.split.stop
    loader = Loader(source, train, question.target[train], BATCH_SIZE)
    return ClassLesson(loader, stop, question.target[stop], question.card, options)


def measure_in_turns(
    first: Callable[[], object], second: Callable[[], object]
) -> tuple[float, float]:
    """Run both in turns; return the least seconds of each."""
    times: tuple[list[float], list[float]] = ([], [])
    for function in (first, second):
        function()
    for _ in range(N_ROUNDS):
        for function, taken in zip((first, second), times, strict=True):
            start = time.perf_counter()
            function()
            taken.append(time.perf_counter() - start)
    return min(times[0]), min(times[1])


def compare_steps(question: Question, options: TrainOptions) -> float:
    """Time a step of learning with our learner and with the plain loop; return the ratio."""
    lesson = make_lesson(question, question.source, options)
    batch = next(lesson.batches(0))
    network = timm.create_model("resnet18", in_chans=3, num_classes=2)
    runtime = find_runtime(options)
    learner = Learner(network, lesson.loss, runtime, options, make_fabric(runtime, options))
    samples, target = lesson.prepare(batch, runtime)

    plain = timm.create_model("resnet18", in_chans=3, num_classes=2)
    optimizer = torch.optim.AdamW(plain.parameters())
    exact, answers = lesson.prepare(batch, Runtime("cpu"))

    def plain_step() -> None:
        optimizer.zero_grad()
        functional.cross_entropy(plain(exact), answers).backward()
        optimizer.step()

    ours, theirs = measure_in_turns(lambda: learner.learn(samples, target, 1e-3, 0), plain_step)
    print(f"our step       {ours * 1e3:7.0f} ms  ({runtime})")
    print(f"plain step     {theirs * 1e3:7.0f} ms")
    print(f"times faster   {theirs / ours:7.2f}     wanted {WANTED_STEP}")
    return theirs / ours


def compare_sources(question: Question, samples: SampleSet, options: TrainOptions) -> float:
    """Train an epoch of the small network from file and from memory; return the ratio of rates."""
    runtime = Runtime("cpu", use_channels_last=True)
    card = question.card
    network = build_network(
        card.network.change(backbone="small"), len(card.channels), 2, card.size_px
    )
    fabric = make_fabric(runtime, options)

    def epoch(lesson: ClassLesson, learner: Learner) -> None:
        for batch in lesson.batches(0):
            learner.learn(*lesson.prepare(batch, runtime), 1e-3, batch.seed)

    def prepare(*, keep: bool) -> Callable[[], None]:
        lesson = make_lesson(question, PixelSource(samples, keep=keep), options)
        learner = Learner(network, lesson.loss, runtime, options, fabric)
        return lambda: epoch(lesson, learner)

    streamed, kept = measure_in_turns(prepare(keep=False), prepare(keep=True))
    n = len(question.split.train)
    print(f"from file      {n / streamed:7.0f} samples/s")
    print(f"from memory    {n / kept:7.0f} samples/s")
    print(f"share          {kept / streamed:7.2f}     wanted {WANTED_STREAM}")
    return kept / streamed


def compare_predictions(question: Question, samples: SampleSet) -> tuple[float, float]:
    """Predict from file, in the plain loop, from memory; return both ratios of rates."""
    options = PredictOptions(
        batch_size=BATCH_SIZE, device="cpu", precision="bf16" if has_bf16("cpu") else "fp32"
    )
    model = Model.from_card(question.card)
    pixels = samples.pixels[:]
    batches = [model.normalise(one, "cpu") for one in np.split(pixels, len(pixels) // BATCH_SIZE)]
    plain = timm.create_model("resnet18", in_chans=3, num_classes=2).eval()
    runtime = choose_runtime(options)

    def run_plain() -> None:
        with torch.inference_mode():
            for batch in batches:
                plain(batch)

    streaming, loop = measure_in_turns(
        lambda: finish(predict_steps(model, samples, options, runtime=runtime)), run_plain
    )
    streamed, kept = measure_in_turns(
        lambda: finish(predict_steps(model, samples, options, runtime=runtime)),
        lambda: finish(predict_steps(model, pixels, options, runtime=runtime)),
    )
    n = len(pixels)
    print(f"predict        {n / streaming:7.0f} samples/s  ({runtime})")
    print(f"plain loop     {n / loop:7.0f} samples/s")
    print(f"times faster   {loop / streaming:7.2f}     wanted {WANTED_PREDICTION}")
    print(f"from file, share of the rate from memory {kept / streamed:.2f}, wanted {WANTED_STREAM}")
    return loop / streaming, kept / streamed


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--size-px", type=int, default=64, help="edge of a sample")
    size_px = parser.parse_args().size_px
    options = TrainOptions(augmentation="none", batch_size=BATCH_SIZE, device="cpu")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "samples.h5"
        draw_samples(path, size_px)
        with SampleSet(path) as samples:
            question = make_question(samples)
            print(f"{size_px} px, batches of {BATCH_SIZE}, {torch.get_num_threads()} threads")
            step = compare_steps(question, options)
            stream = compare_sources(question, samples, options)
            prediction, predicted_stream = compare_predictions(question, samples)
    is_fast = step >= WANTED_STEP and prediction >= WANTED_PREDICTION
    if not is_fast or min(stream, predicted_stream) < WANTED_STREAM:
        raise SystemExit(1)


if __name__ == "__main__":
    main()
