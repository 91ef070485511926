"""`seewhy explain`: from image files to where a network looked in every cell."""

from pathlib import Path
from typing import Annotated

from napari_seewhy.cells.explaining import ExplainCellsOptions, ExplainWork
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

_EXPLAINING = ExplainCellsOptions()
_SEGMENTING = SegmentOptions()
_SEGMENT_FLAGS = flags("Segmenting, where no labels are given", sort_key=20, prefix="segment-")
_CHOOSING = ChosenImages()


def explain(  # noqa: PLR0913  (every option class is an argument of its own)
    model: str,
    inputs: list[str],
    /,
    *,
    out: Path,
    choosing: ChosenImages = _CHOOSING,
    explaining: Annotated[ExplainCellsOptions, flags("Explaining")] = _EXPLAINING,
    segmenting: Annotated[SegmentOptions, _SEGMENT_FLAGS] = _SEGMENTING,
    where: Annotated[WorkerOptions, WORKER_FLAGS] = ONE_PROCESS,
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
    out = check_out_folder(out)
    labels = choosing.label_source(segmenting)
    work = ExplainWork(find_model(model), out, labels, choosing.strict, explaining)
    return work_on_images(
        work,
        inputs,
        choosing.scene,
        reporting,
        resume=choosing.resume,
        declared=choosing.declared,
        where=where,
    )
