"""The method nuclei: its network is kept, what it is unsure of is said, and bad input is met."""

from __future__ import annotations

import os
import shutil

import dask.array as da
import numpy as np
import pytest
import torch
from scipy.ndimage import gaussian_filter

from napari_seewhy.cells import SegmentOptions, measure_cells, segment
from napari_seewhy.cells.planes.looks import Looks, is_grain
from napari_seewhy.cells.segmenting.nuclei_segmenter import NucleiSegmenter
from napari_seewhy.errors import FileError
from napari_seewhy.images import CellImage, read_image
from napari_seewhy.models.files.library import SHIPPED_FOLDER, ModelLibrary
from napari_seewhy.models.files.weights_file import save_network
from napari_seewhy.nuclei import finder
from napari_seewhy.nuclei.card import load_segmenter
from napari_seewhy.progress import finish

SHIPPED = SHIPPED_FOLDER / "nuclei.safetensors"
EXACT = SegmentOptions(precision="fp32", device="cpu")


@pytest.fixture(autouse=True)
def one_thread():
    """The cores are shared, and small pictures gain nothing by more."""
    n_threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(n_threads)


@pytest.fixture
def library(tmp_path, monkeypatch):
    """An empty library of the person."""
    folder = tmp_path / "library"
    folder.mkdir()
    monkeypatch.setenv("SEEWHY_MODELS", str(folder))
    return folder


def as_image(plane: np.ndarray, **fields) -> CellImage:
    return CellImage(plane[None], "CYX", ("DNA",), **fields)


def test_every_nucleus_has_a_confidence_by_its_own_number(tiny_image):
    everything = segment(tiny_image, EXACT)
    (sure,) = everything.confidence
    assert sure.shape == (5,)
    assert ((sure > 0) & (sure <= 1)).all()
    cut_off = as_image(tiny_image.pixels[0, 20:])
    found = segment(cut_off, EXACT)
    inner = segment(cut_off, EXACT.change(drop_border=True))
    former = [int(found.nuclei[inner.nuclei == number][0]) for number in (1, 2, 3)]
    assert inner.confidence[0].tolist() == found.confidence[0][np.array(former) - 1].tolist()


def test_the_table_of_cells_gets_the_confidence_at_its_end(tiny_image):
    found = segment(tiny_image, EXACT)
    cells = measure_cells(tiny_image, found.nuclei)
    joined = found.add_confidence(cells)
    assert joined.columns.tolist() == [*cells.columns, "confidence"]
    assert joined["confidence"].tolist() == found.confidence[0].astype(float).round(4).tolist()


def test_the_confidence_of_a_time_series_is_joined_by_time_and_label(tiny_image):
    plane = tiny_image.pixels[0]
    half = np.where(np.arange(plane.shape[1]) < 50, plane, 10)
    film = CellImage(np.stack([half, plane])[:, None], "TCYX", ("DNA",))
    found = segment(film, EXACT)
    assert [len(sure) for sure in found.confidence] == [2, 5]
    cells = measure_cells(film, found.nuclei).sample(frac=1, random_state=0)
    joined = found.add_confidence(cells)
    for row in joined.itertuples():
        assert row.confidence == pytest.approx(found.confidence[row.t][row.label - 1], abs=1e-4)


def test_a_method_that_says_nothing_of_its_confidence_adds_no_column(tiny_image):
    found = segment(tiny_image, SegmentOptions(method="otsu"))
    cells = measure_cells(tiny_image, found.nuclei)
    assert found.list_confidence() is None
    assert found.add_confidence(cells) is cells


def test_an_empty_field_gives_an_empty_table_with_the_column(tiny_image):
    found = segment(as_image(np.zeros((40, 50), np.uint8)), EXACT)
    assert found.list_confidence().columns.tolist() == ["label", "confidence"]
    cells = measure_cells(as_image(np.zeros((40, 50), np.uint8)), found.nuclei)
    joined = found.add_confidence(cells)
    assert len(joined) == 0
    assert joined.columns.tolist() == [*cells.columns, "confidence"]


