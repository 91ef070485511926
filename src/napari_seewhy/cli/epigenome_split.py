"""`seewhy epigenome split`: pictures of genes into chromatin and methylation halves."""

from pathlib import Path
from typing import Annotated

from napari_seewhy.cli._batch import Outcome, report_batch
from napari_seewhy.cli._flags import flags
from napari_seewhy.cli._report import DEFAULT_REPORTING, Reporting
from napari_seewhy.epigenome.picture_set import PictureSet
from napari_seewhy.epigenome.split import split_pictures_steps
from napari_seewhy.epigenome.split_options import SplitOptions
from napari_seewhy.progress import finish

VERB = "epigenome split"

_SPLITTING = SplitOptions()


def split(
    pictures: Path,
    /,
    *,
    out: Path,
    names: str = "",
    options: Annotated[
        SplitOptions, flags("Splitting", names={"line_px": "divide-at"})
    ] = _SPLITTING,
    reporting: Reporting = DEFAULT_REPORTING,
) -> int:
    """Split pictures of genes into their chromatin and methylation halves.

    Halves that are there already are kept: run it again to go on where it was broken off.

    Parameters
    ----------
    pictures
        Folder of pictures, or a table (.csv) with a column file.
    out
        Folder to write the halves to.
    names
        How names of files are read, such as "{compound}_{exposure}_{gene}" or "{class}/{gene}".
    """
    opened = PictureSet(pictures, names)
    for sentence in opened.warnings:
        reporting.warn(f"Warning: {sentence}")
    out = out.expanduser().absolute()
    with reporting.progress() as bar:
        done = finish(split_pictures_steps(opened, out, options), bar.step)
    reporting.say(f"{out}: {done.n_split:,} pictures split, {done.n_kept:,} were split before.")
    outcomes = [Outcome(path, "failed", reason) for path, reason in done.failures]
    figures = {"n_split": done.n_split, "n_kept": done.n_kept}
    whole = Outcome(str(opened.path), "done", outputs=(str(out),), results=figures)
    return report_batch(VERB, [whole, *outcomes], reporting)
