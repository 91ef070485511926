"""How dish and day of an image are known, as a person chooses it."""

from __future__ import annotations

from pathlib import Path

from pydantic import Field

from napari_seewhy.options import Options


class PlaceOptions(Options):
    r"""How dish and day of an image are known.

    Examples
    --------
    >>> PlaceOptions(day=r"day(\d+)").dish
    ''
    """

    dish: str = Field(
        "",
        title="Dish",
        description=r"Regular expression that finds the dish in the path, as (dish\d+); if not "
        "given, it is recognised in the names of the file and its folders: dish2, wellB3, or the "
        "name without its day.",
    )
    day: str = Field(
        "",
        title="Day",
        description=r"Regular expression that finds the day in the path, as day(\d+); if not "
        "given, it is recognised as in day5 or d5.",
    )
    table: Path | None = Field(
        None,
        title="Table",
        description="CSV file that names the dish and day of each image, instead of its path.",
    )
    dish_column: str = Field(
        "dish",
        title="Column of the dish",
        description="Column of that table.",
        json_schema_extra={"advanced": True},
    )
    day_column: str = Field(
        "day",
        title="Column of the day",
        description="Column of that table; it need not be there.",
        json_schema_extra={"advanced": True},
    )
