"""Learn a language model of a genome, with the loop that all trainings share."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from napari_seewhy.errors import DataError
from napari_seewhy.genome import UNKNOWN_BASE
from napari_seewhy.progress import blocking
from napari_seewhy.reading.language.card import LanguageCard, LanguageModel, load_language
from napari_seewhy.reading.language.counts import Contexts, Counts
from napari_seewhy.reading.language.lesson import LanguageLesson, Letters, measure_bits
from napari_seewhy.reading.language.mixture import (
    ask_itself_steps,
    ask_mixture,
    learn_mixture_steps,
)
from napari_seewhy.reading.language.model import LanguageReader, find_gaps
from napari_seewhy.reading.language.network import LanguageNetwork
from napari_seewhy.reading.language.options import LanguageNetworkOptions
from napari_seewhy.reading.language.reading import read_windows_steps
from napari_seewhy.record import make_record
from napari_seewhy.training.learning import Course, derive_seed, is_finished, train_to_file_steps

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from napari_seewhy.progress import Task
    from napari_seewhy.reading.language.options import LanguageOptions
    from napari_seewhy.training.learning import Session

_STOP_SHARE = 0.05
"""Share of the letters that are not held out, which says when to stop."""

_FEWEST_LETTERS, _MOST_LETTERS = 50_000, 100_000_000


def learn_language_steps(
    codes: NDArray[np.uint8],
    options: LanguageOptions,
    *,
    out: Path,
    genome: str = "",
    files: Sequence[Path] = (),
    resume: bool = False,
) -> Task[LanguageModel]:
    """Learn which letter comes next in a genome.

    Parameters
    ----------
    codes
        ``(n,)`` its letters, unknown ones between chromosomes. The last share of them is held out.
    options
        How.
    out
        Model file to write; ``<out>.checkpoint`` stands beside it while it is trained.
    genome
        What it is, for the card.
    files
        What was read, for the record.
    resume
        Whether to continue from an existing checkpoint.

    Raises
    ------
    DataError
        If the genome is too short or too long.
    OptionError
        If the device is not there, or the checkpoint is of another training.
    FileError
        If a file cannot be read or written.
    """
    hashes = {"letters": _check(codes)}
    if resume and is_finished(out, LanguageCard, options, hashes):
        return load_language(out)
    prepare = partial(_prepare_steps, codes, options, out.stem, genome, tuple(files), hashes)
    return (
        yield from train_to_file_steps(
            prepare, out=out, load=load_language, n_devices=options.n_devices, resume=resume
        )
    )


learn_language = blocking(learn_language_steps)


@dataclass(frozen=True, eq=False)
class LanguageCourse(Course[LanguageLesson, LanguageModel]):
    """The training of a language model; see `Course`.

    Attributes
    ----------
    settings
        How it is trained.
    card
        Of the model to be, without its training.
    reader
        The model, whose mixture is learned and whose network is fresh.
    train, stop
        Letters to learn from and to stop by.
    held_out
        ``(n,)`` letters to report on.
    files, hashes
        What was read.
    """

    settings: LanguageOptions
    card: LanguageCard
    reader: LanguageReader
    train: Letters
    stop: Letters
    held_out: NDArray[np.uint8]
    files: tuple[Path, ...]
    hashes: dict[str, str]

    @property
    def options(self) -> LanguageOptions:
        """How it is trained."""
        return self.settings

    def describe(self) -> dict[str, Any]:
        """Say what is trained with what, as JSON."""
        return self.hashes | self.settings.model_dump(mode="json")

    def make_lesson(self, rank: int = 0, n_ranks: int = 1) -> LanguageLesson:
        """Return what is learned by one of several processes."""
        return LanguageLesson(self.train, self.stop, self.settings, rank, n_ranks)

    def build(self) -> LanguageNetwork:
        """Build the network, which at first says what counted contexts say."""
        return LanguageNetwork(self.card.network)

    def finish_steps(self, session: Session[LanguageLesson, LanguageModel]) -> Task[LanguageModel]:
        """Judge the best network on the held-out letters, and write its card."""
        reader, best = self.reader, session.best_network
        if not isinstance(best, LanguageNetwork):
            raise TypeError("the learner was given another network")
        metrics = yield from self._judge_steps(best, session)
        reader.network.load_state_dict(best.state_dict())
        record = make_record(
            "sequence learn-language",
            self.settings,
            self.files,
            **self.hashes,
            **session.describe(),
        )
        return LanguageModel(reader.eval(), self.card.change(metrics=metrics, record=record))

    def _judge_steps(
        self, network: LanguageNetwork, session: Session[LanguageLesson, LanguageModel]
    ) -> Task[dict[str, float]]:
        """Return the bits per base of network and mixture, on all bases and off repeats."""
        codes = self.held_out
        prior = self.reader.ask_prior(codes)
        said = yield from read_windows_steps(
            network, codes, prior, self.settings.window_bp, session.runtime
        )
        is_new = ~self.reader.find_repeats(codes)
        metrics = {"n_held_out": len(codes), "share_repeats": 1 - float(is_new.mean())}
        for name, one in (("", said), ("mixture_", prior.numpy())):
            metrics[f"{name}bits"] = measure_bits(one, codes)
            metrics[f"{name}bits_new"] = measure_bits(one, codes, is_new)
        return metrics


def _prepare_steps(
    codes: NDArray[np.uint8],
    options: LanguageOptions,
    name: str,
    genome: str,
    files: tuple[Path, ...],
    hashes: dict[str, str],
) -> Task[LanguageCourse]:
    n_learned = round(len(codes) * (1 - options.held_out))
    n_train = n_learned - max(options.window_bp, round(n_learned * _STOP_SHARE))
    train, stop = codes[:n_train], codes[n_train:n_learned]
    shape = {key: getattr(options, key) for key in LanguageNetworkOptions.model_fields}
    card = LanguageCard(
        name=name,
        network=LanguageNetworkOptions(**shape),
        n_letters=n_learned,
        n_gaps=len(find_gaps(codes[:n_learned])),
        genome=genome,
        data=options.data,
        licence=options.licence,
    )
    reader = card.build()
    # The finished model also counts what says when to stop.
    reader.set_letters(codes[:n_learned])
    counts = Counts(train)
    mixture = yield from learn_mixture_steps(counts, train, derive_seed(options.seed, 0))
    reader.mixture.load_state_dict(mixture.state_dict())
    prior = yield from ask_itself_steps(mixture, counts, train)
    contexts = Contexts(stop)
    stop_prior = ask_mixture(mixture, counts, contexts.keys, contexts.known)
    return LanguageCourse(
        options,
        card,
        reader,
        Letters(train, prior),
        Letters(stop, stop_prior.numpy().astype(np.float16)),
        codes[n_learned:],
        files,
        hashes,
    )


def _check(codes: NDArray[np.uint8]) -> str:
    """Refuse a genome that cannot be learned from; return a hash of it."""
    n_known = int((codes < UNKNOWN_BASE).sum())
    if n_known < _FEWEST_LETTERS:
        raise DataError(
            f"The genome has {n_known:,} known letters; wanted {_FEWEST_LETTERS:,} or more, as a "
            "model of fewer only repeats them. Add related genomes to the file."
        )
    if len(codes) > _MOST_LETTERS:
        raise DataError(
            f"The genome has {len(codes):,} letters; wanted {_MOST_LETTERS:,} at most, as a model "
            "holds them in memory. Choose some chromosomes."
        )
    return hashlib.sha256(codes.tobytes()).hexdigest()
