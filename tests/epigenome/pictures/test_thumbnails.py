"""Thumbnails are made once, and again for a picture that changed."""

from __future__ import annotations

import os

import numpy as np
import pytest
from PIL import Image

from napari_seewhy.epigenome.pictures import thumbnails as picture_thumbnails
from napari_seewhy.epigenome.pictures.thumbnails import CACHE_VARIABLE, read_thumbnail, shrink
from napari_seewhy.errors import FileError


@pytest.fixture
def cache(tmp_path, monkeypatch):
    monkeypatch.setenv(CACHE_VARIABLE, str(tmp_path / "cache"))
    return tmp_path / "cache"


@pytest.fixture
def picture(tmp_path, draw_foreign):
    path = tmp_path / "gene.png"
    Image.fromarray(draw_foreign(0)).save(path)
    return path


def test_a_thumbnail_keeps_the_shape_of_its_picture(picture, cache, draw_foreign) -> None:
    small = read_thumbnail(picture)
    assert small.shape == (32, 43, 3)
    np.testing.assert_array_equal(small, shrink(draw_foreign(0)))


def test_it_is_read_from_the_cache_the_next_time(picture, cache, monkeypatch) -> None:
    first = read_thumbnail(picture)
    monkeypatch.setattr(picture_thumbnails, "shrink", None)
    np.testing.assert_array_equal(read_thumbnail(picture), first)
    assert len(list(cache.rglob("*.png"))) == 1


def test_a_picture_that_was_drawn_anew_gets_a_new_one(picture, cache, draw_foreign) -> None:
    read_thumbnail(picture)
    Image.fromarray(draw_foreign(7)).save(picture)
    os.utime(picture, ns=(1, 1))
    np.testing.assert_array_equal(read_thumbnail(picture), shrink(draw_foreign(7)))


def test_a_picture_that_is_gone_is_said(picture, cache) -> None:
    picture.unlink()
    with pytest.raises(FileError, match=r"gene\.png"):
        read_thumbnail(picture)
