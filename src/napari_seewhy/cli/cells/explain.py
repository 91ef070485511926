"""`seewhy explain`: from image files to where a network looked in every cell."""

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from napari_seewhy.cells.explaining import VERB, ExplainCellsOptions, ExplainWork
from napari_seewhy.cells.segmenting import LabelSource, SegmentOptions
from napari_seewhy.cli.asking import find_model, plan_jobs
from napari_seewhy.cli.telling import (
    DEFAULT_REPORTING,
    Reporting,
    Result,
    flags,
    report_batch,
    run_batch,
)
from napari_seewhy.errors import OptionError
from napari_seewhy.images import ImageJob
from napari_seewhy.progress import Task

_EXPLAINING = ExplainCellsOptions()
_SEGMENTING = SegmentOptions()
_SEGMENT_FLAGS = flags("Segmenting, where no labels are given", sort_key=20, prefix="segment-")


@Parameter(name="*")
@dataclass(frozen=True)
class Choosing:
    """Which labels and which images are taken.

    Attributes
    ----------
    labels
        Folder that `seewhy segment` wrote, or of label images named as their images; without it
        the images are segmented.
    scene
        Name of the scene, or its number from 0, in files that hold several; "all" takes each.
    strict
        Refuse images that would have to be adapted to the model.
    resume
        Skip images whose outputs are there and whole, made with the same model and options.
    """

    labels: Path | None = None
    scene: str = "0"
    strict: Annotated[bool, Parameter(negative="")] = False
    resume: Annotated[bool, Parameter(negative="")] = False


_CHOOSING = Choosing()


def explain(
    model: str,
    inputs: list[str],
    /,
    *,
    out: Path,
    choosing: Choosing = _CHOOSING,
    explaining: Annotated[ExplainCellsOptions, flags("Explaining")] = _EXPLAINING,
    segmenting: Annotated[SegmentOptions, _SEGMENT_FLAGS] = _SEGMENTING,
    reporting: Reporting = DEFAULT_REPORTING,
) -> int:
    """Say where the network looked in every cell of images, in pictures and in numbers.

    Parameters
    ----------
    model
        Model (.safetensors), or its name in the library.
    inputs
        Images: files, folders and globs such as "day1/**/*.tif".
    out
        Folder for the heatmaps, tables and records; it is made if it is not there.
    """
    out = out.expanduser().absolute()
    if out.exists() and not out.is_dir():
        raise OptionError(f"{out} is a file; give --out the name of a folder.")
    folder = choosing.labels
    work = ExplainWork(
        model_path=find_model(model),
        out=out,
        options=explaining,
        labels=LabelSource(None if folder is None else folder.expanduser().absolute(), segmenting),
        is_strict=choosing.strict,
    )
    work.check()
    jobs, failures = plan_jobs(inputs, choosing.scene)

    def steps(job: ImageJob) -> Task[Result]:
        done = yield from work.steps(job)
        return Result(*done)

    is_done = work.is_done if choosing.resume else None
    outcomes = run_batch(jobs, steps, reporting, is_done=is_done)
    return report_batch(VERB, failures + outcomes, reporting, out=str(out))
