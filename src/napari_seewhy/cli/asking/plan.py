"""Which images a command works on, and the work on them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TypeAlias

from cyclopts import Parameter

from napari_seewhy.batch import Outcome, run_steps
from napari_seewhy.cells.segmenting import (
    LabelSource,
    Picture,
    SegmentOptions,
    list_images,
    make_jobs,
)
from napari_seewhy.cli.telling import flags, report_batch, run_batch
from napari_seewhy.engine import WorkerOptions, spread_steps
from napari_seewhy.errors import FileError, OptionError
from napari_seewhy.files import explain_os_error, protect
from napari_seewhy.images import NOTHING_DECLARED, Declared, without_set_members

if TYPE_CHECKING:
    from napari_seewhy.cli.telling import Reporting
    from napari_seewhy.images import ImageJob, ImageWork

ALL_SCENES = "all"

DeclaredFlags: TypeAlias = Annotated[Declared, Parameter(name="*")]
"""What a person says of images whose files do not say it, as flags."""

ONE_PROCESS = WorkerOptions()
WORKER_FLAGS = flags("Workers", sort_key=90)
"""Flags of an argument of `WorkerOptions`."""


@Parameter(name="*")
@dataclass(frozen=True)
class ChosenImages:
    """Which labels and which images are taken.

    Attributes
    ----------
    labels
        Folder that `seewhy segment` wrote, or of label images named as their images; without it
        the images are segmented.
    scene
        Name of the scene, or its number from 0, in files that hold several; "all" takes each.
    declared
        What a person says of the images.
    strict
        Refuse images that would have to be adapted to the model.
    resume
        Skip images whose outputs are there and whole, made with the same model and options.
    """

    labels: Path | None = None
    scene: str = "0"
    declared: DeclaredFlags = NOTHING_DECLARED
    strict: Annotated[bool, Parameter(negative="")] = False
    resume: Annotated[bool, Parameter(negative="")] = False

    def label_source(self, segmenting: SegmentOptions) -> LabelSource:
        """Return where the labels of the images come from."""
        folder = self.labels
        return LabelSource(None if folder is None else folder.expanduser().absolute(), segmenting)


def check_out_folder(out: Path) -> Path:
    """Return the absolute path of a folder for outputs.

    Raises
    ------
    OptionError
        If it is a file, or can be no folder.
    """
    if "\0" in str(out):
        raise OptionError(f"{str(out)!r} holds a NUL character; choose a name without it.")
    out = out.expanduser().absolute()
    try:
        is_taken = out.exists() and not out.is_dir()
    except OSError as error:
        raise OptionError(explain_os_error(error, out, "written")) from error
    if is_taken:
        raise OptionError(f"{out} is a file; give --out the name of a folder.")
    return out


def work_on_images(
    work: "ImageWork[Any]",
    inputs: Sequence[str],
    scene: str,
    reporting: "Reporting",
    *,
    resume: bool,
    declared: Declared = NOTHING_DECLARED,
    where: WorkerOptions = ONE_PROCESS,
) -> int:
    """Work on the images that a person named, report on each, and return the exit status.

    Raises
    ------
    SeewhyError
        If no input leads to an image, or something would make every image fail.
    """
    jobs, failures = plan_jobs(inputs, scene, declared)
    task = spread_steps(run_steps, jobs, work, where=where, resume=resume)
    outcomes = run_batch(task, len(jobs), reporting)
    return report_batch(work.VERB, [*failures, *outcomes], reporting, out=str(work.out))


def plan_jobs(
    inputs: Sequence[str], scene: str, declared: Declared = NOTHING_DECLARED
) -> "tuple[list[ImageJob], list[Outcome]]":
    """Find the images that a person named and give each a name of its own for its outputs.

    Label images that `seewhy segment` wrote are left out of folders and globs, so that outputs may
    lie beside their images; named outright, they are taken.

    Parameters
    ----------
    inputs
        Files, folders and globs.
    scene
        Number or name of a scene, or "all".
    declared
        What the person says of them. A mask of what was not measured must be there.

    Returns
    -------
    jobs, failures
        What can be worked on, and inputs that lead to nothing.

    Raises
    ------
    OptionError
        If no input leads to an image.
    FileError
        If a mask is declared that does not exist.
    """
    mask = declared.not_measured
    if mask is not None:
        declared = replace(declared, not_measured=mask.expanduser().absolute())
    paths: dict[Path, None] = {}
    failures = []
    for given in inputs:
        try:
            paths.update(dict.fromkeys(list_images(given)))
        except FileError as error:
            failures.append(Outcome(given, "failed", str(error)))
    if not paths:
        raise OptionError(" ".join(failure.reason for failure in failures) or "Name an image.")
    protect(paths)
    masks = {declared.find_mask(path) for path in paths} - {None}
    protect(mask for mask in masks if mask is not None)
    pictures: list[Picture] = []
    # Masks may lie beside their images.
    for path in without_set_members(path for path in paths if path not in masks):
        try:
            pictures.extend((path, one) for one in _scenes(path, scene))
        except FileError as error:
            failures.append(Outcome(str(path), "failed", str(error)))
    return [replace(job, declared=declared) for job in make_jobs(pictures)], failures


def _scenes(path: Path, scene: str) -> Iterable[int | str]:
    if scene != ALL_SCENES:
        return [int(scene) if scene.isdecimal() else scene]
    from napari_seewhy.images import list_scenes

    names = list_scenes(path)
    # The fields of a plate are known by their wells, whose names the outputs then have.
    return names if path.is_dir() and all("/" in name for name in names) else range(len(names))
