from __future__ import annotations

import json
from datetime import datetime

import pytest
from pydantic import Field

from napari_seewhy import __version__
from napari_seewhy.errors import FileError
from napari_seewhy.options import Options
from napari_seewhy.record import Record, check_record, make_record, read_record


class BlurOptions(Options):
    """How an image is smoothed."""

    sigma_px: float = Field(1.0, title="Blur", description="Width of the Gaussian.")


def test_a_record_says_what_was_done_to_which_file_and_fits_into_json(tmp_path):
    path = tmp_path / "field.tif"
    path.write_bytes(b"abc")
    record = json.loads(json.dumps(make_record("blur", BlurOptions(), [path], n_cells=3)))
    assert record["verb"] == "blur"
    assert record["options"] == {"sigma_px": 1.0}
    assert record["inputs"][0]["path"] == str(path)
    assert record["inputs"][0]["sha256"].startswith("ba7816bf")
    assert record["results"] == {"n_cells": 3}
    assert record["versions"]["napari-seewhy"] == __version__
    assert datetime.fromisoformat(record["finished"]).tzinfo is not None


def test_a_package_that_is_not_there_is_recorded_as_such(monkeypatch):
    monkeypatch.setattr("napari_seewhy.record._PACKAGES", ("no-such-package",))
    assert make_record("blur", {}, [])["versions"]["no-such-package"] == "not installed"


@pytest.mark.parametrize(
    "text",
    [
        "[]",
        "5",
        "null",
        '{"options": 5}',
        '{"inputs": [{"path": 5, "sha256": "a"}]}',
        '{"inputs": [{"path": "a"}]}',
        '{"results": []}',
        '{"results": {"outputs": "a"}}',
        '{"results": {"split": {"train": 5}}}',
    ],
)
def test_a_record_of_another_shape_is_refused_in_a_sentence(tmp_path, text):
    path = tmp_path / "record.json"
    path.write_text(text)
    with pytest.raises(
        FileError, match=r"is no record of this program: .*; move it away"
    ) as caught:
        read_record(path, Record)
    assert "\n" not in str(caught.value)
    value = json.loads(text)
    if isinstance(value, dict):
        with pytest.raises(ValueError, match=r"should be|required"):
            check_record(value)


def test_a_record_comes_back_with_all_that_it_holds(tmp_path):
    path = tmp_path / "record.json"
    made = make_record("blur", BlurOptions(), {path: "ab"}, n_cells=3, outputs=["a.tif"])
    path.write_text(json.dumps(made))
    record = read_record(path, Record)
    assert (record.verb, record.options, record.inputs[0].sha256) == ("blur", {"sigma_px": 1}, "ab")
    assert record.results.outputs == ["a.tif"]
    assert record.results.model_extra == {"n_cells": 3}
    assert check_record(made) == made
