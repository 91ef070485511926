"""Train a generator: a network that draws more pictures of a rare class from few real ones."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from napari_seewhy.generating.card import GeneratorCard, PictureGenerator, load_generator
from napari_seewhy.generating.lesson import PictureLesson, read_lesson
from napari_seewhy.progress import Step, blocking
from napari_seewhy.training.learning import (
    Checkpoint,
    find_runtime,
    is_finished,
    train_to_file_steps,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import ArrayLike

    from napari_seewhy.generating.adversaries import Adversaries
    from napari_seewhy.generating.generate_options import GeneratorOptions
    from napari_seewhy.models.running import Runtime
    from napari_seewhy.progress import Task
    from napari_seewhy.samples.storing import SampleSet


def train_generator_steps(
    samples: SampleSet,
    rows: ArrayLike,
    options: GeneratorOptions,
    *,
    out: Path,
    resume: bool = False,
) -> Task[PictureGenerator]:
    """Train a network to draw more samples of a class.

    Parameters
    ----------
    samples
        Open sample set.
    rows
        ``(n,)`` samples to learn from, all of one class. What is drawn of them may be shown only
        to a classifier that is judged on none of these.
    options
        How it is trained.
    out
        File to write. While training, ``<out>.checkpoint`` stands beside it; it stays when the
        training is stopped or killed.
    resume
        Whether to continue from an existing checkpoint. In float32 on the CPU the weights
        are then, to the last bit, those of a training that was never stopped.

    Raises
    ------
    DataError
        If there are fewer than eight samples, they are of several classes or of none, they are too
        small, or hold NaN.
    OptionError
        If the device is not there, or the checkpoint is of another training.
    FileError
        If a file cannot be read or written; the checkpoint before stays.
    TaskError
        If there is not enough memory for a batch.
    """
    out = Path(out)
    lesson = read_lesson(samples, rows, options)
    if resume and is_finished(out, GeneratorCard, options, lesson.hashes):
        return load_generator(out)
    prepare = partial(_prepare_steps, lesson, out.stem)
    return (yield from train_to_file_steps(prepare, out=out, load=load_generator, resume=resume))


train_generator = blocking(train_generator_steps)


def _prepare_steps(lesson: PictureLesson, name: str) -> Task[_PictureCourse]:
    yield from ()  # the pictures are read already
    return _PictureCourse(lesson, name)


@dataclass(frozen=True, slots=True, eq=False)
class _PictureCourse:
    """What is learned from, and what the generator should be called; see `Trainable`."""

    lesson: PictureLesson
    name: str

    def describe(self) -> dict[str, Any]:
        return self.lesson.describe()

    def open(self, checkpoint: Checkpoint | None = None) -> _Contest:
        lesson = self.lesson
        adversaries = lesson.make_adversaries(find_runtime(lesson.options, checkpoint))
        if checkpoint is None:
            return _Contest(lesson, self.name, adversaries)
        adversaries.load_weights(checkpoint.weights)
        state = checkpoint.state
        return _Contest(lesson, self.name, adversaries, list(state["history"]), state["n_done"])


@dataclass(slots=True, eq=False)
class _Contest:
    """A training that has come so far; see `Training`.

    Attributes
    ----------
    lesson, name, adversaries
        What is learned from, the name of the generator to be, and what learns.
    history
        Mean losses between two checkpoints: ``step``, ``judging``, ``redrawing``, ``drawing``.
    n_done
        Steps that are done.
    """

    lesson: PictureLesson
    name: str
    adversaries: Adversaries
    history: list[dict[str, float]] = field(default_factory=list)
    n_done: int = 0
    is_first: bool = True

    @property
    def runtime(self) -> Runtime:
        """Where and how it runs."""
        return self.adversaries.runtime

    def steps(self, keep: Callable[[Checkpoint], object]) -> Task[PictureGenerator]:
        """Learn to the end; `keep` is called with a checkpoint now and then."""
        options, runtime = self.lesson.options, self.runtime
        seen: list[tuple[float, ...]] = []
        while self.n_done < options.n_steps:
            losses = self.adversaries.learn(*self.lesson.batch(self.n_done, runtime))
            self.n_done += 1
            seen.append(losses)
            if self.n_done % options.n_between == 0:
                means = np.mean(seen, axis=0).tolist()
                named = dict(zip(losses._fields, means, strict=True))
                self.history.append({"step": self.n_done, **named})
                seen.clear()
                keep(self._to_checkpoint())
            yield Step(self.n_done, options.n_steps, f"Judging {losses.judging:.2f}")
        card = self.lesson.make_card(self.name, history=self.history, device=runtime.describe())
        return PictureGenerator(self.adversaries.settle(), card)

    def _to_checkpoint(self) -> Checkpoint:
        state = {
            "history": list(self.history),
            "n_done": self.n_done,
            "runtime": asdict(self.adversaries.runtime),
        }
        return Checkpoint(self.adversaries.weights(), {}, state)
