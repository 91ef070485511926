"""`seewhy epigenome import`: pictures of genes as a sample set."""

from pathlib import Path
from typing import Annotated

from napari_seewhy.cli.asking import gather_samples
from napari_seewhy.cli.epigenome.pictures import open_pictures
from napari_seewhy.cli.telling import DEFAULT_REPORTING, Reporting, flags
from napari_seewhy.epigenome.sampling import PictureInputOptions, import_pictures_steps
from napari_seewhy.files import check_output

VERB = "epigenome import"

_NAMES = {"labels": "class-table", "classes": "class-names"}
_IMPORTING = PictureInputOptions()


def import_pictures(
    pictures: Path,
    /,
    *,
    out: Path,
    names: str = "",
    divide_at: int | None = None,
    options: Annotated[PictureInputOptions, flags("Importing", names=_NAMES)] = _IMPORTING,
    reporting: Reporting = DEFAULT_REPORTING,
) -> int:
    """Create a sample set from pictures of genes.

    Parameters
    ----------
    pictures
        Folder of pictures, or a table (.csv) with a column file.
    out
        Sample set to write, such as genes.h5.
    names
        How names of files are read, such as "{compound}_{exposure}_{gene}" or "{class}/{gene}";
        kept beside the pictures for the next time.
    divide_at
        First row of pixels below the line between chromatin and methylation, where it is not
        found; kept beside the pictures for the next time.
    """
    out = check_output(out, ".h5")
    opened = open_pictures(pictures, names, divide_at, reporting)
    task = import_pictures_steps(opened, out, options)
    return gather_samples(VERB, task, [str(opened.path)], [], reporting)
