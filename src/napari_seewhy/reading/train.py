"""Train a network to predict coverage from DNA, with the loop that all trainings share."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
import torch

from napari_seewhy.errors import DataError
from napari_seewhy.progress import blocking
from napari_seewhy.reading.card import CoverageCard, CoverageModel, load_coverage
from napari_seewhy.reading.composition import Composition
from napari_seewhy.reading.lesson import CoverageLesson, mean_pearson
from napari_seewhy.reading.network import CourseNetwork, Tail, WordNetwork, set_mean
from napari_seewhy.reading.options import CoverageNetworkOptions
from napari_seewhy.reading.word_ridge import fit_ridge_steps
from napari_seewhy.reading.words import Words, find_words_steps
from napari_seewhy.record import make_record
from napari_seewhy.training.learning import Course, is_finished, train_to_file_steps

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from numpy.typing import NDArray
    from torch import nn

    from napari_seewhy.genome import DnaWindows
    from napari_seewhy.progress import Task
    from napari_seewhy.reading.options import CoverageOptions
    from napari_seewhy.training.learning import Session

_SHARES = (0.25, 0.5, 0.75)
_LEAST_GAIN = 0.005
"""Of the correlation; for less, a model stays without a second part."""

_COURSE_BIN_BP = 128
_POOL_BP = 32


def train_coverage_steps(
    windows: DnaWindows,
    options: CoverageOptions,
    *,
    out: Path,
    files: Sequence[Path] = (),
    resume: bool = False,
) -> Task[CoverageModel]:
    """Train a network to predict coverage from DNA.

    Parameters
    ----------
    windows
        What is learned from, with windows that say when to stop.
    options
        How.
    out
        Model file to write; ``<out>.checkpoint`` stands beside it while it is trained.
    files
        What the windows were read from, for the record.
    resume
        Whether to continue from an existing checkpoint.

    Raises
    ------
    DataError
        If there are no windows to learn from or to stop by, or a value is no number or negative.
    OptionError
        If the device is not there, or the checkpoint is of another training.
    FileError
        If a file cannot be read or written.
    """
    hashes = {"windows": _check(windows, options)}
    if resume and is_finished(out, CoverageCard, options, hashes):
        return load_coverage(out)
    prepare = partial(_prepare_steps, windows, options, out.stem, tuple(files), hashes)
    return (
        yield from train_to_file_steps(
            prepare, out=out, load=load_coverage, n_devices=options.n_devices, resume=resume
        )
    )


train_coverage = blocking(train_coverage_steps)


@dataclass(frozen=True, eq=False)
class CoverageCourse(Course[CoverageLesson, CoverageModel]):
    """The training of a model that reads DNA; see `Course`.

    Attributes
    ----------
    windows
        What is learned from.
    settings
        How it is trained.
    card
        Of the model to be, without its training.
    words
        What its filters are; None where they are learned.
    files, hashes
        What was read.
    """

    windows: DnaWindows
    settings: CoverageOptions
    card: CoverageCard
    words: Words | None
    files: tuple[Path, ...]
    hashes: dict[str, str]

    @property
    def options(self) -> CoverageOptions:
        """How it is trained."""
        return self.settings

    def describe(self) -> dict[str, Any]:
        """Say what is trained with what, as JSON."""
        return self.hashes | self.settings.model_dump(mode="json")

    def make_lesson(self, rank: int = 0, n_ranks: int = 1) -> CoverageLesson:
        """Return what is learned by one of several processes."""
        network = self._build_whole()
        stem = network.stem if isinstance(network, WordNetwork) else None
        train, stop = self.windows.take("train"), self.windows.take("valid")
        return CoverageLesson(train, stop, self.settings, stem, rank, n_ranks)

    def build(self) -> nn.Module:
        """Build the part that learns, which at first says the mean of every track."""
        whole = self._build_whole()
        learns = whole.tail if isinstance(whole, WordNetwork) else whole
        mean = self.windows.take("train").target.mean((0, 2)).tolist()
        set_mean(learns.out, mean)
        return learns

    def _build_whole(self) -> WordNetwork | CourseNetwork:
        network = self.card.build()
        if isinstance(network, WordNetwork) and self.words is not None:
            network.stem.set_words(torch.from_numpy(self.words.filters))
        return network

    def finish_steps(self, session: Session[CoverageLesson, CoverageModel]) -> Task[CoverageModel]:
        """Join the best network with its filters, and write its card."""
        best = session.best_network
        whole = self._build_whole()
        learned = whole.tail if isinstance(whole, WordNetwork) else whole
        if not isinstance(best, Tail | CourseNetwork):
            raise TypeError("the learner was given another network")
        said = session.lesson.answer(best, session.runtime)
        learned.load_state_dict(best.state_dict())
        card = self.card
        if isinstance(whole, WordNetwork) and self.settings.composition:
            train, stop = self.windows.take("train"), self.windows.take("valid")
            ridge = yield from fit_ridge_steps(train, stop)
            by_words = ridge.predict(stop).astype(np.float32)
            share, said = _choose_share(said, by_words, stop.target)
            if share:
                card = card.change(composition=share)
                whole.composition = Composition(len(card.tracks), card.bin_bp, share)
                whole.composition.set_ridge(ridge)
        true = self.windows.take("valid").target
        metrics = {"pearson": mean_pearson(np.exp(said), true)}
        metrics["pearson_log"] = mean_pearson(np.log1p(np.exp(said)), np.log1p(true))
        record = make_record(
            "sequence train", self.settings, self.files, **self.hashes, **session.describe()
        )
        return CoverageModel(whole.eval(), card.change(metrics=metrics, record=record))


def _choose_share(
    said: NDArray[np.float32], by_words: NDArray[np.float32], true: NDArray[np.float32]
) -> tuple[float, NDArray[np.float32]]:
    """Choose the weight of the words on the windows to stop by; return it and the joined answer.

    Parameters
    ----------
    said
        ``(N, n_tracks, n_bins)`` log of the coverage that the network predicts.
    by_words
        The same of ``log(1 + coverage)`` by the linear model.
    true
        Coverage.
    """
    best, best_said = 0.0, said
    reached = mean_pearson(np.log1p(np.exp(said)), np.log1p(true)) + _LEAST_GAIN
    for share in _SHARES:
        composition = Composition(true.shape[1], 1, share)
        joined = composition.join(torch.from_numpy(said), torch.from_numpy(by_words)).numpy()
        pearson = mean_pearson(np.log1p(np.exp(joined)), np.log1p(true))
        if pearson > reached:
            best, best_said, reached = share, joined, pearson
    return best, best_said


def _prepare_steps(
    windows: DnaWindows,
    options: CoverageOptions,
    name: str,
    files: tuple[Path, ...],
    hashes: dict[str, str],
) -> Task[CoverageCourse]:
    words = None
    if options.network == "words":
        words = yield from find_words_steps(windows.take("train"), options.n_words)
    shape = {key: getattr(options, key) for key in CoverageNetworkOptions.model_fields}
    card = CoverageCard(
        name=name,
        network=CoverageNetworkOptions(**shape),
        tracks=windows.tracks,
        bin_bp=windows.bin_bp,
        window_bp=windows.codes.shape[1],
        genome=windows.genome,
        words=words.letters if words else (),
        data=options.data,
        licence=options.licence,
    )
    return CoverageCourse(windows, options, card, words, files, hashes)


def _check(windows: DnaWindows, options: CoverageOptions) -> str:
    """Refuse windows that cannot be learned from; return a hash of what is learned from."""
    for split, use in (("train", "to learn from"), ("valid", "that say when to stop")):
        if not windows.count(split):
            raise DataError(f"There are no windows {use} ({split}); make some.")
    if not np.isfinite(windows.target).all() or windows.target.min() < 0:
        raise DataError(
            "The coverage holds negative values or none; wanted counts, such as reads per bin, of "
            "0 or more."
        )
    is_empty = windows.take("train").target.max((0, 2)) == 0
    if is_empty.any():
        raise DataError(
            f"The track {windows.tracks[int(is_empty.argmax())]} is 0 in all training windows, so "
            "there is nothing to learn; leave it out or choose other windows."
        )
    bin_bp = windows.bin_bp
    if bin_bp % _POOL_BP or (options.network == "course" and bin_bp != _COURSE_BIN_BP):
        raise DataError(
            f"The bins have {bin_bp} bp; the network {options.network} wants "
            f"{'128' if options.network == 'course' else 'a multiple of 32'}."
        )
    digest = hashlib.sha256(np.ascontiguousarray(windows.codes).tobytes())
    digest.update(np.ascontiguousarray(windows.target).tobytes())
    digest.update("".join(windows.split.tolist()).encode())
    return digest.hexdigest()
