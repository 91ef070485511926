from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
import tifffile

from napari_seewhy.cells import average_precision
from napari_seewhy.images import CellImage, read_labels, write_image
from napari_seewhy.models.files.library import SHIPPED_FOLDER
from napari_seewhy.models.files.weights_file import save_network
from napari_seewhy.nuclei.card import load_segmenter

SHIPPED = SHIPPED_FOLDER / "nuclei.safetensors"


@pytest.fixture
def disc_file(tmp_path, tiny_image):
    path = tmp_path / "discs.ome.tif"
    write_image(path, tiny_image)
    return path


def test_it_writes_labels_table_and_record(seewhy, disc_file, tmp_path, tiny_labels):
    done = seewhy("segment", disc_file, "--out", "out", "--channel", "DNA")
    assert (done.status, done.out, done.err) == (0, "segment: 1 done.\n", "")
    out = tmp_path / "out"
    assert sorted(path.name for path in out.iterdir()) == [
        "discs_cells.csv",
        "discs_labels.ome.tif",
        "discs_record.json",
    ]
    labels, pixel_size_um = read_labels(out / "discs_labels.ome.tif")
    assert labels.dtype == np.int32
    assert set(np.unique(labels)) == set(range(6))
    assert pixel_size_um == pytest.approx(0.5)
    assert average_precision(tiny_labels, labels, (0.7,)) == 1.0
    cells = pd.read_csv(out / "discs_cells.csv")
    assert cells["label"].to_list() == [1, 2, 3, 4, 5]
    assert cells.columns[-1] == "confidence"
    assert cells["confidence"].between(0, 1).all()
    assert {"area_um2", "mean_DNA", "mean_Golgi", "integrated_DNA"} <= set(cells)
    record = json.loads((out / "discs_record.json").read_text(encoding="utf-8"))
    assert record["verb"] == "segment"
    assert record["options"]["segment"]["channel"] == "DNA"
    assert record["options"]["segment"]["method"] == "nuclei"
    assert record["inputs"][1]["path"] == str(SHIPPED)
    assert record["results"]["device"].startswith(("CPU", "GPU"))
    assert record["results"]["n_cells"] == 5
    assert record["inputs"][0]["path"] == str(disc_file)


def test_a_threshold_gives_a_table_without_confidence(call, disc_file, tmp_path, tiny_labels):
    done = call("segment", disc_file, "--out", tmp_path / "out", "--method", "otsu")
    assert done.status == 0
    labels, _ = read_labels(tmp_path / "out" / "discs_labels.ome.tif")
    assert np.array_equal(labels > 0, tiny_labels > 0)
    assert "confidence" not in pd.read_csv(tmp_path / "out" / "discs_cells.csv")
    record = json.loads((tmp_path / "out" / "discs_record.json").read_text(encoding="utf-8"))
    assert len(record["inputs"]) == 1


def test_an_empty_field_gives_an_empty_table_with_its_columns(call, tmp_path):
    image = CellImage(np.zeros((1, 40, 50), np.uint16), "CYX", ("DNA",), 0.5)
    write_image(tmp_path / "empty.ome.tif", image)
    done = call("segment", tmp_path / "empty.ome.tif", "--out", tmp_path / "out")
    assert done.status == 0
    assert "The image is constant (0); no object was found." in done.err
    table = pd.read_csv(tmp_path / "out" / "empty_cells.csv")
    assert len(table) == 0
    assert {"label", "area_px", "mean_DNA", "confidence"} <= set(table)


@pytest.mark.parametrize("model", ["nobody", "broken.safetensors"])
def test_a_model_that_cannot_be_read_is_refused_before_any_image(
    call, disc_file, tmp_path, monkeypatch, model
):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "broken.safetensors").write_bytes(SHIPPED.read_bytes()[:10_000])
    done = call("segment", disc_file, "--out", tmp_path / "out", "--model", model)
    assert done.status == 1
    assert model in done.err
    assert done.err.count("\n") == 1
    assert not (tmp_path / "out").exists()


def test_another_model_of_the_same_name_makes_outputs_out_of_date(call, disc_file, tmp_path):
    own = tmp_path / "own.safetensors"
    network, card = load_segmenter(SHIPPED)
    save_network(own, network, card)
    words = ("segment", disc_file, "--out", tmp_path / "out", "--model", own, "--resume", "--json")
    assert call(*words).document["n_done"] == 1
    assert call(*words).document["n_skipped"] == 1
    save_network(own, network, card.change(name="trained further"))
    assert call(*words).document["n_done"] == 1


