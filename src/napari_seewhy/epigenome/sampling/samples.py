"""From pictures of genes to a sample set that the middle of the house learns from."""

from __future__ import annotations

import warnings
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any

import numpy as np

from napari_seewhy.epigenome.pictures import NoDividingLineError, open_tracks
from napari_seewhy.epigenome.sampling.groups import group_pictures
from napari_seewhy.epigenome.sampling.inputs import input_channels, read_each
from napari_seewhy.epigenome.sampling.labels import read_gene_labels
from napari_seewhy.epigenome.sampling.look import look_at
from napari_seewhy.epigenome.sampling.options import PictureInputOptions
from napari_seewhy.errors import DataError, SeewhyError, SeewhyWarning
from napari_seewhy.progress import Step, blocking
from napari_seewhy.record import make_record
from napari_seewhy.samples.importing import Failure, Gathered
from napari_seewhy.samples.storing import SampleSet, SampleWriter
from napari_seewhy.samples.targeting import target_from_names

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    import pandas as pd
    from numpy.typing import NDArray

    from napari_seewhy.epigenome.pictures import PictureSet
    from napari_seewhy.progress import Task

ORIGIN = ("file", "gene", "compound", "exposure", "chromosome", "start", "end", "tss", "strand")
"""Columns with the picture of each sample and its position in the genome."""

_BLOCK = 64
_NOWHERE = -1


def import_pictures_steps(
    pictures: PictureSet, path: Path, options: PictureInputOptions | None = None
) -> Task[Gathered]:
    """Create a sample set from pictures of genes.

    Parameters
    ----------
    pictures
        The pictures; where their panels lie is looked for where it is not known.
    path
        Sample set to write.
    options
        What a network should see of them, their groups and classes.

    Returns
    -------
    Gathered
        The sample set, ``(N, C, H, W)`` uint8, or ``(N, C, 1, n_bins)`` float32 of tracks, with
        the columns `ORIGIN`, -1 where a position is not known; and the pictures that were left out.

    Raises
    ------
    FileError
        If a table cannot be read or the sample set not be written.
    DataError
        If not one picture could be used, no dividing line is found, a table does not fit the
        pictures, or a group or class is not known.
    """
    options = options or PictureInputOptions()
    groups = group_pictures(pictures.table, options.group_by, options.n_stretches)
    names, n_unused = _read_names(pictures, options)
    if options.input != "tracks":
        options = _with_size(pictures, options)
    read, channels = _reader(pictures, options)
    kept: list[int] = []
    failures: list[Failure] = []
    with ExitStack() as stack:
        writer: SampleWriter | None = None
        for start in range(0, len(pictures), _BLOCK):
            yield Step(start, len(pictures), "Reading pictures")
            rows = range(start, min(start + _BLOCK, len(pictures)))
            found = dict(zip(rows, read(rows), strict=True))
            good = _sift(pictures, found, failures, is_first=writer is None)
            if not good:
                continue
            pixels = np.stack(list(good.values()))
            if writer is None:
                writer = stack.enter_context(_open_writer(path, channels, pixels))
            which = list(good)
            writer.append(pixels, None, groups[which], _origin(pictures.table.iloc[which]))
            kept += which
        if writer is None:
            raise DataError(
                f"Not one of the {len(pictures):,} pictures could be used. The first reason: "
                f"{failures[0].reason}"
            )
        if (names[kept] != "").any():
            writer.set_target(*target_from_names(names[kept], options.classes))
        sizes = pictures.layout.geometries
        if len(sizes) > 1:
            warnings.warn(
                f"The pictures have {len(sizes)} sizes ({', '.join(sorted(sizes))}); the panels of "
                f"each were resized to {options.width_px} x {options.height_px} px.",
                SeewhyWarning,
                stacklevel=1,
            )
        writer.record = _record(pictures, options, n_unused, failures)
    return Gathered(SampleSet(path), tuple(failures))


import_pictures = blocking(import_pictures_steps)


def _with_size(pictures: PictureSet, options: PictureInputOptions) -> PictureInputOptions:
    """Resize every picture to the size that the first gives, where no other is asked for."""
    for row in range(len(pictures)):
        (found,) = read_each(pictures, [row], options)
        if isinstance(found, NoDividingLineError):
            raise found  # a person must be asked, for all
        if not isinstance(found, SeewhyError):
            return options.change(height_px=found.shape[1], width_px=found.shape[2])
    return options


def _sift(
    pictures: PictureSet,
    found: Mapping[int, NDArray[Any] | SeewhyError],
    failures: list[Failure],
    *,
    is_first: bool,
) -> dict[int, NDArray[Any]]:
    """Return the inputs that could be read; what is left out goes to `failures`.

    Raises
    ------
    NoDividingLineError
        If there is none in the first picture: then a person must be asked, for all.
    """
    good: dict[int, NDArray[Any]] = {}
    for row, one in found.items():
        if isinstance(one, NoDividingLineError) and not good and is_first:
            raise one
        if isinstance(one, SeewhyError):
            failures.append(Failure(str(pictures.file(row)), str(one)))
        else:
            good[row] = one
    return good


def _read_names(pictures: PictureSet, options: PictureInputOptions) -> tuple[NDArray[Any], int]:
    if options.labels is None:
        return pictures.table["class"].to_numpy(object), 0
    return read_gene_labels(
        options.labels,
        pictures.table,
        options.class_column,
        options.reader,
        only_agreed=options.only_agreed,
    )


def _reader(
    pictures: PictureSet, options: PictureInputOptions
) -> tuple[Callable[[Sequence[int]], Sequence[NDArray[Any] | SeewhyError]], tuple[str, ...]]:
    """Return how rows are read, and the names of the channels."""
    if options.input == "tracks":
        tracks = open_tracks(pictures)
        return lambda rows: list(tracks.read(rows)), tracks.names
    return lambda rows: read_each(pictures, rows, options), input_channels(options.input)


def _open_writer(path: Path, channels: tuple[str, ...], pixels: NDArray[Any]) -> SampleWriter:
    size = (pixels.shape[2], pixels.shape[3])
    return SampleWriter(path, channels=channels, size_px=size, dtype=pixels.dtype)


def _origin(table: pd.DataFrame) -> pd.DataFrame:
    origin = table[[*ORIGIN]].reset_index(drop=True)
    for name in ("start", "end", "tss"):
        origin[name] = origin[name].fillna(_NOWHERE).astype(np.int64)
    origin["is_mirrored"] = table["is_mirrored"].to_numpy(bool)
    return origin


def _record(
    pictures: PictureSet,
    options: PictureInputOptions,
    n_unused: int,
    failures: list[Failure],
) -> dict[str, Any]:
    look = look_at(pictures) if options.input != "tracks" else None
    inputs = [path for path in (options.labels, pictures.path) if path and path.is_file()]
    return make_record(
        "epigenome import",
        options,
        inputs,
        pictures=str(pictures.path),
        look=look and look.model_dump(mode="json"),
        names=pictures.names,
        layout=pictures.layout.model_dump(mode="json"),
        n_pictures=len(pictures),
        n_labels_unused=n_unused,
        failures=[failure._asdict() for failure in failures],
    )
