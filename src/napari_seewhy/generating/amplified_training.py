"""`AmplifiedTraining`: a classifier that also learns from drawn samples of its rare class."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import numpy as np

from napari_seewhy.generating.amplified_set import DRAWN_GROUP, write_amplified_steps
from napari_seewhy.generating.generation import generate
from napari_seewhy.generating.honesty import Likeness, measure_likeness
from napari_seewhy.generating.pixel_range import PixelRange
from napari_seewhy.generating.train import train_generator_steps
from napari_seewhy.samples.storing import SampleSet

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from napari_seewhy.generating.card import PictureGenerator
    from napari_seewhy.generating.generate_options import GeneratorOptions
    from napari_seewhy.progress import Task
    from napari_seewhy.samples.splitting import Split
    from napari_seewhy.training.fitting import Retrain


@dataclass(frozen=True, slots=True, eq=False)
class AmplifiedTraining:
    """Trains a generator on a split's training rows alone, then a classifier on both.

    Rows to stop by and to report on are real, and no generator has seen them.

    Attributes
    ----------
    retrain
        How a classifier is trained on real samples.
    class_name
        The rare class.
    options
        How the generator is trained.
    n_per_real
        Samples drawn for each real one of the class that is learned from.
    folder
        Where the generators stand; those that are there from an earlier run are taken.
    likenesses
        How near the drawn samples were to the real ones, one entry per training.
    """

    retrain: Retrain
    class_name: str
    options: GeneratorOptions
    n_per_real: float
    folder: Path
    likenesses: list[Likeness] = field(default_factory=list)

    def __call__(self, split: Split) -> Task[NDArray[np.float32]]:
        """Train and predict; probabilities ``(n, K)``, one row per row of ``split.report``."""
        samples = self.retrain.samples
        place = split.classes.index(self.class_name)
        rows = split.train[split.target[split.train] == place]
        out = self.folder / f"generator_{len(self.likenesses) + 1}.safetensors"
        generator = yield from train_generator_steps(
            samples, rows, self.options, out=out, resume=True
        )
        drawn = generate(
            generator,
            max(2, round(self.n_per_real * len(rows))),
            self.options.seed,
            device=self.options.device,
        )
        self.likenesses.append(compare_with_learned(generator, drawn, samples))
        with TemporaryDirectory(prefix="seewhy-") as folder:
            path = Path(folder) / "amplified.h5"
            added = yield from write_amplified_steps(samples, drawn, self.class_name, path)
            with SampleSet(path) as amplified:
                retrain = replace(self.retrain, samples=amplified)
                return (yield from retrain(_add(split, added, place)))


def compare_with_learned(
    generator: PictureGenerator, drawn: NDArray[Any], samples: SampleSet
) -> Likeness:
    """Say how near drawn samples are to those that the generator learned from.

    Parameters
    ----------
    generator
        Trained on rows of `samples`.
    drawn
        ``(n, C, H, W)`` what it drew.
    samples
        Open sample set.
    """
    card = generator.card
    rows = np.array(card.record["results"]["rows"])
    pixel_range = PixelRange(card.limits, card.dtype)
    return measure_likeness(drawn, samples.read_pixels(rows), pixel_range, samples.group[rows])


def _add(split: Split, added: NDArray[np.int64], place: int) -> Split:
    """Let drawn samples be learned from, and only that."""
    return replace(
        split,
        train=np.concatenate([split.train, added]),
        target=np.concatenate([split.target, np.full(len(added), place)]),
        group=np.concatenate([split.group, np.full(len(added), DRAWN_GROUP, object)]),
    )
