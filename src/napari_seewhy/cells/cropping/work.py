"""Cutting the crops of each image in processes of an executor, before they become one file."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from typing import TYPE_CHECKING

import numpy as np

from napari_seewhy.batch import Portable, Result
from napari_seewhy.cells.cropping.jobs import CropJob, CutBlock, CutImage, cut_image
from napari_seewhy.cells.cropping.targets import open_target
from napari_seewhy.files import writing
from napari_seewhy.progress import Step

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from napari_seewhy.batch import Outcome
    from napari_seewhy.cells.cropping.crop import CropOptions
    from napari_seewhy.cells.cropping.targets import TargetOptions, TargetSource
    from napari_seewhy.progress import Task


@dataclass(frozen=True)
class CropWork(Portable):
    """Cutting the crops of an image into a file of its own, from which they are gathered.

    Attributes
    ----------
    out
        Folder of these files.
    options
        How crops are cut.
    target
        Where the targets come from; None leaves all unknown.
    images
        All images, as a table of targets must tell them apart.
    """

    out: Path
    options: CropOptions
    target: TargetOptions | None
    images: tuple[Path, ...]

    @cached_property
    def source(self) -> TargetSource | None:
        """What knows the targets."""
        return None if self.target is None else open_target(self.target, self.images)

    def check(self) -> None:
        """Refuse a table of targets that cannot be used.

        Raises
        ------
        FileError, DataError
            As `open_target`.
        """
        _ = self.source

    def is_done(self, job: CropJob) -> bool:
        """Return False: what was cut is gathered by the same run."""
        del job
        return False

    def steps(self, job: CropJob) -> Task[Result]:
        """Cut the crops of one image; its figures hold everything but the pixels."""
        cut = cut_image(job, self.options, self.source)
        if cut is None:
            return Result()
        told = []
        with writing(self._file(job)) as part, part.open("wb") as stream:
            for block in cut.blocks:
                np.save(stream, block.pixels, allow_pickle=False)
                told.append((block.origin, block.known))
                yield Step(0, 0, "Cropping")
        return Result(figures={"cut": cut._replace(blocks=()), "told": told})

    def open_cut(self, job: CropJob, outcome: Outcome) -> CutImage | None:
        """Return what `steps` cut of an image, as `cut_image` does."""
        if not outcome.results:
            return None
        cut: CutImage = outcome.results["cut"]
        return cut._replace(blocks=self._read_blocks(job, outcome))

    def _read_blocks(self, job: CropJob, outcome: Outcome) -> Iterator[CutBlock]:
        with self._file(job).open("rb") as stream:
            for origin, known in outcome.results["told"]:
                yield CutBlock(np.load(stream, allow_pickle=False), origin, known)

    def _file(self, job: CropJob) -> Path:
        name = sha256(f"{job.path} {job.scene} {job.labels_path}".encode()).hexdigest()[:16]
        return self.out / f"{name}.npy"
