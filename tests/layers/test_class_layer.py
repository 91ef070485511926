"""Classified cells as a layer: names, colours, features, and what the labels are told."""

from __future__ import annotations

import numpy as np
import pandas as pd

from napari_seewhy.layers import METADATA_KEY, classes_layer, join_classes, label_colors
from napari_seewhy.layers.coloring import TRANSPARENT, UNKNOWN, class_colors
from napari_seewhy.layers.features import features_from_cells

LABELS = np.array([[0, 1, 1], [2, 2, 0], [0, 4, 4]])


def said(labels=(1, 2, 4), names=("G1", "G2", "G1"), **more) -> pd.DataFrame:
    p = np.where(np.array(names) == "G2", 0.9, 0.2)
    return pd.DataFrame(
        {
            **more,
            "label": list(labels),
            "class": pd.Categorical(names, ["G1", "G2"]),
            "p_G1": 1 - p,
            "p_G2": p,
            "confidence": np.maximum(p, 1 - p),
        }
    )


def test_the_layer_is_named_after_its_image_and_holds_what_was_said():
    data, attributes, kind = classes_layer(LABELS, said(), image_name="A01", known={"parent": "n"})
    assert kind == "labels"
    assert attributes["name"] == "classes (A01)"
    assert attributes["metadata"][METADATA_KEY]["role"] == "classes"
    np.testing.assert_array_equal(data, LABELS)
    features = attributes["features"]
    assert features["class"].tolist()[1:3] == ["G1", "G2"]
    assert features["label"].tolist() == [0, 1, 2, 4]
    assert features["class"].isna().tolist() == [True, False, False, False]
    assert isinstance(features["class"].dtype, pd.CategoricalDtype)
    np.testing.assert_allclose((features["p_G1"] + features["p_G2"]).dropna(), 1)


def test_what_was_measured_is_joined_and_never_overwrites_what_was_said():
    measured = pd.DataFrame({"label": [1, 2, 4], "area_px": [2, 3, 4], "class": ["x", "y", "z"]})
    _, attributes, _ = classes_layer(LABELS, said(), image_name="A01", measured=measured)
    features = attributes["features"]
    assert features["area_px"].tolist()[1:3] == [2, 3]
    assert features["area_px"].iloc[3] == 4
    assert features["class"].iloc[3] == "G1"


def test_cells_of_a_series_that_is_numbered_anew_get_numbers_of_their_own():
    labels = np.stack([LABELS, LABELS])
    table = said((1, 2, 4, 1, 2, 4), ("G1", "G2", "G1", "G2", "G2", "G2"), t=[0, 0, 0, 1, 1, 1])
    measured = pd.DataFrame({"label": [1], "area_px": [2]})
    data, attributes, _ = classes_layer(labels, table, image_name="film", measured=measured)
    assert data[1].max() == 8
    features = attributes["features"]
    assert features.loc[data[1, 0, 1], "class"] == "G2"
    assert features.loc[data[0, 0, 1], "class"] == "G1"
    assert "area_px" not in features


def test_the_labels_are_told_what_was_said_and_then_what_is_said_anew():
    features = pd.DataFrame({"index": range(5), "label": range(5), "area_px": [np.nan, 2, 2, 0, 2]})
    joined = join_classes(features, said())
    assert list(joined) == ["index", "label", "area_px", "class", "p_G1", "p_G2", "confidence"]
    again = join_classes(joined, said(names=("G2", "G2", "G2")))
    assert list(again) == list(joined)
    assert again["class"].tolist()[1:3] == ["G2", "G2"]


def test_a_class_that_a_person_made_stays():
    features = pd.DataFrame({"index": range(5), "label": range(5), "class": list("-abcd")})
    joined = join_classes(features, said())
    assert joined["class"].tolist()[1:] == list("abcd")
    assert joined["predicted_class"].tolist()[1:3] == ["G1", "G2"]
    again = join_classes(joined, said(names=("G2", "G1", "G2")))
    assert again["class"].tolist()[1:] == list("abcd")
    assert again["predicted_class"].tolist()[1:3] == ["G2", "G1"]


def test_labels_without_features_get_a_row_for_every_number():
    joined = join_classes(pd.DataFrame(), said())
    assert joined["label"].tolist() == [0, 1, 2, 3, 4]
    assert joined["confidence"].isna().tolist() == [True, False, False, True, False]


def test_cells_tracked_through_time_share_a_number_and_are_not_joined():
    assert join_classes(pd.DataFrame(), said((1, 1, 2), t=[0, 1, 1])) is None


def test_undecided_cells_are_grey_and_the_other_colours_do_not_move():
    usual = class_colors(["G1", "G2"])
    names = ["G1", "undecided", "G2"]
    colors = class_colors(names, "undecided")
    assert colors == usual | {"undecided": UNKNOWN}
    features = pd.DataFrame(
        {"label": [0, 1, 2, 3], "decided": pd.Categorical([None, "undecided", "G2", None], names)}
    )
    of_label = label_colors(features, "decided", "undecided")
    assert of_label == {
        0: TRANSPARENT, None: TRANSPARENT, 1: UNKNOWN, 2: usual["G2"], 3: UNKNOWN,
    }  # fmt: skip


def test_how_sure_a_segmenter_was_stays_when_cells_are_classified_again():
    sure = pd.DataFrame({"label": [1, 2], "confidence": [0.5, 0.6]})
    said = pd.DataFrame(
        {"label": [1, 2], "class": ["a", "b"], "p_a": [0.9, 0.2], "p_b": [0.1, 0.8]}
    )
    table = said.assign(confidence=[0.9, 0.8])
    once = join_classes(features_from_cells(sure, 2), table)
    twice = join_classes(once, table)
    for features in (once, twice):
        assert features["confidence"].tolist()[1:] == [0.5, 0.6]