def test_grown_cells_are_written_and_measured(call, disc_file, tmp_path):
    done = call("segment", disc_file, "--out", tmp_path / "out", "--cells", "expand", "--json")
    assert done.status == 0
    outputs = done.document["inputs"][0]["outputs"]
    assert str(tmp_path / "out" / "discs_cell_labels.ome.tif") in outputs
    cells = pd.read_csv(tmp_path / "out" / "discs_cells.csv")
    assert (cells["area_px_cell"] > cells["area_px"]).all()


def test_cells_of_an_earlier_run_do_not_stay_beside_new_nuclei(call, disc_file, tmp_path):
    call("segment", disc_file, "--out", tmp_path / "out", "--cells", "expand")
    call("segment", disc_file, "--out", tmp_path / "out")
    assert not (tmp_path / "out" / "discs_cell_labels.ome.tif").exists()


def test_the_json_object_tells_of_each_input(call, disc_file, tmp_path):
    document = call("segment", disc_file, "--out", tmp_path / "out", "--json").document
    assert document["verb"] == "segment"
    assert document["out"] == str(tmp_path / "out")
    assert (document["n_done"], document["n_failed"]) == (1, 0)
    (one,) = document["inputs"]
    assert (one["input"], one["status"]) == (str(disc_file), "done")
    assert one["results"]["n_cells"] == 5


def test_quiet_says_nothing_of_success(seewhy, disc_file):
    done = seewhy("segment", disc_file, "--out", "out", "--quiet")
    assert (done.status, done.out, done.err) == (0, "", "")


def test_paths_with_spaces_and_foreign_characters_work(seewhy, tmp_path, tiny_image):
    folder = tmp_path / "画像 day 1"
    folder.mkdir()
    write_image(folder / "細胞 [1].ome.tif", tiny_image)
    done = seewhy("segment", "画像 day 1", "--out", "出力 1", "--json")
    assert done.status == 0, done.err
    assert (tmp_path / "出力 1" / "細胞 [1]_cells.csv").is_file()
    again = seewhy("crop", "画像 day 1", "--labels", "出力 1", "--size-px", 16, "--out", "標本.h5")
    assert again.status == 0, again.err
    assert (tmp_path / "標本.h5").is_file()


