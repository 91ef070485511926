"""Writing bigWigs, each opened again and compared before it gets its name."""

from __future__ import annotations

from collections import Counter
from itertools import chain, islice
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from napari_seewhy.errors import DataError, FileError
from napari_seewhy.files import writing
from napari_seewhy.genome.text_streams import catching_panic

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from numpy.typing import NDArray


_FARTHEST = 10**9
"""From 2^30 on, pybigtools 0.3 never ends to write the zoom levels of a bigWig."""

_MOST_CHROMOSOMES = 200_000
"""A draft genome has tens of thousands of scaffolds; the library keeps some kB for each."""


class Run(NamedTuple):
    """Values of neighbouring intervals of one chromosome.

    Attributes
    ----------
    chromosome
        Its name.
    start, end
        ``(n,)`` 0-based, half-open; ascending and without overlaps.
    value
        ``(n,)`` finite numbers.
    """

    chromosome: str
    start: NDArray[np.int64]
    end: NDArray[np.int64]
    value: NDArray[np.floating[Any]]


def check_lengths(lengths: Mapping[str, int], source: Path) -> None:
    """Refuse chromosomes that no bigWig can be written with here.

    Parameters
    ----------
    lengths
        Of the chromosomes, in bp.
    source
        What names them, for the message.

    Raises
    ------
    DataError
        If they are too many or too long.
    """
    if len(lengths) > _MOST_CHROMOSOMES:
        raise DataError(
            f"{source} names {len(lengths):,} chromosomes; wanted at most {_MOST_CHROMOSOMES:,}: "
            "keep those that you need."
        )
    farthest = max(lengths.values(), default=0)
    if farthest > _FARTHEST:
        raise DataError(
            f"{source} names position {farthest:,}; wanted at most {_FARTHEST:,}: divide longer "
            "chromosomes into arms, as their assemblies do."
        )


def write_bigwig(path: Path, lengths: Mapping[str, int], runs: Iterable[Run]) -> None:
    """Write a bigWig, whole or not at all.

    pybigtools reports no error when it writes and may leave a file that nobody can open. So the
    intervals are checked before and counted afterwards in the written file.

    Parameters
    ----------
    path
        Where.
    lengths
        Of the chromosomes, in bp.
    runs
        Read once. Those of one chromosome follow each other and ascend.

    Raises
    ------
    DataError
        If there is no interval, or if one is out of order, overlaps, reaches past the end of its
        chromosome or holds no finite number.
    FileError
        If the file cannot be written.
    """
    import pybigtools

    check_lengths(lengths, path)
    counter = _Counter(path, lengths)
    with writing(path) as part:
        # pybigtools writes only to names that end in .bw.
        made = part.with_suffix(".bw")
        rows = counter.rows(runs)
        # Of an empty iterator it prints a line to the screen; so the first row is taken before.
        first = list(islice(rows, 1))
        try:
            if first:
                with catching_panic(f"{path} cannot be written; check the positions."):
                    pybigtools.open(str(made), "w").write(dict(lengths), chain(first, rows))
            if counter.error is not None:
                raise counter.error
            counter.check(made)
            made.replace(part)
        finally:
            made.unlink(missing_ok=True)


def number_tracks(names: Sequence[str]) -> tuple[str, ...]:
    """Put the number of the track, from 1, behind each name that occurs more than once.

    Names that differ only in case count as one, since many file systems see them so.

    Examples
    --------
    >>> number_tracks(["DNase", "CAGE", "dnase"])
    ('DNase_1', 'CAGE', 'dnase_3')
    """
    counts = Counter(name.casefold() for name in names)
    if len(counts) == len(names):
        return tuple(names)
    numbered = [
        f"{name}_{number}" if counts[name.casefold()] > 1 else name
        for number, name in enumerate(names, 1)
    ]
    # A new name may be that of another track.
    return number_tracks(numbered)


def name_files(tracks: Sequence[str]) -> tuple[str, ...]:
    """Return a name for the file of each track, without its ending; no two are the same.

    Examples
    --------
    >>> name_files(["CAGE/blood", "CAGE blood", "DNase"])
    ('CAGE_blood_1', 'CAGE_blood_2', 'DNase')
    """
    kept = (
        "".join(letter if letter.isalnum() or letter in "-_." else "_" for letter in track)
        for track in tracks
    )
    return number_tracks([name.strip(".") or "track" for name in kept])


class _Counter:
    """Gives the rows to pybigtools and keeps what it would lose: errors, and how many there were.

    An exception inside the iterator ends the writing without a word; so it is kept.
    """

    def __init__(self, path: Path, lengths: Mapping[str, int]) -> None:
        self.path, self.lengths = path, lengths
        self.error: DataError | None = None
        self.n_bp, self.total = 0, 0.0
        self._done: set[str] = set()
        self._name, self._end = "", 0

    def rows(self, runs: Iterable[Run]) -> Iterator[tuple[str, int, int, float]]:
        """Give the rows in Python's own numbers: those of numpy are not understood."""
        try:
            for run in runs:
                self._check(run)
                columns = (column.tolist() for column in run[1:])
                yield from zip([run.chromosome] * len(run.start), *columns, strict=True)
            if not self.n_bp:
                raise DataError(f"There is no value to write to {self.path}.")
        except DataError as error:
            self.error = error

    def _check(self, run: Run) -> None:
        name = run.chromosome
        if name != self._name:
            if name in self._done or name not in self.lengths:
                raise DataError(
                    f"The values of {name} for {self.path} are in two places, or its length is "
                    "not known; give every chromosome once."
                )
            self._done.add(name)
            self._name, self._end = name, 0
        if not len(run.start):
            return
        edges = np.column_stack([run.start, run.end]).ravel()
        fits = edges[0] >= self._end and edges[-1] <= self.lengths[name]
        if not fits or (np.diff(edges) < 0).any() or (run.start >= run.end).any():
            raise DataError(
                f"The intervals of {name} for {self.path} overlap, are out of order or reach past "
                f"its end at {self.lengths[name]:,}; sort them and keep them inside."
            )
        if not np.isfinite(run.value).all():
            raise DataError(
                f"A value of {name} for {self.path} is not finite; a bigWig holds numbers."
            )
        self._end = int(edges[-1])
        self.n_bp += int((run.end - run.start).sum())
        self.total += float(((run.end - run.start) * run.value.astype(np.float32)).sum())

    def check(self, made: Path) -> None:
        """Open the written file and compare it with what was given."""
        from napari_seewhy.genome.track import Track

        with Track(made) as track:
            n_bp, total = track.covered_bp, track.total
        if n_bp != self.n_bp or not np.isclose(total, self.total, rtol=1e-4, atol=1e-4 * n_bp):
            raise FileError(
                f"{self.path} was not written whole: {n_bp:,} of {self.n_bp:,} bp are there; free "
                "some space or choose another folder."
            )
