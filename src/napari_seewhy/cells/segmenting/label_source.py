"""The labels of an image in a batch: those of a folder, or found by segmenting it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

from napari_seewhy.batch import Portable
from napari_seewhy.cells.labels import check_labels
from napari_seewhy.cells.segmenting.files import ImageOutputs, SegmentedFolder
from napari_seewhy.cells.segmenting.image import segment_steps
from napari_seewhy.cells.segmenting.nuclei_segmenter import find_model
from napari_seewhy.cells.segmenting.options import SegmentOptions
from napari_seewhy.images import read_labels
from napari_seewhy.progress import Step
from napari_seewhy.tables import file_stem

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from napari_seewhy.images import CellImage, ImageJob
    from napari_seewhy.progress import Task

_SEGMENTING = SegmentOptions()


class ImageLabels(NamedTuple):
    """Labels of an image, those of its whole cells if there are any, and where they came from."""

    nuclei: NDArray[Any]
    cells: NDArray[Any] | None
    paths: tuple[Path, ...]
    warnings: tuple[str, ...]


@dataclass(frozen=True)
class LabelSource(Portable):
    """Where the labels of the images of a batch come from.

    Attributes
    ----------
    folder
        Where they lie; None segments the images.
    segmenting
        How, where they are segmented.
    """

    folder: Path | None = None
    segmenting: SegmentOptions = _SEGMENTING

    @cached_property
    def _segmented(self) -> SegmentedFolder | None:
        return None if self.folder is None else SegmentedFolder(self.folder)

    @property
    def model_paths(self) -> tuple[Path, ...]:
        """The network that segments; none where labels are given or another method finds them.

        Raises
        ------
        FileError
            If there is no such file and no such name in the library.
        """
        path = None if self.folder is not None else find_model(self.segmenting)
        return () if path is None else (path,)

    def check(self) -> None:
        """Refuse a folder, or a network that segments, that is not there.

        Raises
        ------
        OptionError
            If the folder is not.
        FileError
            If the network is not.
        """
        _ = self._segmented, self.model_paths

    def find_steps(self, job: ImageJob, image: CellImage) -> Task[ImageLabels]:
        """Read the labels of an image, or segment it.

        Raises
        ------
        SeewhyError
            If there are none, they cannot be read, or are those of another image.
        """
        if self._segmented is None:
            found = yield from segment_steps(image, self.segmenting)
            return ImageLabels(found.nuclei, found.cells, (), found.warnings)
        yield Step(0, 0, "Reading the labels")
        paths = self.find_paths(job)
        read = [check_labels(read_labels(path).labels, image) for path in paths]
        return ImageLabels(read[0], read[1] if len(read) > 1 else None, paths, ())

    def find_paths(self, job: ImageJob) -> tuple[Path, ...]:
        """Find the label files of an image, that of whole cells second; none if it is segmented."""
        if self._segmented is None:
            return ()
        found = self._segmented.find(job.path, job.scene, file_stem(job.path))
        if not isinstance(found, ImageOutputs):
            return (found,)
        return tuple(path for path in (found.labels, found.cell_labels) if path.is_file())
