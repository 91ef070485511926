"""Writing other targets into a sample set: all else stays byte for byte, the file whole."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from napari_seewhy.files import writing
from napari_seewhy.progress import Step, blocking
from napari_seewhy.record import make_record
from napari_seewhy.samples.storing.disk_stream import DiskStream
from napari_seewhy.samples.storing.layout import check_target
from napari_seewhy.samples.storing.sample_set import SampleSet

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import ArrayLike, NDArray

    from napari_seewhy.progress import Task

_COPY_BYTES = 16 * 2**20


def write_targets_steps(
    path: Path, out: Path, target: ArrayLike, classes: Sequence[str]
) -> Task[Path]:
    """Write a copy of a sample set that has other targets.

    Parameters
    ----------
    path
        The sample set.
    out
        The file to write; may be `path`, which is then replaced whole at the end.
    target
        ``(N,)`` places in `classes`, -1 where unknown; or measured values, as the file holds them.
    classes
        Names of the classes.

    Returns
    -------
    Path
        `out`.

    Raises
    ------
    DataError
        If there is not one target for each sample, or one is of no class.
    FileError
        If a file cannot be read or written; what stood at `out` before stays.
    """
    path, out = Path(path), Path(out)
    with SampleSet(path) as samples:
        targets = check_target(target, len(samples), classes, samples.target_shape)
        record = dict(samples.record)
    # What is unknown is -1 among classes and NaN among measured values.
    is_known = targets >= 0 if targets.dtype.kind == "i" else np.isfinite(targets)
    record["annotated"] = make_record(
        "annotate", {"classes": list(classes)}, [path], n_known=int(is_known.sum())
    )
    with writing(out) as part:
        yield from _copy_steps(path, part)
        _change(part, targets, classes, json.dumps(record, ensure_ascii=False))
    return out


write_targets = blocking(write_targets_steps)


def _copy_steps(path: Path, part: Path) -> Task[None]:
    n_bytes, done = path.stat().st_size, 0
    with path.open("rb") as source, part.open("wb") as copy:
        while piece := source.read(_COPY_BYTES):
            copy.write(piece)
            done += len(piece)
            yield Step(done, n_bytes, "Writing the samples with their classes")


def _change(part: Path, targets: NDArray[Any], classes: Sequence[str], record: str) -> None:
    import h5py

    with DiskStream(part, "r+") as stream:
        with h5py.File(stream, "r+") as file:
            file["target"][...] = targets
            names = np.asarray(classes, object).astype(h5py.string_dtype())
            file.attrs["classes"] = names
            file.attrs["record"] = record
        stream.check()
