"""A track: one value per interval of the genome, read from a bigWig window by window.

What was not measured is absent: intervals without a number (NaN, infinite), and places that no
interval is about. A file that stores no zero leaves zeros out, so there these places are zeros.
"""

from __future__ import annotations

from contextlib import ExitStack, contextmanager
from math import isfinite
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import numpy as np

from napari_seewhy.errors import DataError, FileError
from napari_seewhy.files import check_readable, explain_os_error
from napari_seewhy.genome.intervals import Intervals
from napari_seewhy.genome.text_streams import catching_panic

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray


_CHUNK_BINS = 1000
_CHUNK_BP = 1_000_000


class Track:
    """An open bigWig.

    Parameters
    ----------
    path
        The file.

    Attributes
    ----------
    lengths
        Length in bp of each chromosome that it has values of.
    is_finite
        Whether all its values are numbers.
    total, covered_bp
        Sum of the values of all bases, and how many bases have one.
    value_range
        Least and largest number in the whole file.

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
            with _reading(path):
                summary = self._reader.info()["summary"]
                self.total, self.covered_bp = float(summary["sum"]), int(summary["basesCovered"])
                self.is_finite = isfinite(self.total)
                self.value_range = self._find_range()
            self._opened = stack.pop_all()

    def __enter__(self) -> Track:
        return self

    def __exit__(self, *_: object) -> None:
        self._opened.close()

    @property
    def leaves_out_zeros(self) -> bool:
        """Whether places without an interval are zeros: where the file stores none."""
        return self.value_range[0] > 0

    def read(self, chromosome: str, start: int, end: int) -> Intervals:
        """Return what was measured in a window, as whole intervals.

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
        return _keep_numbers(self._read(chromosome, start, end))

    def read_signal(self, chromosome: str, start: int, end: int) -> Intervals:
        """Return what was measured in a window, and zeros where the file leaves them out.

        Raises
        ------
        FileError
            If the file is damaged.
        """
        found = self._read(chromosome, start, end)
        first, stop = max(start, 0), min(end, self.lengths[chromosome])
        if self.leaves_out_zeros and first < stop:
            found = found.fill(first, stop)
        return _keep_numbers(found)

    def is_measured(self, chromosome: str, start: int, end: int) -> bool:
        """Say whether all values in a window are numbers."""
        return self.is_finite or bool(np.isfinite(self._read(chromosome, start, end).value).all())

    def read_means(self, chromosome: str, bin_bp: int) -> NDArray[np.float64]:
        """Return the mean per measured base in bins over a whole chromosome; NaN where none was.

        Raises
        ------
        FileError
            If the file is damaged.
        """
        n_bins = self.lengths[chromosome] // bin_bp
        if not n_bins:
            return np.zeros(0)
        if not self.is_finite:
            # The reader's own means are NaN, or 0, wherever one value is.
            parts = []
            for first in range(0, n_bins, _CHUNK_BINS):
                stop = min(first + _CHUNK_BINS, n_bins) + 1
                edges = np.arange(first, stop).astype(np.float64) * bin_bp
                found = self.read_signal(chromosome, int(edges[0]), int(edges[-1]))
                parts.append(found.bin_means(edges))
            return np.concatenate(parts)
        empty = {"uncovered": 0.0, "fillna": 0.0} if self.leaves_out_zeros else {"fillna": None}
        with _reading(self.path):
            means = self._reader.values(
                chromosome, 0, n_bins * bin_bp, bins=n_bins, exact=True, **empty
            )
        return np.asarray(means, np.float64)

    def read_window_means(self, chromosome: str, edges: NDArray[np.int64]) -> NDArray[np.float64]:
        """Return the mean per measured base of the parts of many windows, in one pass of the file.

        Parameters
        ----------
        chromosome
            As the file calls it.
        edges
            ``(n, k + 1)`` ascending positions of each window; 0-based.

        Returns
        -------
        ndarray, shape ``(n, k)``
            NaN where nothing was measured, as of `read_signal` and `Intervals.bin_means`.

        Raises
        ------
        FileError
            If the file is damaged.
        """
        if not self.is_finite:
            # The reader's own sums are NaN wherever one value is.
            return np.array(
                [
                    self.read_signal(chromosome, row[0], row[-1]).bin_means(np.array(row, float))
                    for row in edges.tolist()
                ]
            ).reshape(len(edges), -1)
        inside = np.clip(edges, 0, self.lengths[chromosome])
        starts, ends = inside[:, :-1].ravel(), inside[:, 1:].ravel()
        is_inside = starts < ends
        lines = [
            f"{chromosome}\t{start}\t{end}\n"
            for start, end in zip(starts[is_inside].tolist(), ends[is_inside].tolist(), strict=True)
        ]
        means: NDArray[np.float64] = np.full(len(starts), np.nan)
        if not lines:
            return means.reshape(len(edges), -1)
        with TemporaryDirectory() as folder, _reading(self.path):
            bed = Path(folder) / "windows.bed"
            bed.write_text("".join(lines), encoding="utf-8")
            found = self._reader.average_over_bed(str(bed), stats=["sum", "bases"])
            total, n_bases = np.array(list(found), np.float64).T
        if self.leaves_out_zeros:
            n_bases = (ends - starts)[is_inside].astype(np.float64)
        means[is_inside] = np.divide(
            total, n_bases, out=np.full(len(total), np.nan), where=n_bases > 0
        )
        return means.reshape(len(edges), -1)

    def read_coverage(
        self, chromosome: str, start: int, end: int, n_bins: int
    ) -> NDArray[np.float64]:
        """Return the mean of each bin of a stretch; a base without a value counts as 0.

        Parameters
        ----------
        chromosome
            As the file calls it.
        start, end
            0-based, half-open; inside the chromosome.
        n_bins
            Number of bins, all of one width.

        Raises
        ------
        DataError
            If the stretch reaches past the chromosome, or the bins are not of one width.
        """
        length = self.lengths[chromosome]
        if not 0 <= start < end <= length or (end - start) % n_bins:
            raise DataError(
                f"{chromosome}:{start + 1:,}-{end:,} is no stretch of {n_bins} equal bins inside "
                f"the {length:,} bp that {chromosome} has in {self.path}; choose another."
            )
        if not self.is_finite:
            found = self.read(chromosome, start, end).fill(start, end)
            return found.bin_means(np.linspace(start, end, n_bins + 1))
        with _reading(self.path):
            means = self._reader.values(
                chromosome, start, end, bins=n_bins, uncovered=0.0, exact=True, fillna=0.0
            )
        return np.asarray(means, np.float64)

    def _read(self, chromosome: str, start: int, end: int) -> Intervals:
        first, stop = max(start, 0), min(end, self.lengths[chromosome])
        if first >= stop:
            return _to_intervals([])
        with _reading(self.path):
            return _to_intervals(list(self._reader.records(chromosome, first, stop)))

    def _find_range(self) -> tuple[float, float]:
        summary = self._reader.info()["summary"]
        low, high = float(summary["min"]), float(summary["max"])
        if self.is_finite or not self.lengths:
            return low, high
        ranges = [(np.inf, -np.inf)]
        for name, length in self.lengths.items():
            for first in range(0, length, _CHUNK_BP):
                value = self.read(name, first, first + _CHUNK_BP).value
                ranges += [(value.min(), value.max())] if len(value) else []
        low, high = (float(min(a for a, _ in ranges)), float(max(b for _, b in ranges)))
        return (low, high) if low <= high else (0.0, 0.0)


