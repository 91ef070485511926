"""`seewhy epigenome compare`: what is painted about a start is found, the rest is not."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from napari_seewhy.genome import Track

N = 30
"""Genes, one every 20 kb; of the first five chromatin rises, of the next five methylation."""


@pytest.fixture
def table(tmp_path, write_bigwig):
    """Three treated and three control samples with counting noise, as a table of replicates."""
    rng = np.random.default_rng(0)
    tss = 20_000 * np.arange(1, N + 1)
    starts = np.arange(0, tss[-1] + 20_000, 50)
    sites = np.arange(25, tss[-1] + 20_000, 100)
    rows = []
    for group in ("treated", "control"):
        for replicate in range(3):
            signal, level = np.full(len(starts), 30.0), np.full(len(sites), 0.6)
            if group == "treated":
                for gene in range(5):
                    signal[np.abs(starts - tss[gene]) < 1500] *= 1.6
                    level[np.abs(sites - tss[gene + 5]) < 1000] = 0.35
                # All of a window, and a place beside a gene: no changes of these genes.
                signal[np.abs(starts - tss[12]) < 6000] *= 1.6
                level[np.abs(sites - tss[13] - 3500) < 500] = 0.2
            folder = tmp_path / f"{group}_{replicate}"
            counts = rng.poisson(signal * rng.uniform(0.8, 1.25)).astype(float)
            write_bigwig(
                folder / "chromatin.bw",
                {"chr1": int(starts[-1]) + 50},
                [("chr1", int(s), int(s) + 50, v) for s, v in zip(starts, counts, strict=True)],
            )
            reads = rng.integers(5, 15, len(sites))
            hits = rng.binomial(reads, level)
            (folder / "methylation.cov").write_text(
                "".join(
                    f"chr1\t{s + 1}\t{s + 1}\t{100 * m / n:.6g}\t{m}\t{n - m}\n"
                    for s, m, n in zip(sites, hits, reads, strict=True)
                )
            )
            name = f"{group}_{replicate}"
            rows.append(
                {
                    "compound": "BPA" if group == "treated" else "",
                    "group": group,
                    "chromatin": f"{name}/chromatin.bw",
                    "methylation": f"{name}/methylation.cov",
                }
            )
    genes = "".join(f"chr1\t{t}\t{t + 500}\tgene{i}\t0\t+\n" for i, t in enumerate(tss))
    (tmp_path / "genes.bed").write_text(genes)
    path = tmp_path / "replicates.csv"
    pd.DataFrame(rows).to_csv(path, index=False)
    return path


def test_changes_about_the_start_are_found_and_those_beside_are_not(call, table, tmp_path) -> None:
    out = tmp_path / "tests"
    done = call(
        *("epigenome", "compare", "--replicates", table, "--genes", tmp_path / "genes.bed"),
        *("--out", out),
    )
    assert done.status == 0
    assert "BPA: " in done.out
    found = pd.read_csv(out / "genes_tests.csv").set_index("gene")
    changed = [f"gene{i}" for i in range(10)]
    assert (found.loc[changed, "test"] == "induction").all()
    assert (found.loc[changed[:5], "chromatin_q"] < 0.05).all()
    assert (found.loc[changed[5:], "methylation_q"] < 0.05).all()
    np.testing.assert_allclose(
        found.loc[changed[:5], "chromatin_log2"].mean(), np.log2(1.6), atol=0.15
    )
    assert found.loc[changed[5:], "methylation_difference"].mean() == pytest.approx(-0.25, abs=0.03)
    others = found.drop(index=changed)
    assert (others["test"] != "non-significant").sum() <= 1
    assert (others.loc[["gene12", "gene13"], "test"] == "non-significant").all()


def test_a_single_control_is_refused_with_its_numbers(call, table, tmp_path) -> None:
    pd.read_csv(table).iloc[:4].to_csv(table, index=False)
    words = ("--genes", tmp_path / "genes.bed", "--out", tmp_path / "x")
    refused = call("epigenome", "compare", "--replicates", table, *words)
    assert refused.status == 1
    assert "BPA has 3 treated and 1 control samples" in refused.err


def test_chromatin_that_a_sample_did_not_measure_is_not_lost(call, table, tmp_path, write_bigwig):
    path = tmp_path / "treated_0" / "chromatin.bw"
    with Track(path) as track:
        length = track.lengths["chr1"]
        read = track.read("chr1", 0, length)
    tss = 20_000 * 21
    is_kept = np.abs(read.start - tss) > 8000
    # A file that stores zeros leaves out what was not measured.
    values = np.where(np.arange(len(read.start)) == 3, 0.0, read.value)
    rows = zip(read.start[is_kept], read.end[is_kept], values[is_kept], strict=True)
    write_bigwig(path, {"chr1": length}, [("chr1", int(s), int(e), float(v)) for s, e, v in rows])
    out = tmp_path / "tests"
    done = call(
        *("epigenome", "compare", "--replicates", table, "--genes", tmp_path / "genes.bed"),
        *("--out", out),
    )
    assert done.status == 0
    assert "Chromatin of 1 genes was not measured in every sample of BPA" in done.err
    found = pd.read_csv(out / "genes_tests.csv").set_index("gene")
    assert np.isnan(found.loc["gene20", "chromatin_p"])
    assert found.loc["gene20", "test"] == "non-significant"
    assert found["chromatin_p"].notna().sum() == N - 1
