"""Windows in HDF5, in the layout of the medical-AI course: ``train_in``, ``train_out`` ..."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Any

import h5py
import numpy as np

from napari_seewhy.errors import DataError, FileError, SeewhyWarning
from napari_seewhy.files import explain_os_error, writing
from napari_seewhy.genome import (
    LETTERS,
    SPLITS,
    UNKNOWN_BASE,
    DnaWindows,
    Interval,
    from_one_hot,
    to_one_hot,
)
from napari_seewhy.sequence.windows.channel_order import LEAST_BP, find_order

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from numpy.typing import NDArray

_LARGEST_HALF = 65_504.0
_EXACT_HALF = 2048
_COURSE_BIN_BP = 128


def read_windows(path: Path, order: str = "") -> DnaWindows:
    """Read windows of DNA with their coverage.

    Parameters
    ----------
    path
        HDF5 with ``{train,valid,test}_in (N, L, 4)``, ``_out (N, n_bins, n_tracks)`` and
        ``target_labels``; what `write_windows` adds may be missing.
    order
        The letter of each channel, such as "ACGT"; "" takes what the file says, or finds it.

    Raises
    ------
    FileError
        If it cannot be read, or is no such file.
    DataError
        If shapes do not fit, or nobody can tell the order of the channels.

    Warns
    -----
    SeewhyWarning
        If the channels are not A, C, G, T, or a window stands in several splits.
    """
    if order and sorted(order) != sorted(LETTERS):
        raise DataError(f"The order {order!r} does not name A, C, G and T once; such as ACGT.")
    try:
        with h5py.File(path) as file:
            parts = [_read_split(path, file, split) for split in SPLITS if f"{split}_in" in file]
            tracks = _read_tracks(path, file, parts)
            genome = str(file.attrs.get("genome", ""))
            order = order or str(file.attrs.get("channels", ""))
            is_ours = "bin_bp" in file.attrs
    except OSError as error:
        if error.errno is not None:
            raise FileError(explain_os_error(error, path, "read")) from error
        raise FileError(f"{path} is no HDF5 file, or is damaged; copy it again.") from error
    codes = np.concatenate([part[1] for part in parts])
    if not is_ours:
        codes = _keep_middle(path, codes, parts[0][2].shape[2])
    codes = _set_order(path, codes, order)
    _warn_of_repeats(path, codes, parts)
    places = [place for part in parts for place in part[3]]
    return DnaWindows(
        codes,
        np.concatenate([part[2] for part in parts]),
        tracks,
        np.repeat([part[0] for part in parts], [len(part[1]) for part in parts]),
        tuple(places) if len(places) == len(codes) else (),
        genome,
    )


def write_windows(path: Path, windows: DnaWindows, about: dict[str, Any] | None = None) -> None:
    """Write windows in the layout of the course, whole or not at all.

    Parameters
    ----------
    path
        HDF5 to write.
    windows
        What to write; their coverage is held in half precision.
    about
        What else is kept in the attributes of the file, such as hashes of what was read.

    Raises
    ------
    DataError
        If a value is too large for half precision.
    FileError
        If it cannot be written.

    Warns
    -----
    SeewhyWarning
        If whole numbers are rounded.
    """
    largest = float(windows.target.max(initial=0))
    if largest > _LARGEST_HALF:
        raise DataError(
            f"The coverage reaches {largest:,.0f} and the file holds up to 65,504 in half "
            "precision; cut it down or scale it."
        )
    if largest > _EXACT_HALF:
        warnings.warn(
            f"The coverage reaches {largest:,.0f}; above 2,048 the file rounds whole numbers.",
            SeewhyWarning,
            stacklevel=2,
        )
    with writing(path) as part, h5py.File(part, "w") as file:
        file.attrs.update({"channels": LETTERS, "bin_bp": windows.bin_bp, "schema_version": 1})
        file.attrs.update({"genome": windows.genome} | (about or {}))
        file["target_labels"] = np.array(windows.tracks, dtype="S")
        for split in SPLITS:
            one = windows.take(split)
            letters = to_one_hot(one.codes, bool).swapaxes(1, 2)
            target = one.target.swapaxes(1, 2).astype(np.float16)
            for name, values in (("in", letters), ("out", target)):
                chunks = (1, *values.shape[1:]) if len(values) else None
                packed = {"compression": "gzip", "compression_opts": 1} if chunks else {}
                file.create_dataset(f"{split}_{name}", data=values, chunks=chunks, **packed)
            if windows.places:
                rows = [
                    (place.chromosome, str(place.start), str(place.end)) for place in one.places
                ]
                file[f"{split}_windows"] = np.array(rows, dtype="S").reshape(-1, 3)


def _keep_middle(path: Path, codes: NDArray[np.uint8], n_bins: int) -> NDArray[np.uint8]:
    """Keep the bases that have coverage: some files of the course have it of the middle alone."""
    margin = (codes.shape[1] - n_bins * _COURSE_BIN_BP) // 2
    if margin <= 0:
        return codes
    warnings.warn(
        f"{path} has {n_bins:,} bins for windows of {codes.shape[1]:,} bp; they are taken for bins "
        f"of {_COURSE_BIN_BP} bp of the middle, and {margin:,} bp at both ends are left out.",
        SeewhyWarning,
        stacklevel=3,
    )
    return codes[:, margin : margin + n_bins * _COURSE_BIN_BP]


_Part = tuple[str, "NDArray[np.uint8]", "NDArray[np.float32]", "tuple[Interval, ...]"]


def _read_split(path: Path, file: h5py.File, split: str) -> _Part:
    letters, target = file[f"{split}_in"], file.get(f"{split}_out")
    if letters.ndim != 3 or letters.shape[2] != 4:
        raise DataError(
            f"{split}_in of {path} has the shape {letters.shape}; wanted windows, bases and four "
            "channels."
        )
    if target is None or target.ndim != 3 or len(target) != len(letters):
        raise DataError(
            f"{path} has {len(letters)} windows in {split}_in and "
            f"{'none' if target is None else len(target)} in {split}_out; wanted the coverage of "
            "each, as windows, bins and tracks."
        )
    # Window by window, for one-hot letters take four times the memory of codes.
    codes = [from_one_hot(letters[number]) for number in range(len(letters))]
    values = np.asarray(target[()], np.float32).swapaxes(1, 2)
    places: tuple[Interval, ...] = ()
    if f"{split}_windows" in file:
        rows = file[f"{split}_windows"][()].astype(str)
        places = tuple(Interval(name, int(start), int(end)) for name, start, end in rows)
    stacked = np.stack(codes) if codes else np.empty(letters.shape[:2], np.uint8)
    return split, stacked, np.ascontiguousarray(values), places


def _read_tracks(path: Path, file: h5py.File, parts: list[_Part]) -> tuple[str, ...]:
    if not parts:
        raise FileError(
            f"{path} holds no windows of DNA; wanted train_in and train_out, as `seewhy sequence "
            "windows` writes them."
        )
    shapes = {(part[1].shape[1], *part[2].shape[1:]) for part in parts}
    if len(shapes) > 1:
        raise DataError(
            f"The windows of {path} have several lengths, bins or tracks: "
            f"{', '.join(str(shape) for shape in sorted(shapes))}; wanted one."
        )
    n_tracks = parts[0][2].shape[1]
    if "target_labels" not in file:
        return tuple(f"track {number + 1}" for number in range(n_tracks))
    names = [
        name.decode("utf-8", "replace") if isinstance(name, bytes) else str(name)
        for name in np.asarray(file["target_labels"][()]).ravel()
    ]
    if len(names) != n_tracks:
        raise DataError(f"{path} names {len(names)} tracks and has {n_tracks}; name each.")
    return tuple(names)


def _set_order(path: Path, codes: NDArray[np.uint8], order: str) -> NDArray[np.uint8]:
    """Turn numbers of channels into codes of letters."""
    if not order:
        found = find_order(codes)
        order = found.letters
        if not found.is_certain:
            raise DataError(
                f"{path} does not say which letter each channel is, and {found.n_bases:,} known "
                f"bases do not tell it ({order} fits best, by {found.margin:.1%}); name the "
                f"order, or give {LEAST_BP:,} bases and more."
            )
        if order != LETTERS:
            warnings.warn(
                f"The channels of {path} are {order} by the words of their DNA; they are "
                "turned to ACGT.",
                SeewhyWarning,
                stacklevel=3,
            )
    table = np.array([*(LETTERS.index(letter) for letter in order), UNKNOWN_BASE], np.uint8)
    return codes if order == LETTERS else table[codes]


def _warn_of_repeats(path: Path, codes: NDArray[np.uint8], parts: Iterable[_Part]) -> None:
    """Say where one window is in several splits, so that the report would flatter."""
    split = [part[0] for part in parts for _ in part[1]]
    seen: dict[bytes, str] = {}
    for window, name in zip(codes, split, strict=True):
        other = seen.setdefault(window.tobytes(), name)
        if other != name:
            warnings.warn(
                f"{path} has a window both in {other} and in {name}; the figures will flatter.",
                SeewhyWarning,
                stacklevel=3,
            )
            return
