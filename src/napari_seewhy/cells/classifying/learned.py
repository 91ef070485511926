"""A quick answer from a few named cells: a random forest on what was measured of them.

It needs seconds and no file, and says of every other cell what it most probably is. A network that
sees the pixels may do better, once there are hundreds of named cells.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from napari_seewhy.cells.classifying.cell_model import make_class_table
from napari_seewhy.cells.classifying.deciding import ANNOTATION, wilson_interval
from napari_seewhy.cells.measuring import find_measurements
from napari_seewhy.errors import DataError
from napari_seewhy.progress import Step, blocking
from napari_seewhy.samples.annotating import Proposals

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    from napari_seewhy.progress import Task

N_TREES = 200
LEAST_CELLS = 2
"""Fewest named cells of a class from which anything can be learned and checked."""

_USUAL_CELLS = 10
_ROWS_AT_ONCE = 20_000


@dataclass(frozen=True, slots=True, eq=False)
class LearnedClasses:
    """What was learned from named cells, and what follows for all of them.

    Attributes
    ----------
    table
        One row per cell in the order of the cells: ``t`` for a time series, ``label``,
        ``touches_border``, ``class``, ``p_<class>`` for each class, and ``confidence``.
    classes
        The K classes.
    n_right, n_named
        Of how many named cells the class was found by trees that had not learned from them, and how
        many there are.
    warnings
        Sentences for the person.
    """

    table: pd.DataFrame
    classes: tuple[str, ...]
    n_right: int
    n_named: int
    warnings: tuple[str, ...] = ()

    @property
    def sentence(self) -> str:
        """How well the named cells are recognised, with its 95 % interval (Wilson)."""
        share, low, high = (
            f"{100 * float(part):.0f}"
            for part in wilson_interval(np.array(self.n_right), np.array(self.n_named))
        )
        return (
            f"{self.n_right} of your {self.n_named} cells are recognised by trees that did not "
            f"learn from them ({share} %, {low}\N{EN DASH}{high})."
        )


def learn_classes_steps(cells: pd.DataFrame, seed: int = 0) -> Task[LearnedClasses]:
    """Learn classes from those cells that a person named, and say what every cell is.

    A random forest (Breiman 2001, Machine Learning 45:5) needs few cells, no scaling, and passes
    over measurements that say nothing. Classes with few cells count as much as others.

    Parameters
    ----------
    cells
        Measured cells with the column ``annotation``, empty where a cell is not named. A
        measurement that an image does not have may be NaN.
    seed
        The same seed and cells give the same answer.

    Raises
    ------
    DataError
        If fewer than two classes have two named cells, or nothing was measured.

    Examples
    --------
    >>> import pandas as pd
    >>> cells = pd.DataFrame({"label": range(1, 9), "area_px": [1.0, 2, 1, 2, 8, 9, 8, 9]})
    >>> cells["annotation"] = ["small", "small", None, None, None, None, "large", "large"]
    >>> learn_classes(cells).table["class"].astype(str).tolist()[2:6]
    ['small', 'small', 'large', 'large']
    """
    from sklearn.ensemble import RandomForestClassifier

    yield Step(0, 0, "Learning from the named cells")
    named, code, classes = _read_named(cells)
    values = _read_measurements(cells, named)
    # One thread: the window and other tasks go on beside it, and it takes a second or less.
    forest = RandomForestClassifier(
        N_TREES, class_weight="balanced_subsample", oob_score=True, random_state=seed, n_jobs=1
    ).fit(values[named], code)
    said = forest.oob_decision_function_
    n_right = int(np.count_nonzero(np.nan_to_num(said).argmax(axis=1) == code))
    probability = np.empty((len(cells), len(classes)), np.float32)
    for start in range(0, len(cells), _ROWS_AT_ONCE):
        yield Step(start, len(cells), "Proposing classes")
        rows = slice(start, start + _ROWS_AT_ONCE)
        probability[rows] = forest.predict_proba(values[rows])
    return LearnedClasses(
        table=make_class_table(cells, probability, classes),
        classes=classes,
        n_right=n_right,
        n_named=len(named),
        warnings=_warn(code, classes),
    )


learn_classes = blocking(learn_classes_steps)


def _read_named(cells: pd.DataFrame) -> tuple[NDArray[np.intp], NDArray[np.intp], tuple[str, ...]]:
    """Return the rows of the named cells, the class of each as a number, and the classes."""
    given = cells[ANNOTATION].astype("category").cat.remove_unused_categories()
    counts = given.value_counts(sort=False)
    few = [str(name) for name, n in counts.items() if n < LEAST_CELLS]
    if len(counts) < 2 or few:
        so_far = ", ".join(f"{name} {n}" for name, n in counts.items()) or "none"
        raise DataError(
            f"Name at least {LEAST_CELLS} cells of each class, and of two classes at least; "
            f"so far: {so_far}."
        )
    named = np.flatnonzero(given.notna()).astype(np.intp)
    code = np.asarray(given.cat.codes, np.intp)[named]
    return named, code, tuple(str(name) for name in given.cat.categories)


def _read_measurements(cells: pd.DataFrame, named: NDArray[np.intp]) -> NDArray[np.float64]:
    """Return ``(N, M)`` measurements that at least one named cell has; NaN where there is none."""
    names = find_measurements(cells)[0]
    read = cells[names].to_numpy(np.float64, na_value=np.nan)
    values = np.where(np.isfinite(read), read, np.nan)
    is_known = ~np.isnan(values[named]).all(axis=0)
    if not is_known.any():
        raise DataError("Nothing was measured of the named cells; run Measure cells first.")
    # The trees hold single precision, in which larger numbers would be infinite.
    most = np.finfo(np.float32).max
    clipped: NDArray[np.float64] = np.clip(values[:, is_known], -most, most)
    return clipped


def _warn(code: NDArray[np.intp], classes: tuple[str, ...]) -> tuple[str, ...]:
    counts = np.bincount(code, minlength=len(classes))
    few = [f"{name} ({n})" for name, n in zip(classes, counts, strict=True) if n < _USUAL_CELLS]
    if not few:
        return ()
    return (f"Few cells of {', '.join(few)}: name some of the least sure ones and train again.",)


def least_sure(cells: pd.DataFrame, after: Any = None) -> int | None:
    """Return the row of the cell whose class is least sure and that nobody named.

    Parameters
    ----------
    cells
        With ``p_<class>`` columns; ``annotation`` where cells were named.
    after
        The row that was looked at last: the next one in this order comes, and after the last again
        the first. None begins at the first.

    Returns
    -------
    int or None
        None where no class was proposed, or every cell is named.

    Examples
    --------
    >>> import pandas as pd
    >>> cells = pd.DataFrame({"p_G1": [0.9, 0.5, 0.6], "p_M": [0.1, 0.5, 0.4]})
    >>> least_sure(cells), least_sure(cells, 1), least_sure(cells, 0)
    (1, 2, 1)
    """
    said = [str(name) for name in cells if str(name).startswith("p_")]
    if len(said) < 2:
        return None
    margin = Proposals(tuple(said), cells[said].to_numpy(np.float32, na_value=np.nan)).margin
    is_open = np.isfinite(margin)
    if ANNOTATION in cells:
        is_open &= cells[ANNOTATION].isna().to_numpy()
    order = np.argsort(margin, kind="stable")
    wanted = order[is_open[order]]
    if not len(wanted):
        return None
    if after is None:
        return int(wanted[0])
    place = int(np.flatnonzero(order == after)[0])
    coming = order[place + 1 :]
    coming = coming[is_open[coming]]
    return int(coming[0] if len(coming) else wanted[0])
