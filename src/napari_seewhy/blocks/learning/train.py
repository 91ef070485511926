"""Training a virtual immunostaining on pairs of images."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from napari_seewhy.batch import gather_warnings
from napari_seewhy.blocks.staining import TOLERANCE
from napari_seewhy.errors import DataError, SeewhyError, SeewhyWarning
from napari_seewhy.progress import Step, blocking
from napari_seewhy.staining import BlockGrid

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from napari_seewhy.blocks.marking import FieldReader, MeasuredField
    from napari_seewhy.blocks.pairing import Pair
    from napari_seewhy.progress import Task
    from napari_seewhy.staining import StainModel, StainOptions

_MOST_PX = 2**31
"""Pixels of all phase contrast together that are held in memory, 8 GB once scaled."""


@dataclass(frozen=True, slots=True, eq=False)
class TrainedStain:
    """A model, and what it was made of.

    Attributes
    ----------
    model
        Network and card; also in its file.
    fields
        Names of the fields that were used.
    left_out
        Names of pairs that could not be used, and why.
    """

    model: StainModel
    fields: tuple[str, ...]
    left_out: tuple[tuple[str, str], ...]


def train_stains_steps(
    pairs: Sequence[Pair],
    reader: FieldReader,
    options: StainOptions,
    *,
    out: Path,
    resume: bool = False,
) -> Task[TrainedStain]:
    """Train a network to see in phase contrast where a marker is.

    Parameters
    ----------
    pairs
        As `find_pairs` gives them.
    reader
        What is taken of the images, and from which brightness on the marker is positive.
    options
        How it is trained.
    out
        Model file to write.
    resume
        Continue a training that was stopped or killed.

    Raises
    ------
    DataError
        If no pair can be used, or there is no positive block, or nothing else.
    OptionError, FileError, TaskError
        As `napari_seewhy.staining.train.train_stain`.
    """
    from napari_seewhy.staining import StainSource, train_stain_steps

    with gather_warnings(pass_on=True) as told:
        measured, left_out = yield from _read_steps(pairs, reader, options.block_px)
    for name, reason in left_out:
        warnings.warn(f"{name} is left out: {reason}", SeewhyWarning, stacklevel=2)
    fields = [one.field for one in measured]
    source = StainSource(
        channels=measured[0].channels,
        threshold=describe_threshold(measured, reader),
        files=tuple(dict.fromkeys(path for pair in pairs for path in pair.files)),
        warnings=tuple(told),
    )
    chosen = options
    if not options.marker_name and reader.reading.marker_channel:
        chosen = options.change(marker_name=reader.reading.marker_channel)
    model = yield from train_stain_steps(fields, chosen, out=out, source=source, resume=resume)
    return TrainedStain(model, tuple(field.name for field in fields), tuple(left_out))


train_stains = blocking(train_stains_steps)


def describe_threshold(measured: Sequence[MeasuredField], reader: FieldReader) -> dict[str, Any]:
    """Say how the marker's threshold was found, for the card of the model.

    Returns
    -------
    dict
        ``how``, ``lowest``, ``highest``, ``per_image``, and ``value`` where all share it; this is
        what `thresholding_of` reads.
    """
    levels = [one.threshold.value for one in measured]
    how = {"how": measured[0].threshold.how, "lowest": min(levels), "highest": max(levels)}
    if reader.thresholding.is_per_image:
        return how | {"per_image": True}
    return how | {"per_image": False, "value": levels[0]}


def _read_steps(
    pairs: Sequence[Pair], reader: FieldReader, block_px: int
) -> Task[tuple[list[MeasuredField], list[tuple[str, str]]]]:
    """Read all pairs; those that cannot be used are told of, the others are used."""
    common = yield from reader.find_common_steps(pairs)
    measured: list[MeasuredField] = []
    left_out: list[tuple[str, str]] = []
    n_px = 0
    for i, pair in enumerate(pairs):
        yield Step(i, len(pairs), f"Reading {pair.name}")
        try:
            read = reader.read(pair, common)
            _check_fit(read, measured, block_px)
        except SeewhyError as error:
            left_out.append((pair.name, str(error)))
            continue
        measured.extend(read)
        n_px += sum(one.field.phase.size for one in read)
        if n_px > _MOST_PX:
            raise DataError(
                f"The fields up to {pair.name} hold {n_px:.2g} pixels, more than fit into memory; "
                "train on fewer fields, fewer planes, or a region of each."
            )
    if not measured:
        # One reason is enough: a blank marker or a shift mostly holds for all.
        raise DataError(left_out[0][1] if left_out else "There is no pair to learn from.")
    return measured, left_out


def _check_fit(
    read: Sequence[MeasuredField], before: Sequence[MeasuredField], block_px: int
) -> None:
    """Refuse a pair that cannot be learned from together with those before it."""
    field = read[0].field
    BlockGrid(block_px, block_px).shape(field.shape_px)
    if not before:
        return
    n_channels, n_before = len(read[0].channels), len(before[0].channels)
    if n_channels != n_before:
        raise DataError(
            f"It has {n_channels} channels of phase contrast and those before it {n_before}; "
            "choose the same channels and planes of each."
        )
    sizes = field.pixel_size_um, before[0].field.pixel_size_um
    if sizes[0] and sizes[1] and abs(sizes[0] / sizes[1] - 1) > TOLERANCE:
        raise DataError(
            f"Its pixels measure {sizes[0]:.4g} µm and those before it {sizes[1]:.4g} µm; rescale "
            "it with its marker, or train on images of one magnification."
        )
