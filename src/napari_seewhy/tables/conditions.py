"""The condition of each image: from its name, from a table, or from a plate map."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from napari_seewhy.errors import DataError
from napari_seewhy.tables.groups import file_stem, find_group
from napari_seewhy.tables.looking_up import image_column

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

_WELL = re.compile(r"(?<![A-Za-z])([A-P])0?([1-9]|1\d|2[0-4])(?!\d)")


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
