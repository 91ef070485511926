"""Count matrices of transcription factors, from JASPAR, MEME and TRANSFAC files."""

from __future__ import annotations

import re
import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from napari_seewhy.errors import DataError, SeewhyWarning
from napari_seewhy.files import read_text
from napari_seewhy.genome import LETTERS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

_MOST_COUNTS = 10**9
_USUAL_SITES = 100
"""Counts per column that frequencies are turned into where the file does not say the number."""

_SHOWN = 5

SHIPPED_MATRICES = Path(__file__).with_name("jaspar2024_core_vertebrates.jaspar")
"""JASPAR 2024, CORE, vertebrates: 879 matrices, CC BY 4.0 (Rauluseviciute et al. 2024,
doi:10.1093/nar/gkad1059)."""


@dataclass(frozen=True, eq=False)
class Matrix:
    """How often each letter stands at each position of a motif.

    Attributes
    ----------
    identifier, name
        Such as MA0138.3 and REST.
    counts
        ``(4, width)`` whole numbers, in the order A, C, G, T.
    """

    identifier: str
    name: str
    counts: NDArray[np.int64]

    @property
    def width(self) -> int:
        """Number of positions."""
        return int(self.counts.shape[1])

    @property
    def least_p(self) -> float:
        """Chance of one word of this width; no site has a smaller p-value."""
        return 4.0**-self.width

    def permute(self, generator: np.random.Generator) -> Matrix:
        """Return the matrix with its columns in random order; its scores have the same chances."""
        return Matrix(self.identifier, self.name, generator.permutation(self.counts, axis=1))


def find_matrices(name: Path) -> Path:
    """Return the file that a person means; ``jaspar`` stands for `SHIPPED_MATRICES`."""
    return SHIPPED_MATRICES if str(name) == "jaspar" else name


def read_matrices(path: Path) -> list[Matrix]:
    """Read the matrices of a file; its format is recognized from its content.

    Fractional counts are rounded and frequencies turned into counts, with a warning; of
    `SHIPPED_MATRICES`, nine of which have fractional counts, nobody need be told.

    Parameters
    ----------
    path
        JASPAR (``>MA0138.3 REST`` and four rows), MEME (frequencies) or TRANSFAC (``P0`` lines).

    Raises
    ------
    FileError
        If it cannot be read.
    DataError
        If it is of another format, or a matrix is damaged.
    """
    text = read_text(path)
    if re.search(r"^letter-probability matrix", text, re.MULTILINE):
        found = _read_meme(text, path)
    elif text.lstrip().startswith(">"):
        found = _read_jaspar(text, path)
    elif re.search(r"^P[0O]\s", text, re.MULTILINE):
        found = _read_transfac(text, path)
    else:
        raise DataError(
            f"{path} holds no matrices that are known here; choose a JASPAR, MEME or TRANSFAC file."
        )
    matrices, rounded = [], []
    for identifier, name, values in found:
        matrix, is_exact = _to_matrix(identifier, name, values, path)
        matrices.append(matrix)
        if not is_exact:
            rounded.append(identifier)
    if rounded and path != SHIPPED_MATRICES:
        shown = ", ".join(rounded[:_SHOWN]) + (" ..." if len(rounded) > _SHOWN else "")
        warnings.warn(
            f"{len(rounded)} of {len(matrices)} matrices have no whole counts ({shown}); they "
            "were rounded.",
            SeewhyWarning,
            stacklevel=2,
        )
    return matrices


def _to_matrix(
    identifier: str, name: str, values: NDArray[np.float64], path: Path
) -> tuple[Matrix, bool]:
    sums = values.sum(0) if values.ndim == 2 else np.zeros(0)
    is_table = len(sums) > 0 and values.shape[0] == 4
    if not is_table or not ((values >= 0) & (values <= _MOST_COUNTS)).all():
        raise DataError(
            f"The matrix {identifier} of {path} is none of counts; wanted four rows of numbers of "
            f"one length, from 0 to {_MOST_COUNTS:,}."
        )
    if sums.max() < 1.5:
        # Frequencies.
        values = values * _USUAL_SITES
    counts = np.rint(values).astype(np.int64)
    if counts.sum(0).min() == 0:
        raise DataError(
            f"The matrix {identifier} of {path} has a column without counts; remove the column "
            "or the matrix."
        )
    return Matrix(identifier, name, counts), bool((counts == values).all() and sums.max() >= 1.5)


def _read_jaspar(text: str, path: Path) -> list[tuple[str, str, NDArray[np.float64]]]:
    found = []
    for part in re.split(r"^>", text, flags=re.MULTILINE)[1:]:
        head, *lines = part.splitlines()
        identifier, name = _name(head.split())
        rows = [line.strip() for line in lines if line.strip()]
        if rows and rows[0][0].upper() in LETTERS:
            # The letters stand before the rows, in whatever order.
            rows = sorted(rows, key=lambda row: row[0].upper())
            if [row[0].upper() for row in rows] != list(LETTERS):
                raise DataError(
                    f"The matrix {identifier} of {path} has other rows than A, C, G and T; wanted "
                    "DNA."
                )
            rows = [row[1:] for row in rows]
        found.append((identifier, name, _parse_rows(rows, identifier, path)))
    return found


def _read_meme(text: str, path: Path) -> list[tuple[str, str, NDArray[np.float64]]]:
    found = []
    for part in re.split(r"^MOTIF\b", text, flags=re.MULTILINE)[1:]:
        head, *lines = part.splitlines()
        identifier, name = _name(head.split())
        start = next((i for i, one in enumerate(lines) if one.startswith("letter-prob")), None)
        if start is None:
            continue
        rows = []
        for line in lines[start + 1 :]:
            if not re.match(r"\s*[\d.]", line):
                break
            rows.append(line)
        said = re.search(r"nsites=\s*([\d.]+)", lines[start])
        n_sites = float(said[1]) if said and float(said[1]) > 1 else _USUAL_SITES
        found.append((identifier, name, _parse_rows(rows, identifier, path).T * n_sites))
    return found


def _read_transfac(text: str, path: Path) -> list[tuple[str, str, NDArray[np.float64]]]:
    found: list[tuple[str, str, NDArray[np.float64]]] = []
    for part in re.split(r"^//", text, flags=re.MULTILINE):
        lines = part.splitlines()
        fields = {line[:2]: line[2:].strip() for line in reversed(lines) if line[:2].isalnum()}
        order = fields.get("P0", fields.get("PO"))
        if order is None:
            continue
        identifier = fields.get("AC") or fields.get("ID") or f"matrix {len(found) + 1}"
        name = fields.get("NA") or fields.get("ID") or identifier
        letters = order.upper().split()[:4]
        if sorted(letters) != list(LETTERS):
            raise DataError(
                f"The matrix {identifier} of {path} has the columns {order!r}; wanted A C G T."
            )
        rows = [" ".join(line.split()[1:5]) for line in lines if re.match(r"\d\d?\s", line)]
        values = _parse_rows(rows, identifier, path).T
        found.append((identifier, name, values[[letters.index(one) for one in LETTERS]]))
    return found


def _name(words: Sequence[str]) -> tuple[str, str]:
    identifier = words[0] if words else "unnamed"
    return identifier, " ".join(words[1:]) or identifier


def _parse_rows(rows: Sequence[str], identifier: str, path: Path) -> NDArray[np.float64]:
    try:
        return np.array([[float(one) for one in row.strip(" \t[]").split()] for row in rows])
    except ValueError:
        raise DataError(
            f"The matrix {identifier} of {path} has rows of unequal length, or words among its "
            "numbers; wanted one number per letter and position."
        ) from None