def test_inputs_of_one_stem_keep_their_outputs_apart(call, tmp_path, tiny_image):
    dim = replace(tiny_image, pixels=tiny_image.pixels // 2)
    for day, image in (("day1", tiny_image), ("day2", dim)):
        (tmp_path / day).mkdir()
        write_image(tmp_path / day / "a.tif", image)
    days = [tmp_path / "day1", tmp_path / "day2"]
    assert call("segment", *days, "--out", tmp_path / "out").status == 0
    brightness = [
        pd.read_csv(tmp_path / "out" / f"{day}_a_tif_cells.csv")["mean_DNA"].max()
        for day in ("day1", "day2")
    ]
    assert brightness[0] == 2 * brightness[1]
    crops = call(
        "crop", *days, "--labels", tmp_path / "out", "--size-px", 8, "--out", tmp_path / "s.h5"
    )
    assert crops.status == 0


def test_a_later_run_does_not_write_over_another_image_of_the_same_name(call, tmp_path, tiny_image):
    for day in (1, 2):
        (tmp_path / f"day{day}").mkdir()
        other = replace(tiny_image, pixels=tiny_image.pixels + day)
        write_image(tmp_path / f"day{day}" / "a.tif", other)
    out = tmp_path / "out"
    assert call("segment", tmp_path / "day1", "--out", out).status == 0
    table = (out / "a_cells.csv").read_bytes()
    done = call("segment", tmp_path / "day2", "--out", out)
    assert done.status == 1
    assert "belongs to another image of this name" in done.err
    assert (out / "a_cells.csv").read_bytes() == table


def test_every_scene_has_outputs_of_its_own(call, tmp_path, tiny_image):
    import tifffile

    path = tmp_path / "two.ome.tif"
    with tifffile.TiffWriter(path, ome=True) as writer:
        for factor in (1, 2):
            writer.write(
                tiny_image.pixels * np.uint16(factor),
                metadata={"axes": "CYX", "Channel": {"Name": ["DNA", "Golgi"]}},
            )
    out = tmp_path / "out"
    assert call("segment", path, "--out", out, "--scene", "all").status == 0
    first, second = (
        pd.read_csv(out / f"{name}_cells.csv")["mean_DNA"].max() for name in ("two", "two_scene-1")
    )
    assert second == 2 * first
    done = call(
        "crop", path, "--labels", out, "--scene", 1, "--size-px", 8, "--out", tmp_path / "s.h5"
    )
    assert done.status == 0, done.err


@pytest.mark.parametrize(
    "words",
    [
        ("--diameter-px", "-3"),
        ("--splitting", "2"),
        ("--threshold", "magic"),
        ("--cells", "watershed"),
        ("--diameter-px", "9", "--diameter-um", "5"),
        ("--ring-width-px", "0"),
        ("--nonsense",),
        ("--device", "abacus"),
    ],
)
def test_unusable_options_end_with_status_2_and_write_nothing(call, disc_file, tmp_path, words):
    done = call("segment", disc_file, "--out", tmp_path / "out", *words)
    assert done.status == 2
    assert done.err.startswith("seewhy: ")
    assert done.err.count("\n") == 1
    assert not (tmp_path / "out").exists()


def test_a_file_as_output_folder_is_refused(call, disc_file, tmp_path):
    other = tmp_path / "notes.txt"
    other.touch()
    done = call("segment", disc_file, "--out", other)
    assert done.status == 2
    assert "is a file; give --out the name of a folder" in done.err


def test_one_z_plane_is_segmented_and_measured(call, tmp_path, tiny_image):
    stack = np.stack([tiny_image.pixels, np.zeros_like(tiny_image.pixels)], axis=1)
    image = replace(tiny_image, pixels=stack, axes="CZYX")
    write_image(tmp_path / "stack.ome.tif", image)
    done = call(
        "segment", tmp_path / "stack.ome.tif", "--out", tmp_path / "out", "--z-plane", 0, "--json"
    )
    assert done.status == 0
    record = json.loads((tmp_path / "out" / "stack_record.json").read_text(encoding="utf-8"))
    assert record["options"]["segment"]["z_plane"] == 0
    assert record["options"]["measure"]["z_plane"] == 0
    assert done.document["inputs"][0]["results"]["n_cells"] == 5


def test_slices_of_which_nothing_is_known_are_projected_only_if_wanted(call, tmp_path, tiny_image):
    path = tmp_path / "movie.tif"
    frames = np.stack([tiny_image.pixels[0]] * 3)
    tifffile.imwrite(path, frames, imagej=True, metadata={"axes": "ZYX"})
    words = ("segment", path, "--out", tmp_path / "out", "--method", "otsu")
    asked = call(*words)
    assert asked.status != 0
    assert "3 slices are planes or time points; say it (--slices planes" in asked.err
    for slices, n_cells in (("planes", 5), ("times", 15)):
        done = call(*words, "--slices", slices)
        assert done.status == 0
        record = json.loads((tmp_path / "out" / "movie_record.json").read_text(encoding="utf-8"))
        assert (record["options"]["slices"], record["results"]["n_cells"]) == (slices, n_cells)
        assert "no distance and no time between them" in record["results"]["warnings"][0]


def test_no_cell_is_found_where_a_mask_declares_that_nothing_was_measured(
    call, tmp_path, tiny_image, tiny_labels, disc_file
):
    where = tiny_labels == 3
    tifffile.imwrite(tmp_path / "discs_mask.tif", (where * 255).astype("u1"))
    words = (
        "segment",
        tmp_path,
        "--out",
        tmp_path / "out",
        "--method",
        "otsu",
        "--resume",
        "--json",
    )
    assert call(*words).document["inputs"][0]["results"]["n_cells"] == 5
    for expected in ("done", "skipped"):
        done = call(*words, "--not-measured", tmp_path / "discs_mask.tif")
        # The mask lies beside the image and is none of the images.
        assert [one["status"] for one in done.document["inputs"]] == [expected]
    labels, _ = read_labels(tmp_path / "out" / "discs_labels.ome.tif")
    assert labels.max() == 4
    assert not labels[where].any()
    record = json.loads((tmp_path / "out" / "discs_record.json").read_text(encoding="utf-8"))
    assert record["inputs"][-1]["path"] == str(tmp_path / "discs_mask.tif")
    assert record["options"]["not_measured"] == str(tmp_path / "discs_mask.tif")
    assert "was not measured: a mask or its file declares so" in record["results"]["warnings"][0]
    tifffile.imwrite(tmp_path / "discs_mask.tif", np.roll(where * 255, 1, 0).astype("u1"))
    changed = call(*words, "--not-measured", tmp_path / "discs_mask.tif")
    assert changed.document["inputs"][0]["status"] == "done"
