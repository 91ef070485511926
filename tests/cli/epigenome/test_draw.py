from __future__ import annotations

import json

import numpy as np
import pybigtools
import pytest
from PIL import Image


@pytest.fixture
def folder(tmp_path):
    rng = np.random.default_rng(0)
    for name in ("control", "treated"):
        (tmp_path / name).mkdir()
        for kind, step, width in (("chromatin", 50, 50), ("methylation", 90, 1)):
            records = [("chr1", s, s + width, float(rng.random())) for s in range(0, 30_000, step)]
            writer = pybigtools.open(str(tmp_path / name / f"{kind}.bw"), "w")
            writer.write({"chr1": 30_000}, iter(records))
    (tmp_path / "genes.bed").write_text("chr1\t15000\t16000\tA\nchr1\t17000\t18000\tB\n")
    return tmp_path


@pytest.fixture
def draw(call, folder):
    def run(*words):
        given = ("--genes", folder / "genes.bed", "--out", folder / "out", "--json")
        return call("epigenome", "draw", *words, *given, "--workers", 1)

    return run


def test_one_sample_and_its_control_become_one_picture_per_gene(draw, folder):
    tracks = [
        argument
        for kind in ("chromatin", "methylation")
        for argument in (
            f"--{kind}",
            folder / "treated" / f"{kind}.bw",
            folder / "control" / f"{kind}.bw",
        )
    ]

    done = draw(*tracks, "--compound", "BPA", "--no-axes", "--width-px", 64)

    said = json.loads(done.out)
    assert done.status == said["status"] == 0
    assert said["inputs"][0]["input"] == "BPA"
    assert said["inputs"][0]["results"]["n_pictures"] == 2
    with Image.open(folder / "out" / "BPA" / "A.png") as picture:
        assert picture.size == (64, 134)


def test_a_table_of_compounds_is_drawn_and_one_that_fails_does_not_stop_the_others(draw, folder):
    lines = ["compound,chromatin,methylation,control_chromatin,control_methylation"]
    lines += [
        f"{name},{sample}/chromatin.bw,{sample}/methylation.bw,control/chromatin.bw,"
        "control/methylation.bw"
        for name, sample in (("BPA", "treated"), ("LOST", "lost"), ("DMSO", "control"))
    ]
    (folder / "compounds.csv").write_text("\n".join(lines))

    first, second = (draw("--compounds", folder / "compounds.csv") for _ in range(2))

    assert first.status == second.status == 1
    assert _statuses(first) == ["done", "failed", "done"]
    assert _statuses(second) == ["skipped", "failed", "skipped"]
    assert len(list((folder / "out").rglob("*.png"))) == 4


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ([], "Tracks are missing"),
        (["--chromatin", "a", "b", "c", "--methylation", "d"], "--chromatin has 3 files"),
        (["--compounds", "x.csv", "--compound", "BPA"], "give one of both"),
    ],
)
def test_tracks_that_are_named_wrongly_are_refused(draw, arguments, sentence):
    done = draw(*arguments)

    assert done.status == 2
    assert sentence in done.err


def test_two_genes_of_one_name_are_said_in_a_sentence(draw, folder):
    (folder / "genes.bed").write_text("chr1\t15000\t16000\tA\nchr1\t17000\t18000\tA\n")
    tracks = [folder / "treated" / f"{kind}.bw" for kind in ("chromatin", "methylation")]

    done = draw("--chromatin", tracks[0], "--methylation", tracks[1])

    assert done.status == 0
    assert done.err.startswith("Warning: ")
    assert "draw.py" not in done.err
    assert "1 genes more than once, such as A" in json.loads(done.out)["warnings"][0]


def _statuses(done):
    return [one["status"] for one in json.loads(done.out)["inputs"]]


def test_islands_are_kept_beside_the_pictures_and_an_unreadable_file_is_refused_first(draw, folder):
    (folder / "table.csv").write_text(
        "compound,chromatin,methylation\nBPA,treated/chromatin.bw,treated/methylation.bw\n"
    )
    words = ("--compounds", folder / "table.csv", "--islands")
    broken, islands = folder / "genes.txt", folder / "cgi.bed"
    broken.write_text("no intervals\n")
    islands.write_text("chr1\t16000\t16500\tCpG: 40\nchr1\t28000\t28100\tfar away\n")

    refused = draw(*words, broken)
    assert refused.status == 1
    assert not (folder / "out").exists()

    assert draw(*words, islands).status == 0
    kept = (folder / "out" / "pictures.cpg_islands.bed").read_text()
    assert kept == "chr1\t16000\t16500\tCpG: 40\n"