@pytest.fixture
def files_read(monkeypatch) -> list:
    """The model files that were read."""
    read = []

    def load(path):
        read.append(path)
        return load_segmenter(path)

    monkeypatch.setattr(finder, "load_segmenter", load)
    return read


def test_the_network_is_read_once_and_again_when_its_file_has_changed(
    tiny_image, library, files_read
):
    own = library / "own.safetensors"
    shutil.copyfile(SHIPPED, own)
    segmenter, plane = NucleiSegmenter(), tiny_image.pixels[0]

    def find(model):
        finish(segmenter.find_steps(plane, EXACT.change(model=model), None))

    for model in ("own", "own", str(own)):
        find(model)
    assert files_read == [own]
    os.utime(own, (0, 0))
    find("own")
    find("")
    assert files_read == [own, own, SHIPPED]


def test_a_model_of_another_device_or_precision_is_made_ready_anew(tiny_image, files_read):
    segmenter, plane = NucleiSegmenter(), tiny_image.pixels[0]
    found = [
        finish(segmenter.find_steps(plane, EXACT.change(precision=precision), None))
        for precision in ("fp32", "bf16", "bf16")
    ]
    assert [one.device for one in found] == ["CPU", "CPU, bf16", "CPU, bf16"]
    assert files_read == [SHIPPED, SHIPPED]


@pytest.mark.parametrize(
    ("model", "sentence"),
    [
        ("nobody", "holds no model 'nobody'"),
        ("gone.safetensors", "gone.safetensors cannot be read: it does not exist"),
        ("short.safetensors", "is damaged or cut short"),
        ("empty.safetensors", "is empty"),
        ("text.safetensors", "is no model file"),
    ],
)
def test_a_model_that_cannot_be_read_is_one_clear_sentence(
    tiny_image, library, tmp_path, monkeypatch, model, sentence
):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "short.safetensors").write_bytes(SHIPPED.read_bytes()[:100_000])
    (tmp_path / "empty.safetensors").write_bytes(b"")
    (tmp_path / "text.safetensors").write_text("not a model", encoding="utf-8")
    with pytest.raises(FileError, match=sentence) as caught:
        segment(tiny_image, EXACT.change(model=model))
    assert "\n" not in str(caught.value)


def test_a_shipped_model_that_is_missing_is_said(tiny_image, tmp_path, monkeypatch):
    monkeypatch.setattr(ModelLibrary.__init__, "__defaults__", (None, tmp_path / "nowhere"))
    with pytest.raises(FileError, match="no model 'nuclei'"):
        finish(NucleiSegmenter().find_steps(tiny_image.pixels[0], EXACT, None))


def random_plane(kind: str) -> np.ndarray:
    rng = np.random.default_rng(0)
    shape = (256, 256)
    return {
        "gaussian": rng.normal(100, 5, shape),
        "few photons": rng.poisson(5, shape).astype(np.uint16),
        "many photons": rng.poisson(100, shape).astype(np.uint16),
        "16 bit on an offset": (30_000 + rng.normal(0, 3, shape)).astype(np.uint16),
        "read noise": (100 + rng.normal(0, 1.5, shape)).round().astype(np.uint16),
        "uniform": rng.integers(0, 256, shape, dtype=np.uint8),
        "hot pixels": (rng.random(shape) > 0.999).astype(np.uint8) * 255,
        "uneven light": np.linspace(0, 50, shape[1]) + rng.normal(100, 5, shape),
        "negative": rng.normal(-100, 5, shape).astype(np.float32),
    }[kind]


