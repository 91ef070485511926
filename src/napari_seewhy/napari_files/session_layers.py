"""A saved session as layers: images from their own files, the rest from the session's folder."""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import Any

import numpy as np

from napari_seewhy.errors import FileError, SeewhyError, SeewhyWarning
from napari_seewhy.files import hash_file, read_json
from napari_seewhy.images import read_image, read_labels
from napari_seewhy.layers import METADATA_KEY, LayerData, image_layers
from napari_seewhy.napari_files.label_layers import label_layers
from napari_seewhy.napari_files.sample_layers import sample_layers
from napari_seewhy.napari_files.sessions import SESSION, is_session

_ARRAYS = ("affine", "rotate", "shear", "scale", "translate")


def session_layers(folder: Path) -> list[LayerData]:
    """Return the layers of a session, from the lowest to the top one.

    A layer whose file is gone or damaged is left out with a warning; the others are opened.

    Raises
    ------
    FileError
        If the folder holds no session.
    """
    if not is_session(folder):
        raise FileError(f"{folder} holds no session; choose a folder with a {SESSION}.")
    results = read_json(folder / SESSION)["results"]
    files = {file["path"]: _find_file(folder, file) for file in results["files"]}
    opened: dict[tuple[str, str], list[LayerData]] = {}
    layers = []
    for entry in results["layers"]:
        try:
            layers.append(_open(folder, entry, files, opened))
        except SeewhyError as error:
            _warn(f"The layer {entry['looks']['name']!r} is left out: {error}")
    return layers


def _open(
    folder: Path,
    entry: dict[str, Any],
    files: dict[str, Path],
    opened: dict[tuple[str, str], list[LayerData]],
) -> LayerData:
    metadata, looks = entry["metadata"], dict(entry["looks"])
    for name in set(_ARRAYS) & set(looks):
        looks[name] = np.array(looks[name], float)
    known = metadata.get(METADATA_KEY, {})
    if known.get("model"):
        known["model"] = str(files.get(known["model"], known["model"]))
    before: dict[str, Any] = {}
    if "source" in entry:
        data, before = _open_channel(entry, files, opened)
    elif entry["kind"] == "image":
        pixels = read_image(folder / entry["file"], lazy=False).pixels
        shape = entry["shape"]
        if looks.get("rgb"):
            pixels, shape = np.moveaxis(pixels.reshape(shape[-1], *shape[:2]), 0, -1), shape
        data = np.asarray(pixels).reshape(shape).astype(entry["dtype"])
    elif entry["kind"] == "labels":
        [(data, before, _)] = label_layers(folder / entry["file"])
        # Where the labels lie is in their own record, which knows of an axis that was let go.
        for name in (*_ARRAYS, "axis_labels", "units"):
            looks.pop(name, None)
        if "colormap" in looks:
            looks["colormap"] = {
                label: color for color, labels in looks["colormap"] for label in labels
            }
    else:
        data = [np.array(part, float) for part in entry["data"]]
        data = np.array(data) if entry["kind"] == "points" else data
    joined = before.get("metadata", {}).get(METADATA_KEY, {}) | known
    if "measured" in entry:
        joined["measured"] = read_labels(folder / entry["measured"], is_mask=True).labels > 0
    return data, before | looks | {"metadata": metadata | {METADATA_KEY: joined}}, entry["kind"]


def _open_channel(
    entry: dict[str, Any],
    files: dict[str, Path],
    opened: dict[tuple[str, str], list[LayerData]],
) -> tuple[Any, dict[str, Any]]:
    """Return the pixels of one channel of a file that was not copied; a file is opened once."""
    path, scene = files.get(entry["source"], Path(entry["source"])), entry["scene"]
    known = entry["metadata"][METADATA_KEY]
    if (str(path), scene) not in opened:
        is_samples = known["role"] == "samples"
        opened[str(path), scene] = (
            sample_layers(path) if is_samples else image_layers(read_image(path, scene=scene or 0))
        )
    for data, attributes, _ in opened[str(path), scene]:
        if attributes["metadata"][METADATA_KEY]["channel"] == known["channel"]:
            return data, attributes
    raise FileError(f"{path} has no channel {known['channel']} any more; open the right file.")


def _find_file(folder: Path, file: dict[str, Any]) -> Path:
    """Find a file where it was, or moved together with the session; warn where it has changed."""
    path = Path(file["path"])
    beside = (folder / file["relative"]).resolve()
    found = next((p for p in (path, beside, folder.parent / path.name) if p.is_file()), None)
    if found is None:
        _warn(f"{path} is not there any more; put it back, or beside {folder.name}.")
        return path
    state = found.stat()
    is_same = (state.st_size, state.st_mtime) == (file["bytes"], file["modified"])
    if not is_same and hash_file(found) != file["sha256"]:
        _warn(
            f"{found} has changed since the session was saved; check whether it is the right one."
        )
    return found


def _warn(message: str) -> None:
    warnings.warn(message, SeewhyWarning, stacklevel=2)
