"""Which measurements tell two classes apart: the road from a network's answer to a simple rule.

Nagao et al. (2020, Mol. Biol. Cell 31, 1346-1354) had a network tell the phase of the cell cycle,
saw in its heatmaps that it looked at nucleus and Golgi, and found that two measurements of them
tell the phases apart nearly as well. Here all measurements are tried, alone and in pairs, each
judged by cells that it was not learned from.
"""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np

from napari_seewhy.cells.separating.compared_cells import (
    OTHERS,
    ComparedCells,
    compare_cells,
    correlate,
)
from napari_seewhy.cells.separating.folds import Folds, fold_cells
from napari_seewhy.cells.separating.options import SeparationOptions
from napari_seewhy.cells.separating.pairs import judge_pair, learn_rule, take_pair
from napari_seewhy.cells.separating.rank_auc import rank_auc
from napari_seewhy.cells.separating.separation import Separation
from napari_seewhy.progress import Step, blocking

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    from napari_seewhy.progress import Task

__all__ = [
    "Separation",
    "SeparationOptions",
    "rank_features",
    "rank_pairs",
    "tell_apart",
    "tell_apart_steps",
]

_SUSPICIOUS = 0.999
"""Area under the curve from which a measurement may be what the classes were made from."""

_HAND_IN_HAND = 0.97
"""Correlation from which a second measurement adds nothing to the first."""

_FIGURES = ("auc", "auc_sd", "accuracy", "balanced_accuracy", "n_cells")
_RULE = ("is_log", "intercept", "weight_x", "weight_y", "weight_product")


def rank_features(
    table: pd.DataFrame, classes: pd.Series[str], options: SeparationOptions | None = None
) -> pd.DataFrame:
    """Rank single measurements by how well they tell two classes apart.

    Parameters
    ----------
    table
        One row per cell, as `measure_cells` makes it; with `image` where there are several.
    classes
        The class of each row; missing and "undecided" ones are left out.
    options
        None for the defaults.

    Returns
    -------
    DataFrame
        The best first. ``feature``; ``auc``: area under the ROC curve in cells that did not say
        which side the class is on, mean over the folds; ``auc_sd``: its standard deviation over
        them; ``cliffs_delta``: the chance that a cell of the class has a higher value than another
        minus the chance of a lower one, over all cells (Cliff 1993), -1 to 1; ``higher_in``: the
        class with the higher values; ``n_cells`` with a value.

    Raises
    ------
    DataError
        If there are fewer than two classes, or nothing to compare.
    OptionError
        If a class or a column is not there.

    Examples
    --------
    >>> import pandas as pd
    >>> table = pd.DataFrame({"area_px": range(10), "y": range(10), "mean_DNA": [1, 2] * 5})
    >>> classes = pd.Series(["G1"] * 5 + ["G2"] * 5)
    >>> ranked = rank_features(table, classes)
    >>> ranked["feature"].tolist(), float(ranked["auc"][0]), ranked["higher_in"][0]
    (['area_px', 'mean_DNA'], 1.0, 'G2')
    """
    options = options or SeparationOptions()
    cells = compare_cells(table, classes, options)
    return _rank_alone(cells, _fold(cells, table, options)[0])


def rank_pairs(
    table: pd.DataFrame, classes: pd.Series[str], options: SeparationOptions | None = None
) -> pd.DataFrame:
    """Rank pairs of measurements by how well they tell two classes apart together.

    The best single measurements are paired, passing over those that go hand in hand with a better
    one (a correlation above 0.97), and each pair is judged by logistic regression on
    standardised values. Of two positive measurements their logarithms are taken; the product of
    both, and of any powers of them, is then one of the rules that the regression can find. Where
    one of the two has values of 0 or less both stay as they are, and their product is a third term
    if `options` say so.

    Parameters
    ----------
    table, classes, options
        As in `rank_features`.

    Returns
    -------
    DataFrame
        The best first. ``feature_x``, ``feature_y``; ``auc``, ``auc_sd``, ``accuracy``,
        ``balanced_accuracy``: in cells that were not learned from; ``n_cells`` with both values;
        and the rule that all cells together teach: ``is_log``, ``intercept``, ``weight_x``,
        ``weight_y``, ``weight_product`` (see `PairRule`). Being the best of many pairs, the first
        is a little worse in new cells than it says.

    Raises
    ------
    DataError, OptionError
        As in `rank_features`.
    """
    return tell_apart(table, classes, options).pairs


