"""`seewhy crop`: from segmented images to one sample set."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from napari_seewhy.batch import Outcome
from napari_seewhy.cells.cropping import (
    CropJob,
    CropOptions,
    MarkerTargetOptions,
    TableTargetOptions,
    crop_files_steps,
)
from napari_seewhy.cells.segmenting import ImageOutputs, SegmentedFolder
from napari_seewhy.cli.asking import (
    ONE_PROCESS,
    WORKER_FLAGS,
    DeclaredFlags,
    gather_samples,
    plan_jobs,
)
from napari_seewhy.cli.telling import DEFAULT_REPORTING, Reporting, flags, report_batch
from napari_seewhy.engine import WorkerOptions, spread_steps
from napari_seewhy.errors import FileError, OptionError
from napari_seewhy.files import check_output
from napari_seewhy.images import NOTHING_DECLARED, ImageJob
from napari_seewhy.tables import file_stem, name_groups

VERB = "crop"

_CROPPING = CropOptions()
_MARKER_FLAGS = flags(
    "Target from a marker",
    sort_key=20,
    prefix="target-",
    names={"channel": "target-from-channel", "keep_channel": "keep-marker"},
)
_TABLE_FLAGS = flags(
    "Target from a table", sort_key=30, prefix="target-", names={"path": "target-from-table"}
)


@Parameter(name="*")
@dataclass(frozen=True)
class LabelledImages:
    """Where the labels of the images are, and which group an image is of.

    Attributes
    ----------
    labels
        Folder that `seewhy segment` wrote, or of label images named as their images.
    scene
        Name of the scene, or its number from 0, in files that hold several; "all" takes each.
    declared
        What a person says of the images.
    group_regex
        Pattern whose first bracketed part, found in an image's path, names its group (field, well,
        dish, day: what must stay together when splitting); without it the file is the group, and
        the well of a plate in OME-Zarr.
    """

    labels: Path
    scene: str = "0"
    declared: DeclaredFlags = NOTHING_DECLARED
    group_regex: str = ""


def crop(  # noqa: PLR0913  (every option class is an argument of its own)
    inputs: list[str],
    /,
    *,
    labelled: LabelledImages,
    out: Path,
    cropping: Annotated[CropOptions, flags("Cropping")] = _CROPPING,
    marker: Annotated[MarkerTargetOptions | None, _MARKER_FLAGS] = None,
    table: Annotated[TableTargetOptions | None, _TABLE_FLAGS] = None,
    where: Annotated[WorkerOptions, WORKER_FLAGS] = ONE_PROCESS,
    reporting: Reporting = DEFAULT_REPORTING,
) -> int:
    """Cut one window per cell of segmented images into a sample set.

    Parameters
    ----------
    inputs
        Images: files, folders and globs such as "day1/**/*.tif".
    out
        Sample set to write, such as samples.h5.
    """
    if marker is not None and table is not None:
        raise OptionError("The target comes from a marker or from a table; give one of the two.")
    out = check_output(out, ".h5")
    folder = SegmentedFolder(labelled.labels.expanduser().absolute())
    planned, failures = plan_jobs(inputs, labelled.scene, labelled.declared)
    jobs, unlabelled = find_labels(planned, folder, labelled.group_regex)
    failures += unlabelled
    if not jobs:
        return report_batch(VERB, failures, reporting)
    task = spread_steps(crop_files_steps, jobs, out, cropping, marker or table, where=where)
    return gather_samples(VERB, task, [str(job.path) for job in jobs], failures, reporting)


def find_labels(
    planned: Sequence[ImageJob], folder: SegmentedFolder, group_regex: str
) -> tuple[list[CropJob], list[Outcome]]:
    """Find the labels and the table of each image.

    Returns
    -------
    jobs, failures
        Images with labels, and those without.

    Raises
    ------
    OptionError
        If the pattern is no regular expression, or finds no group in the path of an image.
    """
    jobs, failures = [], []
    groups = _name_groups(planned, group_regex)
    for job, group in zip(planned, groups, strict=True):
        try:
            found = folder.find(job.path, job.scene, file_stem(job.path))
        except FileError as error:
            failures.append(Outcome(job.title, "failed", str(error)))
            continue
        cells: Path | None = None
        cell_labels: Path | None = None
        if isinstance(found, ImageOutputs):
            labels, cells = found.labels, found.cells
            cell_labels = found.cell_labels if found.cell_labels.is_file() else None
        else:
            labels = found
        jobs.append(CropJob(job.path, labels, cells, group, job.scene, cell_labels, job.declared))
    return jobs, failures


def _name_groups(planned: Sequence[ImageJob], pattern: str) -> list[str]:
    """Name the group of each image; of a plate in OME-Zarr it is the well."""
    if pattern:
        return name_groups([job.path / _find_field(job) for job in planned], pattern)
    groups = name_groups([job.path for job in planned])
    wells = [_find_field(job).rpartition("/")[0] for job in planned]
    return [f"{group}/{well}" if well else group for group, well in zip(groups, wells, strict=True)]


def _find_field(job: ImageJob) -> str:
    """Return the well and the field of a plate, such as A/1/0; "" for other images."""
    return job.scene if isinstance(job.scene, str) and job.path.is_dir() else ""
