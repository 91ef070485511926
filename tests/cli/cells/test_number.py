from __future__ import annotations

import numpy as np
import pytest
import tifffile

from napari_seewhy.images import read_labels


@pytest.mark.parametrize(
    ("values", "options"), [((0, 255), ()), ((2, 1), ("--background-value", 2))]
)
def test_masks_become_labels_that_crop_takes(call, tmp_path, tiny_labels, values, options):
    mask = np.where(tiny_labels > 0, values[1], values[0]).astype(np.uint8)
    (tmp_path / "masks").mkdir()
    tifffile.imwrite(tmp_path / "masks" / "a_mask.tif", mask)
    tifffile.imwrite(tmp_path / "a.tif", np.full(mask.shape, 9, np.uint16))
    words = ("crop", tmp_path / "a.tif", "--size-px", 16, "--out", tmp_path / "a.h5", "--labels")
    refused = call(*words, tmp_path / "masks")
    assert refused.status == 1
    done = call("number", tmp_path / "masks", "--out", tmp_path / "labels", *options)
    assert (done.status, done.out) == (0, "number: 1 done.\n")
    assert read_labels(tmp_path / "labels" / "a_labels.ome.tif").labels.max() == 5
    assert call(*words, tmp_path / "labels").out.startswith(f"{tmp_path / 'a.h5'}: 5 samples")


def test_a_mask_without_background_is_asked_about(call, tmp_path):
    tifffile.imwrite(tmp_path / "a.tif", np.repeat([[1, 2]], 9, axis=0).astype(np.uint8))
    done = call("number", tmp_path / "a.tif", "--out", tmp_path / "out")
    assert done.status == 1
    assert "has no pixel of 0, the background; say with --background-value" in done.err


def test_two_masks_of_one_name_are_refused(call, tmp_path):
    for name in ("a.tif", "a_mask.tif"):
        tifffile.imwrite(tmp_path / name, np.eye(9, dtype=np.uint8))
    done = call("number", tmp_path, "--out", tmp_path / "out")
    assert done.status == 2
    assert "Several masks would become a_labels.ome.tif" in done.err
