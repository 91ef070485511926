"""What a person declares of images: masks of what was not measured."""

from __future__ import annotations

import numpy as np
import pytest
import tifffile
from PIL import Image

from napari_seewhy.errors import DataError, FileError, SeewhyWarning
from napari_seewhy.images import Declared, read_image


@pytest.fixture
def image_path(tmp_path):
    path = tmp_path / "a.tif"
    tifffile.imwrite(path, np.arange(80 * 60, dtype="u2").reshape(80, 60))
    return path


@pytest.fixture
def mask():
    mask = np.zeros((80, 60), "u1")
    mask[:20] = 255
    return mask


@pytest.mark.parametrize("name", ["masks/a.png", "masks/a_mask.tif", "masks/a_not_measured.tif"])
def test_a_mask_of_a_folder_or_by_its_name_says_what_was_not_measured(image_path, mask, name):
    path = image_path.parent / name
    path.parent.mkdir()
    Image.fromarray(mask).save(path)
    for given in (path, path.parent):
        image = read_image(image_path, declared=Declared(not_measured=given))
        np.testing.assert_array_equal(image.measured, mask == 0)
        assert image.assumed == ()


def test_a_mask_adds_to_what_the_file_says(tmp_path, mask):
    alpha = np.full((80, 60), 255, "u1")
    alpha[:, :10] = 0
    Image.fromarray(np.stack([np.ones_like(alpha), alpha], -1)).save(tmp_path / "a.png")
    Image.fromarray(mask).save(tmp_path / "a_mask.png")
    declared = Declared(not_measured=tmp_path / "a_mask.png")
    measured = read_image(tmp_path / "a.png", declared=declared).measured
    np.testing.assert_array_equal(measured, (mask == 0) & (alpha > 0))


def test_an_image_without_a_mask_in_the_folder_is_told(image_path):
    (image_path.parent / "masks").mkdir()
    folder = image_path.parent / "masks"
    with pytest.warns(SeewhyWarning, match="holds no mask of a.tif"):
        image = read_image(image_path, declared=Declared(not_measured=folder))
    assert image.measured is None
    assert image.assumed[-1] == f"{folder} holds no mask of a.tif, so all of it counts."


def test_a_mask_that_does_not_fit_is_refused(image_path, mask):
    folder = image_path.parent / "masks"
    with pytest.raises(FileError, match="does not exist; name a mask"):
        read_image(image_path, declared=Declared(not_measured=folder))
    folder.mkdir()
    for name, pixels in (("small", mask[:9]), ("full", np.ones_like(mask))):
        Image.fromarray(pixels).save(folder / f"{name}.png")
    with pytest.raises(DataError, match=r"has shape \(9, 60\) and a.tif has \(80, 60\)"):
        read_image(image_path, declared=Declared(not_measured=folder / "small.png"))
    with pytest.raises(DataError, match="is 0 nowhere"):
        read_image(image_path, declared=Declared(not_measured=folder / "full.png"))
    for name in ("a.png", "a_mask.png"):
        Image.fromarray(mask).save(folder / name)
    with pytest.raises(FileError, match=r"holds a.png and a_mask.png for a.tif"):
        read_image(image_path, declared=Declared(not_measured=folder))
