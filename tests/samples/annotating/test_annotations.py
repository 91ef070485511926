"""A person's answers are saved one by one, undone, and written only on request."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pytest

from napari_seewhy.errors import DataError, FileError, OptionError
from napari_seewhy.files import hash_file
from napari_seewhy.samples import SampleSet, SampleWriter
from napari_seewhy.samples.annotating.annotations import Annotations, open_annotated, sidecar_path
from napari_seewhy.samples.annotating.proposals import Proposals, next_unknown, order_rows
from napari_seewhy.samples.storing.retarget import write_targets, write_targets_steps

if TYPE_CHECKING:
    from pathlib import Path


def write_samples(path: Path, n: int = 6, origin_y: float = 0.0) -> Path:
    pixels = np.arange(n * 16, dtype=np.uint16).reshape(n, 1, 4, 4)
    target = np.full(n, -1)
    target[0] = 1
    origin = pd.DataFrame({"y": np.arange(n) + origin_y})
    with SampleWriter(
        path, channels=["DNA"], size_px=(4, 4), dtype="uint16", classes=["G1", "G2"]
    ) as writer:
        writer.append(pixels, target, "well A1", origin)
    return path


@pytest.fixture
def samples(tmp_path: Path) -> Path:
    return write_samples(tmp_path / "cells.h5")


@pytest.fixture
def annotations(samples: Path) -> Annotations:
    return Annotations(samples)


def test_it_begins_with_what_the_file_knows(annotations, samples) -> None:
    assert annotations.target.tolist() == [1, -1, -1, -1, -1, -1]
    assert annotations.describe() == "1 of 6 known"
    assert not annotations.sidecar.exists()


def test_every_answer_is_there_for_the_next_who_opens_it(annotations, samples) -> None:
    for row, name in ((1, "G1"), (2, "G2"), (0, "G1")):
        annotations.answer(row, name)
        assert Annotations(samples).target.tolist() == annotations.target.tolist()
    assert annotations.target.tolist() == [0, 0, 1, -1, -1, -1]
    assert annotations.balance.counts == {"G1": 2, "G2": 1}


def test_a_sample_set_that_is_opened_with_its_answers_knows_them(annotations, samples) -> None:
    with open_annotated(samples) as opened:
        assert (opened.target.tolist(), opened.sources) == ([1, -1, -1, -1, -1, -1], (samples,))
    annotations.add_class("M")
    annotations.answer(3, "M")
    with open_annotated(samples) as opened:
        assert opened.classes == ("G1", "G2", "M")
        assert opened.target.tolist() == [1, -1, -1, 2, -1, -1]
        assert opened.sources == (samples, annotations.sidecar)


def test_the_sample_set_is_not_touched_by_answers(annotations, samples) -> None:
    before = hash_file(samples)
    annotations.answer(1, "G1")
    annotations.add_class("M")
    assert hash_file(samples) == before


def test_answers_are_taken_back_one_by_one_also_after_opening_anew(annotations, samples) -> None:
    annotations.answer(1, "G1")
    annotations.answer(1, "G2")
    annotations.answer(4, None)
    again = Annotations(samples)
    assert (again.undo(), again.name_of(1)) == (1, "G1")
    assert (again.undo(), again.name_of(1)) == (1, None)
    assert again.undo() is None
    assert Annotations(samples).n_answers == 0


def test_the_same_answer_twice_is_one_to_take_back(annotations) -> None:
    annotations.answer(1, "G1")
    annotations.answer(1, "G1")
    assert annotations.n_answers == 1


def test_classes_can_be_added_and_are_kept(annotations, samples) -> None:
    annotations.add_class(" M ")
    annotations.answer(3, "M")
    again = Annotations(samples)
    assert again.classes == ("G1", "G2", "M")
    assert again.name_of(3) == "M"


@pytest.mark.parametrize("name", ["", "  ", "G2"])
def test_a_class_without_a_name_or_with_one_that_is_taken_is_refused(annotations, name) -> None:
    with pytest.raises(OptionError):
        annotations.add_class(name)
    assert annotations.classes == ("G1", "G2")


def test_a_class_that_is_not_there_is_refused(annotations) -> None:
    with pytest.raises(OptionError, match="no class M; the classes are G1, G2"):
        annotations.answer(1, "M")


def test_an_answer_that_cannot_be_saved_changes_nothing(annotations, monkeypatch) -> None:
    def refuse(*_: object) -> None:
        raise FileError("The disk is full.")

    monkeypatch.setattr("napari_seewhy.samples.annotating.annotations.write_text", refuse)
    with pytest.raises(FileError, match="full"):
        annotations.answer(1, "G1")
    with pytest.raises(FileError, match="full"):
        annotations.add_class("M")
    assert annotations.name_of(1) is None
    assert (annotations.n_answers, annotations.classes) == (0, ("G1", "G2"))


def test_annotations_of_other_samples_are_refused(annotations, samples) -> None:
    annotations.answer(1, "G1")
    write_samples(samples, origin_y=0.5)
    with pytest.raises(DataError, match="of other samples"):
        Annotations(samples)


def test_annotations_for_other_classes_are_refused(annotations, samples) -> None:
    annotations.answer(1, "G1")
    write_targets(samples, samples, [-1] * 6, ["new", "names"])
    with pytest.raises(DataError, match="does not fit the classes new, names"):
        Annotations(samples)


@pytest.mark.parametrize(
    "change",
    [
        lambda content: content.pop("answers"),
        lambda content: content.update(kind="other"),
        lambda content: content.update(answers=[[1, 2]]),
        lambda content: content.update(answers=[["a", "b", "c"]]),
    ],
)
def test_a_file_that_holds_no_annotations_is_refused(annotations, samples, change) -> None:
    annotations.answer(1, "G1")
    content = json.loads(annotations.sidecar.read_text())
    change(content)
    annotations.sidecar.write_text(json.dumps(content))
    with pytest.raises(FileError, match="no annotations of ours"):
        Annotations(samples)


def test_answers_about_samples_that_are_not_there_are_refused(annotations, samples) -> None:
    annotations.answer(1, "G1")
    content = json.loads(annotations.sidecar.read_text())
    annotations.sidecar.write_text(json.dumps(content | {"answers": [[6, -1, 0]]}))
    with pytest.raises(DataError, match="does not fit"):
        Annotations(samples)


def test_annotations_of_a_newer_version_are_refused(annotations, samples) -> None:
    annotations.answer(1, "G1")
    content = json.loads(annotations.sidecar.read_text())
    annotations.sidecar.write_text(json.dumps(content | {"schema_version": 2}))
    with pytest.raises(FileError, match="newer version"):
        Annotations(samples)


def test_written_targets_replace_those_of_the_file_and_nothing_else(annotations, samples) -> None:
    annotations.add_class("M")
    annotations.answer(2, "M")
    with SampleSet(samples) as before:
        pixels, groups, origin = before.pixels[:], before.group, before.origin
    write_targets(samples, samples, annotations.target, annotations.classes)
    with SampleSet(samples) as after:
        assert after.target.tolist() == [1, -1, 2, -1, -1, -1]
        assert after.classes == ("G1", "G2", "M")
        np.testing.assert_array_equal(after.pixels[:], pixels)
        np.testing.assert_array_equal(after.group, groups)
        pd.testing.assert_frame_equal(after.origin, origin)
        assert after.record["annotated"]["results"] == {"n_known": 2}


def test_killed_between_writing_and_forgetting_nothing_is_lost(annotations, samples) -> None:
    annotations.answer(2, "G1")
    write_targets(samples, samples, annotations.target, annotations.classes)
    assert Annotations(samples).target.tolist() == [1, -1, 0, -1, -1, -1]


def test_forgotten_annotations_leave_no_file(annotations) -> None:
    annotations.answer(2, "G1")
    annotations.forget()
    annotations.forget()
    assert not sidecar_path(annotations.path).exists()
    assert annotations.undo() is None
    assert annotations.name_of(2) == "G1"


def test_writing_that_is_stopped_leaves_the_old_file_and_no_other(samples) -> None:
    before = hash_file(samples)
    task = write_targets_steps(samples, samples, [0] * 6, ["G1", "G2"])
    next(task)
    task.close()
    assert hash_file(samples) == before
    assert [path.name for path in samples.parent.iterdir()] == ["cells.h5"]


@pytest.mark.parametrize(
    ("target", "says"), [([0] * 5, "5,. for 6 samples"), ([0, 2, 0, 0, 0, 0], "0 to")]
)
def test_targets_that_do_not_fit_are_refused(samples, target, says) -> None:
    with pytest.raises(DataError, match=says):
        write_targets(samples, samples, target, ["G1", "G2"])


@pytest.fixture
def proposals() -> Proposals:
    probability = [[0.9, 0.1], [0.45, 0.55], [0.2, 0.8], [0.6, 0.4]]
    return Proposals(("G1", "G2"), np.array(probability, np.float32))


def test_the_least_sure_of_the_unknown_come_first(proposals) -> None:
    target = np.array([-1, 0, -1, -1])
    assert order_rows("uncertain", target, ["G1", "G2"], proposals).tolist() == [3, 2, 0, 1]


def test_the_known_whose_class_the_model_doubts_come_first(proposals) -> None:
    target = np.array([1, -1, 1, 0])
    assert order_rows("doubtful", target, ["G1", "G2"], proposals).tolist() == [0, 3, 2, 1]


def test_a_class_that_the_model_does_not_know_is_not_doubted(proposals) -> None:
    target = np.array([1, 2, 1, 2])
    rows = order_rows("doubtful", target, ["G1", "G2", "M"], proposals)
    assert rows.tolist() == [0, 2, 1, 3]


@pytest.mark.parametrize("order", ["file", "uncertain", "doubtful"])
def test_every_sample_is_in_an_order_once(proposals, order) -> None:
    rows = order_rows(order, np.array([-1, 0, 1, -1]), ["G1", "G2"], proposals)
    assert sorted(rows.tolist()) == [0, 1, 2, 3]


def test_without_proposals_the_order_is_that_of_the_file() -> None:
    assert order_rows("uncertain", np.array([0, -1]), ["G1"], None).tolist() == [0, 1]


def test_a_proposal_is_the_most_probable_class(proposals) -> None:
    assert proposals.name(1) == "G2"
    assert proposals.confidence(1) == pytest.approx(0.55)


def test_after_the_last_unknown_the_search_begins_anew_and_ends() -> None:
    rows, target = np.array([3, 1, 0, 2]), np.array([-1, 0, -1, -1])
    assert next_unknown(rows, 2, target) == 3
    assert next_unknown(rows, 3, target) == 0
    target[:] = [0, 0, 0, -1]
    assert next_unknown(rows, 3, target) is None
