"""`seewhy classify`: from image files to the class of every cell."""

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from napari_seewhy.cells.classifying import ClassifyOptions, ClassifyWork
from napari_seewhy.cells.segmenting import SegmentOptions
from napari_seewhy.cli.asking import (
    ONE_PROCESS,
    WORKER_FLAGS,
    ChosenImages,
    check_out_folder,
    find_model,
    work_on_images,
)
from napari_seewhy.cli.telling import DEFAULT_REPORTING, Reporting, flags
from napari_seewhy.engine import WorkerOptions
from napari_seewhy.errors import OptionError

_CLASSIFYING = ClassifyOptions()
_SEGMENTING = SegmentOptions()
_SEGMENT_FLAGS = flags("Segmenting, where no labels are given", sort_key=20, prefix="segment-")


@Parameter(name="*")
@dataclass(frozen=True)
class Deciding(ChosenImages):
    """Which images are taken, and what counts as an answer.

    Attributes
    ----------
    confidence
        Cells of which the model is less sure than this, 0 to 1, are undecided.
    """

    confidence: float = 0.0


_DECIDING = Deciding()


def classify(  # noqa: PLR0913  (every option class is an argument of its own)
    model: str,
    inputs: list[str],
    /,
    *,
    out: Path,
    deciding: Deciding = _DECIDING,
    classifying: Annotated[ClassifyOptions, flags("Classifying")] = _CLASSIFYING,
    segmenting: Annotated[SegmentOptions, _SEGMENT_FLAGS] = _SEGMENTING,
    where: Annotated[WorkerOptions, WORKER_FLAGS] = ONE_PROCESS,
    reporting: Reporting = DEFAULT_REPORTING,
) -> int:
    """Predict the class of every cell of images, with its probability.

    Parameters
    ----------
    model
        Model (.safetensors), or its name in the library.
    inputs
        Images: files, folders and globs such as "day1/**/*.tif".
    out
        Folder for the class labels, tables, counts and records; it is made if it is not there.
    """
    out = check_out_folder(out)
    if not 0 <= deciding.confidence <= 1:
        raise OptionError(f"--confidence is {deciding.confidence:g}; give a number from 0 to 1.")
    work = ClassifyWork(
        find_model(model),
        out,
        labels=deciding.label_source(segmenting),
        is_strict=deciding.strict,
        options=classifying,
        confidence=deciding.confidence,
    )
    return work_on_images(
        work,
        inputs,
        deciding.scene,
        reporting,
        resume=deciding.resume,
        declared=deciding.declared,
        where=where,
    )
