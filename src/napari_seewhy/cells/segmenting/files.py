"""Which images a batch works on, and the files that segmenting leaves for each of them."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from napari_seewhy.batch import read_output_record
from napari_seewhy.errors import FileError, OptionError
from napari_seewhy.files import hash_file
from napari_seewhy.images import ImageJob, without_set_members
from napari_seewhy.inputs import find_inputs
from napari_seewhy.tables import file_stem

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence


VERB = "segment"

LABELS_ENDING = "_labels.ome.tif"
_FOREIGN_ENDINGS = (
    LABELS_ENDING,
    *(f"{mark}.{kind}" for mark in ("_labels", "_cp_masks", "_masks") for kind in ("tif", "png")),
    *(".ome.tif", ".tif", ".png"),
)
"""What labels are called after their images, by us and by other programs (Cellpose)."""


@dataclass(frozen=True, slots=True)
class ImageOutputs:
    """The files of one segmented image, as in ``docs/reference/definitions.md``.

    Attributes
    ----------
    folder
        Where they stand.
    name
        What their names begin with.
    """

    folder: Path
    name: str

    @property
    def labels(self) -> Path:
        """Label image of the nuclei."""
        return self.folder / f"{self.name}{LABELS_ENDING}"

    @property
    def cell_labels(self) -> Path:
        """Label image of the whole cells, where they were grown."""
        return self.folder / f"{self.name}_cell{LABELS_ENDING}"

    @property
    def cells(self) -> Path:
        """Table of cells."""
        return self.folder / f"{self.name}_cells.csv"

    @property
    def record(self) -> Path:
        """Record; it is written last, so outputs without one are not whole."""
        return self.folder / f"{self.name}_record.json"

    @property
    def paths(self) -> tuple[Path, ...]:
        """All files that there may be."""
        return self.labels, self.cell_labels, self.cells, self.record


class SegmentedFolder:
    """A folder of labels, asked which of them belong to an image.

    Parameters
    ----------
    folder
        Where `seewhy segment`, or another program, put them.

    Raises
    ------
    OptionError
        If there is no such folder.
    """

    def __init__(self, folder: Path) -> None:
        if not folder.is_dir():
            raise OptionError(f"{folder} is no folder; give --labels the folder of the labels.")
        self.folder = folder

    @cached_property
    def _records(self) -> dict[tuple[str, str], ImageOutputs]:
        found: dict[tuple[str, str], ImageOutputs] = {}
        for path in sorted(self.folder.glob("*_record.json")):
            record = read_output_record(path, VERB)
            if record is not None:
                outputs = ImageOutputs(self.folder, path.name.removesuffix("_record.json"))
                scene = str(record.options.get("scene", 0))
                for key in (record.inputs[0].path, record.inputs[0].sha256):
                    found.setdefault((key, scene), outputs)
        return found

    def find(self, path: Path, scene: int | str, name: str) -> ImageOutputs | Path:
        """Say which labels belong to an image.

        Its record tells, by the path or, where the image was moved, by the hash. Labels without
        records, as from another program, are found by the name of the image.

        Parameters
        ----------
        path, scene
            The image.
        name
            Name of the image without its ending.

        Returns
        -------
        ImageOutputs or Path
            What `seewhy segment` wrote, or a label image that stands alone.

        Raises
        ------
        FileError
            If there are no labels for this image.
        """
        by_path = self._records.get((str(path), str(scene)))
        if by_path is not None:
            return by_path
        by_hash = self._records.get((hash_file(path), str(scene)))
        if by_hash is not None:
            return by_hash
        for ending in _FOREIGN_ENDINGS:
            alone = self.folder / f"{name}{ending}"
            # Images and labels may lie in one folder; an image is not its own labels.
            if alone.is_file() and not alone.samefile(path):
                return alone
        raise FileError(
            f"{self.folder} holds no labels for {path.name}; segment it first with "
            f"`seewhy segment`, or name its labels {name}{LABELS_ENDING}."
        )


Picture: TypeAlias = tuple[Path, int | str]
"""A file and the number, or name, of a scene in it."""


def list_images(given: str) -> list[Path]:
    """List the images that a file, a folder or a glob names, without labels among them.

    Label images that we wrote are left out of folders and globs, so that outputs may lie beside
    their images; named outright, they are taken. Of a set of OME-TIFF files that name each other,
    the files in which no image begins are left out.

    Raises
    ------
    FileError
        If it leads to no image.
    """
    found = find_inputs([given])
    if found != [Path(given).expanduser()]:
        images = [path for path in found if not path.name.endswith(LABELS_ENDING)]
        if not images:
            raise FileError(f"{given} holds label images only; name the images themselves.")
        found = without_set_members(images)
    return [path.absolute() for path in found]


def list_folder(folder: Path) -> list[ImageJob]:
    """List the images of a folder with the names that their outputs get.

    Raises
    ------
    FileError
        If there is no such folder, or no image in it.
    """
    return make_jobs([(path, 0) for path in list_images(str(folder))])


def make_jobs(pictures: Sequence[Picture]) -> list[ImageJob]:
    """Give each picture the name that its outputs get."""
    names = name_outputs(pictures)
    return [ImageJob(*picture, names[picture]) for picture in pictures]


def name_outputs(pictures: Sequence[Picture]) -> dict[Picture, str]:
    """Give each picture a short name such that no two of them share a file for their outputs.

    The name is that of the file without its ending. Pictures that would write to one file get
    their ending back (``a_tif``, ``a_png``), then their folder (``day1_a_tif``), and at last
    eight digits of the hash of their path.

    Parameters
    ----------
    pictures
        Path and scene of each, all different.

    Examples
    --------
    >>> pictures = [(Path("/x/a.ome.tif"), 0), (Path("/x/b.tif"), 0), (Path("/x/b.png"), 0)]
    >>> list(name_outputs(pictures).values())
    ['a', 'b_tif', 'b_png']
    """
    form = dict.fromkeys(pictures, 0)
    while True:
        names = {picture: _FORMS[form[picture]](*picture) for picture in pictures}
        count = Counter(file for name in names.values() for file in _outputs(name))
        clashing = [
            picture for picture in pictures if any(count[f] > 1 for f in _outputs(names[picture]))
        ]
        if not clashing:
            return names
        for picture in clashing:
            form[picture] = min(form[picture] + 1, len(_FORMS) - 1)


def _outputs(name: str) -> set[str]:
    # Windows and macOS tell no capitals apart.
    return {path.name.casefold() for path in ImageOutputs(Path(), name).paths}


def _scene_part(scene: int | str) -> str:
    return "" if scene == 0 else "_scene-" + re.sub(r"[^\w-]+", "-", str(scene))


def _with_ending(path: Path, scene: int | str) -> str:
    return path.name.replace(".", "_") + _scene_part(scene)


def _with_hash(path: Path, scene: int | str) -> str:
    digits = hashlib.sha256(f"{path}\n{scene}".encode()).hexdigest()[:8]
    return f"{file_stem(path)}_{digits}"


_FORMS: tuple[Callable[[Path, int | str], str], ...] = (
    lambda path, scene: file_stem(path) + _scene_part(scene),
    _with_ending,
    lambda path, scene: f"{path.parent.name}_{_with_ending(path, scene)}",
    _with_hash,
)
