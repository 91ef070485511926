"""`seewhy epigenome split`: pictures of genes into chromatin and methylation halves."""

from pathlib import Path

from napari_seewhy.batch import Outcome
from napari_seewhy.cli.epigenome.pictures import open_pictures
from napari_seewhy.cli.telling import DEFAULT_REPORTING, Reporting, report_batch
from napari_seewhy.epigenome.sampling import split_pictures_steps
from napari_seewhy.progress import finish

VERB = "epigenome split"


def split(
    pictures: Path,
    /,
    *,
    out: Path,
    names: str = "",
    divide_at: int | None = None,
    reporting: Reporting = DEFAULT_REPORTING,
) -> int:
    """Split pictures of genes into their chromatin and methylation halves.

    Halves that are there already are kept: run it again to continue.

    Parameters
    ----------
    pictures
        Folder of pictures, or a table (.csv) with a column file.
    out
        Folder to write the halves to.
    names
        How names of files are read, such as "{compound}_{exposure}_{gene}" or "{class}/{gene}";
        kept beside the pictures for the next time.
    divide_at
        First row of pixels below the line between chromatin and methylation, where it is not
        found; kept beside the pictures for the next time.
    """
    opened = open_pictures(pictures, names, divide_at, reporting)
    out = out.expanduser().absolute()
    with reporting.progress() as bar:
        done = finish(split_pictures_steps(opened, out), bar.step)
    reporting.say(f"{out}: {done.n_split:,} pictures split, {done.n_kept:,} were split before.")
    outcomes = [Outcome(path, "failed", reason) for path, reason in done.failures]
    figures = {"n_split": done.n_split, "n_kept": done.n_kept}
    whole = Outcome(str(opened.path), "done", outputs=(str(out),), results=figures)
    return report_batch(VERB, [whole, *outcomes], reporting)
