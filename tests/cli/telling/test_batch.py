from __future__ import annotations

import json

from napari_seewhy.batch import Outcome
from napari_seewhy.cli.telling.batch import report_batch
from napari_seewhy.cli.telling.report import Reporting


def test_the_report_lists_failures_last_and_returns_the_exit_status(capsys):
    outcomes = [
        Outcome("a.tif", "failed", "It is cut short."),
        Outcome("b.tif", "done", warnings=("It is dim.",)),
        Outcome("c.tif", "skipped"),
    ]
    assert report_batch("segment", outcomes, Reporting()) == 1
    said = capsys.readouterr()
    assert said.out == "segment: 1 done, 1 skipped, 1 failed.\n"
    assert said.err.splitlines() == [
        "Warning: b.tif: It is dim.",
        "Failed: a.tif: It is cut short.",
    ]


def test_quiet_leaves_only_the_failures(capsys):
    outcomes = [Outcome("a", "failed", "No."), Outcome("b", "done", warnings=("Dim.",))]
    report_batch("segment", outcomes, Reporting(quiet=True))
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err == "Failed: a: No.\n"


def test_json_holds_counts_and_each_outcome(capsys):
    outcomes = [Outcome("b.tif", "done", outputs=("b.csv",), results={"n_cells": 4})]
    assert report_batch("segment", outcomes, Reporting(as_json=True), out="/x") == 0
    document = json.loads(capsys.readouterr().out)
    assert document["status"] == 0
    assert (document["n_done"], document["n_skipped"], document["n_failed"]) == (1, 0, 0)
    assert document["out"] == "/x"
    assert document["inputs"][0]["results"] == {"n_cells": 4}


def test_brackets_and_foreign_names_reach_the_user_as_they_are(capsys):
    report_batch("crop", [Outcome("[bold]日本.tif", "failed", "[red]")], Reporting())
    assert capsys.readouterr().err == "Failed: [bold]日本.tif: [red]\n"
