"""The examples of the page on clusters run, and give what one process gives."""

from __future__ import annotations

import json
import shlex
from pathlib import Path

import numpy as np
import pytest

from napari_seewhy.cli.main import main
from napari_seewhy.images import read_labels, write_image

PAGE = Path(__file__).parents[2] / "docs" / "how-to" / "cluster.md"
EXAMPLES = [
    line
    for line in PAGE.read_text(encoding="utf-8").splitlines()
    if line.startswith("seewhy segment plate --out out")
]


def test_the_worked_examples_find_what_one_process_finds(
    tmp_path, tiny_image, monkeypatch, capsys
) -> None:
    pytest.importorskip("distributed", reason="The extra `cluster` is not installed.")
    monkeypatch.chdir(tmp_path)
    for name in ("a", "b", "c"):
        write_image(tmp_path / "plate" / f"{name}.ome.tif", tiny_image)
    (tmp_path / "plate" / "broken.tif").write_bytes(b"no picture")
    more = ["--method", "otsu", "--channel", "DNA", "--json"]
    assert main(["segment", "plate", "--out", "alone", *more]) == 1
    alone = json.loads(capsys.readouterr().out)
    assert len(EXAMPLES) == 2
    for i, line in enumerate(EXAMPLES):
        words = [f"out{i}" if word == "out" else word for word in shlex.split(line)[1:]]
        assert main([*words, *more]) == 1
        said = json.loads(capsys.readouterr().out)
        assert [one["status"] for one in said["inputs"]] == ["done", "done", "failed", "done"]
        assert [one["results"] for one in said["inputs"]] == [
            one["results"] for one in alone["inputs"]
        ]
        for name in ("a", "b", "c"):
            found, wanted = (
                read_labels(tmp_path / folder / f"{name}_labels.ome.tif").labels
                for folder in (f"out{i}", "alone")
            )
            assert np.array_equal(found, wanted)


def test_a_scheduler_that_is_away_and_no_cluster_end_with_their_status(
    tmp_path, tiny_image, capsys, monkeypatch
) -> None:
    pytest.importorskip("distributed", reason="The extra `cluster` is not installed.")
    monkeypatch.setattr("napari_seewhy.engine.cluster._REACH_S", 1)
    write_image(tmp_path / "a.ome.tif", tiny_image)
    words = ["segment", f"{tmp_path / 'a.ome.tif'}", "--out", f"{tmp_path / 'out'}", "--cluster"]
    assert main([*words, "nowhere"]) == 2
    assert "'nowhere' is no cluster" in capsys.readouterr().err
    assert main([*words, "tcp://127.0.0.1:9"]) == 1
    assert "There is no Dask scheduler at tcp://127.0.0.1:9" in capsys.readouterr().err
