"""Every method keeps the same contract, and the networks of other packages are called rightly."""

from __future__ import annotations

import importlib.machinery
import sys
from types import ModuleType, SimpleNamespace

import numpy as np
import pytest
from scipy import ndimage

from napari_seewhy.cells import (
    SEGMENTERS,
    SegmentOptions,
    average_precision,
    make_sequential,
    segment,
)
from napari_seewhy.cells.segmenting.segmenter import Found
from napari_seewhy.errors import DataError, FileError, MissingPackageError
from napari_seewhy.progress import finish


def add_module(monkeypatch, name: str, **contents) -> None:
    module = ModuleType(name)
    module.__spec__ = importlib.machinery.ModuleSpec(name, None)
    module.__dict__.update(contents)
    monkeypatch.setitem(sys.modules, name, module)


@pytest.fixture
def calls() -> list:
    return []


@pytest.fixture
def cellpose(monkeypatch, tmp_path, calls):
    """A stand-in that labels what is brighter than 50 and notes how it was called."""

    class CellposeModel:
        def __init__(self, **given):
            calls.append(given)

        def eval(self, plane, **given):
            calls.append(given)
            return ndimage.label(plane > 50)[0].astype(np.uint16), None, None

    models = SimpleNamespace(CellposeModel=CellposeModel, MODEL_DIR=tmp_path)
    add_module(monkeypatch, "cellpose", models=models, core=SimpleNamespace(use_gpu=lambda: False))
    (tmp_path / "cpsam").write_text("")
    return tmp_path


@pytest.fixture
def stardist(monkeypatch, tmp_path, calls):
    """A stand-in that labels what is brighter than half of its scaled plane."""

    class StarDist2D:
        def __init__(self, config, **given):
            calls.append(given)

        def predict_instances(self, plane, **given):
            calls.append(given)
            return ndimage.label(plane > 0.1)[0], {}

    add_module(monkeypatch, "stardist")
    add_module(monkeypatch, "stardist.models", StarDist2D=StarDist2D)
    monkeypatch.setenv("KERAS_HOME", str(tmp_path))
    folder = (
        tmp_path / "models" / "StarDist2D" / "2D_versatile_fluo" / "2D_versatile_fluo_extracted"
    )
    folder.mkdir(parents=True)
    (folder / "config.json").write_text("{}")
    return folder


@pytest.fixture(params=["nuclei", "otsu", "cellpose", "stardist"])
def method(request) -> str:
    if request.param in ("cellpose", "stardist"):
        request.getfixturevalue(request.param)
    return request.param


def test_every_method_finds_the_discs_and_keeps_the_contract(method, tiny_image, tiny_labels):
    plane = tiny_image.pixels[0]
    found = finish(SEGMENTERS[method].find_steps(plane, SegmentOptions(method=method), None))
    assert isinstance(found, Found)
    assert found.labels.dtype == np.int32
    # A network draws outlines of its own; a threshold is right to the pixel.
    bound = 0.7 if method == "nuclei" else 1.0
    assert average_precision(tiny_labels > 0, found.labels > 0, (bound,)) == 1.0
    assert average_precision(tiny_labels, make_sequential(found.labels), (bound,)) == 1.0
    assert isinstance(found.threshold, float)
    if found.confidence is not None:
        assert found.confidence.shape == (found.labels.max() + 1,)
        sure = found.confidence[np.unique(found.labels)[1:]]
        assert ((sure > 0) & (sure <= 1)).all()


def test_every_method_refuses_pixels_that_are_no_numbers(method, tiny_image):
    plane = np.where(tiny_image.pixels[0] > 200, np.nan, 1.0)
    with pytest.raises(DataError, match="NaN or infinite"):
        finish(SEGMENTERS[method].find_steps(plane, SegmentOptions(method=method), None))


def test_every_method_is_available_where_its_package_is(method):
    assert SEGMENTERS[method].install_hint == ""


def test_every_method_goes_through_segment(method, tiny_image):
    found = segment(tiny_image, SegmentOptions(method=method, cells="expand"))
    assert found.n_nuclei == 5
    assert found.cells.max() == 5


@pytest.mark.parametrize(
    ("name", "command"),
    [("cellpose", "pip install cellpose"), ("stardist", "pip install stardist tensorflow")],
)
def test_a_package_that_is_missing_is_said_with_the_command_to_install_it(
    monkeypatch, tiny_image, name, command
):
    monkeypatch.setattr(
        "napari_seewhy.cells.segmenting.network_segmenters.find_spec", lambda package: None
    )
    assert SEGMENTERS[name].install_hint == command
    with pytest.raises(MissingPackageError, match=f"`{command}`"):
        segment(tiny_image, SegmentOptions(method=name))


def test_cellpose_is_given_network_and_diameter(cellpose, calls, tiny_image):
    segment(tiny_image, SegmentOptions(method="cellpose", diameter_um=8))
    assert calls == [
        {"gpu": False, "pretrained_model": str(cellpose / "cpsam")},
        {"diameter": 16.0},
    ]


def test_cellpose_takes_a_network_of_ones_own(cellpose, calls, tiny_image, tmp_path):
    own = tmp_path / "my network"
    own.write_text("")
    segment(tiny_image, SegmentOptions(method="cellpose", model=str(own)))
    assert calls[0]["pretrained_model"] == str(own)


def test_stardist_is_given_the_folder_of_its_network_and_tiles(stardist, calls, tiny_image):
    segment(tiny_image, SegmentOptions(method="stardist"))
    assert calls == [
        {"name": stardist.name, "basedir": str(stardist.parent)},
        {"n_tiles": (1, 1)},
    ]


@pytest.mark.parametrize("name", ["cellpose", "stardist"])
def test_a_network_that_is_not_on_this_computer_is_not_fetched(request, name, tiny_image):
    request.getfixturevalue(name)
    with pytest.raises(FileError, match=r"'other'.*nothing is fetched.*python -c"):
        segment(tiny_image, SegmentOptions(method=name, model="other"))


def test_a_folder_that_is_no_network_of_stardist_is_refused(stardist, tiny_image, tmp_path):
    (tmp_path / "empty").mkdir()
    with pytest.raises(FileError, match="no network of stardist"):
        segment(tiny_image, SegmentOptions(method="stardist", model=str(tmp_path / "empty")))


def test_an_image_too_large_for_a_network_is_refused(cellpose):
    huge = np.broadcast_to(np.uint8(0), (20_000, 20_000))
    with pytest.raises(DataError, match="too large for cellpose"):
        finish(SEGMENTERS["cellpose"].find_steps(huge, SegmentOptions(method="cellpose"), None))


def test_a_method_of_another_kind_is_added_by_its_name_alone(monkeypatch, tiny_image):
    class EverythingBright:
        install_hint = ""

        def find_steps(self, pixels, options, diameter_px):
            yield from ()
            return Found(ndimage.label(pixels > 50)[0].astype(np.int32))

    monkeypatch.setitem(SEGMENTERS, "bright", EverythingBright())
    assert segment(tiny_image, SegmentOptions(method="bright")).n_nuclei == 5
