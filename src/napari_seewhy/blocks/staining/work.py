"""Staining image files: probability, mask and efficiency beside each image, tables for all."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from napari_seewhy.batch import run_steps
from napari_seewhy.blocks.pairing import PlaceFinder, PlaceOptions
from napari_seewhy.blocks.staining.efficiency_files import EFFICIENCY, write_efficiencies
from napari_seewhy.blocks.staining.efficiency_tables import tabulate_image
from napari_seewhy.blocks.staining.options import ApplyStainOptions
from napari_seewhy.blocks.staining.stain import Stainer
from napari_seewhy.files import remove_file
from napari_seewhy.images import (
    CellImage,
    ImageWork,
    Written,
    physical_size,
    write_image,
    write_ome_tiff,
)
from napari_seewhy.record import Record, read_record
from napari_seewhy.staining import paint_blocks
from napari_seewhy.tables import write_table

if TYPE_CHECKING:
    from collections.abc import Sequence
    from concurrent.futures import Executor
    from pathlib import Path

    from numpy.typing import NDArray

    from napari_seewhy.batch import Outcome
    from napari_seewhy.blocks.staining.efficiency_files import EfficiencyTables
    from napari_seewhy.blocks.staining.stained_image import StainedImage
    from napari_seewhy.images import ImageJob
    from napari_seewhy.progress import Task


@dataclass(frozen=True, slots=True, eq=False)
class PaintedStain:
    """Probability, or mask, of a stained image as `write_ome_tiff` asks for it: row by row.

    Attributes
    ----------
    stained
        The image.
    is_mask
        Whether positive pixels (1, 0) are painted instead of probabilities.
    """

    stained: StainedImage
    is_mask: bool = False

    @property
    def shape(self) -> tuple[int, int, int, int]:
        """``(T, 1, Y, X)``."""
        return (self.stained.n_frames, 1, *self.stained.shape_yx)

    @property
    def dtype(self) -> np.dtype[Any]:
        """Type of the pixels."""
        return np.dtype(np.uint8 if self.is_mask else np.float32)

    def __getitem__(self, index: tuple[int, int, slice]) -> NDArray[Any]:
        t, _, rows = index
        painted = self._paint_rows(t, rows)
        if not self.is_mask:
            return painted
        with np.errstate(invalid="ignore"):
            return (painted >= self.stained.cut).astype(np.uint8)

    def _paint_rows(self, t: int, rows: slice) -> NDArray[np.float32]:
        stained = self.stained
        if stained.seen_px != stained.shape_yx:
            # Rescaled fields fit into memory.
            return stained.paint(t)[rows]
        block, stride = stained.grid.block_px, stained.grid.stride_px
        n_rows, width = stained.probability.shape[1], stained.shape_yx[1]
        first = max(0, -(-(rows.start - block + 1) // stride))
        first, last = min(first, n_rows - 1), min((rows.stop - 1) // stride, n_rows - 1)
        top, bottom = first * stride, last * stride + block
        part = paint_blocks(
            stained.probability[t, first : last + 1], stained.grid, (bottom - top, width)
        )
        band = np.full((rows.stop - rows.start, width), np.nan, np.float32)
        start, stop = max(top, rows.start), min(bottom, rows.stop)
        band[start - rows.start : max(stop, start) - rows.start] = part[start - top : stop - top]
        return band


VERB = "stain apply"

_PROBABILITY, _POSITIVE = "_probability.ome.tif", "_positive_mask.ome.tif"
_FLUORESCENCE = "_predicted_fluorescence.ome.tif"

_OPTIONS, _PLACES = ApplyStainOptions(), PlaceOptions()


@dataclass(frozen=True)
class StainWork(ImageWork["StainedImage"]):
    """What is done to each image of a batch: it is stained virtually.

    Attributes
    ----------
    model_path
        File of the model.
    out
        Folder of the outputs; made if it is not there.
    places
        How dish and day of a file are known.
    options
        How it is stained.
    """

    model_path: Path
    out: Path
    places: PlaceOptions = _PLACES
    options: ApplyStainOptions = _OPTIONS

    VERB = VERB
    RECORD = "_stain_record.json"

    @cached_property
    def stainer(self) -> Stainer:
        """The model, read when it is first asked for.

        Raises
        ------
        FileError
            If it cannot be read.
        """
        return Stainer.open(self.model_path, self.options)

    @cached_property
    def find_place(self) -> PlaceFinder:
        """What says dish and day of a file."""
        return PlaceFinder(self.places)

    @property
    def models(self) -> tuple[Path, ...]:
        """The model."""
        return (self.model_path,)

    def check(self) -> None:
        """Refuse a model that is not there, or of another kind, or a table that cannot be read.

        Raises
        ------
        FileError, DataError
            If there is one.
        """
        _ = self.stainer
        self.find_place.check()
        super().check()

    def chosen(self) -> dict[str, Any]:
        """Return all options, as plain JSON values."""
        return {"apply": self.options.model_dump(mode="json")}

    def look_steps(self, job: ImageJob, image: CellImage) -> Task[StainedImage]:
        """Stain one image; one whose dish is not known is refused before the work."""
        self.find_place(job.path)
        return self.stainer.stain_steps(image)

    def write(self, job: ImageJob, image: CellImage, found: StainedImage) -> Written:
        """Write the images, and the table of efficiencies with one row per time point."""
        place = self.find_place(job.path)
        table = tabulate_image(found, job.path, place)
        paths = self._write_images(job, found, image.pixel_size_um)
        paths.append(self.path(job, EFFICIENCY))
        write_table(paths[-1], table)
        figures = {
            "efficiency": [one.value for one in found.efficiencies()],
            "n_blocks": int(found.probability[0].size),
            "dish": place.dish,
            "day": place.day,
        }
        details = {"cut": found.cut, "device": found.device}
        return Written(paths, figures, found.warnings, details)

    def is_done(self, job: ImageJob) -> bool:
        """Whether whole outputs of this image are there, of the same model, options and dish."""
        if not super().is_done(job):
            return False
        record = read_record(self.path(job, self.RECORD), Record)
        figures = record.results.model_extra or {}
        return [figures.get("dish"), figures.get("day")] == list(self.find_place(job.path))

    def _write_images(
        self, job: ImageJob, stained: StainedImage, pixel_size_um: float | None
    ) -> list[Path]:
        """Write probability and mask, band by band, and the fluorescence where there is one."""
        size = physical_size(pixel_size_um)
        kinds = {
            _PROBABILITY: ("probability per block, not intensity", False),
            _POSITIVE: (f"positive from {stained.cut:.3g}", True),
        }
        for ending, (channel, is_mask) in kinds.items():
            metadata = {"axes": "TCYX", "Channel": {"Name": [channel]}, **size}
            write_ome_tiff(self.path(job, ending), PaintedStain(stained, is_mask), metadata)
        paths = [self.path(job, ending) for ending in kinds]
        predicted = self.path(job, _FLUORESCENCE)
        remove_file(predicted)
        if stained.fluorescence is not None:
            names = ("predicted fluorescence",)
            pixels = stained.fluorescence[:, None]
            write_image(predicted, CellImage(pixels, "TCYX", names, pixel_size_um))
            paths.append(predicted)
        return paths


class StainedFiles(NamedTuple):
    """What became of the images, and the efficiency of every dish; None where none was done."""

    outcomes: tuple[Outcome, ...]
    tables: EfficiencyTables | None


def stain_files_steps(
    jobs: Sequence[ImageJob],
    work: StainWork,
    executor: Executor | None = None,
    *,
    resume: bool = True,
) -> Task[StainedFiles]:
    """Stain images as `run_steps` does, and combine the efficiencies of the fields of each dish.

    Raises
    ------
    SeewhyError
        If the model cannot be read, or a table cannot be written; an image that cannot be used
        raises nothing.
    """
    outcomes = yield from run_steps(jobs, work, executor, resume=resume)
    ended = zip(jobs, outcomes, strict=True)
    whole = [job.name for job, outcome in ended if outcome.status != "failed"]
    return StainedFiles(outcomes, write_efficiencies(work.out, whole) if whole else None)


def is_output(path: Path) -> bool:
    """Whether a file is one that staining wrote, to be left out where a folder is stained.

    Examples
    --------
    >>> from pathlib import Path
    >>> is_output(Path("out/a_probability.ome.tif")), is_output(Path("a.ome.tif"))
    (True, False)
    """
    return path.name.endswith((_PROBABILITY, _POSITIVE, _FLUORESCENCE))
