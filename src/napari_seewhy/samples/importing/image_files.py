"""Image files that become samples, one each."""

from __future__ import annotations

import hashlib
import math
import warnings
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from napari_seewhy.batch import gather_warnings
from napari_seewhy.errors import DataError, SeewhyError, SeewhyWarning
from napari_seewhy.images import Declared, find_image_files, read_image, without_set_members
from napari_seewhy.progress import Step
from napari_seewhy.record import make_record
from napari_seewhy.samples.importing.outcome import Failure, Gathered
from napari_seewhy.samples.storing import SampleSet, SampleWriter, cut_windows, window_starts
from napari_seewhy.samples.targeting import target_from_names

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from napari_seewhy.images import CellImage
    from napari_seewhy.progress import Task
    from napari_seewhy.samples.importing.options import ImagesOptions


_SAME_PIXEL_SIZE = 0.01
_BEGINS_ELSEWHERE = (
    "It holds further planes of an image that begins in another of these files; the image became "
    "a sample there."
)


class ImageFile(NamedTuple):
    """One image file, the name of its class (anything, NaN = unknown), its group and its set.

    The set is "" where the files are no split.
    """

    path: Path
    class_name: Any
    group: str
    set_name: str = ""


def gather_images_steps(
    files: Sequence[ImageFile], path: Path, options: ImagesOptions
) -> Task[Gathered]:
    """Write image files as samples, one `Step` per file; unreadable ones are left out.

    Of an image in several files, the one in which it begins becomes a sample.

    Raises
    ------
    DataError
        If not one could be read, or two are not alike.
    FileError
        If the sample set cannot be written.
    """
    failures, names = [], []
    inputs: list[Path] = []
    told: dict[str, None] = {}
    first_of: dict[bytes, Path] = {}
    copies: list[tuple[Path, Path]] = []
    with ExitStack() as stack:
        writer: SampleWriter | None = None
        first_files = set(without_set_members([file.path for file in files]))
        for i, file in enumerate(files):
            yield Step(i, len(files), f"Reading {file.path.name}")
            if file.path not in first_files:
                failures.append(Failure(str(file.path), _BEGINS_ELSEWHERE))
                continue
            try:
                with gather_warnings(pass_on=True) as said:
                    image = _read_flat(file.path, options)
                pixels = _cut_middle(image, options.size_px)
                if writer is None:
                    writer = stack.enter_context(_open_writer(path, image, pixels, options))
                _append(writer, image, pixels, file, options)
            except SeewhyError as error:
                failures.append(Failure(str(file.path), str(error)))
            else:
                names.append(file.class_name)
                same = first_of.setdefault(hashlib.sha256(pixels.tobytes()).digest(), file.path)
                copies += [(file.path, same)] if same != file.path else []
                told |= dict.fromkeys(said)
                inputs += find_image_files(file.path, with_description=True)
        if writer is None:
            first = f" The first reason: {failures[0].reason}" if failures else ""
            raise DataError(f"Not one of the {len(files)} images could be used.{first}")
        if any(name is not None for name in names):
            writer.set_target(*target_from_names(names, options.classes))
        if copies:
            sentence = _explain_copies(copies)
            warnings.warn(sentence, SeewhyWarning, stacklevel=2)
            told[sentence] = None
        results: dict[str, Any] = {
            "n_samples": len(writer),
            "failures": [failure._asdict() for failure in failures],
            "warnings": list(told),
        }
        writer.record = make_record("import", options, inputs, **results)
    return Gathered(SampleSet(path), tuple(failures))


def _explain_copies(copies: Sequence[tuple[Path, Path]]) -> str:
    copy, first = copies[0]
    n = "1 image holds" if len(copies) == 1 else f"{len(copies):,} images hold"
    return (
        f"{n} the same pixels as another one, such as {copy} and {first}; a "
        "copy in another group makes an evaluation too good, and one in another class is wrong, so "
        "remove copies."
    )


def _read_flat(path: Path, options: ImagesOptions) -> CellImage:
    image = read_image(path, lazy=False, declared=Declared(options.slices)).flatten_z(
        options.z_plane
    )
    if image.n_frames > 1:
        raise DataError(
            f"{path} has {image.n_frames} time points; a sample is one picture, so save each "
            "time point as a file of its own."
        )
    return image.frame(0)


def _cut_middle(image: CellImage, size_px: int | None) -> Any:
    if size_px is None:
        return image.pixels[None]
    middle = (np.array([image.shape_yx]) - 1) / 2
    return cut_windows(image.pixels, window_starts(middle, size_px), size_px)


def _open_writer(path: Path, image: CellImage, pixels: Any, options: ImagesOptions) -> SampleWriter:
    return SampleWriter(
        path,
        channels=image.channels,
        size_px=pixels.shape[-2:],
        dtype=pixels.dtype,
        pixel_size_um=options.pixel_size_um or image.pixel_size_um,
    )


def _append(
    writer: SampleWriter, image: CellImage, pixels: Any, file: ImageFile, options: ImagesOptions
) -> None:
    import pandas as pd

    if image.channels != writer.channels:
        raise DataError(
            f"This image has channels {', '.join(image.channels)}, but the images before it have "
            f"{', '.join(writer.channels)}; bring in images of one kind at a time."
        )
    got, wanted = image.pixel_size_um or math.inf, writer.pixel_size_um or math.inf
    if options.pixel_size_um is None and not math.isclose(got, wanted, rel_tol=_SAME_PIXEL_SIZE):
        raise DataError(
            f"This image has pixels of {_say_size(got)}, but the images before it have "
            f"{_say_size(wanted)}; rescale them, or give the pixel size if the files are wrong."
        )
    known = {"source": str(file.path), "scene": image.scene}
    origin = pd.DataFrame([known | ({"set": file.set_name} if file.set_name else {})])
    writer.append(pixels, group=file.group, origin=origin)


def _say_size(size_um: float) -> str:
    return "unknown size" if math.isinf(size_um) else f"{size_um:.4g} µm"
