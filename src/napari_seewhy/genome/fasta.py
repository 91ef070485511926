"""A genome in a FASTA file, read stretch by stretch."""

from __future__ import annotations

import tempfile
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from napari_seewhy.errors import DataError, FileError
from napari_seewhy.files import check_readable, explain_os_error
from napari_seewhy.genome.chromosomes import match_chromosome
from napari_seewhy.genome.letters import UNKNOWN_BASE, encode_letters

if TYPE_CHECKING:
    from numpy.typing import NDArray

_GZIP = b"\x1f\x8b"


class Genome:
    """An open FASTA file.

    Parameters
    ----------
    path
        The file; not gzipped. Its index is kept in a temporary folder, so nothing is written
        beside it.

    Attributes
    ----------
    lengths
        Length in bp of each chromosome.

    Raises
    ------
    FileError
        If it is missing, gzipped, damaged or no FASTA.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        _check_start(path)
        with ExitStack() as stack:
            folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="seewhy-fasta-"))
            self._file = _index(path, Path(folder) / "index.fai")
            stack.callback(self._file.close)
            self.lengths: dict[str, int] = {
                name: int(entry.rlen) for name, entry in self._file.index.items()
            }
            self._opened = stack.pop_all()
        if not self.lengths:
            self.close()
            raise FileError(f"{path} holds no sequence; wanted a FASTA file with one or more.")

    def __enter__(self) -> Genome:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the file."""
        self._opened.close()

    def find(self, chromosome: str) -> str:
        """Return how the file calls a chromosome, which may be spelled with or without "chr".

        Raises
        ------
        DataError
            If it has none of that name.
        """
        name = match_chromosome(chromosome, self.lengths)
        if name is None:
            known = ", ".join(list(self.lengths)[:5])
            raise DataError(
                f"{self.path} has no chromosome {chromosome}; it has {known}. Check whether both "
                "are of one genome."
            )
        return name

    def read(self, chromosome: str, start: int, end: int) -> NDArray[np.uint8]:
        """Return the codes of a stretch, 0-based and half-open.

        Raises
        ------
        DataError
            If it reaches past an end of the chromosome, or holds a character that is no base.
        """
        name = self.find(chromosome)
        if not 0 <= start <= end <= self.lengths[name]:
            raise DataError(
                f"{name}:{start + 1:,}-{end:,} reaches past the ends of {name}, which has "
                f"{self.lengths[name]:,} bp in {self.path}; choose a stretch inside it."
            )
        if start == end:
            return np.empty(0, np.uint8)
        try:
            return encode_letters(str(self._file.fetch(name, start + 1, end)))
        except DataError as error:
            raise DataError(f"{self.path}, {name} from {start + 1:,}: {error}") from error

    def read_padded(self, chromosome: str, start: int, end: int) -> NDArray[np.uint8]:
        """Return the codes of a stretch; what lies past the ends of the chromosome is unknown."""
        length = self.lengths[self.find(chromosome)]
        codes = np.full(end - start, UNKNOWN_BASE, np.uint8)
        first, stop = max(start, 0), min(end, length)
        if first < stop:
            codes[first - start : stop - start] = self.read(chromosome, first, stop)
        return codes


def _check_start(path: Path) -> None:
    check_readable(path)
    try:
        with path.open("rb") as stream:
            start = stream.read(4096)
    except OSError as error:
        raise FileError(explain_os_error(error, path, "read")) from error
    if start.startswith(_GZIP):
        raise FileError(f"{path} is gzipped; unpack it, so that any stretch of it can be read.")
    if not start.lstrip().startswith(b">"):
        raise FileError(f"{path} is no FASTA file; wanted one whose first line begins with >.")


def _index(path: Path, index: Path) -> Any:
    from pyfaidx import Faidx, FastaIndexingError, UnsupportedCompressionFormat

    try:
        return Faidx(str(path), indexname=str(index), sequence_always_upper=True)
    except (FastaIndexingError, UnsupportedCompressionFormat, ValueError) as error:
        raise FileError(
            f"{path} cannot be read stretch by stretch: {str(error).rstrip('.')}. Write it with "
            "lines of one length and different names."
        ) from error
