from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from napari_seewhy.blocks.staining.marked_stain import MarkedStain, stain_marked_steps
from napari_seewhy.blocks.staining.options import ApplyStainOptions
from napari_seewhy.files import hash_file
from napari_seewhy.images import write_image
from napari_seewhy.models.files.weights_file import save_network
from napari_seewhy.progress import finish
from napari_seewhy.staining.card import load_stain

EXACT = ApplyStainOptions(device="cpu", precision="fp32")


@pytest.fixture
def taught(stain_file, dish, tmp_path):
    """Make a model that says it learned the left 50 columns of a field of some name and files."""

    def teach(name: str, *paths):
        piece = {"name": name, "group": "", "y": [0, 128], "x": [0, 50]}
        record = {
            "inputs": [{"path": str(path), "sha256": hash_file(path)} for path in paths],
            "results": {"split": {"train": [piece], "stop": []}},
        }
        model = load_stain(stain_file)
        path = tmp_path / "taught.safetensors"
        save_network(path, *model._replace(card=model.card.change(record=record)))
        return path

    return teach


def stain(image, name, model) -> MarkedStain:
    return finish(stain_marked_steps(image, name, model, EXACT))


def test_blocks_that_hold_a_pixel_of_the_training_are_marked(taught, dish, tmp_path) -> None:
    path = tmp_path / "A01.ome.tif"
    write_image(path, dish(21))
    found = stain(replace(dish(21), source=str(path)), "A01", taught("A01", path))
    assert found.learned.shape == found.stained.probability.shape == (1, 8, 10)
    # 50 px reach into the fourth column of blocks of 16 px.
    assert found.learned[0].all(axis=0).tolist() == [True] * 4 + [False] * 6
    assert not found.learned[0, :, 4:].any()


def test_a_file_that_was_learned_from_under_another_name_is_marked_too(taught, dish, tmp_path):
    path = tmp_path / "copy.ome.tif"
    write_image(path, dish(21))
    found = stain(replace(dish(21), source=str(path)), "copy", taught("A01", path))
    assert found.learned.mean() == 0.4


def test_another_file_of_the_same_name_is_not_marked(taught, dish, tmp_path) -> None:
    for seed, folder in ((21, "learned"), (22, "new")):
        (tmp_path / folder).mkdir()
        write_image(tmp_path / folder / "A01.ome.tif", dish(seed))
    model = taught("A01", tmp_path / "learned" / "A01.ome.tif")
    new = replace(dish(22), source=str(tmp_path / "new" / "A01.ome.tif"))
    assert not stain(new, "A01", model).learned.any()


@pytest.mark.parametrize(("name", "share"), [("phase", 0.4), ("another", 0)])
def test_of_an_image_in_no_file_the_name_tells(taught, dish, name, share) -> None:
    found = stain(replace(dish(21), source=""), name, taught("phase"))
    assert found.learned.mean() == share


def test_frames_are_marked_one_by_one(taught, dish) -> None:
    frames = np.stack([dish(20).pixels, dish(21).pixels])
    series = replace(dish(20), pixels=frames, axes="TCYX", source="")
    found = stain(series, "film", taught("film t=1"))
    assert found.learned.mean(axis=(1, 2)).tolist() == [0, 0.4]
