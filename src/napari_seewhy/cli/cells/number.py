"""`seewhy number`: from masks to labels."""

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, NamedTuple

from cyclopts import Parameter

from napari_seewhy.batch import Outcome, Result, run_steps
from napari_seewhy.cli.asking import check_out_folder
from napari_seewhy.cli.telling import DEFAULT_REPORTING, Reporting, report_batch, run_batch
from napari_seewhy.errors import DataError, FileError, OptionError
from napari_seewhy.files import protect
from napari_seewhy.images import LABEL_SUFFIXES, number_areas, read_labels, write_labels
from napari_seewhy.inputs import find_inputs
from napari_seewhy.progress import Step, Task
from napari_seewhy.tables import file_stem

VERB = "number"

_MARKS = ("_labels", "_cp_masks", "_masks", "_mask")


class MaskJob(NamedTuple):
    """One mask, and the labels to write."""

    path: Path
    out: Path

    @property
    def title(self) -> str:
        """The path of the mask."""
        return str(self.path)


@dataclass(frozen=True)
class NumberWork:
    """Numbers the separate areas of masks.

    Attributes
    ----------
    background
        The value that stands for no object.
    """

    background: int

    def check(self) -> None:
        """Raise nothing: every mask is judged alone."""

    def is_done(self, job: MaskJob) -> bool:
        """Whether outputs are there: numbering is so quick that it is always repeated."""
        return False

    def steps(self, job: MaskJob) -> Task[Result]:
        """Write the labels of one mask."""
        yield Step(0, 0, "Numbering")
        mask, pixel_size_um = read_labels(job.path, is_mask=True)
        if self.background == 0 and mask.all():
            raise DataError(
                f"{job.path} has no pixel of 0, the background; say with --background-value "
                f"which of its values {mask.min()} to {mask.max()} is."
            )
        labels = number_areas(mask, self.background)
        write_labels(job.out, labels, pixel_size_um=pixel_size_um)
        return Result((job.out.name,), {"n_objects": int(labels.max())})


def number(
    masks: list[str],
    /,
    *,
    out: Path,
    background: Annotated[int, Parameter(name="--background-value")] = 0,
    reporting: Reporting = DEFAULT_REPORTING,
) -> int:
    """Make labels of masks: number their separate areas.

    Pixels of one value that touch, corners included, become one object, so cells that touch become
    one; an instance segmentation is better where there is one.

    Parameters
    ----------
    masks
        TIFF or PNG files of whole numbers, folders and globs; one value may stand for many objects.
    out
        Folder for the labels, called as the mask: `a_mask.tif` gives `a_labels.ome.tif`.
    background
        The value that stands for no object: 0, or for example 2 where ilastik wrote 1 and 2.
    """
    out = check_out_folder(out)
    jobs, failures = [], []
    for given in masks:
        try:
            jobs += [
                MaskJob(path, _name(path, out)) for path in find_inputs([given], LABEL_SUFFIXES)
            ]
        except FileError as error:
            failures.append(Outcome(given, "failed", str(error)))
    # What an earlier run wrote beside the masks is no mask.
    written = {job.out for job in jobs}
    jobs = [job for job in jobs if job.path.absolute() not in written]
    protect(job.path for job in jobs)
    names = [job.out for job in jobs]
    twice = sorted({path.name for path in names if names.count(path) > 1})
    if twice:
        raise OptionError(f"Several masks would become {', '.join(twice)}; give --out for each.")
    outcomes = run_batch(run_steps(jobs, NumberWork(background)), len(jobs), reporting)
    return report_batch(VERB, [*failures, *outcomes], reporting, out=str(out))


def _name(path: Path, out: Path) -> Path:
    stem = file_stem(path)
    mark = next((mark for mark in _MARKS if stem.endswith(mark)), "")
    return out / f"{stem.removesuffix(mark)}_labels.ome.tif"
