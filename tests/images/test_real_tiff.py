"""Real TIFF files have their known content and metadata."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pytest
import tifffile

from napari_seewhy.images import list_scenes, read_image, read_labels

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.realdata


class Known(NamedTuple):
    """What a file holds, by its own tags and metadata read by eye."""

    axes: str
    shape: tuple[int, ...]
    dtype: str
    channels: tuple[str, ...]
    pixel_size_um: float | None = None


FILES = {
    # ImageJ: 19.420064 pixels per \u00B5m, three 16-bit samples per pixel.
    "formats/hela_rgb_16bit.tif": Known(
        "CYX", (3, 512, 672), "u2", ("Red", "Green", "Blue"), 1 / 19.420064
    ),
    # ImageJ: 1.938918 pixels per micron, no names of channels.
    "formats/nuclei_golgi.tif": Known(
        "CYX", (2, 220, 204), "u2", ("channel 0", "channel 1"), 1 / 1.938918
    ),
    "human/dna_ph3_cell.ome.tif": Known("CYX", (3, 512, 512), "u1", ("DNA", "PH3", "cell")),
    "neurons/dapi_map2_nfh.ome.tif": Known("CYX", (3, 1024, 768), "u2", ("DAPI", "MAP2", "NFH")),
    "neurons/phase_contrast_z13.ome.tif": Known("CZYX", (1, 13, 1024, 768), "u2", ("channel 0",)),
    "nuclei/images/003cee89357d9fe1.tif": Known("CYX", (1, 256, 256), "u1", ("channel 0",)),
}


@pytest.mark.parametrize("lazy", [False, True])
@pytest.mark.parametrize("name", FILES)
def test_the_file_is_read_as_what_it_is(real_data: Path, name: str, lazy: bool) -> None:
    path, known = real_data / name, FILES[name]
    image = read_image(path, lazy=lazy)
    assert list_scenes(path) == [""]
    assert (image.axes, image.pixels.shape, image.channels) == (*known[:2], known.channels)
    assert image.pixels.dtype == np.dtype(known.dtype)
    assert image.pixel_size_um == pytest.approx(known.pixel_size_um)
    stored = tifffile.imread(path)
    if name.startswith("formats/hela"):
        stored = np.moveaxis(stored, -1, 0)
    np.testing.assert_array_equal(image.load().pixels, stored.reshape(known.shape))


def test_every_well_of_the_plate_has_reporter_and_dna(real_data: Path) -> None:
    paths = sorted((real_data / "translocation_plate").glob("*.ome.tif"))
    images = [read_image(path) for path in paths]
    assert len(images) == 72
    assert {(image.axes, image.pixels.shape, image.channels) for image in images} == {
        ("CYX", (2, 640, 640), ("reporter", "DNA"))
    }


def test_masks_of_nuclei_are_labels(real_data: Path) -> None:
    path = real_data / "nuclei" / "labels" / "003cee89357d9fe1.tif"
    labels, pixel_size_um = read_labels(path)
    np.testing.assert_array_equal(labels, tifffile.imread(path))
    assert labels.dtype == np.int32
    assert pixel_size_um is None
