"""Counts of classes for each image and each condition, with intervals."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from napari_seewhy.cells.classifying.deciding import count_classes, wilson_interval
from napari_seewhy.errors import DataError
from napari_seewhy.tables import file_stem, find_group, image_column

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pandas as pd

FEWEST_IMAGES = 3
"""Fewest images of a condition that are drawn from; fewer say nothing of how images differ."""

_N_DRAWS = 2000
_WELL = re.compile(r"(?<![A-Za-z])([A-P])0?([1-9]|1\d|2[0-4])(?!\d)")


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


def find_well(name: str) -> str:
    """Return the well in the name of an image, "" where there is none.

    Examples
    --------
    >>> find_well("plate1_B3_f2"), find_well("C12"), find_well("control")
    ('B03', 'C12', '')
    """
    found = _WELL.findall(file_stem(name))
    return f"{found[0][0]}{int(found[0][1]):02d}" if found else ""


def conditions_by_name(images: Sequence[str], pattern: str = "") -> dict[str, str]:
    """Take the condition of each image from its name; "" takes the whole name.

    Raises
    ------
    OptionError
        If the pattern is no regular expression, or does not match.
    """
    return {image: find_group(image, pattern) for image in images}


def conditions_by_table(images: Sequence[str], table: pd.DataFrame) -> dict[str, str]:
    """Take the condition of each image from a table or a plate map.

    Parameters
    ----------
    images
        Names of the images.
    table
        Columns ``image`` (or ``source``, or ``well``) and ``condition``; or a plate map: rows begin
        with a letter, the other columns are numbered as those of the plate.

    Raises
    ------
    DataError
        If the table has another form, or says nothing of an image.
    """
    column = image_column(table)
    if "condition" in table and (column or "well" in table):
        keys = table[column or "well"].astype(str)
        of = file_stem if column else find_well
        named = {of(key): str(name) for key, name in zip(keys, table["condition"], strict=True)}
    else:
        named, of = _read_plate_map(table), find_well
    found = {image: named.get(of(image), "") for image in images}
    missing = [image for image, name in found.items() if name in ("", "nan")]
    if missing:
        raise DataError(f"The table has no condition for {', '.join(missing[:3])}; add a row.")
    return found


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


def _read_plate_map(table: pd.DataFrame) -> dict[str, str]:
    letters = table.iloc[:, 0].astype(str).str.strip()
    numbers = [str(name).strip() for name in table.columns[1:]]
    is_map = letters.str.fullmatch("[A-P]").all() and all(name.isdigit() for name in numbers)
    if not (is_map and len(letters) and numbers):
        raise DataError(
            "The table has no columns image (or well) and condition, and is no plate map with "
            "letters down and numbers across; rename its columns."
        )
    return {
        f"{letter}{int(number):02d}": str(table.iloc[i, k + 1])
        for i, letter in enumerate(letters)
        for k, number in enumerate(numbers)
    }
