"""`seewhy compare`: how many cells of each class, per image and per condition."""

from pathlib import Path

import pandas as pd

from napari_seewhy.cells.classifying import compare_conditions
from napari_seewhy.cli.telling import DEFAULT_REPORTING, Reporting
from napari_seewhy.errors import FileError, OptionError
from napari_seewhy.files import check_output, protect
from napari_seewhy.inputs import find_inputs
from napari_seewhy.tables import (
    conditions_by_name,
    conditions_by_table,
    file_stem,
    read_table,
    write_table,
)

_CLASSIFIED = "_classified.csv"


def compare(
    tables: list[str],
    /,
    *,
    out: Path,
    column: str = "decided",
    condition_regex: str = "",
    conditions: Path | None = None,
    reporting: Reporting = DEFAULT_REPORTING,
) -> int:
    """Count the cells of each class in every image and every condition, with 95 % intervals.

    From three images of a condition on, its interval comes from drawing whole images; with fewer it
    is Wilson's of the cells, and too narrow.

    Parameters
    ----------
    tables
        Folders that `seewhy classify` wrote, or tables of cells (CSV) with a column of classes;
        without a column image, a table is of the image that it is named after.
    out
        Table to write (.csv), one row per condition and class; the counts per image go beside it as
        NAME_images.csv.
    column
        Column that holds the class of each cell.
    condition_regex
        Pattern whose first bracketed part, found in the name of an image, names its condition, such
        as "scene-([A-H]-[0-9]+)" for the wells of an OME-Zarr plate; without it each image is one.
    conditions
        CSV with the columns image (or well) and condition, or a plate map, instead of a pattern.
    """
    if condition_regex and conditions is not None:
        raise OptionError("The condition comes from a pattern or from a table; give one of both.")
    paths = list(dict.fromkeys(path for given in tables for path in _list_tables(given)))
    protect(paths)
    out = check_output(out, ".csv")
    cells = pd.concat([_read_cells(path, column) for path in paths], ignore_index=True)
    images = list(dict.fromkeys(cells["image"].astype(str)))
    if conditions is None:
        of = conditions_by_name(images, condition_regex)
    else:
        of = conditions_by_table(images, read_table(conditions))
    counted = compare_conditions(cells, column, of)
    of_images = out.with_name(f"{out.stem}_images.csv")
    write_table(of_images, counted.images)
    write_table(out, counted.conditions)
    n_conditions = len(set(of.values()))
    reporting.say(f"{out}: {len(images):,} images, {n_conditions:,} conditions.")
    reporting.give(
        {
            "verb": "compare",
            "status": 0,
            "out": str(out),
            "n_images": len(images),
            "n_conditions": n_conditions,
            "conditions": counted.conditions.to_dict("records"),
        }
    )
    return 0


def _list_tables(given: str) -> list[Path]:
    """List the tables that an input names; of a folder, only those of classified cells."""
    paths = find_inputs([given], (".csv",))
    if not Path(given).is_dir():
        return paths
    classified = [path for path in paths if path.name.endswith(_CLASSIFIED)]
    if not classified:
        raise FileError(
            f"{given} holds no table of classified cells (NAME{_CLASSIFIED}); run "
            "`seewhy classify` with this folder as --out, or name the tables themselves."
        )
    return classified


def _read_cells(path: Path, column: str) -> pd.DataFrame:
    """Read the image and the class of each cell."""
    table = read_table(path, [column], [column])
    if "image" not in table:
        name = file_stem(path).removesuffix(_CLASSIFIED.removesuffix(".csv"))
        table = table.assign(image=name)
    return table[["image", column]]
