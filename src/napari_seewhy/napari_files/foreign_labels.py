"""Labels as other programs have them: QuPath's GeoJSON, ImageJ's ROI zip, Cellpose's masks."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from napari_seewhy.errors import DataError, FileError
from napari_seewhy.files import explain_os_error, read_json, write_text, writing
from napari_seewhy.images import read_image, write_ome_tiff
from napari_seewhy.inputs import IMAGE_SUFFIXES
from napari_seewhy.layers import Grid, LayerData, cells_from_features, class_colors, labels_layer
from napari_seewhy.napari_files.label_files import MASKS

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pandas as pd
    from numpy.typing import NDArray

_CLASSES = ("decided", "class", "predicted_class")


def write_geojson(path: str, data: Any, attributes: dict[str, Any]) -> list[str]:
    """Save labels as the GeoJSON of QuPath: outlines with class and measurements.

    Parameters
    ----------
    path
        Ending in ``.geojson``.
    data
        Labels ``(Y, X)``.
    attributes
        State of the layer, as napari gives it.

    Returns
    -------
    list of str
        The file.

    Raises
    ------
    DataError
        If the labels are a time series or a stack.
    FileError
        If the file cannot be written.
    """
    labels = _flat(data)
    cells = _cells_by_label(attributes)
    column = next((name for name in _CLASSES if name in cells), "")
    colors = class_colors(sorted(cells[column].dropna().astype(str).unique())) if column else {}
    features = []
    for label, outline in trace_cells(labels):
        row = cells.loc[label].to_dict() if label in cells.index else {}
        said = row.get(column)
        properties: dict[str, Any] = {
            "objectType": "detection",
            "name": str(label),
            "measurements": {
                str(name): float(value)
                for name, value in row.items()
                if isinstance(value, (int, float, np.number)) and math.isfinite(value)
            },
        }
        if isinstance(said, str):
            color = [round(255 * part) for part in colors[said][:3]]
            properties["classification"] = {"name": said, "color": color}
        ring = [[round(float(x), 2), round(float(y), 2)] for y, x in outline]
        geometry = {"type": "Polygon", "coordinates": [ring]}
        features.append({"type": "Feature", "geometry": geometry, "properties": properties})
    # What is no feature is passed over by other programs; here it gives the picture its size.
    about = {"type": "FeatureCollection", "shape": list(labels.shape), "features": features}
    write_text(Path(path), json.dumps(about))
    return [path]


def write_rois(path: str, data: Any, attributes: dict[str, Any]) -> list[str]:
    """Save labels as a zip of ImageJ's ROIs, each named by its number.

    Raises
    ------
    DataError
        If the labels are a time series or a stack.
    FileError
        If the file cannot be written.
    """
    from zipfile import ZipFile

    from roifile import ImagejRoi

    labels = _flat(data)
    with writing(Path(path)) as part, ZipFile(part, "w") as archive:
        for label, outline in trace_cells(labels):
            roi = ImagejRoi.frompoints(outline[:-1, ::-1], name=f"{label:04d}")
            archive.writestr(f"{label:04d}.roi", roi.tobytes())
    return [path]


def write_masks(path: str, data: Any, attributes: dict[str, Any]) -> list[str]:
    """Save labels as Cellpose does: ``<image>_cp_masks.tif``.

    Raises
    ------
    FileError
        If the file cannot be written.
    """
    labels = np.asarray(data[0] if attributes.get("multiscale") else data)
    stem = Path(path).name.removesuffix(".tif").removesuffix(MASKS)
    out = Path(path).with_name(f"{stem}{MASKS}.tif")
    kind = np.uint16 if labels.max(initial=0) < 2**16 else np.uint32
    axes = "TZYX"[-labels.ndim :] if labels.ndim == 4 else "TYX"[-labels.ndim :]
    write_ome_tiff(out, labels.astype(kind), {"axes": axes})
    return [str(out)]


def read_outlines(path: Path) -> list[LayerData]:
    """Open outlines of GeoJSON or a ROI zip as labels, as large as the image beside them.

    Raises
    ------
    FileError
        If the file cannot be read.
    DataError
        If it holds no outline.
    """
    import pandas as pd
    from skimage.draw import polygon

    is_zip = path.suffix.lower() == ".zip"
    shape, cells = _read_zip(path) if is_zip else _read_geojson(path)
    if not cells:
        raise DataError(f"{path.name} holds no outline of a cell; choose another file.")
    shape, pixel_size_um = _find_size(path, shape)
    ends = np.ceil(np.max([outline.max(axis=0) for outline, _ in cells], axis=0)).astype(int) + 1
    labels = np.zeros(shape or tuple(ends), np.int32)
    for i, (outline, _) in enumerate(cells, 1):
        labels[polygon(outline[:, 0], outline[:, 1], labels.shape)] = i
    table = pd.DataFrame([{"label": i} | said for i, (_, said) in enumerate(cells, 1)])
    table = table[np.isin(table["label"], labels)]
    if "class" in table:
        table["class"] = pd.Categorical(table["class"])
    stem = path.name.removesuffix(path.suffix)
    return [
        labels_layer(
            labels,
            table,
            name=f"nuclei ({stem})",
            grid=Grid.of_pixel_size(pixel_size_um),
            known={"source": str(path)},
        )
    ]


def trace_cells(labels: NDArray[Any]) -> Iterator[tuple[int, NDArray[np.float64]]]:
    """Yield the number and the closed outline ``(N, 2)``, y and x, of the largest part of a cell.

    Outlines run through the middle between cell and ground: at ``n + 0.5`` of a pixel's middle
    ``n``, as programs need them whose pixels begin at whole numbers.
    """
    from scipy.ndimage import find_objects
    from skimage.measure import find_contours

    for label, box in enumerate(find_objects(labels), 1):
        if box is None:
            continue
        mask = np.pad(labels[box] == label, 1)
        outline = max(find_contours(mask.astype(np.float32), 0.5), key=_area)
        yield label, outline + np.array([box[0].start, box[1].start]) - 0.5


def _area(outline: NDArray[np.float64]) -> float:
    y, x = outline.T
    return abs(float(np.dot(y[:-1], x[1:]) - np.dot(x[:-1], y[1:])))


def _flat(data: Any) -> NDArray[Any]:
    labels = np.asarray(data[0] if isinstance(data, (list, tuple)) else data)
    if labels.ndim != 2:
        raise DataError(
            f"The labels have the shape {labels.shape}; outlines are saved of one picture, so save "
            "one time point or plane."
        )
    return labels


def _cells_by_label(attributes: dict[str, Any]) -> pd.DataFrame:
    import pandas as pd

    features = attributes.get("features")
    if features is None or not len(features):
        return pd.DataFrame()
    return cells_from_features(features).set_index("label", drop=False)


Outlines = tuple[tuple[int, int] | None, list[tuple["NDArray[np.float64]", dict[str, Any]]]]


def _read_geojson(path: Path) -> Outlines:
    content = read_json(path)
    features = content.get("features", []) if isinstance(content, dict) else content
    shape = content.get("shape") if isinstance(content, dict) else None
    cells = []
    try:
        for feature in features:
            geometry, said = feature["geometry"], feature.get("properties") or {}
            parts = geometry["coordinates"]
            rings = [parts] if geometry["type"] == "Polygon" else parts
            ring = max((np.array(part[0], float) for part in rings), key=len)
            row = dict(said.get("measurements") or {})
            if name := (said.get("classification") or {}).get("name"):
                row["class"] = name
            # Their pixels begin where ours have their middle half a pixel before.
            cells.append((ring[:, ::-1] - 0.5, row))
    except (KeyError, TypeError, ValueError, IndexError, AttributeError) as error:
        raise FileError(
            f"{path.name} is no GeoJSON with outlines; export it from QuPath as GeoJSON."
        ) from error
    return (tuple(shape) if shape else None), cells


def _read_zip(path: Path) -> Outlines:
    from roifile import roiread

    try:
        rois = roiread(path)
    except OSError as error:
        raise FileError(explain_os_error(error, path, "read")) from error
    except Exception as error:  # zipfile and roifile raise what they like for damaged files
        raise FileError(f"{path.name} holds no ROIs of ImageJ; save them again.") from error
    rois = rois if isinstance(rois, list) else [rois]
    points = [roi.coordinates() for roi in rois]
    return None, [(np.asarray(p, float)[:, ::-1] - 0.5, {}) for p in points if len(p) > 2]


def _find_size(
    path: Path, shape: tuple[int, int] | None
) -> tuple[tuple[int, int] | None, float | None]:
    """Return size and pixel size of the image that lies beside the outlines with their name."""
    stem = path.name.removesuffix(path.suffix)
    for beside in sorted(path.parent.glob(f"{stem}.*")):
        if beside.suffix.lower() in IMAGE_SUFFIXES:
            image = read_image(beside, lazy=True)
            return image.shape_yx, image.pixel_size_um
    return shape, None
