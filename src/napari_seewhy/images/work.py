"""Work on images: what is read for each, what is written for it, and when it is done."""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar, Generic, NamedTuple, TypeVar

from napari_seewhy.batch import Portable, Result, check_owner, gather_warnings, is_up_to_date
from napari_seewhy.files import hash_file, remove_file, write_json
from napari_seewhy.images.declared import NOTHING_DECLARED
from napari_seewhy.images.ome_set import find_image_files
from napari_seewhy.images.ome_zarr import scene_folder
from napari_seewhy.images.read import read_image
from napari_seewhy.progress import Step
from napari_seewhy.record import make_record

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from napari_seewhy.images.declared import Declared
    from napari_seewhy.images.image import CellImage
    from napari_seewhy.progress import Task

L = TypeVar("L")

_NOTHING: Mapping[str, Any] = {}


@dataclass(frozen=True, slots=True)
class ImageJob:
    """One scene of one image file, as a job of a batch.

    Attributes
    ----------
    path
        The file, absolute.
    scene
        Number from 0, or name, of the scene.
    name
        What the names of its outputs begin with.
    declared
        What a person says of it.
    """

    path: Path
    scene: int | str
    name: str
    declared: Declared = NOTHING_DECLARED

    @property
    def title(self) -> str:
        """The path, with the scene where it is not the first."""
        return f"{self.path}" if self.scene == 0 else f"{self.path} (scene {self.scene})"


class Written(NamedTuple):
    """What was written for one image.

    Attributes
    ----------
    paths
        The files, without the record.
    figures
        Results for the report and the record; plain JSON values.
    warnings
        What the user may not expect, one sentence each.
    details
        Results for the record alone.
    """

    paths: list[Path]
    figures: dict[str, Any]
    warnings: tuple[str, ...] = ()
    details: Mapping[str, Any] = _NOTHING


class ImageWork(Portable, Generic[L]):
    """Base of the work on the images of a batch: look at an image, then write what was found.

    A subclass is a frozen dataclass, the same for the command and the window. Its outputs stand in
    `out` under the name of the job; the record is written last, so outputs without one are not
    whole.
    """

    TRAVELS = ("hashes",)

    VERB: ClassVar[str]
    RECORD: ClassVar[str]
    """Ending of the name of the record."""

    out: Path
    """Folder of the outputs; made if it is not there."""

    def check(self) -> None:
        """Refuse what would make every image fail, such as a model that cannot be read.

        Raises
        ------
        SeewhyError
            If there is something.
        """
        _ = self.hashes

    @abstractmethod
    def look_steps(self, job: ImageJob, image: CellImage) -> Task[L]:
        """Find in an image what should be written."""

    @abstractmethod
    def write(self, job: ImageJob, image: CellImage, found: L) -> Written:
        """Write everything but the record."""

    @abstractmethod
    def chosen(self) -> dict[str, Any]:
        """Return all options, as plain JSON values."""

    @property
    def models(self) -> tuple[Path, ...]:
        """The files that are read for every image, such as the model."""
        return ()

    def sources(self, job: ImageJob) -> tuple[Path, ...]:
        """Return the files that are read for an image beside it, in the order of the record."""
        return self.models

    @cached_property
    def hashes(self) -> dict[Path, str]:
        """SHA-256 of each file that is read for every image, found once for the batch."""
        return {path: hash_file(path) for path in self.models}

    def path(self, job: ImageJob, ending: str) -> Path:
        """Return the path of an output."""
        return self.out / f"{job.name}{ending}"

    def steps(self, job: ImageJob) -> Task[Result]:
        """Work on one image and write its outputs, the record last.

        Raises
        ------
        SeewhyError
            If the image cannot be read or used, an output cannot be written, or the outputs of
            another image have the same names.
        """
        path = self.path(job, self.RECORD)
        check_owner(path, self.VERB, job.path)
        with gather_warnings(pass_on=True) as told:
            image = read_image(job.path, scene=job.scene, declared=job.declared)
            found = yield from self.look_steps(job, image)
            yield Step(0, 0, "Writing")
            # Outputs without a record count as unfinished: it goes first and comes last.
            remove_file(path)
            paths, figures, said, details = self.write(job, image, found)
        warnings = tuple(dict.fromkeys((*told, *said)))
        record = make_record(
            self.VERB,
            self._choices(job),
            self._hash_sources(job),
            **figures,
            **details,
            outputs=[output.name for output in paths],
            warnings=list(warnings),
        )
        write_json(path, record)
        return Result(tuple(map(str, (*paths, path))), figures, warnings)

    def is_done(self, job: ImageJob) -> bool:
        """Whether whole outputs of this image are there, of the same files and options."""
        hashes = tuple(self._hash_sources(job).values())
        return is_up_to_date(self.path(job, self.RECORD), self.VERB, self._choices(job), hashes)

    def _choices(self, job: ImageJob) -> dict[str, Any]:
        said: dict[str, Any] = {"slices": job.declared.slices} if job.declared.slices else {}
        mask = job.declared.find_mask(job.path)
        said |= {} if mask is None else {"not_measured": str(mask)}
        return {"scene": job.scene} | said | self.chosen()

    def _hash_sources(self, job: ImageJob) -> dict[Path, str]:
        image, *others = find_image_files(job.path, with_description=True)
        # Of a plate, the field alone: its other fields are other jobs.
        seen = scene_folder(image, job.scene) if image.is_dir() else image
        mask = job.declared.find_mask(job.path)
        masks = () if mask is None else (mask,)
        paths = (*self.sources(job), *others, *masks)
        return {image: hash_file(seen)} | {
            path: self.hashes.get(path) or hash_file(path) for path in paths
        }
