"""Splitting pictures of genes into their chromatin half and their methylation half."""

from __future__ import annotations

import os
from collections import Counter
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, NamedTuple

from napari_seewhy.epigenome.pictures import NoDividingLineError, read_size
from napari_seewhy.epigenome.sampling.options import HALVES
from napari_seewhy.errors import DataError, OptionError, SeewhyError
from napari_seewhy.files import write_json, writing
from napari_seewhy.progress import Step, blocking
from napari_seewhy.record import make_record
from napari_seewhy.samples.importing import Failure
from napari_seewhy.tables import write_table

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    from numpy.typing import NDArray

    from napari_seewhy.epigenome.pictures import PictureGeometry, PictureSet
    from napari_seewhy.progress import Task

TABLE_NAME = "halves.csv"

_KEPT = (
    "file",
    "gene",
    "compound",
    "exposure",
    "class",
    "chromosome",
    "strand",
    "is_mirrored",
    "start",
    "end",
    "tss",
)


class SplitPictures(NamedTuple):
    """What was written, and what was left out.

    Attributes
    ----------
    n_split, n_kept
        Pictures that were split, and those whose halves were there already.
    failures
        Pictures that were left out, each with the reason.
    """

    n_split: int
    n_kept: int
    failures: tuple[Failure, ...]


def split_picture(
    picture: NDArray[np.uint8], geometry: PictureGeometry
) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """Return the chromatin half and the methylation half of a picture ``(H, W, 3)``.

    Margins, axes and text are cut away; both halves have the width of the panels.
    """
    return picture[geometry.chromatin_half], picture[geometry.methylation_half]


def split_pictures_steps(pictures: PictureSet, out: Path) -> Task[SplitPictures]:
    """Split pictures into two folders, ``chromatin`` and ``methylation``, of PNG files.

    Halves that are there already are kept, so that a run that was broken off continues; those of
    other rows, from before a person moved the dividing line, are rewritten.

    Parameters
    ----------
    pictures
        The pictures.
    out
        Folder to write to. Each half is named as its picture; ``halves.csv`` says which half is
        of which gene and where in the picture it was, and ``halves_record.json`` what was done.

    Returns
    -------
    SplitPictures

    Raises
    ------
    NoDividingLineError
        If no dividing line is found for sure in the first picture.
    DataError
        If two pictures would become one file.
    OptionError
        If a half would be written over a picture.
    FileError
        If the halves cannot be written.
    """
    names = name_halves(pictures)
    _check_targets(pictures, names, out)
    n_split = n_kept = 0
    failures: list[Failure] = []
    for row in range(len(pictures)):
        yield Step(row, len(pictures), f"Splitting {pictures.file(row).name}")
        paths = [out / half / names[row] for half in HALVES]
        try:
            if _is_split(pictures, row, paths):
                n_kept += 1
                continue
            picture = pictures.read_one(row)
            halves = split_picture(picture, pictures.geometry(row, picture.shape[:2]))
        except NoDividingLineError as error:
            if not n_split + n_kept:
                raise
            failures.append(Failure(str(pictures.file(row)), str(error)))
        except SeewhyError as error:
            failures.append(Failure(str(pictures.file(row)), str(error)))
        else:
            for half, path in zip(halves, paths, strict=True):
                _write_png(path, half)
            n_split += 1
    _write_table(pictures, names, out, {failure.path for failure in failures})
    write_json(out / "halves_record.json", _record(pictures, n_split + n_kept, failures))
    return SplitPictures(n_split, n_kept, tuple(failures))


split_pictures = blocking(split_pictures_steps)


def name_halves(pictures: PictureSet) -> list[str]:
    """Return how the halves of each picture are named in either folder: as the picture is.

    A table may name files that lie elsewhere, by whole paths or by ``..``; these are named from the
    folder that all have in common, so that no half is ever written over a picture.

    Raises
    ------
    DataError
        If two pictures would become one file.
    """
    files = pictures.table["file"].map(str).tolist()
    if any(_leaves_folder(file) for file in files):
        paths = [os.path.abspath(pictures.root / file) for file in files]  # noqa: PTH100 (without "..", and links as they are)
        common = os.path.commonpath([os.path.dirname(path) for path in paths])  # noqa: PTH120  (texts, as above)
        files = [Path(path).relative_to(common).as_posix() for path in paths]
    names = [PurePosixPath(file).with_suffix(".png").as_posix() for file in files]
    twice = next((name for name, n in Counter(names).items() if n > 1), None)
    if twice is not None:
        raise DataError(
            f"Two pictures would become {twice}, since only their endings differ; keep one of them."
        )
    return names


def _check_targets(pictures: PictureSet, names: Sequence[str], out: Path) -> None:
    sources = {str(pictures.file(row).resolve()) for row in range(len(pictures))}
    for half in HALVES:
        folder = (out / half).resolve()
        for name in names:
            if str(folder / name) in sources:
                raise OptionError(
                    f"The half {folder / name} would be written over a picture; choose another "
                    "folder for the halves."
                )


def _leaves_folder(file: str) -> bool:
    return Path(file).is_absolute() or ".." in Path(file).parts


def _is_split(pictures: PictureSet, row: int, paths: list[Path]) -> bool:
    """Whether both halves are there, and of the size that the panels of the picture have now."""
    sizes = [read_size(path) for path in paths if path.is_file()]
    if len(sizes) < len(paths):
        return False
    geometry = pictures.geometry(row, read_size(pictures.file(row)))
    wanted = [
        (panel[1] - panel[0], geometry.right - geometry.left)
        for panel in (geometry.chromatin, geometry.methylation)
    ]
    return sizes == wanted


def _write_png(path: Path, pixels: NDArray[np.uint8]) -> None:
    import imagecodecs
    import numpy as np

    encoded = imagecodecs.png_encode(np.ascontiguousarray(pixels))
    with writing(path) as part:
        part.write_bytes(encoded)


def _write_table(pictures: PictureSet, names: Sequence[str], out: Path, failed: set[str]) -> None:
    import pandas as pd

    is_there = [str(pictures.file(row)) not in failed for row in range(len(pictures))]
    # Where a panel lay in its picture would be read as where it lies in its half.
    table = pictures.table.assign(name=names).loc[is_there, ["name", *_KEPT]]
    table = table.rename(columns={"file": "picture"})
    halves = [
        table.assign(file=f"{half}/" + table["name"], half=half).drop(columns="name")
        for half in HALVES
    ]
    write_table(out / TABLE_NAME, pd.concat(halves))


def _record(pictures: PictureSet, n_pictures: int, failures: list[Failure]) -> dict[str, object]:
    inputs = [pictures.path] if pictures.path.is_file() else []
    return make_record(
        "epigenome split",
        {},
        inputs,
        pictures=str(pictures.path),
        layout=pictures.layout.model_dump(mode="json"),
        n_pictures=n_pictures,
        failures=[failure._asdict() for failure in failures],
    )
