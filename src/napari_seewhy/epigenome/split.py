"""Splitting pictures of genes into their chromatin half and their methylation half."""

from __future__ import annotations

from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, NamedTuple

from napari_seewhy.epigenome.picture_options import HALVES
from napari_seewhy.epigenome.picture_pixels import read_size
from napari_seewhy.epigenome.picture_set import NoDividingLineError
from napari_seewhy.errors import DataError, SeewhyError
from napari_seewhy.files import write_json, write_text, writing
from napari_seewhy.progress import Step, finish
from napari_seewhy.record import make_record
from napari_seewhy.samples.outcome import Failure

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from napari_seewhy.epigenome.geometry import PictureGeometry
    from napari_seewhy.epigenome.picture_set import PictureSet
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


def split_pictures(pictures: PictureSet, out: Path) -> SplitPictures:
    """Split pictures into two folders, ``chromatin`` and ``methylation``, of PNG files.

    Halves that are there already are kept, so that a run that was broken off goes on; those of
    other rows, from before a person moved the dividing line, are written anew.

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
    FileError
        If the halves cannot be written.
    """
    return finish(split_pictures_steps(pictures, out))


def split_pictures_steps(pictures: PictureSet, out: Path) -> Task[SplitPictures]:
    """Split as `split_pictures` does, one `Step` per picture."""
    _check_names(pictures)
    n_split = n_kept = 0
    failures: list[Failure] = []
    for row in range(len(pictures)):
        yield Step(row, len(pictures), f"Splitting {pictures.file(row).name}")
        paths = half_files(pictures, row, out)
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
    _write_table(pictures, out, {failure.path for failure in failures})
    write_json(out / "halves_record.json", _record(pictures, n_split + n_kept, failures))
    return SplitPictures(n_split, n_kept, tuple(failures))


def half_files(pictures: PictureSet, row: int, out: Path) -> list[Path]:
    """Return where the two halves of a picture are written."""
    name = _png_name(str(pictures.table["file"].iat[row]))
    return [out / half / name for half in HALVES]


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


def _write_table(pictures: PictureSet, out: Path, failed: set[str]) -> None:
    import pandas as pd

    is_there = [str(pictures.file(row)) not in failed for row in range(len(pictures))]
    # Where a panel lay in its picture would be read as where it lies in its half.
    table = pictures.table.loc[is_there, list(_KEPT)].rename(columns={"file": "picture"})
    halves = [
        table.assign(file=[f"{half}/{_png_name(file)}" for file in table["picture"]], half=half)
        for half in HALVES
    ]
    write_text(out / TABLE_NAME, pd.concat(halves).to_csv(index=False, lineterminator="\n"))


def _png_name(file: str) -> str:
    return PurePosixPath(file).with_suffix(".png").as_posix()


def _check_names(pictures: PictureSet) -> None:
    names = pictures.table["file"].map(_png_name)
    if names.duplicated().any():
        twice = names[names.duplicated()].iloc[0]
        raise DataError(
            f"Two pictures would become {twice}, since only their endings differ; keep one of them."
        )


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
