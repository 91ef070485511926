"""From classified genes to sets that they are enriched for, and lists for other programs."""

from __future__ import annotations

import json
from xml.etree import ElementTree

import pandas as pd
import pytest

from napari_seewhy.cli.main import main

IDS = [f"ENSG{number:011d}" for number in range(200)]


@pytest.fixture
def folder(tmp_path):
    """A table of classes, of which the inductions stand in one of two sets."""
    rows = [f"{gene}.1,{'induction' if n < 20 else 'other'},0.9\n" for n, gene in enumerate(IDS)]
    (tmp_path / "genes_classes.csv").write_text("gene,class,confidence\n" + "".join(rows))
    symbols = [f"{gene},S{n}\n" for n, gene in enumerate(IDS)]
    (tmp_path / "symbols.csv").write_text("gene_id,symbol\n" + "".join(symbols))
    sets = {"hot": range(30), "cold": range(100, 150)}
    lines = ["\t".join([name, "na", *(f"S{n}" for n in of)]) for name, of in sets.items()]
    (tmp_path / "sets.gmt").write_text("\n".join(lines) + "\n")
    return tmp_path


def run(capsys, *words):
    capsys.readouterr()
    status = main([str(word) for word in words])
    said = capsys.readouterr()
    assert status == 0, said.err
    return json.loads(said.out), said.err


def test_from_classes_to_enriched_sets_and_lists_for_other_programs(folder, capsys):
    table, chosen = folder / "genes_classes.csv", folder / "induced.json"
    given, said = run(
        capsys, "genes", "convert", table, "--class", "induction", "--symbols",
        folder / "symbols.csv", "--build", "hg38", "--out", chosen, "--json",
    )  # fmt: skip
    assert given["lists"] == {"genes_classes": 20}
    assert "200 identifiers with a version" in said
    assert "20 of 20 genes of genes_classes have a symbol" in said
    saved = json.loads(chosen.read_text())
    assert (len(saved["background"]), saved["build"]) == (200, "hg38")

    out = folder / "enriched.csv"
    given, _ = run(capsys, "genes", "enrich", chosen, folder / "sets.gmt", "--out", out, "--json")
    assert (given["n_sets"], given["n_enriched"]) == (2, 1)
    rows = pd.read_csv(out).set_index("set")
    assert list(rows.index) == ["hot", "cold"]
    assert rows["arithmetic"]["hot"] == "20 of 20 selected, 30 of 200 background; 3 expected"
    assert rows["p"]["cold"] == 1
    plot = (folder / "enriched.svg").read_text()
    # Without it a browser shows the text of the file.
    assert ElementTree.fromstring(plot).tag == "{http://www.w3.org/2000/svg}svg"
    assert "1 of 2 sets have q &lt; 0.05" in plot
    record = json.loads((folder / "enriched_record.json").read_text())
    assert record["options"] == {"smallest_set": 10, "largest_set": 500}

    lines = folder / "induced.genelist.txt"
    _, said = run(capsys, "genes", "convert", chosen, "--out", lines, "--json")
    assert lines.read_text().split() == [f"S{n}" for n in range(20)]
    assert "does not keep: background, species or build, class, score" in said


def test_lists_are_combined_and_say_where_genes_came_from(folder, capsys):
    (folder / "a.txt").write_text("TP53\nMYC\n")
    (folder / "b.txt").write_text("MYC\nFOS\n")
    words = ("genes", "combine", "union", folder / "a.txt", folder / "b.txt")
    given, _ = run(capsys, *words, "--out", folder / "c.csv", "--name", "both", "--json")
    assert given["n_genes"] == 3
    sources = pd.read_csv(folder / "c.csv").set_index("identifier")["sources"]
    assert sources.to_dict() == {"TP53": "a", "MYC": "a; b", "FOS": "b"}


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("enrich", "genes_classes.csv", "sets.gmt", "--out", "o.csv"), "could have been selected"),
        (("enrich", "genes_classes.csv", "sets.gmt", "--out", "o.txt"), "does not end in .csv"),
        (
            ("enrich", "genes_classes.csv", "sets.gmt", "--background-genes", "genes_classes.csv",
             "--out", "o.csv"),
            "the list holds Ensembl identifiers (human) and the sets symbols",
        ),
        (("convert", "sets.gmt", "--out", "o.txt"), "holds one list and 2 were given"),
        (("convert", "sets.gmt", "--set-name", "warm", "--out", "o.txt"), "none called warm"),
        (("combine", "union", "sets.gmt", "--out", "sets.gmt"), "sets.gmt"),
    ],
)  # fmt: skip
def test_what_cannot_be_done_is_said_and_nothing_is_written(
    folder, capsys, monkeypatch, words, said
):
    monkeypatch.chdir(folder)
    before = {path: path.read_bytes() for path in folder.iterdir()}
    assert main(["genes", *words]) != 0
    assert said in capsys.readouterr().err
    assert {path: path.read_bytes() for path in folder.iterdir()} == before
