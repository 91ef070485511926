"""Staining image files: what is read for each, what is left beside it, and when it is done."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from napari_seewhy.blocks.staining.efficiency_tables import tabulate_image
from napari_seewhy.blocks.staining.options import ApplyStainOptions
from napari_seewhy.blocks.staining.outputs import VERB, StainOutputs
from napari_seewhy.blocks.staining.painted_stain import PaintedStain
from napari_seewhy.blocks.staining.stain import Stainer
from napari_seewhy.files import hash_file, read_json, remove_file, write_json
from napari_seewhy.images import (
    CellImage,
    FileResult,
    check_owner,
    is_up_to_date,
    physical_size,
    read_image,
    write_image,
    write_ome_tiff,
)
from napari_seewhy.progress import Step
from napari_seewhy.record import make_record
from napari_seewhy.tables import write_table

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from napari_seewhy.blocks.pairing import Place
    from napari_seewhy.blocks.staining.stained_image import StainedImage
    from napari_seewhy.images import ImageJob
    from napari_seewhy.progress import Task

_OPTIONS = ApplyStainOptions()

PROBABILITY_CHANNEL = "probability per block, not intensity"


@dataclass(frozen=True)
class StainWork:
    """What is done to each image of a batch; the same from the command and from the window.

    Attributes
    ----------
    model_path
        File of the model.
    out
        Folder of the outputs; made if it is not there.
    find_place
        Says dish and day of a file.
    options
        How it is stained.
    """

    model_path: Path
    out: Path
    find_place: Callable[[Path], Place]
    options: ApplyStainOptions = _OPTIONS

    @cached_property
    def stainer(self) -> Stainer:
        """The model, read when it is first asked for.

        Raises
        ------
        FileError
            If it cannot be read.
        """
        return Stainer.open(self.model_path, self.options)

    def check(self) -> None:
        """Refuse what would make every image fail: a model that is not there, or of another kind.

        Raises
        ------
        FileError
            If it cannot be read.
        """
        _ = self.stainer

    @cached_property
    def _model_hash(self) -> str:
        return hash_file(self.model_path)

    def steps(self, job: ImageJob) -> Task[FileResult]:
        """Stain one image and write the outputs, the record last.

        Raises
        ------
        SeewhyError
            If the image cannot be read or does not fit the model, an output cannot be written, or
            those of another image stand under the same names.
        """
        outputs = StainOutputs(self.out, job.name)
        check_owner(outputs.record, VERB, job.path)
        place = self.find_place(job.path)
        image = read_image(job.path, scene=job.scene)
        stained = yield from self.stainer.stain_steps(image)
        yield Step(0, 0, "Writing")
        # Outputs without a record count as unfinished: it goes first and comes last.
        remove_file(outputs.record)
        table = tabulate_image(stained, job.path, place)
        paths = _write_images(outputs, stained, image.pixel_size_um)
        write_table(outputs.efficiency, table)
        paths.append(outputs.efficiency)
        figures = {
            "efficiency": [one.value for one in stained.efficiencies()],
            "n_blocks": int(stained.probability[0].size),
            "dish": place.dish,
            "day": place.day,
        }
        record = make_record(
            VERB,
            self._chosen(job),
            [job.path, self.model_path],
            **figures,
            cut=stained.cut,
            device=stained.device,
            outputs=[path.name for path in paths],
            warnings=list(stained.warnings),
        )
        write_json(outputs.record, record)
        written = tuple(str(path) for path in (*paths, outputs.record))
        return FileResult(written, figures, stained.warnings)

    def is_done(self, job: ImageJob) -> bool:
        """Whether whole outputs of this image are there, made with this model and these options."""
        path = StainOutputs(self.out, job.name).record
        hashes = [hash_file(job.path), self._model_hash]
        if not is_up_to_date(path, VERB, self._chosen(job), hashes):
            return False
        figures = read_json(path)["results"]
        return [figures.get("dish"), figures.get("day")] == list(self.find_place(job.path))

    def _chosen(self, job: ImageJob) -> dict[str, Any]:
        return {"scene": job.scene, "apply": self.options.model_dump(mode="json")}


def _write_images(
    outputs: StainOutputs, stained: StainedImage, pixel_size_um: float | None
) -> list[Path]:
    """Write probability and mask, band by band, and the fluorescence where there is one."""
    size = physical_size(pixel_size_um)
    kinds = (
        (outputs.probability, PROBABILITY_CHANNEL, False),
        (outputs.positive, f"positive from {stained.cut:.3g}", True),
    )
    for path, channel, is_mask in kinds:
        metadata = {"axes": "TCYX", "Channel": {"Name": [channel]}, **size}
        write_ome_tiff(path, PaintedStain(stained, is_mask), metadata)
    paths = [path for path, _, _ in kinds]
    remove_file(outputs.fluorescence)
    if stained.fluorescence is not None:
        names = ("predicted fluorescence",)
        pixels = stained.fluorescence[:, None]
        write_image(outputs.fluorescence, CellImage(pixels, "TCYX", names, pixel_size_um))
        paths.append(outputs.fluorescence)
    return paths
