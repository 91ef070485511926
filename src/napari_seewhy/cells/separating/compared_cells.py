"""The cells of two classes with their measurements, ready to be compared; and their folds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from napari_seewhy.cells.classifying import UNDECIDED
from napari_seewhy.cells.measuring import find_measurements
from napari_seewhy.errors import DataError, OptionError

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    from napari_seewhy.cells.separating.options import SeparationOptions

OTHERS = "others"
"""All classes but the one that is compared."""

_SAME = 0.9999
"""Correlation from which two measurements are the same in another unit."""

_FEW = 20
"""Cells of a class below which the figures are not worth much."""


@dataclass(frozen=True, slots=True, eq=False)
class ComparedCells:
    """Cells of two classes with their measurements.

    Attributes
    ----------
    of, against
        Names of the two classes.
    is_of
        ``(N,)`` whether a cell is of the first.
    names
        Names of the ``F`` measurements.
    values
        ``(N, F)`` as in the table; NaN where there is none.
    rows
        ``(N,)`` places of the cells in the table.
    left_out
        Columns that are not compared, and why.
    warnings
        Sentences for the person who reads the figures.
    """

    of: str
    against: str
    is_of: NDArray[np.bool_]
    names: tuple[str, ...]
    values: NDArray[np.float64]
    rows: NDArray[np.intp]
    left_out: dict[str, str]
    warnings: tuple[str, ...]

    @property
    def baseline(self) -> float:
        """Share of the cells that is right when always the more frequent class is said."""
        share = float(self.is_of.mean())
        return max(share, 1 - share)

    @property
    def baseline_class(self) -> str:
        """The more frequent class."""
        return self.of if self.is_of.mean() > 0.5 else self.against


def compare_cells(
    table: pd.DataFrame, classes: pd.Series[str], options: SeparationOptions
) -> ComparedCells:
    """Choose the cells of two classes, and the measurements that are worth comparing.

    Parameters
    ----------
    table
        One row per cell.
    classes
        The class of each row, in the same order; missing or "undecided" cells are left out.
    options
        Which classes and which columns.

    Raises
    ------
    DataError
        If there are fewer than two classes, one of them has fewer than two cells, or no
        measurement is left.
    OptionError
        If a class or a column is not there.
    """
    if len(classes) != len(table):
        raise DataError(
            f"There are {len(classes)} classes for {len(table)} cells; give one for each cell."
        )
    of, against, is_of, is_used = _choose_classes(classes, options)
    rows = _draw(np.flatnonzero(is_used), is_of, options)
    columns, left_out = _choose_columns(table, options)
    values = table[columns].to_numpy(float, na_value=np.nan)[rows]
    values[~np.isfinite(values)] = np.nan
    left_out |= _find_useless(values, columns)
    kept = [i for i, column in enumerate(columns) if column not in left_out]
    if not kept:
        raise DataError(
            "No measurement is left to compare; measure the cells, or leave fewer columns out."
        )
    warnings = [
        f"Only {count} cells are {name}; take the figures as a hint."
        for name, count in ((of, is_of[rows].sum()), (against, (~is_of[rows]).sum()))
        if count < _FEW
    ]
    if len(rows) < is_used.sum():
        warnings.append(f"{len(rows):,} of {is_used.sum():,} cells were drawn by chance.")
    return ComparedCells(
        of,
        against,
        is_of[rows],
        tuple(columns[i] for i in kept),
        values[:, kept],
        rows,
        left_out,
        tuple(warnings),
    )


def list_classes(classes: pd.Series[str]) -> list[str]:
    """Name the classes that have cells, in their order, without "undecided"."""
    names = classes.astype("category").cat
    counts = np.bincount(names.codes[names.codes >= 0], minlength=len(names.categories))
    return [
        str(name)
        for name, count in zip(names.categories, counts, strict=True)
        if count and str(name) != UNDECIDED
    ]


def _choose_classes(
    classes: pd.Series[str], options: SeparationOptions
) -> tuple[str, str, NDArray[np.bool_], NDArray[np.bool_]]:
    """Name both classes; say which cells are of the first, and which are of either."""
    known = list_classes(classes)
    if len(known) < 2:
        raise DataError(
            f"The cells have {'the one class ' + known[0] if known else 'no class'}; to find what "
            "separates classes, give a column with two classes."
        )
    for name in (options.of, options.against):
        if name and name not in known:
            raise OptionError(f"No cell is {name!r}; the classes are {', '.join(known)}.")
    of = options.of or next(name for name in reversed(known) if name != options.against)
    others = [name for name in known if name != of]
    against = options.against or (others[0] if len(others) == 1 else OTHERS)
    said = classes.astype(str).to_numpy()
    is_of = said == of
    is_used = is_of | np.isin(said, [options.against] if options.against else others)
    for name, is_there in ((of, is_of), (against, is_used & ~is_of)):
        if is_there.sum() < 2:
            raise DataError(f"Only one cell is {name}; at least two of each class are needed.")
    return of, against, is_of, is_used


def _draw(
    rows: NDArray[np.intp], is_of: NDArray[np.bool_], options: SeparationOptions
) -> NDArray[np.intp]:
    """Draw no more than the most cells, each class as often as it is and at least twice."""
    if len(rows) <= options.max_cells:
        return rows
    generator = np.random.default_rng(options.seed)
    parts = (rows[is_of[rows]], rows[~is_of[rows]])
    wanted = [max(2, round(options.max_cells * len(part) / len(rows))) for part in parts]
    drawn = [generator.permutation(p)[:n] for p, n in zip(parts, wanted, strict=True)]
    return np.sort(np.concatenate(drawn))


def _choose_columns(
    table: pd.DataFrame, options: SeparationOptions
) -> tuple[list[str], dict[str, str]]:
    columns, left_out = find_measurements(table)
    if options.features:
        missing = [name for name in options.features if name not in table.columns]
        if missing:
            raise OptionError(f"The table has no column {missing[0]!r}; choose one of its columns.")
        columns, left_out = list(options.features), {}
    left_out |= {name: "as was asked" for name in columns if name in options.leave_out}
    columns = [name for name in columns if name not in options.leave_out]
    # Of a length in both units the one in micrometres comes first, and so is kept.
    return sorted(columns, key=lambda name: "_px" in name), left_out


def _find_useless(values: NDArray[np.float64], columns: list[str]) -> dict[str, str]:
    """Find measurements that are mostly missing, never differ, or say what another one says."""
    left_out: dict[str, str] = {}
    is_known = ~np.isnan(values)
    spread = standardise(values)[1]
    alike = correlate(values)
    kept: list[int] = []
    for i, name in enumerate(columns):
        same = next((j for j in kept if alike[i, j] > _SAME), None)
        if is_known[:, i].mean() < 0.5:
            left_out[name] = "has no value in most cells"
        elif spread[i] == 0:
            left_out[name] = "is the same in all cells"
        elif same is not None:
            left_out[name] = f"goes with {columns[same]}"
        else:
            kept.append(i)
    return left_out


def correlate(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Correlate measurements ``(N, F)`` with each other, whatever the sign: ``(F, F)``, 0 to 1.

    Cells without a value count as the mean; so what is missing in other cells is less alike.
    """
    standard = np.nan_to_num(standardise(values)[0])
    size = np.sqrt(np.maximum((standard**2).sum(axis=0), 1))
    alike: NDArray[np.float64] = np.abs(standard.T @ standard) / np.outer(size, size)
    return alike


def standardise(
    values: NDArray[np.float64],
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Bring measurements to mean 0 and standard deviation 1; NaN stays NaN.

    Returns
    -------
    standard, spread
        ``(N, F)``, and the standard deviations ``(F,)``; a constant measurement becomes 0.
    """
    is_known = ~np.isnan(values)
    n = np.maximum(is_known.sum(axis=0), 1)
    centred = values - np.where(is_known, values, 0).sum(axis=0) / n
    spread = np.sqrt((np.where(is_known, centred, 0) ** 2).sum(axis=0) / n)
    # Rounding leaves a trace of a spread where all values are the same.
    size = np.where(is_known, np.abs(values), 0).max(axis=0, initial=0)
    spread = np.where(spread <= 1e-12 * size, 0.0, spread)
    return centred / np.where(spread > 0, spread, 1), spread
