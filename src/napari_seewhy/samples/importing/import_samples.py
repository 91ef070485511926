"""Bringing in samples that were made elsewhere: numpy archives, class folders, tables of files."""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from napari_seewhy.errors import DataError, FileError, SeewhyWarning
from napari_seewhy.inputs import IMAGE_SUFFIXES
from napari_seewhy.progress import Step, blocking
from napari_seewhy.record import make_record
from napari_seewhy.samples.importing.image_files import ImageFile, gather_images_steps
from napari_seewhy.samples.importing.options import ImagesOptions, ImageTableOptions, NpzOptions
from napari_seewhy.samples.importing.outcome import Gathered
from napari_seewhy.samples.storing import NpzStream, SampleSet, SampleWriter, opening_npz
from napari_seewhy.samples.targeting import (
    NameTarget,
    explain_levels,
    read_folders,
    target_from_names,
)
from napari_seewhy.tables import file_stem, name_groups, read_table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from napari_seewhy.progress import Task


_MOST_COLORS = 4
_NO_FOLDERS = (".", "__MACOSX", "@eaDir")
"""How folders begin that systems and programs leave beside a person's own."""


def import_npz_steps(source: Path, path: Path, options: NpzOptions | None = None) -> Task[Gathered]:
    """Create a sample set from a numpy archive.

    Parameters
    ----------
    source
        Archive (.npz) that holds the samples in one array and, in others, one class and one group
        per sample and the names of the channels. Arrays of Python objects are never loaded.
    path
        Sample set to write.
    options
        Which array is what.

    Returns
    -------
    Gathered
        The sample set; its origin says ``source`` and ``row``. There are never failures.

    Raises
    ------
    FileError
        If a file cannot be read or written.
    DataError
        If an array is missing or has another length or number of axes.
    """
    import pandas as pd

    options = options or NpzOptions()
    with opening_npz(source) as archive:
        shape, dtype = archive.header(options.pixels_key)
        if len(shape) != len(options.layout):
            raise DataError(
                f"The array {options.pixels_key} has shape {shape}, which is not one number for "
                f"each of {options.layout}; choose another order of axes."
            )
        sizes = dict(zip(options.layout, shape, strict=True))
        if options.layout == "NCHW" and _is_channels_last(shape):
            raise DataError(
                f"The array {options.pixels_key} has shape {shape}, squares of {shape[1]} px with "
                f"{shape[3]} channels last; say --layout NHWC."
            )
        target, classes = _read_target(archive, options, sizes["N"])
        groups = _read_per_sample(archive, options.group_key, sizes["N"])
        writer = SampleWriter(
            path,
            channels=_name_channels(archive, options, sizes.get("C", 1)),
            size_px=(sizes["H"], sizes["W"]),
            dtype=dtype,
            classes=classes,
            pixel_size_um=options.pixel_size_um,
            record=make_record("import", options, [source], n_samples=sizes["N"]),
        )
        with writer:
            for block in archive.blocks(options.pixels_key):
                first = len(writer)
                yield Step(first, sizes["N"], f"Reading {source.name}")
                rows = np.arange(first, first + len(block))
                writer.append(
                    _to_nchw(block, options.layout),
                    target[rows],
                    file_stem(source) if groups is None else groups[rows].astype(str),
                    pd.DataFrame({"source": str(source), "row": rows}),
                )
    return Gathered(SampleSet(path), ())


import_npz = blocking(import_npz_steps)


