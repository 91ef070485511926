"""What several rooms' tests share: drawn pictures whose truth is known, and the real data."""

from __future__ import annotations

import contextlib
import itertools
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pytest
from skimage.io import imread

from napari_seewhy.images import CellImage, read_labels
from napari_seewhy.samples import SampleSet

if TYPE_CHECKING:
    from collections.abc import Callable

# Tests draw with Mesa's software OpenGL and train networks in one process, which the program never
# does. Mesa and torch's Triton each bring an LLVM; if Triton's comes second, the process ends.
with contextlib.suppress(ImportError):
    import triton  # noqa: F401  (see above)

collect_ignore = ["wheel/open_everything.py"]  # is run by another Python

DATA = Path(__file__).parents[2] / "shared" / "data"

DISCS = ((20, 20, 8), (20, 60, 10), (60, 22, 7), (64, 64, 9), (44, 92, 8))
"""Centre y, centre x and radius in pixels of the five discs of `tiny_image`."""


def draw_discs(shape: tuple[int, int] = (88, 112)) -> np.ndarray:
    """Labels ``(Y, X)`` of the five discs, 1 to 5 in the order of `DISCS`."""
    labels = np.zeros(shape, np.int32)
    y, x = np.indices(shape)
    for number, (center_y, center_x, radius) in enumerate(DISCS, start=1):
        labels[(y - center_y) ** 2 + (x - center_x) ** 2 <= radius**2] = number
    return labels


@pytest.fixture
def tiny_labels() -> np.ndarray:
    return draw_discs()


@pytest.fixture
def tiny_image() -> CellImage:
    """Five discs, 0.5 um pixels: DNA is 100 + 50 per label on 10, Golgi is 40 on 5."""
    labels = draw_discs()
    dna = np.where(labels > 0, 100 + 50 * labels, 10)
    golgi = np.where(labels > 0, 40, 5)
    return CellImage(np.stack([dna, golgi]).astype(np.uint16), "CYX", ("DNA", "Golgi"), 0.5)


@pytest.fixture(scope="session")
def real_data() -> Path:
    """Folder of the real data; tests that use it carry the mark `realdata`."""
    if not DATA.is_dir():
        pytest.skip(f"The real data are not here: {DATA} does not exist.")
    return DATA


@pytest.fixture(scope="session")
def write_bigwig() -> Callable[..., Path]:
    """Write records ``(chromosome, start, end, value)`` as a bigWig."""

    def write(path: Path, lengths: dict[str, int], records: list[tuple]) -> Path:
        import pybigtools

        path.parent.mkdir(parents=True, exist_ok=True)
        pybigtools.open(str(path), "w").write(lengths, iter(records))
        return path

    return write


@pytest.fixture(scope="session")
def check_demo() -> Callable[[Path], None]:
    """Check what a demo left in a folder: tables, crops and pictures that agree."""
    return _check_demo


def _check_demo(out: Path) -> None:
    labels = read_labels(out / "field_typical_labels.ome.tif")
    cells = pd.read_csv(out / "field_typical_cells.csv")
    assert len(cells) == labels.labels.max() > 60
    assert cells["mean_DNA"].gt(0).all()
    with SampleSet(out / "field_typical_crops.h5") as samples:
        assert len(samples) == len(cells)
        assert samples.pixel_size_um == labels.pixel_size_um

    review = pd.read_csv(out / "gene_pictures" / "pictures.review.csv")
    assert list(review["gene"]) == ["SIM001", "SIM002", "SIM003"]

    names = (
        *("segment", "measure", "crop", "stain", "stain_series"),
        *("genes", "genes_classified", "genes_explained", "gene_lists", "dna", "dna_letters"),
    )
    pictures = [imread(out / f"{name}.png") for name in names]
    for picture in pictures:
        assert min(picture.shape[:2]) > 500
    halves = imread(out / "genes_halves.png")
    assert not np.array_equal(halves, pictures[names.index("genes_explained")])
    # The dock on the right, which differs from step to step.
    docks = [picture[:, -300:] for picture in pictures]
    assert not any(np.array_equal(*pair) for pair in itertools.pairwise(docks))
