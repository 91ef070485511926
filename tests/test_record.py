from __future__ import annotations

import json
from datetime import datetime

from pydantic import Field

from napari_seewhy import __version__
from napari_seewhy.options import Options
from napari_seewhy.record import make_record


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
