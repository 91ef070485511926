"""The methods `cellpose` and `stardist`: networks of other packages, used where installed.

Nothing is fetched from the internet here: a network is used if it lies on this computer already,
and otherwise the error holds the command with which its own package fetches it.
"""

from __future__ import annotations

import math
import os
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from napari_seewhy.cells.segmenting.segmenter import Found
from napari_seewhy.errors import DataError, FileError
from napari_seewhy.progress import Step, Task

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from napari_seewhy.cells.segmenting.options import SegmentOptions
    from napari_seewhy.images import Pixels

_LARGEST_PX = 2**27
_STARDIST_TILE_PX = 1024


class CellposeSegmenter:
    """Nuclei as a network of cellpose sees them (Stringer et al. 2021, Nature Methods 18:100)."""

    @property
    def install_hint(self) -> str:
        """The command that installs cellpose, "" where it is installed."""
        return "" if find_spec("cellpose") else "pip install cellpose"

    def find_steps(
        self, pixels: Pixels, options: SegmentOptions, diameter_px: float | None
    ) -> Task[Found]:
        """Find the nuclei of one plane, see `Segmenter.find_steps`."""
        yield Step(0, 2, "Loading cellpose")
        from cellpose import core, models

        plane = _load(pixels, options.method)
        fetch = "python -c 'from cellpose import models; models.CellposeModel()'"
        path = _find_network(options.model or "cpsam", Path(models.MODEL_DIR), "cellpose", fetch)
        network = models.CellposeModel(gpu=core.use_gpu(), pretrained_model=str(path))
        yield Step(1, 2, "Finding nuclei")
        masks = network.eval(plane, diameter=diameter_px)[0]
        return Found(np.ascontiguousarray(masks, np.int32))


class StardistSegmenter:
    """Nuclei as star-convex shapes (Schmidt et al. 2018, MICCAI); it asks for no diameter."""

    @property
    def install_hint(self) -> str:
        """The command that installs stardist, "" where it is installed."""
        return "" if find_spec("stardist") else "pip install stardist tensorflow"

    def find_steps(
        self, pixels: Pixels, options: SegmentOptions, diameter_px: float | None
    ) -> Task[Found]:
        """Find the nuclei of one plane, see `Segmenter.find_steps`."""
        yield Step(0, 2, "Loading stardist")
        from stardist.models import StarDist2D

        plane = _load(pixels, options.method)
        name = options.model or "2D_versatile_fluo"
        keras_home = Path(os.environ.get("KERAS_HOME", Path.home() / ".keras"))
        fetch = (
            "python -c 'from stardist.models import StarDist2D; "
            f'StarDist2D.from_pretrained("{name}")\''
        )
        found = _find_network(name, keras_home / "models" / "StarDist2D", "stardist", fetch)
        # Keras has unpacked networks to folders of different depth in the course of time.
        folder = next((path.parent for path in sorted(found.rglob("config.json"))), None)
        if folder is None:
            raise FileError(
                f"{found} holds no config.json, so it is no network of stardist; "
                "choose the folder of one."
            )
        network = StarDist2D(None, name=folder.name, basedir=str(folder.parent))
        yield Step(1, 2, "Finding nuclei")
        n_tiles = tuple(math.ceil(length / _STARDIST_TILE_PX) for length in plane.shape)
        # The range that the networks of stardist were trained on.
        dark, bright = np.percentile(plane, (1, 99.8))
        scaled = (plane - dark) / max(bright - dark, 1e-20)
        labels, _ = network.predict_instances(scaled, n_tiles=n_tiles)
        return Found(np.ascontiguousarray(labels, np.int32))


def _load(pixels: Pixels, method: str) -> NDArray[np.float32]:
    if pixels.size > _LARGEST_PX:
        raise DataError(
            f"The image has {pixels.shape[0]} x {pixels.shape[1]} pixels, which is too large for "
            f"{method}; use the method otsu, or cut the image into pieces."
        )
    values = np.asarray(pixels).astype(np.float32)
    if not np.isfinite(values).all():
        raise DataError("The channel holds NaN or infinite pixels; replace them by numbers.")
    return values


def _find_network(name: str, folder: Path, package: str, fetch: str) -> Path:
    """Return where a network lies: a path of the person's own, or one its package has fetched."""
    for path in (Path(name).expanduser(), folder / name):
        if path.exists():
            return path
    raise FileError(
        f"The network {name!r} of {package} is not on this computer, and nothing is fetched "
        f"without being asked for; fetch it once with `{fetch}`, or give the path of another."
    )
