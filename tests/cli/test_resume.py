from __future__ import annotations

import os
import signal
import subprocess
import sys
from dataclasses import replace

import pandas as pd
import pytest

from napari_seewhy.files import read_json
from napari_seewhy.images import read_labels, write_image

# Runs the command, but stops for good where the n-th file is whole on the disk and not yet renamed.
STOPPING = """
import signal
import sys
from napari_seewhy.files import whole
from napari_seewhy.cli.main import main

# Where the tests run in the background the shell has Ctrl-C ignored, and a child inherits that.
signal.signal(signal.SIGINT, signal.default_int_handler)
n_left = int(sys.argv[1])
sync = whole._sync

def stop(part):
    global n_left
    sync(part)
    n_left -= 1
    if n_left == 0:
        print("stopped", flush=True)
        sys.stdin.read()

whole._sync = stop
sys.exit(main(sys.argv[2:]))
"""


@pytest.fixture
def two_files(tmp_path, tiny_image):
    write_image(tmp_path / "in" / "a.ome.tif", tiny_image)
    write_image(tmp_path / "in" / "b.ome.tif", replace(tiny_image, pixels=tiny_image.pixels + 1))
    return tmp_path / "in"


def start_and_stop_at(n_th: int, *words: object) -> subprocess.Popen[str]:
    """Start the command and return when it has stopped before its n-th rename."""
    child = subprocess.Popen(
        [sys.executable, "-c", STOPPING, str(n_th), *map(str, words)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert child.stdout is not None
    line = child.stdout.readline()
    assert line == "stopped\n", child.communicate()
    return child


def end(child: subprocess.Popen[str], number: int) -> int:
    os.kill(child.pid, number)
    child.communicate()
    return child.returncode


def statuses(document) -> list[str]:
    return [one["status"] for one in document["inputs"]]


def visible(folder) -> list[str]:
    return sorted(path.name for path in folder.iterdir() if not path.name.startswith("."))


def test_resume_skips_what_is_whole(call, two_files, tmp_path):
    words = ("segment", two_files, "--out", tmp_path / "out", "--json")
    assert statuses(call(*words).document) == ["done", "done"]
    assert statuses(call(*words, "--resume").document) == ["skipped", "skipped"]
    assert statuses(call(*words).document) == ["done", "done"]


def test_resume_works_again_on_other_options(call, two_files, tmp_path):
    words = ("segment", two_files, "--out", tmp_path / "out", "--json")
    call(*words)
    assert statuses(call(*words, "--resume", "--smoothing-px", 2).document) == ["done", "done"]
    assert statuses(call(*words, "--resume", "--smoothing-px", 2).document) == ["skipped"] * 2


def test_resume_works_again_on_a_changed_image(call, two_files, tmp_path, tiny_image):
    words = ("segment", two_files, "--out", tmp_path / "out", "--json")
    call(*words)
    write_image(two_files / "b.ome.tif", replace(tiny_image, pixels=tiny_image.pixels * 2))
    assert statuses(call(*words, "--resume").document) == ["skipped", "done"]


@pytest.mark.parametrize("ending", ["labels.ome.tif", "cells.csv", "record.json"])
def test_resume_works_again_where_an_output_is_gone(call, two_files, tmp_path, ending):
    words = ("segment", two_files, "--out", tmp_path / "out", "--json")
    call(*words)
    (tmp_path / "out" / f"a_{ending}").unlink()
    assert statuses(call(*words, "--resume").document) == ["done", "skipped"]


@pytest.mark.parametrize("content", ["", "{", "[]", '{"verb": "segment", "inputs": []}'])
def test_resume_does_not_trust_a_spoilt_record(call, two_files, tmp_path, content):
    words = ("segment", two_files, "--out", tmp_path / "out", "--json")
    call(*words)
    (tmp_path / "out" / "a_record.json").write_text(content)
    assert statuses(call(*words, "--resume").document) == ["done", "skipped"]


def test_resume_leaves_labels_that_a_person_tidied(call, two_files, tmp_path):
    words = ("segment", two_files, "--out", tmp_path / "out", "--json")
    call(*words)
    labels = tmp_path / "out" / "a_labels.ome.tif"
    labels.write_bytes((tmp_path / "out" / "b_labels.ome.tif").read_bytes())
    tidied = labels.read_bytes()
    call(*words, "--resume")
    assert labels.read_bytes() == tidied


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no kill -9.")
@pytest.mark.parametrize("n_th", [1, 2, 3, 4, 5])
def test_a_killed_run_leaves_whole_files_and_is_taken_up_again(call, two_files, tmp_path, n_th):
    out = tmp_path / "out"
    words = ("segment", two_files, "--out", out)
    child = start_and_stop_at(n_th, *words)
    assert end(child, signal.SIGKILL) == -signal.SIGKILL
    order = ["a_labels.ome.tif", "a_cells.csv", "a_record.json", "b_labels.ome.tif", "b_cells.csv"]
    assert visible(out) == sorted(order[: n_th - 1])
    for path in out.glob("[!.]*_labels.ome.tif"):
        assert read_labels(path).labels.max() == 5
    for path in out.glob("[!.]*.csv"):
        assert len(pd.read_csv(path)) == 5
    done = call(*words, "--resume", "--json")
    assert statuses(done.document) == ["skipped" if n_th > 3 else "done", "done"]
    assert len(visible(out)) == 6


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no kill -9.")
def test_a_run_killed_while_it_writes_over_an_older_one_is_not_taken_for_whole(
    call, two_files, tmp_path
):
    out = tmp_path / "out"
    words = ("segment", two_files / "a.ome.tif", "--out", out)
    call(*words)
    child = start_and_stop_at(2, *words, "--smoothing-px", 3)
    end(child, signal.SIGKILL)
    assert visible(out) == ["a_cells.csv", "a_labels.ome.tif"]
    assert statuses(call(*words, "--resume", "--json").document) == ["done"]


@pytest.mark.skipif(sys.platform == "win32", reason="Windows sends no such signal.")
def test_ctrl_c_ends_with_status_130_and_leaves_nothing_half_written(two_files, tmp_path):
    out = tmp_path / "out"
    child = start_and_stop_at(2, "segment", two_files, "--out", out)
    child.send_signal(signal.SIGINT)
    _, said = child.communicate()
    assert child.returncode == 130
    assert said == "seewhy: Stopped; every file under its final name is whole.\n"
    assert [path.name for path in out.iterdir()] == ["a_labels.ome.tif"]


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no kill -9.")
def test_a_killed_crop_leaves_the_older_sample_set(call, two_files, tmp_path):
    call("segment", two_files, "--out", tmp_path / "out")
    samples = tmp_path / "samples.h5"
    words = ("crop", two_files, "--labels", tmp_path / "out", "--out", samples, "--size-px")
    assert call(*words, 8).status == 0
    older = samples.read_bytes()
    child = start_and_stop_at(1, *words, 16)
    assert end(child, signal.SIGKILL) == -signal.SIGKILL
    assert samples.read_bytes() == older
    assert read_json(tmp_path / "out" / "a_record.json")["results"]["n_cells"] == 5
