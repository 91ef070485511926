"""`seewhy segment`: from image files to labels, tables of cells and records."""

from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from napari_seewhy.cells.measuring import MeasureOptions
from napari_seewhy.cells.segmenting import SegmentOptions, SegmentWork
from napari_seewhy.cli.asking import (
    ONE_PROCESS,
    WORKER_FLAGS,
    DeclaredFlags,
    check_out_folder,
    work_on_images,
)
from napari_seewhy.cli.telling import DEFAULT_REPORTING, Reporting, flags
from napari_seewhy.engine import WorkerOptions
from napari_seewhy.images import NOTHING_DECLARED, ZPlane


class MeasureFlags(MeasureOptions):
    """The flags of measuring; the plane of a stack is the one that was segmented."""

    z_plane: Annotated[ZPlane, Parameter(parse=False)] = "max"


_SEGMENTING = SegmentOptions()
_MEASURING = MeasureFlags()


def segment(  # noqa: PLR0913  (every option class is an argument of its own)
    inputs: list[str],
    /,
    *,
    out: Path,
    scene: str = "0",
    declared: DeclaredFlags = NOTHING_DECLARED,
    resume: Annotated[bool, Parameter(negative="")] = False,
    into_zarr: Annotated[bool, Parameter(negative="")] = False,
    segmenting: Annotated[SegmentOptions, flags("Segmenting")] = _SEGMENTING,
    measuring: Annotated[MeasureFlags, flags("Measuring", sort_key=20)] = _MEASURING,
    where: Annotated[WorkerOptions, WORKER_FLAGS] = ONE_PROCESS,
    reporting: Reporting = DEFAULT_REPORTING,
) -> int:
    """Find the cells of images and measure them.

    Parameters
    ----------
    inputs
        Images: files, folders and globs such as "day1/**/*.tif".
    out
        Folder for the labels, the tables of cells and the records; it is made if it is not there.
    scene
        Name of the scene, or its number from 0, in files that hold several; "all" takes each.
    declared
        What a person says of the images.
    resume
        Skip images whose outputs are there and whole, made with the same options.
    into_zarr
        Write the labels of an OME-Zarr image also into it, as labels/nuclei.
    """
    measure = MeasureOptions(**measuring.model_dump())
    work = SegmentWork(check_out_folder(out), segmenting, measure, into_zarr)
    return work_on_images(
        work, inputs, scene, reporting, resume=resume, declared=declared, where=where
    )
