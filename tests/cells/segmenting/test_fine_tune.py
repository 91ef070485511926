"""Fine-tuning: the old model stays, and the new one enters the library with fair figures."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch

from napari_seewhy.cells.segmenting.fine_tune import (
    FineTuned,
    FineTuneJob,
    fine_tune_steps,
    finish_tuning_steps,
)
from napari_seewhy.errors import FileError, OptionError
from napari_seewhy.images import CellImage
from napari_seewhy.models.files.library import SHIPPED_FOLDER
from napari_seewhy.models.files.weights_file import read_card_of, save_network
from napari_seewhy.nuclei.card import SegmenterCard
from napari_seewhy.nuclei.learning.options import SegmenterOptions
from napari_seewhy.nuclei.learning.pairs import OpenPair
from napari_seewhy.nuclei.network import NucleiNetwork
from napari_seewhy.progress import finish

SHIPPED = SHIPPED_FOLDER / "nuclei.safetensors"
pytestmark = pytest.mark.filterwarnings("ignore:No image is set aside")


@pytest.fixture(autouse=True)
def one_thread():
    """The cores are shared, and small pictures gain nothing by more."""
    n_threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(n_threads)


def draw_field(seed: int = 0, n: int = 7) -> OpenPair:
    """Draw rows of discs that are 20 px wide, and their labels."""
    y, x = np.indices((30 * n, 30 * n))
    number = (y // 30) * n + x // 30 + 1
    is_disc = (y % 30 - 15) ** 2 + (x % 30 - 15) ** 2 < 10**2
    noise = np.random.default_rng(seed).normal(0, 5, y.shape)
    pixels = (100 + 200 * is_disc + noise).round().astype(np.uint16)
    image = CellImage(pixels[None], "CYX", ("DNA",), 0.5)
    return OpenPair(f"field {seed}", image, np.where(is_disc, number, 0).astype(np.int32))


@pytest.fixture
def make_job(tmp_path):
    def make(pairs, **changed) -> FineTuneJob:
        options = SegmenterOptions(
            epochs=2, n_batches=2, batch_size=2, edge_px=32, precision="fp32", device="cpu"
        )
        fields = {"start": SHIPPED, "name": "mine", "options": options} | changed
        return FineTuneJob(tuple(pairs), library=tmp_path / "library", **fields)

    return make


def test_one_field_makes_a_new_model_and_leaves_the_old(make_job):
    before = SHIPPED.read_bytes()
    job = make_job([draw_field()])
    tuned = finish(fine_tune_steps(job))
    assert SHIPPED.read_bytes() == before
    assert tuned.path == job.place
    # Of the quadrants that the middle of 7 x 7 discs makes, the one with fewest is spared.
    assert 9 <= tuned.n_judged <= 16
    assert 0 <= tuned.before <= 1
    assert 0 <= tuned.after <= 1
    card = read_card_of(tuned.path, SegmenterCard)
    assert card.name == "mine"
    assert card.metrics["agreement"] == {
        "before": tuned.before,
        "after": tuned.after,
        "nuclei": tuned.n_judged,
    }
    assert card.data.endswith("then corrected labels of field 0")
    assert (tuned.n_epochs, tuned.best_epoch <= 2) == (2, True)


def test_what_a_stopped_training_has_learned_so_far_becomes_a_model(make_job):
    job = make_job([draw_field()])
    job = replace(job, options=job.options.change(epochs=500, patience=500))
    steps = fine_tune_steps(job)
    while not job.can_go_on:
        next(steps)
    steps.close()
    tuned = finish(finish_tuning_steps(job))
    assert tuned.path == job.place
    assert tuned.n_epochs == 1
    assert read_card_of(tuned.path, SegmenterCard).record["options"]["epochs"] == 1
    assert list(job.unfinished.parent.iterdir()) == []


def test_without_an_epoch_there_is_nothing_to_keep(make_job):
    with pytest.raises(FileError, match="No network of mine was kept"):
        finish(finish_tuning_steps(make_job([draw_field()])))


def test_a_network_that_knows_nothing_is_improved(make_job, tmp_path):
    start = tmp_path / "fresh.safetensors"
    torch.manual_seed(0)
    save_network(start, NucleiNetwork(), read_card_of(SHIPPED, SegmenterCard))
    options = SegmenterOptions(
        epochs=5,
        n_batches=12,
        batch_size=4,
        edge_px=64,
        learning_rate=1e-2,
        averaging=0.5,
        precision="fp32",
        device="cpu",
    )
    tuned = finish(fine_tune_steps(make_job([draw_field()], start=start, options=options)))
    assert tuned.before == 0
    assert tuned.after > 0
    assert tuned.is_better


def test_of_many_images_whole_ones_are_spared(make_job):
    pairs = [draw_field(seed, n=3) for seed in range(5)]
    tuned = finish(fine_tune_steps(make_job(pairs)))
    assert tuned.n_judged == 9


def test_too_few_nuclei_to_spare_any_are_said(make_job):
    tuned = finish(fine_tune_steps(make_job([draw_field(n=2)])))
    assert tuned.n_judged == 0
    assert np.isnan([tuned.before, tuned.after]).all()
    assert tuned.is_better
    assert read_card_of(tuned.path, SegmenterCard).metrics == {}


def test_a_training_that_is_stopped_leaves_no_model(make_job):
    job = make_job([draw_field()])
    task = fine_tune_steps(job)
    for step in task:
        if step.total == 4 and step.done == 3:
            break
    task.close()
    assert not job.place.exists()
    assert [path.suffix for path in job.unfinished.parent.iterdir()] == [".checkpoint"]


def test_a_new_model_that_is_worse_is_known_to_be(tmp_path):
    worse = FineTuned(tmp_path, 20, before=0.9, after=0.8, best_epoch=1, n_epochs=2)
    assert not worse.is_better


@pytest.mark.parametrize(
    ("changed", "error", "sentence"),
    [
        ({"name": "nuclei"}, OptionError, "came with the program"),
        ({"name": "a/b"}, OptionError, "can be no name"),
        ({"start": SHIPPED.with_name("gone.safetensors")}, FileError, "does not exist"),
    ],
)
def test_what_cannot_be_done_is_refused_before_any_training(make_job, changed, error, sentence):
    with pytest.raises(error, match=sentence):
        next(fine_tune_steps(make_job([draw_field(n=2)], **changed)))