def import_folders_steps(
    root: Path, path: Path, options: ImagesOptions | None = None
) -> Task[Gathered]:
    """Make a sample set of class folders: ``root/<class>/**/<image>``.

    Parameters
    ----------
    root
        Folder with one folder per class; they are searched to their depths. Folders called train,
        val and test are the sets of a split, with one folder per class in each.
    path
        Sample set to write.
    options
        How images become samples and which group they belong to.

    Returns
    -------
    Gathered
        The sample set, and the files that were left out with the reason.

    Raises
    ------
    FileError
        If there is no image in a class folder, or the file cannot be written.
    DataError
        If not one image could be used.
    OptionError
        If the pattern of the group does not match a path.
    """
    options = options or ImagesOptions()
    root = Path(root)
    found = sorted(
        image
        for image in root.glob("[!.]*/**/[!.]*")
        if image.suffix.lower() in IMAGE_SUFFIXES
        and image.is_file()
        and not any(part.startswith(_NO_FOLDERS) for part in image.relative_to(root).parts)
    )
    if not found:
        raise FileError(f"{root} holds no folder with images; wanted {root}/<class>/<image>.")
    places = read_folders(found, root)
    sets = sorted({place.set_name for place in places} - {""})
    if sets:
        warnings.warn(
            f"The folders {', '.join(sets)} of {root} are taken for the sets of a split and the "
            "folders in them for the classes; origin/set says which set a sample was in, and "
            "training makes a split of its own.",
            SeewhyWarning,
            stacklevel=2,
        )
    for sentence in explain_levels(found, root):
        warnings.warn(sentence, SeewhyWarning, stacklevel=2)
    groups = name_groups(found, options.group_regex)
    files = [
        ImageFile(image, place.class_name, group, place.set_name)
        for image, place, group in zip(found, places, groups, strict=True)
    ]
    return (yield from gather_images_steps(files, path, options))


import_folders = blocking(import_folders_steps)


def import_table_steps(
    table: Path, path: Path, options: ImageTableOptions | None = None
) -> Task[Gathered]:
    """Make a sample set of image files that a table lists.

    Parameters
    ----------
    table
        CSV file with a column of paths, and one of classes and of groups where there are any.
    path
        Sample set to write.
    options
        Which column is what, and how images become samples.

    Returns
    -------
    Gathered
        The sample set, and the files that were left out with the reason.

    Raises
    ------
    FileError
        If the table cannot be read, or the sample set not written.
    DataError
        If a column is missing, or not one image could be used.
    OptionError
        If the pattern of the group does not match a path.
    """
    options = options or ImageTableOptions()
    table = Path(table)
    extra = [name for name in (options.class_column, options.group_column) if name]
    columns = [options.path_column, *extra]
    listed = read_table(table, columns, text_columns=columns)
    is_named = listed[options.path_column].notna()
    if not is_named.all():
        line = int(np.argmin(is_named)) + 2
        raise DataError(f"Line {line} of {table} names no file; fill it in or delete the line.")
    files = []
    images = [table.parent / name for name in listed[options.path_column]]
    groups = name_groups(images, options.group_regex)
    rows = listed.fillna(dict.fromkeys(extra, "")).to_dict("records")
    for image, own, row in zip(images, groups, rows, strict=True):
        class_name = row[options.class_column] if options.class_column else None
        group = row[options.group_column] if options.group_column else ""
        files.append(ImageFile(image, class_name, group or own))
    return (yield from gather_images_steps(files, path, options))


import_table = blocking(import_table_steps)


def _is_channels_last(shape: Sequence[int]) -> bool:
    """Whether an array said to be ``NCHW`` holds squares with few channels behind them."""
    return shape[1] == shape[2] > _MOST_COLORS >= shape[3]


def _read_target(archive: NpzStream, options: NpzOptions, n: int) -> NameTarget:
    names = _read_per_sample(archive, options.target_key, n)
    if names is None:
        return NameTarget(np.full(n, -1, np.int64), ())
    return target_from_names(names, options.classes)


def _read_per_sample(archive: NpzStream, key: str, n: int) -> NDArray[Any] | None:
    if not key:
        return None
    values = archive.read(key)
    if values.shape != (n,):
        raise DataError(
            f"The array {key} has shape {values.shape} for {n} samples; wanted one value for each."
        )
    return values


def _name_channels(archive: NpzStream, options: NpzOptions, n_channels: int) -> list[str]:
    if options.channels_key not in archive.keys:
        return [f"channel {i}" for i in range(n_channels)]
    names = [str(name) for name in archive.read(options.channels_key)]
    if len(names) != n_channels:
        raise DataError(
            f"The array {options.channels_key} has {len(names)} names for {n_channels} channels; "
            "choose another order of axes, or correct the names."
        )
    return names


def _to_nchw(block: NDArray[Any], layout: str) -> NDArray[Any]:
    if layout == "NHW":
        return block[:, None]
    return np.moveaxis(block, -1, 1) if layout == "NHWC" else block