def _keep_numbers(found: Intervals) -> Intervals:
    is_number = np.isfinite(found.value)
    if is_number.all():
        return found
    return Intervals(found.start[is_number], found.end[is_number], found.value[is_number])


def _to_intervals(records: Sequence[tuple[int, int, float]]) -> Intervals:
    table = np.array(records, np.float64).reshape(-1, 3)
    return Intervals(table[:, 0].astype(np.int64), table[:, 1].astype(np.int64), table[:, 2])


def _open(stack: ExitStack, path: Path) -> Any:
    import pybigtools

    check_readable(path)
    try:
        # By name pybigtools opens only what ends in .bw or .bigWig.
        stream = stack.enter_context(path.open("rb"))
        with catching_panic(f"{path} is damaged: it cannot be opened; fetch it again."):
            reader = pybigtools.open(stream)
    except OSError as error:
        raise FileError(explain_os_error(error, path, "read")) from error
    except _read_errors() as error:
        raise FileError(
            f"{path} is no bigWig, or is damaged; wanted a bigWig, or for methylation also one of "
            "the tables of docs/reference/genome-files.md."
        ) from error
    stack.callback(reader.close)
    if not reader.is_bigwig:
        raise FileError(f"{path} is a bigBed; wanted a bigWig, which holds one value per interval.")
    return reader


@contextmanager
def _reading(path: Path) -> Iterator[None]:
    """Say of a file whose values cannot be read that it is damaged."""
    try:
        with catching_panic(f"{path} is damaged: values cannot be unpacked; fetch it again."):
            yield
    except _read_errors() as error:
        raise FileError(f"{path} is damaged: {error}; fetch it again.") from error


def _read_errors() -> tuple[type[Exception], ...]:
    import pybigtools

    return (pybigtools.BBIReadError, ValueError)
