from __future__ import annotations

import json
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pytest

from napari_seewhy.images import CellImage, read_image, write_image
from napari_seewhy.models.files.weights_file import read_card_of
from napari_seewhy.staining.card import StainCard

if TYPE_CHECKING:
    from pathlib import Path

QUICK = (
    *("--epochs", 3, "--n-windows", 16, "--window-blocks", 4, "--width", 8, "--block-px", 16),
    *("--learning-rate", 0.01, "--averaging", 0.5, "--device", "cpu", "--precision", "fp32"),
)
EXACT = ("--device", "cpu", "--precision", "fp32")


def write_dish(folder: Path, dish: int, day: int) -> None:
    """Write phase contrast, and the marker, with bright patches of 32 px in both."""
    rng = np.random.default_rng(10 * dish + day)
    patches = rng.random((4, 4)) < 0.1 + 0.1 * day
    patches[0, 0], patches[-1, -1] = True, False
    is_positive = patches.repeat(32, 0).repeat(32, 1)
    phase = 1000 + 400 * is_positive + rng.normal(0, 100, is_positive.shape)
    marker = 100 + 900 * is_positive + rng.normal(0, 10, is_positive.shape)
    folder.mkdir(exist_ok=True)
    for name, pixels in (("phase", phase), ("GFP", marker)):
        image = CellImage(pixels[None].astype(np.uint16), "CYX", (name,), 0.65)
        write_image(folder / f"dish{dish}_day{day}_{name}.ome.tif", image)


