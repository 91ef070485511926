from __future__ import annotations

import json
import warnings
from dataclasses import dataclass

import pytest

from napari_seewhy.cli.telling.batch import Outcome, Result, report_batch, run_batch
from napari_seewhy.cli.telling.report import Reporting
from napari_seewhy.errors import DataError, SeewhyWarning
from napari_seewhy.progress import Step


@dataclass(frozen=True)
class Named:
    title: str


JOBS = [Named("first"), Named("second"), Named("third")]


def work_that(failure: BaseException):
    """Work that breaks off at the second input."""

    def steps(job):
        yield Step(0, 1, job.title)
        if job.title == "second":
            raise failure
        return Result((f"{job.title}.csv",), {"n_cells": 3})

    return steps


def test_a_failing_input_is_named_with_its_reason_and_the_others_are_done():
    outcomes = run_batch(JOBS, work_that(DataError("It is empty.")), Reporting())
    assert [outcome.status for outcome in outcomes] == ["done", "failed", "done"]
    assert outcomes[1].reason == "It is empty."
    assert outcomes[1].traceback == ""
    assert outcomes[2].outputs == ("third.csv",)


def test_an_unforeseen_error_does_not_end_the_batch_and_keeps_its_traceback():
    outcomes = run_batch(JOBS, work_that(KeyError("lost")), Reporting())
    assert [outcome.status for outcome in outcomes] == ["done", "failed", "done"]
    assert "KeyError" in outcomes[1].reason
    assert "work_that" in outcomes[1].traceback or "steps" in outcomes[1].traceback


def test_too_little_memory_is_said_in_words():
    outcomes = run_batch(JOBS, work_that(MemoryError()), Reporting())
    assert "memory" in outcomes[1].reason
    assert outcomes[1].traceback == ""


def test_an_interrupt_ends_the_batch():
    with pytest.raises(KeyboardInterrupt):
        run_batch(JOBS, work_that(KeyboardInterrupt()), Reporting())


def test_what_is_done_is_skipped():
    outcomes = run_batch(
        JOBS, work_that(DataError("no")), Reporting(), is_done=lambda job: job.title == "second"
    )
    assert [outcome.status for outcome in outcomes] == ["done", "skipped", "done"]


def test_warnings_are_kept_once_for_each_input():
    def steps(job):
        yield Step(0, 1)
        for _ in range(2):
            warnings.warn(f"{job.title} is dim.", SeewhyWarning, stacklevel=1)
        return Result(warnings=("It is constant.",))

    outcomes = run_batch(JOBS[:1], steps, Reporting())
    assert outcomes[0].warnings == ("It is constant.", "first is dim.")


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
