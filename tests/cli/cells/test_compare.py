"""`seewhy compare`: classes per image and condition; a plate in OME-Zarr to its table per well."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest
import zarr

from napari_seewhy.cells.cropping.crop import CropOptions
from napari_seewhy.models import ModelCard, NetworkOptions, save_model
from napari_seewhy.samples import SampleSet

ROWS, COLUMNS = "ABCDEFGH", range(1, 13)


@pytest.fixture
def classified(tmp_path):
    """Three images of a drug and one control: 1, 2, 3 and 4 mitotic cells of 4."""
    folder = tmp_path / "out"
    folder.mkdir()
    for name, n in (("drug_1", 1), ("drug_2", 2), ("drug_3", 3), ("control_1", 4)):
        decided = ["mitotic"] * n + ["resting"] * (4 - n)
        pd.DataFrame({"label": range(1, 5), "decided": decided}).to_csv(
            folder / f"{name}_classified.csv", index=False
        )
    (folder / "drug_1_cells.csv").write_text("label\n1\n")
    return folder


def test_classes_are_counted_per_image_and_condition(seewhy, classified, tmp_path):
    done = seewhy(
        "compare", classified, "--out", "c.csv", "--condition-regex", "^([a-z]+)_", "--json"
    )
    assert done.status == 0
    table = pd.read_csv(tmp_path / "c.csv").set_index(["condition", "class"])
    assert table.loc[("drug", "mitotic"), ["n_images", "n", "fraction"]].tolist() == [3, 6, 0.5]
    assert table.loc[("control", "mitotic"), "n"] == 4
    assert table.loc[("drug", "mitotic"), "interval"] == "bootstrap, images"
    images = pd.read_csv(tmp_path / "c_images.csv")
    assert images[images["class"] == "mitotic"].set_index("image")["n"].to_dict() == {
        "control_1": 4,
        "drug_1": 1,
        "drug_2": 2,
        "drug_3": 3,
    }
    said = json.loads(done.out)
    assert (said["n_images"], said["n_conditions"]) == (4, 2)


@pytest.mark.parametrize(
    ("words", "status", "sentence"),
    [
        (["--conditions", "map.csv", "--condition-regex", "(x)"], 2, "a pattern or from a table"),
        (["--condition-regex", "^(plate)"], 2, "control_1"),
        (["--column", "phase"], 1, "phase"),
    ],
)
def test_what_cannot_be_compared_is_said_and_nothing_written(
    seewhy, classified, tmp_path, words, status, sentence
):
    done = seewhy("compare", classified, "--out", "c.csv", *words)
    assert done.status == status
    assert sentence in done.err
    assert not (tmp_path / "c.csv").exists()


def test_a_folder_without_classified_cells_and_a_table_as_output_are_refused(
    seewhy, classified, tmp_path
):
    (tmp_path / "segmented").mkdir()
    (tmp_path / "segmented" / "a_cells.csv").write_text("label\n1\n")
    done = seewhy("compare", "segmented", "--out", "c.csv")
    assert done.status == 1
    assert "holds no table of classified cells" in done.err
    table = classified / "drug_1_classified.csv"
    before = table.read_text()
    assert seewhy("compare", classified, "--out", table).status == 2
    assert table.read_text() == before


def write_plate(path, pixels) -> None:
    """Write a plate of 96 wells with one field each, turned otherwise in every well."""
    plate = zarr.open_group(path, mode="w", zarr_format=2)
    wells = [
        {"path": f"{row}/{column}", "rowIndex": i, "columnIndex": column - 1}
        for i, row in enumerate(ROWS)
        for column in COLUMNS
    ]
    plate.attrs["plate"] = {
        "wells": wells,
        "rows": [{"name": row} for row in ROWS],
        "columns": [{"name": str(column)} for column in COLUMNS],
        "version": "0.4",
    }
    datasets = [
        {
            "path": "0",
            "coordinateTransformations": [{"type": "scale", "scale": [1, 0.5, 0.5]}],
        }
    ]
    axes = [
        {"name": "c", "type": "channel"},
        *({"name": name, "type": "space", "unit": "micrometer"} for name in "yx"),
    ]
    for i, well in enumerate(wells):
        group = plate.create_group(well["path"])
        group.attrs["well"] = {"images": [{"path": "0"}], "version": "0.4"}
        field = group.create_group("0")
        field.attrs["multiscales"] = [{"version": "0.4", "axes": axes, "datasets": datasets}]
        field.attrs["omero"] = {"channels": [{"label": "DNA"}, {"label": "Golgi"}]}
        field.create_array("0", data=np.roll(pixels, i, axis=2), chunks=pixels.shape)


def test_a_plate_of_96_wells_becomes_a_table_per_well(seewhy, tiny_image, tmp_path):
    import torch

    from napari_seewhy.models import Model

    write_plate(tmp_path / "plate.zarr", tiny_image.pixels)
    channel = {"mean": 50, "std": 80, "low": 5, "high": 350}
    card = ModelCard(
        name="cycle",
        network=NetworkOptions(backbone="small"),
        classes=("G1", "G2"),
        channels=[{"name": "DNA"} | channel, {"name": "Golgi"} | channel | {"high": 40}],
        size_px=(32, 32),
        dtype="uint16",
        pixel_size_um=0.5,
        samples={"verb": "crop", "crop": CropOptions(size_px=32).model_dump(mode="json")},
    )
    torch.manual_seed(3)
    save_model(tmp_path / "cycle.safetensors", Model.from_card(card))
    of_all = ("plate.zarr", "--scene", "all", "--json")
    segmented = seewhy("segment", *of_all, "--out", "labels", "--method", "otsu")
    assert segmented.status == 0, segmented.err
    assert len(json.loads(segmented.out)["inputs"]) == 96
    exact = ("--device", "cpu", "--precision", "fp32")
    classified = seewhy(
        "classify", "cycle.safetensors", *of_all, "--labels", "labels", "--out", "out", *exact
    )
    assert classified.status == 0, classified.err
    cropped = seewhy("crop", *of_all, "--labels", "labels", "--out", "s.h5", "--size-px", 32)
    assert cropped.status == 0, cropped.err
    with SampleSet(tmp_path / "s.h5") as samples:
        assert set(samples.group) == {f"plate/{row}/{column}" for row in ROWS for column in COLUMNS}
    wells = ("--condition-regex", "scene-([A-H]-[0-9]+)")
    assert seewhy("compare", "out", "--out", "wells.csv", *wells).status == 0
    table = pd.read_csv(tmp_path / "wells.csv")
    assert set(table["condition"]) == {f"{row}-{column}" for row in ROWS for column in COLUMNS}
    n_found = sum(one["results"]["n_cells"] for one in json.loads(segmented.out)["inputs"])
    assert table["n"].sum() == n_found
    assert n_found >= 96 * 4
