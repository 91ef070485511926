"""The pictures of genes that File > Open Sample draws."""

from __future__ import annotations

import platformdirs
import pytest

from napari_seewhy import sample_data
from napari_seewhy.epigenome.pictures.set import PictureSet
from napari_seewhy.layers import METADATA_KEY


@pytest.fixture(scope="module")
def opened(tmp_path_factory):
    cache = tmp_path_factory.mktemp("cache 日本")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(platformdirs, "user_cache_path", lambda *_, **__: cache)
        yield sample_data.open_gene_pictures(), cache, sample_data.open_gene_pictures


def test_every_gene_is_a_picture_of_the_stack(opened):
    [(pixels, attributes, kind)], cache, _ = opened
    assert kind == "image"
    assert attributes["rgb"]
    assert pixels.shape[0] == 200
    assert pixels.shape[-1] == 3
    assert attributes["metadata"][METADATA_KEY]["source"].startswith(str(cache))


def test_the_folder_can_be_opened_by_the_inspect_widget(opened):
    [(_, attributes, _)], _, _ = opened
    pictures = PictureSet(attributes["metadata"][METADATA_KEY]["source"])
    assert set(pictures.table["compound"]) == {"compound_01"}
    assert pictures.table["gene"].is_unique
    assert len(pictures) == 200


def test_pictures_that_were_drawn_are_not_drawn_again(opened):
    _, cache, open_again = opened
    before = {path: path.stat().st_mtime_ns for path in cache.rglob("*.png")}
    open_again()
    assert {path: path.stat().st_mtime_ns for path in cache.rglob("*.png")} == before
    assert len(before) == 200


@pytest.mark.widgets
def test_napari_makes_a_layer_of_the_pictures(opened):
    from napari.layers import Layer

    [layer], _, _ = opened
    made = Layer.create(*layer)
    assert made.rgb
    assert made.ndim == 3
