"""A track: one value per interval of the genome, read from a bigWig window by window."""

from __future__ import annotations

from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from napari_seewhy.errors import FileError
from napari_seewhy.files import explain_os_error

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence
    from pathlib import Path

    from numpy.typing import NDArray


class Intervals(NamedTuple):
    """Intervals of one chromosome and their values, sorted, none overlapping.

    Attributes
    ----------
    start, end
        ``(n,)`` 0-based, half-open.
    value
        ``(n,)``.
    """

    start: NDArray[np.int64]
    end: NDArray[np.int64]
    value: NDArray[np.float64]

    def bin_means(self, edges: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the mean value per base between neighbouring edges; 0 where nothing is said.

        Parameters
        ----------
        edges
            ``(k + 1,)`` ascending positions.

        Returns
        -------
        ndarray, shape ``(k,)``
        """
        if not len(self.start):
            return np.zeros(len(edges) - 1)
        # The integral of a step function is linear between its corners.
        corners = np.column_stack([self.start, self.end]).ravel().astype(np.float64)
        gains = np.column_stack([np.zeros(len(self.start)), self.value * (self.end - self.start)])
        integral = np.interp(edges, corners, np.cumsum(gains.ravel()))
        means: NDArray[np.float64] = np.diff(integral) / np.diff(edges)
        return means


class Track:
    """An open bigWig.

    Parameters
    ----------
    path
        The file.

    Attributes
    ----------
    lengths
        Length in bp of each chromosome it knows.

    Raises
    ------
    FileError
        If it is missing, damaged or no bigWig.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        with ExitStack() as stack:
            self._reader = _open(stack, path)
            self.lengths: dict[str, int] = dict(self._reader.chroms())
            self._opened = stack.pop_all()

    def __enter__(self) -> Track:
        return self

    def __exit__(self, *_: object) -> None:
        self._opened.close()

    @property
    def value_range(self) -> tuple[float, float]:
        """Least and largest value in the whole file, as its head says."""
        summary = self._reader.info()["summary"]
        return float(summary["min"]), float(summary["max"])

    def read(self, chromosome: str, start: int, end: int) -> Intervals:
        """Return what lies in a window, as whole intervals.

        Parameters
        ----------
        chromosome
            As the file calls it.
        start, end
            0-based, half-open; what is beyond the chromosome is empty.

        Raises
        ------
        FileError
            If the file is damaged.
        """
        first, stop = max(start, 0), min(end, self.lengths[chromosome])
        if first >= stop:
            return _to_intervals([])
        with _reading(self.path):
            return _to_intervals(list(self._reader.records(chromosome, first, stop)))

    def read_means(self, chromosome: str, bin_bp: int) -> NDArray[np.float64]:
        """Return the mean per base in bins over a whole chromosome; 0 where nothing is said.

        Raises
        ------
        FileError
            If the file is damaged.
        """
        n_bins = self.lengths[chromosome] // bin_bp
        if not n_bins:
            return np.zeros(0)
        with _reading(self.path):
            found = self._reader.values(
                chromosome, 0, n_bins * bin_bp, bins=n_bins, exact=True, uncovered=0.0, fillna=0.0
            )
        return np.asarray(found, np.float64)


def match_chromosome(name: str, known: Collection[str]) -> str | None:
    """Return how a track calls a chromosome, whether or not it writes "chr"; None if it has it not.

    Examples
    --------
    >>> match_chromosome("chr21", ["1", "21"]), match_chromosome("chrM", ["chr1", "chrMT"])
    ('21', 'chrMT')
    """
    bare = name.removeprefix("chr")
    mitochondrion = {"M": "MT", "MT": "M"}.get(bare, bare)
    spellings = (name, bare, f"chr{bare}", mitochondrion, f"chr{mitochondrion}")
    return next((spelling for spelling in spellings if spelling in known), None)


def _to_intervals(records: Sequence[tuple[int, int, float]]) -> Intervals:
    table = np.array(records, np.float64).reshape(-1, 3)
    return Intervals(table[:, 0].astype(np.int64), table[:, 1].astype(np.int64), table[:, 2])


def _open(stack: ExitStack, path: Path) -> Any:
    import pybigtools

    try:
        # By name pybigtools opens only what ends in .bw or .bigWig.
        reader = pybigtools.open(stack.enter_context(path.open("rb")))
    except OSError as error:
        raise FileError(explain_os_error(error, path, "read")) from error
    except _read_errors() as error:
        raise FileError(
            f"{path} is no bigWig, or is damaged; wanted a bigWig, or for methylation also "
            "bedGraph, bedMethyl or Bismark .cov."
        ) from error
    stack.callback(reader.close)
    if not reader.is_bigwig:
        raise FileError(f"{path} is a bigBed; wanted a bigWig, which holds one value per interval.")
    return reader


@contextmanager
def _reading(path: Path) -> Iterator[None]:
    """Say of a file whose values cannot be read that it is damaged."""
    try:
        yield
    except _read_errors() as error:
        raise FileError(f"{path} is damaged: {error}; fetch it again.") from error
    except BaseException as error:
        # A block that cannot be unpacked lets the reader, which is written in Rust, panic: that is
        # no `Exception`, cannot be imported, and would end a batch of many compounds.
        if type(error).__name__ != "PanicException":
            raise
        raise FileError(f"{path} is damaged: values cannot be unpacked; fetch it again.") from None


def _read_errors() -> tuple[type[Exception], ...]:
    import pybigtools

    return (pybigtools.BBIReadError, ValueError)
