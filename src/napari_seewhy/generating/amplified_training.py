"""`AmplifiedTraining`: a classifier that also learns from drawn samples of its rare class.

In a sample set of both, the real samples come first, and the drawn ones say that they are drawn.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import numpy as np

from napari_seewhy.errors import DataError
from napari_seewhy.generating.generation import generate
from napari_seewhy.generating.honesty import Likeness, measure_likeness
from napari_seewhy.generating.pixel_range import PixelRange
from napari_seewhy.generating.train import train_generator_steps
from napari_seewhy.progress import Step
from napari_seewhy.samples.storing import SampleSet, SampleWriter

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd
    from numpy.typing import NDArray

    from napari_seewhy.generating.card import PictureGenerator
    from napari_seewhy.generating.generate_options import GeneratorOptions
    from napari_seewhy.progress import Task
    from napari_seewhy.samples.splitting import Split
    from napari_seewhy.training.fitting import Retrain


DRAWN_GROUP = "drawn"
"""Group of all drawn samples: they lie in no field, stretch or day."""

DRAWN_COLUMN = "is_drawn"
"""Column of the origin that distinguishes drawn samples from real ones."""

_ROWS_AT_ONCE = 256


def write_amplified_steps(
    samples: SampleSet,
    drawn: NDArray[Any],
    class_name: str,
    out: Path,
) -> Task[NDArray[np.int64]]:
    """Write all samples, and behind them drawn ones of one class; one `Step` per piece.

    Parameters
    ----------
    samples
        Open sample set; it stays as it is.
    drawn
        ``(n, C, H, W)`` of the shape and type of its samples.
    class_name
        Their class.
    out
        Sample set to write.

    Returns
    -------
    ndarray, shape ``(n,)``
        Rows of the drawn samples. Their group is "drawn" and the column ``is_drawn`` of their
        origin is true; all else of it is empty, -1 or NaN.

    Raises
    ------
    DataError
        If there is no such class, the samples hold drawn ones already, or shapes do not fit.
    FileError
        If the file cannot be written.
    """
    _check(samples, class_name)
    n_real = len(samples)
    real_origin = samples.origin.assign(**{DRAWN_COLUMN: False})
    with _make_writer(samples, out, samples.record) as writer:
        for start in range(0, n_real, _ROWS_AT_ONCE):
            rows = np.arange(start, min(start + _ROWS_AT_ONCE, n_real))
            here = samples.target[rows], samples.group[rows], real_origin.iloc[rows]
            writer.append(samples.read_pixels(rows), *here)
            yield Step(start + len(rows), n_real, "Putting real and drawn samples together")
        target = np.full(len(drawn), samples.classes.index(class_name))
        writer.append(drawn, target, DRAWN_GROUP, _make_origin(real_origin, len(drawn)))
    return np.arange(n_real, n_real + len(drawn))


def write_drawn(samples: SampleSet, drawn: NDArray[Any], class_name: str, out: Path) -> None:
    """Write drawn samples of one class alone, as a sample set that is like `samples`.

    Raises
    ------
    DataError
        If there is no such class, or the samples hold drawn ones already.
    FileError
        If the file cannot be written.
    """
    _check(samples, class_name)
    with _make_writer(samples, out, samples.record) as writer:
        target = np.full(len(drawn), samples.classes.index(class_name))
        writer.append(drawn, target, DRAWN_GROUP, _make_origin(samples.origin, len(drawn)))


def _make_writer(samples: SampleSet, out: Path, record: Mapping[str, Any]) -> SampleWriter:
    """Begin a sample set of the same shape, type and classes."""
    return SampleWriter(
        Path(out),
        channels=samples.channels,
        size_px=samples.pixels.shape[-2:],
        dtype=samples.pixels.dtype,
        classes=samples.classes,
        pixel_size_um=samples.pixel_size_um,
        record=record,
    )


def _check(samples: SampleSet, class_name: str) -> None:
    if class_name not in samples.classes:
        raise DataError(
            f"The samples have no class {class_name}; their classes are "
            f"{', '.join(samples.classes) or 'none'}."
        )
    if DRAWN_COLUMN in samples.origin and samples.origin[DRAWN_COLUMN].any():
        raise DataError(
            f"{samples.path} holds drawn samples already; begin with the real ones alone."
        )


def _make_origin(like: pd.DataFrame, n: int) -> pd.DataFrame:
    """Make the origin of drawn samples: they come from nowhere."""
    import pandas as pd

    empty: dict[str, Any] = {"i": -1, "u": 0, "f": np.nan, "b": False}
    columns = {
        name: np.full(n, empty.get(values.to_numpy().dtype.kind, ""), values.to_numpy().dtype)
        for name, values in like.items()
    }
    return pd.DataFrame(columns | {DRAWN_COLUMN: np.full(n, True)})


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
