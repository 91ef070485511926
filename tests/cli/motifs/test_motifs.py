"""`seewhy motifs` from files to tables: scan, conserve, and motifs under peaks."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest

from napari_seewhy.cli.main import main

WORD, LOST = "TGACTCAGCA", "TGACTCTTTT"


@pytest.fixture
def folder(tmp_path):
    """Two promoters, a matrix, and a genome with the motif below three peaks."""
    for gene, words in (("GENE1", (WORD, WORD, WORD)), ("GENE2", (WORD, LOST, LOST))):
        rows = zip(("hg18", "mm9", "rn4"), words, strict=True)
        text = "".join(f">{name}\nCCCATG{word}GGTTAC\n" for name, word in rows)
        (tmp_path / f"{gene}.fa").write_text(text)
    rows = [" ".join(str(20 * (one == base)) for one in WORD) for base in "ACGT"]
    (tmp_path / "one.jaspar").write_text(">M1 FOS\n" + "\n".join(rows) + "\n")
    letters = np.array(list("ACGT"))[np.random.default_rng(0).integers(0, 4, 9000)]
    lines = []
    for n, start in enumerate((1000, 4000, 7000)):
        letters[start : start + len(WORD)] = list(WORD)
        lines.append(f"chr1\t{start - 40}\t{start + 60}\tG{n}|c|induction\t9\t+\n")
    lines.append("chr1\t2000\t2100\tG9|c|suppression\t9\t+\n")
    (tmp_path / "genes_peaks.bed").write_text("".join(lines))
    (tmp_path / "genome.fa").write_text(f">chr1\n{''.join(letters)}\n")
    return tmp_path


def run(capsys, *words):
    capsys.readouterr()
    status = main(["motifs", *map(str, words), "--json"])
    said = capsys.readouterr()
    assert status == 0, said.err
    return json.loads(said.out)


def test_scan_and_conserve_write_sites_rules_and_records(folder, capsys):
    inputs = (folder / "one.jaspar", folder / "GENE1.fa", folder / "GENE2.fa")
    given = run(capsys, "scan", *inputs, "--out", folder / "sites")
    assert [row["sites"] for row in given["counts"]] == [2, 1, 1]
    sites = pd.read_csv(folder / "sites" / "sites.csv")
    assert sites["species"].tolist() == ["human", "human", "mouse", "rat"]
    assert set(sites["start"]) == {6}

    given = run(capsys, "conserve", *inputs, "--rule", "all", "--out", folder / "kept")
    assert given["kept"] == 1
    kept = pd.read_csv(folder / "kept" / "sites.csv")
    assert kept["kept"].tolist() == [True, False]
    assert kept["motif mouse"].tolist() == ["there", "not there"]
    assert (folder / "kept" / "conserved.bed").read_text().split("\t")[0] == "GENE1"
    record = json.loads((folder / "kept" / "motifs.json").read_text())
    assert record["options"]["rule"] == "all"


def test_promoters_are_cut_for_scan_and_of_one_species_nothing_is_conserved(folder, capsys):
    (folder / "genes.bed").write_text("chr1\t1100\t3000\tA\t0\t+\nchr1\t5000\t6000\tB\t0\t-\n")
    (folder / "list.txt").write_text("A\nNONE\n")
    words = ("--annotation", folder / "genes.bed", "--genes", folder / "list.txt")
    words += ("--before-bp", 200, "--behind-bp", 50)
    given = run(capsys, "promoters", folder / "genome.fa", *words, "--out", folder / "human.fa")
    assert given["n_promoters"] == 1
    assert "1 matched, 1 unknown (NONE)" in given["warnings"][0]
    assert (folder / "human.fa").read_text().startswith(">A chr1:901-1150(+)\n")

    # Near the start of the gene lies the motif.
    inputs = (folder / "one.jaspar", folder / "human.fa")
    given = run(capsys, "scan", *inputs, "--species", "human", "--out", folder / "cut")
    whole = ("--genome", folder / "genome.fa", *words, "--out", folder / "whole")
    assert run(capsys, "scan", inputs[0], *whole)["counts"][0]["sites"] == 1
    sites = [pd.read_csv(folder / name / "sites.csv").iloc[0] for name in ("cut", "whole")]
    assert {(row["sequence"], row["start"], row["base"]) for row in sites} == {("chr1", 1000, 100)}

    for verb, more, said in (
        ("conserve", (*inputs, "--species", "human"), "promoters of another species beside human"),
        ("scan", (*inputs, "--genome", folder / "genome.fa"), "give one of them"),
    ):
        assert main(["motifs", verb, *map(str, more), "--out", str(folder / "no")]) != 0
        assert said in capsys.readouterr().err


def test_enrich_tests_the_peaks_of_one_class(folder, capsys):
    out = folder / "under.csv"
    inputs = (folder / "one.jaspar", folder / "genes_peaks.bed", folder / "genome.fa")
    few = ("--n-random", "2", "--reach-bp", "900", "--p-value", "1e-6")
    given = run(capsys, "enrich", *inputs, "--only", "induction", *few, "--out", out)
    assert (given["n_peaks"], given["n_motifs"], given["n_enriched"]) == (3, 1, 1)
    row = pd.read_csv(out).iloc[0]
    assert (row["n_under"], row["n_random_under"], row["n_random"]) == (3, 0, 6)
    assert row["p"] == pytest.approx(1 / 84)
    record = json.loads((folder / "under_record.json").read_text())
    assert (record["results"]["only"], record["options"]["n_random"]) == ("induction", 2)

    for words, said in (
        (("--only", "none", "--out", out), "None of the 4 peaks"),
        (("--out", folder / "under.txt"), "does not end in .csv"),
    ):
        assert main(["motifs", "enrich", *map(str, (*inputs, *words))]) != 0
        assert said in capsys.readouterr().err


def test_the_matrices_of_jaspar_come_with_the_program(folder, capsys):
    given = run(
        capsys, "scan", "jaspar", folder / "GENE1.fa", "--species", "human", "--out", folder / "all"
    )
    assert given["counts"][0]["sites"] > 1
    names = pd.read_csv(folder / "all" / "sites.csv")["motif"]
    assert names.str.contains("FOS|JUN|BACH").any()