@pytest.fixture(scope="module")
def dishes(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("dishes") / "dishes"
    for dish in (1, 2, 3):
        for day in (1, 3):
            write_dish(folder, dish, day)
    return folder


def pair_words(folder: Path, dish: str = "dish*") -> tuple[str, ...]:
    return (
        *("--phase", f"{folder}/{dish}_phase.ome.tif", "--marker", f"{folder}/{dish}_GFP.ome.tif"),
        *("--dish", r"(dish\d)", "--day", r"day(\d)"),
    )


@pytest.fixture(scope="module")
def stain_model(dishes, tmp_path_factory) -> Path:
    """A model that `seewhy stain train` made; to be read alone."""
    from napari_seewhy.cli.main import main

    out = tmp_path_factory.mktemp("model") / "gfp.safetensors"
    words = ("stain", "train", *pair_words(dishes), "--threshold", 500, "--out", out, "--quiet")
    assert main([str(word) for word in (*words, *QUICK)]) == 0
    return out


def test_help_lists_the_three_commands(seewhy):
    done = seewhy("stain", "--help")
    assert done.status == 0
    assert all(f" {name} " in done.out for name in ("train", "apply", "evaluate"))


def test_training_says_what_it_learned_from(call, dishes, tmp_path):
    write_dish(tmp_path / "more", 1, 1)
    for path in dishes.iterdir():
        (tmp_path / "more" / path.name).write_bytes(path.read_bytes())
    (tmp_path / "more" / "dish2_day3_GFP.ome.tif").unlink()
    out = tmp_path / "gfp.safetensors"
    words = ("--threshold", "otsu", "--out", out, "--json", *QUICK)
    done = call("stain", "train", *pair_words(tmp_path / "more"), *words)
    assert done.status == 0, done.err
    assert "dish2_day3_phase.ome.tif is left out: has no image of the marker." in done.err
    document = done.document
    assert document["verb"] == "stain train"
    assert len(document["fields"]) == 5
    assert [reason for _, reason in document["left_out"]] == ["has no image of the marker"]
    assert document["metrics"]["stop"]["n_blocks"] > 0
    card = read_card_of(out, StainCard)
    assert (card.block_px, card.pixel_size_um) == (16, pytest.approx(0.65))
    assert (card.threshold["how"], card.threshold["per_image"]) == ("otsu", True)


def test_a_finished_training_is_not_done_again(call, dishes, stain_model):
    before = stain_model.read_bytes()
    words = ("--threshold", 500, "--out", stain_model, "--resume", "--json", *QUICK)
    done = call("stain", "train", *pair_words(dishes), *words)
    assert done.status == 0
    assert stain_model.read_bytes() == before


def test_images_are_stained_with_a_table_of_dishes(call, dishes, stain_model, tmp_path):
    out = tmp_path / "out"
    words = ("--dish", r"(dish\d)", "--day", r"day(\d)", "--json", *EXACT)
    done = call("stain", "apply", stain_model, f"{dishes}/*_phase.ome.tif", "--out", out, *words)
    assert done.status == 0, done.err
    document = done.document
    assert (document["verb"], document["n_done"]) == ("stain apply", 6)
    assert [(row["dish"], row["day"]) for row in document["dishes"]] == [
        (f"dish{dish}", day) for dish in (1, 2, 3) for day in ("1", "3")
    ]
    per_dish = pd.read_csv(out / "efficiency_per_dish.csv")
    assert (per_dish.loc[per_dish["day"] == 3, "efficiency"].to_numpy() > 0.2).all()
    probability = read_image(out / "dish1_day1_phase_probability.ome.tif")
    assert probability.shape_yx == (128, 128)
    assert 0 <= probability.pixels.min() < probability.pixels.max() <= 1


def test_a_second_run_skips_what_is_done_and_leaves_its_outputs_alone(
    call, dishes, stain_model, tmp_path
):
    folder = tmp_path / "field"
    folder.mkdir()
    path = dishes / "dish1_day1_phase.ome.tif"
    (folder / path.name).write_bytes(path.read_bytes())
    words = ("stain", "apply", stain_model, folder, "--out", folder, "--resume", "--json", *EXACT)
    assert call(*words).document["n_done"] == 1
    again = call(*words).document
    assert (again["n_done"], again["n_skipped"], again["n_failed"]) == (0, 1, 0)


def test_a_folder_of_virtual_stains_alone_is_refused(call, stain_model, dishes, tmp_path):
    image = read_image(dishes / "dish1_day1_phase.ome.tif")
    write_image(tmp_path / "a_probability.ome.tif", image)
    words = ("stain", "apply", stain_model, tmp_path, "--out", tmp_path / "out", *EXACT)
    done = call(*words)
    assert done.status == 2
    assert "name images of phase contrast" in done.err


def test_an_image_that_fails_does_not_stop_the_others(call, dishes, stain_model, tmp_path):
    small = CellImage(np.ones((1, 8, 8), np.uint16), "CYX", ("phase",), 0.65)
    write_image(tmp_path / "small.ome.tif", small)
    good = dishes / "dish1_day1_phase.ome.tif"
    words = ("--out", tmp_path / "out", "--json", *EXACT)
    done = call("stain", "apply", stain_model, tmp_path / "small.ome.tif", good, *words)
    assert done.status == 1
    assert "smaller than a block of 16 px" in done.err
    assert (done.document["n_done"], done.document["n_failed"]) == (1, 1)
    assert len(pd.read_csv(tmp_path / "out" / "efficiency_per_field.csv")) == 1


def test_the_evaluation_has_the_promised_keys(call, stain_model, tmp_path):
    for dish in (7, 8):
        for day in (1, 2, 4):
            write_dish(tmp_path / "new", dish, day)
    out = tmp_path / "figures.json"
    words = (
        "--json-file",
        out,
        "--csv",
        tmp_path / "fields.csv",
        "--html",
        tmp_path / "p.html",
        *EXACT,
    )
    done = call("stain", "evaluate", stain_model, *pair_words(tmp_path / "new"), *words)
    assert done.status == 0, done.err
    figures = json.loads(out.read_text(encoding="utf-8"))
    wanted = {"f1", "accuracy", "precision", "recall", "roc_auc"}
    assert wanted | {"efficiency_pearson_r", "efficiency_mae"} <= set(figures)
    assert (figures["n_fields"], figures["n_dishes"]) == (6, 2)
    assert figures["roc_auc"] > 0.75
    assert figures["learned_share"] == 0
    assert "6 pairs of images, 2 dishes." in done.out
    assert "efficiency per dish and day: r = " in done.out
    assert len(pd.read_csv(tmp_path / "fields.csv")) == 6
    page = (tmp_path / "p.html").read_text(encoding="utf-8")
    assert page.count("<circle") == 6 + len(figures["reliability"])
    assert "dish7_day1_phase" in page


def test_fields_that_were_learned_from_are_told_of(call, dishes, stain_model):
    done = call("stain", "evaluate", stain_model, *pair_words(dishes), *EXACT)
    assert done.status == 0
    assert "so the figures are too good" in done.err


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--out", "m.h5"), "does not end in .safetensors; choose a name that does"),
        (("--out", "m.safetensors", "--threshold", "control"), "give both or none"),
        (("--out", "m.safetensors", "--region", "5"), "give rows and columns as in"),
        (("--out", "m.safetensors"), "No images of phase contrast were named"),
    ],
)
def test_unusable_arguments_end_with_one_sentence(call, words, said, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    done = call("stain", "train", *words)
    assert done.status == 2
    assert said in done.err
    assert done.err.count("\n") == 1


def test_a_blank_marker_ends_with_the_reason(call, tmp_path):
    for name, level in (("phase", 9), ("GFP", 100)):
        noise = np.random.default_rng(level).normal(1000, level, (1, 128, 128))
        image = CellImage(noise.astype(np.uint16), "CYX", (name,), 0.65)
        write_image(tmp_path / f"a_{name}.ome.tif", image)
    pair = ("--phase", tmp_path / "a_phase.ome.tif", "--marker", tmp_path / "a_GFP.ome.tif")
    done = call("stain", "train", *pair, "--out", tmp_path / "m.safetensors", *QUICK)
    assert done.status == 1
    assert "a_phase is blank: it holds nothing but noise and uneven light" in done.err
    assert not (tmp_path / "m.safetensors").exists()
