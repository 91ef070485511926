"""Train a generator: a network that draws more pictures of a rare class from few real ones."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from napari_seewhy.errors import FileError
from napari_seewhy.generating.generator_file import (
    PictureGenerator,
    load_generator,
    read_generator_card,
    save_generator,
)
from napari_seewhy.generating.lesson import PictureLesson, read_lesson
from napari_seewhy.progress import Step, finish
from napari_seewhy.training.learning import (
    Checkpoint,
    checkpoint_path,
    find_checkpoint,
    find_runtime,
    save_checkpoint,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import ArrayLike

    from napari_seewhy.generating.adversaries import Adversaries
    from napari_seewhy.generating.generate_options import GeneratorOptions
    from napari_seewhy.models.running import Runtime
    from napari_seewhy.progress import Task
    from napari_seewhy.samples.storing import SampleSet


def train_generator(
    samples: SampleSet,
    rows: ArrayLike,
    options: GeneratorOptions,
    *,
    out: Path,
    resume: bool = False,
) -> PictureGenerator:
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
        Whether to go on from the checkpoint where there is one. In float32 on the CPU the weights
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
    return finish(train_generator_steps(samples, rows, options, out=out, resume=resume))


def train_generator_steps(
    samples: SampleSet,
    rows: ArrayLike,
    options: GeneratorOptions,
    *,
    out: Path,
    resume: bool = False,
) -> Task[PictureGenerator]:
    """Train as `train_generator` does, one `Step` per step of learning; may be stopped at any."""
    out = Path(out)
    lesson = read_lesson(samples, rows, options)
    if resume and (finished := _find_finished(out, lesson)):
        return finished
    checkpoint = find_checkpoint(out, lesson.describe()) if resume else None
    contest = _begin(lesson, find_runtime(lesson.options, checkpoint), checkpoint)
    yield Step(0, 0, contest.adversaries.runtime.describe())
    yield from contest.steps(partial(save_checkpoint, checkpoint_path(out)))
    generator = contest.finish(out.stem)
    save_generator(out, generator)
    checkpoint_path(out).unlink(missing_ok=True)
    return generator


@dataclass(slots=True, eq=False)
class _Contest:
    """A training that has come so far.

    Attributes
    ----------
    lesson, adversaries
        What is learned from, and what learns.
    history
        Mean losses between two checkpoints: ``step``, ``judging``, ``redrawing``, ``drawing``.
    n_done
        Steps that are done.
    """

    lesson: PictureLesson
    adversaries: Adversaries
    history: list[dict[str, float]] = field(default_factory=list)
    n_done: int = 0

    def steps(self, keep: Callable[[Checkpoint], object]) -> Task[None]:
        """Learn to the end; `keep` is called with a checkpoint now and then."""
        options, runtime = self.lesson.options, self.adversaries.runtime
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

    def finish(self, name: str) -> PictureGenerator:
        """Return the averaged network and its card."""
        device = self.adversaries.runtime.describe()
        card = self.lesson.make_card(name, history=self.history, device=device)
        return PictureGenerator(self.adversaries.settle(), card)

    def _to_checkpoint(self) -> Checkpoint:
        state = {
            "history": list(self.history),
            "n_done": self.n_done,
            "runtime": asdict(self.adversaries.runtime),
        }
        return Checkpoint(self.adversaries.weights(), {}, state, self.lesson.describe())


def _begin(lesson: PictureLesson, runtime: Runtime, checkpoint: Checkpoint | None) -> _Contest:
    adversaries = lesson.make_adversaries(runtime)
    if checkpoint is None:
        return _Contest(lesson, adversaries)
    adversaries.load_weights(checkpoint.weights)
    state = checkpoint.state
    return _Contest(lesson, adversaries, list(state["history"]), state["n_done"])


def _find_finished(out: Path, lesson: PictureLesson) -> PictureGenerator | None:
    """Return the generator of this very training where it was finished before."""
    try:
        record = read_generator_card(out).record
    except FileError:
        return None
    about = {"pixels": record.get("results", {}).get("pixels"), **record.get("options", {})}
    here = lesson.describe()
    return load_generator(out) if about == {k: here[k] for k in here if k != "class"} else None
