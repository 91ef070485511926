"""Simulated tracks: the files show what the truth says was painted, and nothing else."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pybigtools
import pytest

from draw_tracks import draw_tracks, main
from simulating.genome.drawn_genome import (
    CHROMOSOME,
    REACH_BP,
    Epigenome,
    draw_epigenome,
    draw_genes,
)
from simulating.genome.painted_effects import Effect, paint_effect
from simulating.genome.tracks_options import TracksOptions

TSS = 10_000


@pytest.fixture(scope="module")
def tracks(tmp_path_factory):
    folder = tmp_path_factory.mktemp("tracks") / "日本 tracks"
    draw_tracks(folder, TracksOptions(n_genes=120, n_compounds=1, depth=4, seed=3))
    return folder


def even_epigenome(chromatin=10.0, methylation=0.5):
    cpgs = np.arange(50, 20_000, 100)
    return Epigenome(
        20_001, np.full(801, chromatin), cpgs, np.full(len(cpgs), methylation, dtype=float)
    )


def make_effect(where, *, is_up=False, kind="suppression"):
    return Effect(kind, where, is_up, 2.0, 0.2, (0.0, 0.0, 300.0), 1, 4000.0)


def changes(effect, epigenome):
    """Paint and say what became of both tracks."""
    painted = epigenome.copy()
    where = paint_effect(painted, effect, TSS)
    ratio = painted.chromatin / epigenome.chromatin
    return where, ratio, painted.methylation - epigenome.methylation


def values_near(path, tss, reach_bp):
    with pybigtools.open(str(path)) as track:
        records = np.array(list(track.records(CHROMOSOME, tss - reach_bp, tss + reach_bp)))
    return records[:, 2]


def test_a_change_above_leaves_methylation_alone_and_the_reverse():
    where, ratio, delta = changes(make_effect("chromatin"), even_epigenome())
    assert (where, ratio.min(), np.ptp(delta)) == ("chromatin", 0.5, 0)
    where, ratio, delta = changes(make_effect("methylation"), even_epigenome())
    assert (where, np.ptp(ratio)) == ("methylation", 0)
    assert delta.max() == pytest.approx(0.2)


def test_an_effect_acts_near_the_start_of_the_gene_alone():
    epigenome = even_epigenome()
    where, ratio, delta = changes(make_effect("both", is_up=True, kind="induction"), epigenome)
    bins = (np.arange(801) + 0.5) * 25 - TSS
    assert where == "both"
    assert (np.abs(bins[ratio != 1]) < 1500).all()
    assert (ratio[np.abs(bins) < 1400] == 2).all()
    assert delta[np.abs(epigenome.cpgs - TSS) < 1000] == pytest.approx(-0.2)
    assert (delta[np.abs(epigenome.cpgs - TSS) > 1000] == 0).all()


def test_decoys_change_as_much_but_elsewhere_or_balanced():
    epigenome = even_epigenome()
    bins = (np.arange(801) + 0.5) * 25 - TSS
    _, outside, _ = changes(make_effect("decoy_outside"), epigenome)
    assert (np.abs(bins[outside != 1] - 4000) < 500).all()
    assert (outside != 1).any()
    _, whole, _ = changes(make_effect("decoy_global"), epigenome)
    assert (whole[np.abs(bins) < REACH_BP] == 0.5).all()
    _, balanced, delta = changes(make_effect("decoy_balanced"), epigenome)
    assert np.log(balanced).sum() == pytest.approx(0)
    assert {balanced.min(), balanced.max()} == {0.5, 2.0}
    assert delta.sum() == pytest.approx(0, abs=0.21)


def test_what_is_not_there_cannot_be_lost_and_the_truth_says_so():
    silent = even_epigenome(chromatin=1.0, methylation=0.9)
    where, ratio, delta = changes(make_effect("both"), silent)
    assert (where, np.ptp(ratio), np.ptp(delta)) == ("none", 0, 0)
    where, ratio, _ = changes(make_effect("methylation"), even_epigenome(10.0, 0.9))
    assert (where, ratio.min()) == ("chromatin", 0.5)


def test_genes_keep_apart_and_both_strands_start_where_they_say():
    genes, length = draw_genes(50, np.random.default_rng(0))
    starts = np.array([gene.tss for gene in genes])
    assert np.diff(starts).min() >= 2 * REACH_BP
    assert starts.min() > REACH_BP
    assert starts.max() + REACH_BP < length
    strands = {gene.strand for gene in genes}
    assert strands == {"+", "-"}
    assert all(gene.tss == gene.end - 1 for gene in genes if gene.strand == "-")


def test_active_promoters_have_the_mark_and_little_methylation():
    rng = np.random.default_rng(1)
    genes, length = draw_genes(60, rng)
    drawn = draw_epigenome(genes, length, rng)
    marks, levels = [], []
    for gene in genes:
        bins = slice((gene.tss - 1000) // 25, (gene.tss + 1000) // 25)
        near = np.abs(drawn.cpgs - gene.tss) < 500
        marks.append(drawn.chromatin[bins].mean())
        levels.append(drawn.methylation[near].mean() if near.any() else np.nan)
    marks, levels = np.array(marks), np.array(levels)
    is_active = marks > 3
    assert 0.4 < is_active.mean() < 0.9
    assert np.nanmean(levels[is_active]) < np.nanmean(levels[~is_active]) - 0.2
    assert (np.diff(drawn.cpgs) > 1).all()


def test_the_files_show_what_the_truth_says(tracks):
    truth = pd.read_csv(tracks / "truth.csv").set_index("gene")
    folds, deltas = {}, {}
    for gene, row in truth.iterrows():
        for name, found, reach in (("chromatin", folds, 1200), ("methylation", deltas, 800)):
            control, treated = (
                values_near(tracks / sample / f"{name}.bw", row.position, reach).mean()
                for sample in ("control", "compound_01")
            )
            found[gene] = np.log2(treated / control) if name == "chromatin" else treated - control
    table = truth.assign(fold=pd.Series(folds), delta=pd.Series(deltas))
    depth = table.loc[table["where"].isin(["none", "methylation"]), "fold"].median()
    mean = table.groupby(["class", "where"])[["fold", "delta"]].median()
    mean["fold"] -= depth
    assert mean.loc[("suppression", "chromatin"), "fold"] < -0.3
    assert mean.loc[("induction", "chromatin"), "fold"] > 0.3
    assert mean.loc[("suppression", "methylation"), "delta"] > 0.08
    assert abs(mean.loc[("suppression", "methylation"), "fold"]) < 0.2
    assert abs(mean.loc[("suppression", "chromatin"), "delta"]) < 0.05
    assert abs(mean.loc[("non_significant", "none"), "delta"]) < 0.05


def test_the_bed_file_names_every_gene_of_the_truth(tracks):
    bed = pd.read_csv(tracks / "genes.bed", sep="\t", header=None)
    truth = pd.read_csv(tracks / "truth.csv")
    assert list(bed[3]) == list(truth["gene"])
    start = np.where(bed[5] == "+", bed[1], bed[2] - 1)
    assert list(start) == list(truth["position"])
    assert (bed[1] < bed[2]).all()


def test_methylation_is_a_share_and_the_chromosome_is_the_same_everywhere(tracks):
    lengths = set()
    for path in tracks.glob("*/*.bw"):
        with pybigtools.open(str(path)) as track:
            lengths.add(tuple(track.chroms().items()))
    assert len(lengths) == 1
    levels = values_near(tracks / "control" / "methylation.bw", 100_000, 50_000)
    assert levels.min() >= 0
    assert levels.max() <= 1


def test_the_command_draws_as_many_genes_and_compounds_as_asked(tmp_path):
    main(["--out", str(tmp_path / "t"), "--genes", "12", "--compounds", "3", "--seed", "1"])
    truth = pd.read_csv(tmp_path / "t" / "truth.csv")
    assert truth.groupby("compound").size().to_dict() == {
        "compound_01": 12,
        "compound_02": 12,
        "compound_03": 12,
    }


def test_the_command_says_what_is_wrong_in_a_sentence(tmp_path, capsys):
    with pytest.raises(SystemExit):
        main(["--out", str(tmp_path / "t"), "--genes", "0"])
    assert "Genes (n_genes) is 0" in capsys.readouterr().err
