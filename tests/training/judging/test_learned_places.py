"""Samples that are cut again: what was learned from is found by its place, not by its row."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pytest

from napari_seewhy.errors import DataError
from napari_seewhy.models.cards.card import ChannelCard, ModelCard
from napari_seewhy.models.networks.options import NetworkOptions
from napari_seewhy.samples import SampleSet, SampleWriter
from napari_seewhy.training.fitting.fit import fit
from napari_seewhy.training.judging.learned_places import describe_places
from napari_seewhy.training.judging.trained_rows import find_report_rows

if TYPE_CHECKING:
    from pathlib import Path

    from napari_seewhy.training.judging.trained_rows import ReportRows

LEARNED = np.arange(6)


def draw_cells(n: int = 10, folder: str = "day 1", shift_px: float = 0.0) -> pd.DataFrame:
    """Cells 40 px apart, in two images; renumbered by every segmentation."""
    places = np.arange(n) // 2 * 40.0
    return pd.DataFrame(
        {
            "source": [f"{folder}/{'AB'[i % 2]}01.tif" for i in range(n)],
            "t": 0,
            "label": np.random.default_rng(int(shift_px)).permutation(n) + 1,
            "y": places + shift_px,
            "x": 20.0,
        }
    )


def write(
    path: Path,
    origin: pd.DataFrame | None,
    group: object = "one",
    hashes: dict[str, str] | None = None,
) -> Path:
    n = 10 if origin is None else len(origin)
    inputs = [{"path": name, "sha256": sha} for name, sha in (hashes or {}).items()]
    with SampleWriter(
        path, channels="a", size_px=(32, 32), dtype="uint8", record={"inputs": inputs}
    ) as writer:
        writer.append(np.zeros((n, 1, 32, 32), np.uint8), group=group, origin=origin)
    return path


def trained_on(path: Path, *, keeps_groups: bool = False) -> ModelCard:
    """The card of a model that learned from the first six samples of a file that is gone."""
    with SampleSet(path) as samples:
        places = describe_places(samples, LEARNED, keeps_groups=keeps_groups)
    split = {"train": LEARNED[:4].tolist(), "stop": LEARNED[4:].tolist(), "report": [6, 7, 8, 9]}
    return ModelCard(
        name="phases",
        network=NetworkOptions(),
        classes=("G1", "G2"),
        channels=(ChannelCard(name="a", mean=0, std=1, low=0, high=1),),
        size_px=(32, 32),
        dtype="uint8",
        record={
            "inputs": [{"path": str(path), "sha256": "of the file before"}],
            "results": {"split": split, "learned_places": places},
        },
    )


def look(card: ModelCard, path: Path, rows: list[int] | None = None) -> ReportRows:
    with SampleSet(path) as samples:
        return find_report_rows(card, samples, rows)


@pytest.fixture
def card(tmp_path: Path) -> ModelCard:
    return trained_on(write(tmp_path / "before.h5", draw_cells()))


def test_cells_in_another_order_are_known_by_their_place(tmp_path, card):
    origin = draw_cells().iloc[::-1].reset_index(drop=True)
    found = look(card, write(tmp_path / "now.h5", origin))
    assert found.rows.tolist() == [0, 1, 2, 3]
    assert found.which == "not learned from"
    assert found.notes[0].startswith("The samples were cut again since the training. 6 of 10")


def test_cells_of_another_segmentation_lie_a_little_aside(tmp_path, card):
    found = look(card, write(tmp_path / "now.h5", draw_cells(14, shift_px=3)))
    assert found.rows.tolist() == [6, 7, 8, 9, 10, 11, 12, 13]


def test_cells_of_another_image_at_the_same_place_are_new(tmp_path, card):
    found = look(card, write(tmp_path / "now.h5", draw_cells(folder="day 2")))
    assert found.rows.tolist() == list(range(10))
    assert found.which == "all"
    assert "not the file of samples" in found.notes[0]


def test_an_image_that_was_moved_is_known_by_its_content(tmp_path):
    before, now = ({f"{day}/A01.tif": "a", f"{day}/B01.tif": "b"} for day in ("day 1", "moved"))
    card = trained_on(write(tmp_path / "before.h5", draw_cells(), hashes=before))
    path = write(tmp_path / "now.h5", draw_cells(folder="moved"), hashes=now)
    assert look(card, path).rows.tolist() == [6, 7, 8, 9]


def test_where_groups_were_kept_whole_all_of_them_counts_as_learned(tmp_path):
    group = np.array(["A01"] * 6 + ["A02"] * 4)
    card = trained_on(write(tmp_path / "before.h5", draw_cells(), group), keeps_groups=True)
    more = np.array(["A01"] * 8 + ["A02"] * 6)
    found = look(card, write(tmp_path / "now.h5", draw_cells(14, shift_px=19), more))
    assert found.rows.tolist() == [8, 9, 10, 11, 12, 13]


def test_samples_without_a_place_are_known_by_image_and_row(tmp_path):
    origin = pd.DataFrame({"source": "crops.npz", "row": np.arange(10)})
    card = trained_on(write(tmp_path / "before.h5", origin))
    found = look(card, write(tmp_path / "now.h5", origin.iloc[[9, 2, 7]].reset_index(drop=True)))
    assert found.rows.tolist() == [0, 2]


def test_samples_of_unknown_origin_are_another_file(tmp_path, card):
    assert look(card, write(tmp_path / "now.h5", None)).which == "all"
    without = trained_on(write(tmp_path / "nowhere.h5", None))
    assert look(without, write(tmp_path / "now.h5", draw_cells())).which == "all"


def test_chosen_rows_that_were_learned_from_raise_an_alarm_also_when_cut_anew(tmp_path, card):
    found = look(card, write(tmp_path / "now.h5", draw_cells(shift_px=2)), [5, 6, 7])
    assert found.alarms[0].startswith("1 of the 3 samples are among those that the model")


def test_a_file_of_nothing_but_learned_samples_is_refused(tmp_path, card):
    path = write(tmp_path / "now.h5", draw_cells(6))
    with pytest.raises(DataError, match=r"learned from all of .*; judge it on samples of other"):
        look(card, path)


def test_training_notes_where_it_learned(tmp_path, discs, rows, tiny_network, quick):
    with SampleSet(discs) as samples:
        pixels, target = samples.pixels[:], samples.target
    path = tmp_path / "cells.h5"
    places = np.arange(96) * 50.0
    origin = pd.DataFrame({"source": "day 1.tif", "label": np.arange(96), "y": places, "x": places})
    with SampleWriter(
        path, channels=("DNA", "empty"), size_px=(16, 16), dtype="uint16", classes=("dim", "bright")
    ) as writer:
        writer.append(pixels, target, "day 1", origin)
    options = quick.change(epochs=1)
    card = fit(path, tiny_network, options, rows, out=tmp_path / "model.safetensors").card
    order = np.random.default_rng(0).permutation(96)
    reordered = write(tmp_path / "reordered.h5", origin.iloc[order].reset_index(drop=True))
    assert set(order[look(card, reordered).rows]) == set(rows.report)
