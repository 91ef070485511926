"""What several rooms' tests share: drawn pictures whose truth is known, and the real data."""

from __future__ import annotations

import contextlib
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest

from napari_seewhy.images import CellImage

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
