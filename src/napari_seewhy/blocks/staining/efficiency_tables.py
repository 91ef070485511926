"""Tables of efficiencies: one row per field and time point, and per dish, day and time point."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from napari_seewhy.blocks.counting import Efficiency, combine_efficiencies

if TYPE_CHECKING:
    from pathlib import Path

    import pandas as pd

    from napari_seewhy.blocks.pairing import Place
    from napari_seewhy.blocks.staining.stained_image import StainedImage

FIELD_COLUMNS = (
    *("image", "dish", "day", "t", "efficiency", "low", "high"),
    *("n_blocks", "n_independent", "cut", "efficiency_by"),
)
"""Columns of the table of fields, as in `docs/reference/definitions.md`."""


def tabulate_image(stained: StainedImage, path: Path, place: Place) -> pd.DataFrame:
    """Give the efficiencies of an image one row per time point."""
    import pandas as pd

    rows = [
        {
            "image": str(path),
            "dish": place.dish,
            "day": place.day,
            "t": t,
            "efficiency": found.value,
            "low": found.low,
            "high": found.high,
            "n_blocks": found.n_blocks,
            "n_independent": found.n_independent,
            "cut": stained.cut,
            "efficiency_by": stained.counting,
        }
        for t, found in enumerate(stained.efficiencies())
    ]
    return pd.DataFrame(rows, columns=list(FIELD_COLUMNS))


def tabulate_dishes(fields: pd.DataFrame) -> pd.DataFrame:
    """Put the fields of each dish, day and time point together.

    Parameters
    ----------
    fields
        Columns ``dish``, ``day``, ``t``, ``efficiency``, ``low``, ``high``, ``n_blocks``,
        ``n_independent``; others are left out.

    Returns
    -------
    DataFrame
        Those columns and ``n_fields``, sorted by dish, day and time point; day 2 before day 10.
    """
    import pandas as pd

    rows = []
    parts = dict(list(fields.groupby(["dish", "day", "t"], sort=False, dropna=False)))
    for (dish, day, t), some in sorted(parts.items(), key=lambda part: _sort_key(part[0])):
        whole = combine_efficiencies([_to_efficiency(row) for _, row in some.iterrows()])
        rows.append(
            {
                "dish": dish,
                "day": day,
                "t": t,
                "efficiency": whole.value,
                "low": whole.low,
                "high": whole.high,
                "n_blocks": whole.n_blocks,
                "n_independent": whole.n_independent,
                "n_fields": whole.n_fields,
            }
        )
    return pd.DataFrame(rows)


def _sort_key(names: tuple[object, ...]) -> list[list[tuple[int, str]]]:
    """Return what sorts names as a person does: by the numbers in them."""
    return [
        [(int(piece), "") if piece.isdecimal() else (-1, piece) for piece in pieces]
        for pieces in (re.split(r"(\d+)", str(name)) for name in names)
    ]


def _to_efficiency(row: pd.Series) -> Efficiency:
    return Efficiency(
        row["efficiency"], row["low"], row["high"], int(row["n_blocks"]), row["n_independent"]
    )