@pytest.mark.parametrize(
    "kind",
    [
        *("gaussian", "few photons", "many photons", "16 bit on an offset", "read noise"),
        *("uniform", "hot pixels", "uneven light", "negative"),
    ],
)
def test_in_noise_hardly_anything_is_found(kind):
    found = segment(as_image(random_plane(kind)), EXACT)
    assert found.n_nuclei <= 2
    assert (found.nuclei > 0).mean() < 0.001
    # An empty field is no brightfield, though half of its range lies in the middle.
    assert not any("trained" in text for text in found.warnings)


@pytest.mark.parametrize("shape", [(1, 1), (1, 300), (3, 5), (17, 16), (300, 2)])
@pytest.mark.parametrize("dtype", [np.uint8, np.uint16, np.int16, np.float32, np.float64])
def test_images_of_any_size_and_type_are_taken(shape, dtype):
    plane = np.random.default_rng(0).normal(50, 20, shape).clip(0).astype(dtype)
    found = segment(as_image(plane), EXACT)
    assert found.nuclei.shape == shape
    assert found.nuclei.dtype == np.int32


def draw_brightfield(shape: tuple[int, int] = (300, 300)) -> np.ndarray:
    """Grey ground with darker and brighter rims of cells."""
    rng = np.random.default_rng(0)
    relief = gaussian_filter(rng.normal(0, 1, shape), 6)
    return 128 + 60 * relief / np.abs(relief).max() + rng.normal(0, 2, shape)


@pytest.fixture(scope="module")
def card():
    """The card of a model whose training images were as dark as nuclei usually are."""
    shipped = ModelLibrary().show("nuclei").card
    return shipped.change(background=(0.01, 0.02, 0.07))


def test_an_image_that_looks_like_brightfield_is_told(tiny_image, card, tmp_path):
    model = tmp_path / "dark.safetensors"
    save_network(model, load_segmenter(SHIPPED)[0], card)
    options = EXACT.change(model=str(model))
    warnings = segment(as_image(draw_brightfield()), options).warnings
    (told,) = (text for text in warnings if "trained" in text)
    assert told.startswith("The model nuclei was trained on fluorescence")
    assert segment(tiny_image, options).warnings == ()


def test_a_field_with_few_nuclei_is_no_brightfield():
    y, x = np.indices((1024, 1024))
    light = np.full(y.shape, 100.0)
    for top, left in ((512, 512), (200, 800)):
        light += 300 * ((y - top) ** 2 + (x - left) ** 2 < 10**2)
    found = segment(as_image(np.random.default_rng(0).poisson(light).astype(np.uint16)), EXACT)
    assert found.n_nuclei == 2
    assert found.warnings == ()


def test_an_image_in_a_file_looks_as_one_in_memory():
    plane = draw_brightfield((1400, 1300))
    assert Looks.of(da.from_array(plane, chunks=(256, 256))) == Looks.of(plane)


@pytest.mark.realdata
def test_phase_contrast_is_told_and_no_stained_nuclei_are(real_data, card):
    phase = read_image(real_data / "neurons" / "phase_contrast_z13.ome.tif")
    for z in (0, 6, 12, "max"):
        plane = phase.flatten_z(z).pixels[0]
        assert Looks.of(plane).warn_of_light(card)
        assert not is_grain(plane)
    stained = read_image(real_data / "neurons" / "dapi_map2_nfh.ome.tif")
    planes = [stained.pixels[0]]
    planes += [read_image(p).pixels[0] for p in sorted((real_data / "nuclei/images").glob("*.tif"))]
    assert [i for i, plane in enumerate(planes) if Looks.of(plane).warn_of_light(card)] == []


def test_nuclei_of_which_the_network_is_less_sure_than_asked_are_dropped(tiny_image):
    everything = segment(tiny_image, SegmentOptions(min_confidence=0))
    (confidence,) = everything.confidence
    bound = float(np.sort(confidence)[len(confidence) // 2])
    sure = segment(tiny_image, SegmentOptions(min_confidence=bound))
    assert 0 < sure.n_nuclei == (confidence >= bound).sum() < everything.n_nuclei
    assert (sure.confidence[0] >= bound).all()