def tell_apart_steps(
    table: pd.DataFrame, classes: pd.Series[str], options: SeparationOptions | None = None
) -> Task[Separation]:
    """Find what tells two classes apart: single measurements, pairs, and a sentence.

    Parameters
    ----------
    table, classes, options
        As in `rank_features`.

    Raises
    ------
    DataError, OptionError
        As in `rank_features`.
    """
    from threadpoolctl import threadpool_limits

    options = options or SeparationOptions()
    yield Step(0, 0, "Choosing cells and measurements")
    cells = compare_cells(table, classes, options)
    folds, grouped_by, warning = _fold(cells, table, options)
    features = _rank_alone(cells, folds)
    # Several threads for two or three terms only wait for each other.
    with threadpool_limits(1):
        pairs = yield from _rank_pairs_steps(cells, folds, features, options)
    return Separation(
        cells.of,
        cells.against,
        features,
        pairs,
        len(cells.rows),
        cells.baseline,
        cells.baseline_class if cells.baseline_class != OTHERS else f"not {cells.of}",
        grouped_by,
        cells.left_out,
        tuple(filter(None, (*cells.warnings, warning, _suspect(features)))),
    )


tell_apart = blocking(tell_apart_steps)


def _fold(
    cells: ComparedCells, table: pd.DataFrame, options: SeparationOptions
) -> tuple[Folds, str, str]:
    """Divide the cells; name the column whose values stayed together, and say why none did."""
    group = (
        table[options.group].astype(str).to_numpy()[cells.rows]
        if (options.group in table)
        else None
    )
    folds, is_grouped, warning = fold_cells(cells.is_of, group, options)
    return folds, options.group if is_grouped else "", warning


def _rank_alone(cells: ComparedCells, folds: Folds) -> pd.DataFrame:
    import pandas as pd

    areas = np.array([_judge_alone(cells, learned, judged) for learned, judged in folds])
    is_known = ~np.isnan(areas)
    n_folds = np.maximum(is_known.sum(axis=0), 1)
    mean = np.where(is_known.any(axis=0), np.nansum(areas, axis=0) / n_folds, np.nan)
    spread = np.sqrt(np.nansum((areas - mean) ** 2, axis=0) / n_folds)
    delta = 2 * rank_auc(cells.values, cells.is_of) - 1
    features = pd.DataFrame(
        {
            "feature": cells.names,
            "auc": mean,
            "auc_sd": spread,
            "cliffs_delta": delta,
            "higher_in": np.where(delta > 0, cells.of, cells.against),
            "n_cells": (~np.isnan(cells.values)).sum(axis=0),
        }
    )
    return features.sort_values("auc", ascending=False, kind="stable", ignore_index=True)


def _judge_alone(
    cells: ComparedCells, learned: NDArray[np.intp], judged: NDArray[np.intp]
) -> NDArray[np.float64]:
    """Area under the curve of each measurement in some cells, on the side that others say."""
    side = rank_auc(cells.values[learned], cells.is_of[learned])
    area = rank_auc(cells.values[judged], cells.is_of[judged])
    return np.where(side < 0.5, 1 - area, area)


def _rank_pairs_steps(
    cells: ComparedCells, folds: Folds, features: pd.DataFrame, options: SeparationOptions
) -> Task[pd.DataFrame]:
    import pandas as pd

    chosen = list(combinations(_choose_to_pair(cells, features, options.n_paired), 2))
    rows = []
    for done, (first, second) in enumerate(chosen):
        yield Step(done, len(chosen), f"Comparing {cells.names[first]} × {cells.names[second]}")
        pair = take_pair(cells, first, second, has_product=options.products)
        figures = judge_pair(pair, cells.is_of, folds)
        if np.isnan(figures["auc"]):
            continue
        rule = learn_rule(pair, cells.is_of, cells.names)
        rows.append(
            {"feature_x": rule.feature_x, "feature_y": rule.feature_y}
            | figures
            | {name: getattr(rule, name) for name in _RULE}
        )
    columns = ["feature_x", "feature_y", *_FIGURES, *_RULE]
    pairs = pd.DataFrame(rows, columns=columns)
    by = ["auc", "accuracy"]
    return pairs.sort_values(by, ascending=False, kind="stable", ignore_index=True)


def _choose_to_pair(cells: ComparedCells, features: pd.DataFrame, n_paired: int) -> list[int]:
    """Choose the best measurements that each say something of their own."""
    alike = correlate(cells.values)
    chosen: list[int] = []
    for name in features["feature"]:
        place = cells.names.index(name)
        if len(chosen) < n_paired and not (alike[place, chosen] > _HAND_IN_HAND).any():
            chosen.append(place)
    return chosen


def _suspect(features: pd.DataFrame) -> str:
    """Name measurements that are too good to be anything but the origin of the classes."""
    names = features.loc[features["auc"] > _SUSPICIOUS, "feature"].tolist()
    if not names:
        return ""
    shown = ", ".join(names[:3]) + (f" and {len(names) - 3} more" if len(names) > 3 else "")
    return (
        f"{shown} alone separate{'s' if len(names) == 1 else ''} the classes fully; leave out what "
        "the classes were made from."
    )
