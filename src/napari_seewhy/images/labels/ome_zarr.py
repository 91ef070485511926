"""Labels in an OME-Zarr: beside the image that they belong to, with the resolutions it has."""

from __future__ import annotations

import json
import shutil
import uuid
from typing import TYPE_CHECKING, Any

import numpy as np

from napari_seewhy.errors import DataError
from napari_seewhy.files import write_json
from napari_seewhy.images.ome_zarr import KIND, name_axes, read_attributes, scene_folder
from napari_seewhy.images.quiet import reading
from napari_seewhy.images.scratch import release

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

_PIECE_PX = 1024


def write_zarr_labels(path: Path, scene: int | str, labels: Any, name: str) -> Path:
    """Write labels into the OME-Zarr of their image, as ``labels/NAME``, whole or not at all.

    Labels of this name are replaced. They have as many resolutions as the image and the places of
    its pixels; a coarser pixel has the number of the pixel in its middle.

    Parameters
    ----------
    path, scene
        The image.
    labels
        ``(Y, X)`` or ``(T, Y, X)`` int32.
    name
        What they are called.

    Returns
    -------
    Path
        The folder of the labels.

    Raises
    ------
    DataError
        If they have another size than the image.
    FileError
        If they cannot be written.
    """
    folder = scene_folder(path, scene)
    target = folder / "labels" / name
    with reading(folder, KIND, "zarr"):
        part = target.with_name(f".{name}-{uuid.uuid4().hex[:8]}")
        try:
            _write(folder, part, labels)
            if target.exists():
                old = target.with_name(f"{part.name}-old")
                target.rename(old)
                shutil.rmtree(old)
            part.rename(target)
        finally:
            shutil.rmtree(part, ignore_errors=True)
        _list_labels(target.parent, name)
    return target


def _write(folder: Path, part: Path, labels: Any) -> None:
    import zarr

    image: Any = zarr.open_group(folder, mode="r")
    is_old = image.metadata.zarr_format == 2
    version = "0.4" if is_old else "0.5"
    multiscale = read_attributes(folder)["multiscales"][0]
    first = image[multiscale["datasets"][0]["path"]]
    axes = name_axes(multiscale, first.ndim)
    kept = [axes.index(axis) for axis in "TYX"[-labels.ndim :]]
    if [first.shape[at] for at in kept] != list(labels.shape):
        raise DataError(
            f"The labels have shape {labels.shape}, and the image in {folder} {first.shape} along "
            f"{axes}; they belong to another image."
        )
    group = zarr.open_group(part, mode="w", zarr_format=image.metadata.zarr_format)
    datasets = []
    for dataset in multiscale["datasets"]:
        shape = tuple(image[dataset["path"]].shape[at] for at in kept)
        chunks = (1,) * (len(shape) - 2) + tuple(min(_PIECE_PX, length) for length in shape[-2:])
        # NGFF 0.4 wants folders of chunks, as Zarr 3 has them anyway.
        more: dict[str, Any] = {"chunk_key_encoding": {"name": "v2", "separator": "/"}}
        array = group.create_array(
            dataset["path"],
            shape=shape,
            chunks=chunks,
            dtype=np.int32,
            **(more if is_old else {}),
        )
        _fill(array, labels)
        datasets.append({"path": dataset["path"], **_join_steps(dataset, multiscale, kept)})
    described = multiscale.get("axes") or [axis.lower() for axis in axes]
    scales: dict[str, Any] = {  # no scale beside the resolutions, which some readers pass over
        "name": part.name[1:].rpartition("-")[0],
        "axes": [described[at] for at in kept],
        "datasets": datasets,
    }
    attributes: dict[str, Any] = {
        "multiscales": [scales | ({"version": version} if is_old else {})],
        "image-label": {"source": {"image": "../../"}} | ({"version": version} if is_old else {}),
    }
    group.attrs.update(attributes if is_old else {"ome": {"version": version, **attributes}})


def _join_steps(
    dataset: dict[str, Any], multiscale: dict[str, Any], kept: Sequence[int]
) -> dict[str, Any]:
    """Return the transformations of a resolution and of all as one, for these axes alone."""
    scale, translation = np.ones(len(kept)), np.zeros(len(kept))
    for one in (dataset, multiscale):
        for step in one.get("coordinateTransformations") or ():
            if "scale" in step:
                factor = np.array(step["scale"], float)[list(kept)]
                scale, translation = scale * factor, translation * factor
            elif "translation" in step:
                translation = translation + np.array(step["translation"], float)[list(kept)]
    steps = [{"type": "scale", "scale": scale.tolist()}]
    if translation.any():
        steps.append({"type": "translation", "translation": translation.tolist()})
    return {"coordinateTransformations": steps}


def _fill(array: Any, labels: Any) -> None:
    """Write one resolution, some rows at a time; labels are picked and never mixed."""
    height, width = labels.shape[-2:]
    rows, columns = (
        ((np.arange(coarse) + 0.5) * fine / coarse).astype(np.int64)
        for coarse, fine in zip(array.shape[-2:], (height, width), strict=True)
    )
    for start in range(0, len(rows), _PIECE_PX):
        band = rows[start : start + _PIECE_PX]
        some = np.asarray(labels[..., band[0] : band[-1] + 1, :])
        array[..., start : start + len(band), :] = some[..., band - band[0], :][..., columns]
        release(labels)


def _list_labels(folder: Path, name: str) -> None:
    """Add a name to the list of the labels of an image."""
    document = folder / "zarr.json"
    if (folder / name / "zarr.json").is_file():
        known = json.loads(document.read_text("utf-8")) if document.is_file() else {}
        ome = known.get("attributes", {}).get("ome", {})
        names = [*dict.fromkeys((*ome.get("labels", ()), name))]
        group = {"zarr_format": 3, "node_type": "group"}
        attributes = {"ome": {"version": "0.5"} | ome | {"labels": names}}
        write_json(document, group | {"attributes": attributes})
        return
    document = folder / ".zattrs"
    known = json.loads(document.read_text("utf-8")) if document.is_file() else {}
    names = [*dict.fromkeys((*known.get("labels", ()), name))]
    write_json(folder / ".zgroup", {"zarr_format": 2})
    write_json(document, known | {"labels": names})
