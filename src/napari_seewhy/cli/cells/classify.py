"""`seewhy classify`: from image files to the class of every cell."""

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from napari_seewhy.cells.classifying import VERB, ClassifyOptions, ClassifyWork
from napari_seewhy.cells.segmenting import SegmentOptions
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

_CLASSIFYING = ClassifyOptions()
_SEGMENTING = SegmentOptions()
_SEGMENT_FLAGS = flags("Segmenting, where no labels are given", sort_key=20, prefix="segment-")


@Parameter(name="*")
@dataclass(frozen=True)
class Deciding:
    """Which labels are taken, and what counts as an answer.

    Attributes
    ----------
    labels
        Folder that `seewhy segment` wrote, or of label images named as their images; without it
        the images are segmented.
    scene
        Name of the scene, or its number from 0, in files that hold several; "all" takes each.
    confidence
        Cells of which the model is less sure than this, 0 to 1, are undecided.
    strict
        Refuse images that would have to be adapted to the model.
    resume
        Skip images whose outputs are there and whole, made with the same model and options.
    """

    labels: Path | None = None
    scene: str = "0"
    confidence: float = 0.0
    strict: Annotated[bool, Parameter(negative="")] = False
    resume: Annotated[bool, Parameter(negative="")] = False


_DECIDING = Deciding()


def classify(
    model: str,
    inputs: list[str],
    /,
    *,
    out: Path,
    deciding: Deciding = _DECIDING,
    classifying: Annotated[ClassifyOptions, flags("Classifying")] = _CLASSIFYING,
    segmenting: Annotated[SegmentOptions, _SEGMENT_FLAGS] = _SEGMENTING,
    reporting: Reporting = DEFAULT_REPORTING,
) -> int:
    """Say of every cell of images which class it is, and how sure that is.

    Parameters
    ----------
    model
        Model (.safetensors), or its name in the library.
    inputs
        Images: files, folders and globs such as "day1/**/*.tif".
    out
        Folder for the class labels, tables, counts and records; it is made if it is not there.
    """
    out = out.expanduser().absolute()
    if out.exists() and not out.is_dir():
        raise OptionError(f"{out} is a file; give --out the name of a folder.")
    if not 0 <= deciding.confidence <= 1:
        raise OptionError(f"--confidence is {deciding.confidence:g}; give a number from 0 to 1.")
    labels = deciding.labels
    work = ClassifyWork(
        model_path=find_model(model),
        out=out,
        options=classifying,
        labels_folder=None if labels is None else labels.expanduser().absolute(),
        segmenting=segmenting,
        confidence=deciding.confidence,
        is_strict=deciding.strict,
    )
    work.check()
    jobs, failures = plan_jobs(inputs, deciding.scene)

    def steps(job: ImageJob) -> Task[Result]:
        done = yield from work.steps(job)
        return Result(*done)

    is_done = work.is_done if deciding.resume else None
    outcomes = run_batch(jobs, steps, reporting, is_done=is_done)
    return report_batch(VERB, failures + outcomes, reporting, out=str(out))
