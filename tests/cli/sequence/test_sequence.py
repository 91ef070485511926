"""The commands about DNA, from a genome to what its variants change."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from napari_seewhy.cli.main import main
from napari_seewhy.genome import Run, decode_letters, encode_letters, write_bigwig

WORD = "TGAGTCATCGC"
LENGTH, BIN = 40_960, 128


@pytest.fixture
def genome(tmp_path) -> Path:
    """Two chromosomes in which one word makes peaks in the track `peaks`."""
    generator = np.random.default_rng(0)
    text, runs = "", []
    for name in ("chr1", "chr2"):
        codes = generator.integers(0, 4, LENGTH).astype(np.uint8)
        coverage = generator.poisson(0.3, LENGTH // BIN).astype(float)
        for at in range(200, LENGTH - 200, 500):
            codes[at : at + len(WORD)] = encode_letters(WORD)
            coverage[(at + 5) // BIN] += 20
        letters = decode_letters(codes)
        text += f">{name}\n" + "".join(f"{letters[i : i + 80]}\n" for i in range(0, LENGTH, 80))
        start = np.arange(LENGTH // BIN) * BIN
        runs.append(Run(name, start, start + BIN, coverage))
    (tmp_path / "genome.fa").write_text(text)
    write_bigwig(tmp_path / "peaks.bw", {"chr1": LENGTH, "chr2": LENGTH}, runs)
    return tmp_path


def run(capsys, *words):
    capsys.readouterr()
    status = main([str(word) for word in words])
    said = capsys.readouterr()
    assert status == 0, said.err
    return said.out


def test_from_a_genome_to_what_its_variants_change(genome, capsys):
    fasta, windows, model = (genome / name for name in ("genome.fa", "w.h5", "m.safetensors"))
    sizes = ("--window-bp", 4096, "--bin-bp", BIN)
    verb = "sequence"

    out = run(
        capsys, verb, "windows", fasta, genome / "peaks.bw", "--out", windows, *sizes, "--json"
    )
    counts = json.loads(out)["counts"]
    assert counts == {"train": 14, "valid": 2, "test": 2}

    small = ("--n-words", 4, "--width", 8, "--reach-bins", 1, "--crop-bp", 4096, "--epochs", 12)
    out = run(capsys, verb, "train", windows, "--out", model, *small, "--device", "cpu", "--json")
    trained = json.loads(out)
    assert trained["metrics"]["pearson"] > 0.5
    assert WORD[:8] in trained["words"][0] or "GCGATGAC" in trained["words"][0]

    page = genome / "page.html"
    run(capsys, verb, "evaluate", model, windows, "--html", page, "--csv", genome / "t.csv")
    table = pd.read_csv(genome / "t.csv").set_index("prediction")
    assert table["pearson"]["network"] > table["pearson"]["mean of the track"]
    assert table["low"]["network"] <= table["pearson"]["network"] <= table["high"]["network"]
    assert "words of 5 letters" in page.read_text()

    out = run(capsys, verb, "predict", model, fasta, "--out", genome / "said", "--json")
    assert [Path(path).name for path in json.loads(out)["tracks"]] == ["peaks.bw"]

    site = 20_200
    run(
        capsys,
        verb,
        "explain",
        model,
        fasta,
        f"chr1:{site - 30}-{site + 40}",
        "--out",
        genome / "why",
    )
    worth = pd.read_csv(genome / "why" / "bases.csv").set_index("position")["worth"]
    inside = worth.loc[site + 1 : site + len(WORD)]
    assert inside.mean() > 5 * worth.drop(inside.index).abs().mean()

    run(capsys, verb, "variants", model, fasta, f"chr1:{site + 6} C>A", "--out", genome / "v")
    change = pd.read_csv(genome / "v" / "variants.csv")["change peaks"]
    assert change[0] < -1


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("windows", "none.fa", "a.bw", "--out", "w.h5"), "none.fa cannot be read: it does not"),
        (("windows", "g.fa", "a.bw", "b/a.bw", "--out", "w.h5"), "Two tracks are called a"),
        (("windows", "g.fa", "a.bw", "--out", "w.txt"), "does not end in .h5"),
        (("train", "w.h5", "--out", "m.pt"), "does not end in .safetensors"),
        (("predict", "no model", "g.fa", "--out", "o"), "no model"),
    ],
)
def test_what_cannot_be_done_is_said_in_one_sentence(capsys, tmp_path, monkeypatch, words, said):
    monkeypatch.chdir(tmp_path)

    status = main(["sequence", *words])

    assert status != 0
    assert said in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_from_a_genome_to_dna_that_a_language_model_writes(tmp_path, capsys):
    generator = np.random.default_rng(0)
    codes = generator.integers(0, 4, 64_000).astype(np.uint8)
    fasta, model = tmp_path / "genome.fa", tmp_path / "m.safetensors"
    fasta.write_text(f">chr1\n{decode_letters(codes)}\n")
    coding = tmp_path / "coding.fa"
    coding.write_text(">p\nATGCATGTTGAACGTTGGAAAGCTCTGCCGTAA\n")
    verb, out = "sequence", tmp_path / "out"

    small = ("--width", 8, "--layers", "h", "--window-bp", 256, "--epochs", 1, "--batch-size", 16)
    said = run(
        capsys, verb, "learn-language", fasta, "--out", model, *small, "--device", "cpu", "--json"
    )
    metrics = json.loads(said)["metrics"]
    assert 1.95 < metrics["bits"] < 2.2

    said = run(capsys, verb, "score", model, coding, "H2A", "V3A", "--out", out)
    assert "2 changes scored by m" in said
    assert list(pd.read_csv(out / "scores.csv")["mutant"]) == ["H2A", "V3A"]

    place = ("--place", "chr1:60,001-61,000")
    said = run(capsys, verb, "entropy", model, fasta, "--out", out, *place, "--json")
    assert Path(json.loads(said)["files"][0]).name == "entropy.bw"

    said = run(capsys, verb, "generate", model, "--out", out, "--length-bp", 50, "--json")
    assert [row["n_bp"] for row in json.loads(said)["statistics"]] == [200, 200, 200]
    assert (out / "drawn.fa").read_text().count(">") == 4
