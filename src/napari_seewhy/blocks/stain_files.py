"""Staining image files: what is read for each, what is left beside it, and when it is done."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from napari_seewhy.blocks.apply_options import ApplyStainOptions
from napari_seewhy.blocks.efficiency_tables import tabulate_image
from napari_seewhy.blocks.painted_stain import PaintedStain
from napari_seewhy.blocks.stain import Stainer
from napari_seewhy.blocks.stain_outputs import VERB, StainOutputs, read_stain_record
from napari_seewhy.errors import FileError
from napari_seewhy.files import explain_os_error, hash_file, write_json, write_text
from napari_seewhy.images import CellImage, read_image, write_image
from napari_seewhy.images.ome_tiff import physical_size, write_ome_tiff
from napari_seewhy.progress import Step
from napari_seewhy.record import make_record

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from napari_seewhy.blocks.places import Place
    from napari_seewhy.blocks.stained_image import StainedImage
    from napari_seewhy.progress import Task

_OPTIONS = ApplyStainOptions()

PROBABILITY_CHANNEL = "probability per block, not intensity"


class FieldJob(Protocol):
    """One scene of one image file, and what its outputs are called."""

    @property
    def path(self) -> Path:
        """The file, absolute."""

    @property
    def scene(self) -> int | str:
        """Number from 0, or name, of the scene."""

    @property
    def name(self) -> str:
        """What the names of its outputs begin with."""


class StainResult(NamedTuple):
    """What came of one image: files, figures for the record, things to know."""

    outputs: tuple[str, ...]
    figures: dict[str, Any]
    warnings: tuple[str, ...]


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

    def steps(self, job: FieldJob) -> Task[StainResult]:
        """Stain one image and write the outputs, the record last.

        Raises
        ------
        SeewhyError
            If the image cannot be read or does not fit the model, an output cannot be written, or
            those of another image stand under the same names.
        """
        outputs = StainOutputs(self.out, job.name)
        self._check_owner(outputs, job)
        place = self.find_place(job.path)
        image = read_image(job.path, scene=job.scene)
        stained = yield from self.stainer.stain_steps(image)
        yield Step(0, 0, "Writing")
        # Outputs without a record count as unfinished: it goes first and comes last.
        _remove(outputs.record)
        table = tabulate_image(stained, job.path, place)
        paths = _write_images(outputs, stained, image.pixel_size_um)
        write_text(outputs.efficiency, table.to_csv(index=False, lineterminator="\n"))
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
        return StainResult(written, figures, stained.warnings)

    def is_done(self, job: FieldJob) -> bool:
        """Whether whole outputs of this image are there, made with this model and these options."""
        record = read_stain_record(StainOutputs(self.out, job.name).record)
        if record is None or record["options"] != self._chosen(job):
            return False
        place = self.find_place(job.path)
        if [record["results"].get("dish"), record["results"].get("day")] != list(place):
            return False
        hashes = [entry["sha256"] for entry in record["inputs"]]
        return hashes == [hash_file(job.path), self._model_hash] and all(
            (self.out / name).is_file() for name in record["results"]["outputs"]
        )

    def _chosen(self, job: FieldJob) -> dict[str, Any]:
        return {"scene": job.scene, "apply": self.options.model_dump(mode="json")}

    def _check_owner(self, outputs: StainOutputs, job: FieldJob) -> None:
        """Refuse to write over the outputs of another image that has the same name."""
        record = read_stain_record(outputs.record)
        if record is None:
            return
        owner = record["inputs"][0]
        if owner["path"] != str(job.path) and owner["sha256"] != hash_file(job.path):
            raise FileError(
                f"{outputs.record} belongs to another image of this name, {owner['path']}; "
                "choose another folder for the outputs."
            )


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
    _remove(outputs.fluorescence)
    if stained.fluorescence is not None:
        names = ("predicted fluorescence",)
        pixels = stained.fluorescence[:, None]
        write_image(outputs.fluorescence, CellImage(pixels, "TCYX", names, pixel_size_um))
        paths.append(outputs.fluorescence)
    return paths


def _remove(path: Path) -> None:
    try:
        path.unlink(missing_ok=True)
    except OSError as error:
        raise FileError(explain_os_error(error, path, "replaced")) from error
