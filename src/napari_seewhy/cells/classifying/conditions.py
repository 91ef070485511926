"""Counts of classes for each image and each condition, with intervals."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from napari_seewhy.cells.classifying.deciding import count_classes, wilson_interval
from napari_seewhy.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

FEWEST_IMAGES = 3
"""Fewest images of a condition that are drawn from; fewer say nothing of how images differ."""

_N_DRAWS = 2000


@dataclass(frozen=True, slots=True, eq=False)
class ConditionCounts:
    """How many cells of each class there are.

    Attributes
    ----------
    images
        ``image``, ``condition``, ``class``, ``n``, ``fraction`` of the cells of the image, ``low``
        and ``high`` (95 %, Wilson).
    conditions
        ``condition``, ``class``, ``n_images``, ``n``, ``fraction`` of all cells of the condition,
        ``low`` and ``high`` (95 %), and ``interval``: how they were found.
    """

    images: pd.DataFrame
    conditions: pd.DataFrame


def compare_conditions(cells: pd.DataFrame, column: str, of: Mapping[str, str]) -> ConditionCounts:
    """Count the cells of each class in every image and in every condition.

    Images are the units that vary: from three images of a condition on, its interval comes from
    drawing whole images with replacement (percentile bootstrap, 2,000 draws, always the same).
    Of one or two images it is Wilson's, which takes cells to be independent and is too narrow.

    Parameters
    ----------
    cells
        With ``image`` and the column of classes; cells without a class are left out.
    column
        Which column holds the classes.
    of
        Condition of each image.

    Raises
    ------
    DataError
        If no cell has a class.
    """
    import pandas as pd

    known = cells[cells[column].notna()]
    if not len(known):
        raise DataError(f"No cell has a value of {column}; choose another column.")
    classes: Any = known[column].astype("category")
    image: Any = known["image"].astype(str).rename("image")
    images = count_classes(classes, image)
    images.insert(1, "condition", images["image"].map(of))
    rows: list[dict[str, Any]] = []
    for condition, part in images.groupby("condition", sort=False):
        counts = part.pivot_table("n", "image", "class", sort=False, observed=False)
        low, high, how = _interval(counts.to_numpy(np.float64))
        total = counts.to_numpy().sum()
        for k, name in enumerate(counts.columns):
            n = int(counts[name].sum())
            shown = {"condition": condition, "class": name, "n_images": len(counts), "n": n}
            rows.append(shown | {"fraction": n / total, "low": low[k], "high": high[k]})
            rows[-1]["interval"] = how
    return ConditionCounts(images, pd.DataFrame(rows))


def _interval(counts: np.ndarray[Any, Any]) -> tuple[Any, Any, str]:
    """Return low and high ``(K,)`` of the fractions of ``counts`` ``(images, K)``, and how."""
    n_images = len(counts)
    if n_images < FEWEST_IMAGES:
        _, low, high = wilson_interval(counts.sum(axis=0), np.full(counts.shape[1], counts.sum()))
        return low, high, "Wilson, cells"
    drawn = np.random.default_rng(0).multinomial(n_images, [1 / n_images] * n_images, _N_DRAWS)
    sums = drawn @ counts
    low, high = np.percentile(sums / sums.sum(axis=1, keepdims=True), (2.5, 97.5), axis=0)
    return low, high, "bootstrap, images"
