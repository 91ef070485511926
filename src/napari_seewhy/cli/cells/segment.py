"""`seewhy segment`: from image files to labels, tables of cells and records."""

import math
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from cyclopts import Parameter

from napari_seewhy.cells.measuring import MeasureOptions, measure_cells_steps
from napari_seewhy.cells.segmenting import (
    VERB,
    ImageOutputs,
    Segmentation,
    SegmentOptions,
    find_model,
    segment_steps,
)
from napari_seewhy.cli.asking import plan_jobs
from napari_seewhy.cli.telling import (
    DEFAULT_REPORTING,
    Reporting,
    Result,
    flags,
    report_batch,
    run_batch,
)
from napari_seewhy.errors import OptionError
from napari_seewhy.files import hash_file, remove_file, write_json
from napari_seewhy.images import (
    ImageJob,
    ZPlane,
    check_owner,
    is_up_to_date,
    read_image,
    write_labels,
)
from napari_seewhy.models.files import read_card_of
from napari_seewhy.nuclei import SegmenterCard
from napari_seewhy.progress import Step, Task
from napari_seewhy.record import make_record
from napari_seewhy.tables import write_table

if TYPE_CHECKING:
    import pandas as pd


class MeasureFlags(MeasureOptions):
    """The flags of measuring; the plane of a stack is the one that was segmented."""

    z_plane: Annotated[ZPlane, Parameter(parse=False)] = "max"


_SEGMENTING = SegmentOptions()
_MEASURING = MeasureFlags()


def segment(
    inputs: list[str],
    /,
    *,
    out: Path,
    scene: str = "0",
    resume: Annotated[bool, Parameter(negative="")] = False,
    segmenting: Annotated[SegmentOptions, flags("Segmenting")] = _SEGMENTING,
    measuring: Annotated[MeasureFlags, flags("Measuring", sort_key=20)] = _MEASURING,
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
    resume
        Skip images whose outputs are there and whole, made with the same options.
    """
    out = out.expanduser().absolute()
    if out.exists() and not out.is_dir():
        raise OptionError(f"{out} is a file; give --out the name of a folder.")
    jobs, failures = plan_jobs(inputs, scene)
    measuring = measuring.change(z_plane=segmenting.z_plane)
    work = SegmentWork(out, segmenting, measuring)
    work.check()
    outcomes = run_batch(jobs, work.steps, reporting, is_done=work.is_done if resume else None)
    return report_batch(VERB, failures + outcomes, reporting, out=str(work.out))


@dataclass(frozen=True, slots=True)
class SegmentWork:
    """What `seewhy segment` does to each image: the options, and where the outputs go."""

    out: Path
    segmenting: SegmentOptions
    measuring: MeasureOptions

    def check(self) -> None:
        """Refuse a model that cannot be read before any image is.

        Raises
        ------
        FileError
            If it is not there, is none that finds nuclei, or is damaged.
        """
        for path in self._model_files():
            read_card_of(path, SegmenterCard)

    def steps(self, job: ImageJob) -> Task[Result]:
        """Segment and measure one image, and write its outputs, the record last.

        Raises
        ------
        SeewhyError
            If the image cannot be read, does not fit the options, an output cannot be written, or
            the outputs of another image stand under the same names.
        """
        outputs = ImageOutputs(self.out, job.name)
        check_owner(outputs.record, VERB, job.path)
        image = read_image(job.path, scene=job.scene)
        found = yield from segment_steps(image, self.segmenting)
        table = yield from measure_cells_steps(
            image, found.nuclei, self.measuring, cell_labels=found.cells
        )
        table = found.add_confidence(table)
        yield Step(0, 1, "Writing")
        # Outputs without a record count as unfinished: it goes first and comes last.
        remove_file(outputs.record)
        paths = _write_cells(outputs, found, table, image.pixel_size_um)
        figures: dict[str, Any] = {
            "n_cells": found.n_nuclei,
            "diameter_px": _json_number(found.diameter_px),
            "thresholds": [_json_number(threshold) for threshold in found.thresholds],
        }
        record = make_record(
            VERB,
            self._options(job),
            [job.path, *self._model_files()],
            **figures,
            device=found.device,
            channels=list(image.channels),
            pixel_size_um=image.pixel_size_um,
            outputs=[path.name for path in paths],
            warnings=list(found.warnings),
        )
        write_json(outputs.record, record)
        written = tuple(str(path) for path in (*paths, outputs.record))
        return Result(written, figures, found.warnings)

    def is_done(self, job: ImageJob) -> bool:
        """Whether whole outputs of the same image, options and model are there."""
        hashes = [hash_file(path) for path in (job.path, *self._model_files())]
        record = ImageOutputs(self.out, job.name).record
        return is_up_to_date(record, VERB, self._options(job), hashes)

    def _model_files(self) -> list[Path]:
        path = find_model(self.segmenting)
        return [] if path is None else [path]

    def _options(self, job: ImageJob) -> dict[str, Any]:
        return {
            "scene": job.scene,
            "segment": self.segmenting.model_dump(mode="json"),
            "measure": self.measuring.model_dump(mode="json"),
        }


def _write_cells(
    outputs: ImageOutputs, found: Segmentation, table: "pd.DataFrame", pixel_size_um: float | None
) -> list[Path]:
    """Write labels and table, and return what was written."""
    paths = [outputs.labels, outputs.cells]
    write_labels(outputs.labels, found.nuclei, pixel_size_um=pixel_size_um, name="nuclei")
    if found.cells is None:
        # Those of an earlier run would not belong to these nuclei.
        remove_file(outputs.cell_labels)
    else:
        write_labels(outputs.cell_labels, found.cells, pixel_size_um=pixel_size_um, name="cells")
        paths.append(outputs.cell_labels)
    write_table(outputs.cells, table)
    return paths


def _json_number(value: float) -> float | None:
    """Return None for NaN, which JSON has not."""
    return None if math.isnan(value) else value
