from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from napari_seewhy.errors import OptionError
from napari_seewhy.genome import encode_letters
from napari_seewhy.progress import finish
from napari_seewhy.sequence.motifs import (
    ConserveOptions,
    MotifOptions,
    conserve_steps,
    count_alignments,
    list_too_short,
    read_matrices,
    scan_steps,
    tabulate_conserved,
    write_conserved,
    write_scan,
)
from napari_seewhy.sequence.motifs.alignments import read_alignments
from napari_seewhy.sequence.motifs.matrices import Matrix

WORD = "TGACTCAGCA"
TURNED = "TGCTGAGTCA"
ONE = ConserveOptions(n_controls=0)


def matrix_of(word, name="one"):
    counts = np.zeros((4, len(word)), int)
    counts[encode_letters(word), range(len(word))] = 20
    return Matrix(name, name, counts)


def align(tmp_path, *alignments):
    paths = []
    for number, rows in enumerate(alignments):
        paths.append(tmp_path / f"gene{number}.fa")
        names = zip(("hg18", "mm9", "rn4"), rows, strict=False)
        paths[-1].write_text("".join(f">{name}\n{row}\n" for name, row in names))
    return read_alignments(paths)


def conserve(alignments, options=ONE, matrices=None):
    return finish(conserve_steps(matrices or [matrix_of(WORD)], alignments, options))


def sites_of(table):
    columns = (table[name] for name in ("evidence", "rule", "sites"))
    return {(evidence, rule): n for evidence, rule, n in zip(*columns, strict=True)}


GAPPED = "aaTGACT---CAGCAtt"
FULL = "AATGACTAAACAGCATT"


def test_a_site_is_found_across_gaps_and_on_both_strands(tmp_path):
    rows = (GAPPED, "AATGACT---CAGCATT", f"AA{TURNED}-----")
    scan = finish(scan_steps([matrix_of(WORD)], align(tmp_path, rows), MotifOptions()))
    human, mouse, rat = scan.hits
    for hits in (human, mouse):
        assert (hits.first.tolist(), hits.last.tolist()) == ([2], [14])
        assert hits.is_reverse.tolist() == [False]
    assert (rat.first.tolist(), rat.last.tolist(), rat.is_reverse.tolist()) == ([2], [11], [True])
    assert scan.p[0][0] == pytest.approx(4.0**-10, rel=0.05)


def test_a_site_spans_neither_two_alignments_nor_an_unknown_base(tmp_path):
    half = (WORD[:5], WORD[:5], WORD[:5])
    rest = (WORD[5:], WORD[5:], WORD[5:])
    known = f"{WORD[:5]}N{WORD[6:]}"
    alignments = align(tmp_path, half, rest, (known, known, known))
    scan = finish(scan_steps([matrix_of(WORD)], alignments, MotifOptions()))
    assert [len(hits) for hits in scan.hits] == [0, 0, 0]


def test_each_rule_counts_its_sites(tmp_path):
    other = "A" * len(FULL)
    alignments = align(
        tmp_path,
        (GAPPED, GAPPED, GAPPED),
        (GAPPED, GAPPED, other),
        (GAPPED, other, GAPPED),
        (GAPPED, other, "*" * len(GAPPED)),
    )
    found = conserve(alignments)
    assert sites_of(found.counts) == {
        ("", "sites in human"): 4,
        ("identity", "human/mouse"): 2,
        ("identity", "human/rat"): 2,
        ("identity", "either"): 3,
        ("identity", "all"): 1,
        ("motif", "human/mouse"): 2,
        ("motif", "human/rat"): 2,
        ("motif", "either"): 3,
        ("motif", "all"): 1,
    }
    assert found.is_kept.tolist() == [True, True, True, False]
    everyone = conserve(alignments, ONE.change(rule="all"))
    assert everyone.is_kept.tolist() == [True, False, False, False]
    two = conserve(alignments, ONE.change(rule="at least", at_least=2, evidence="identity"))
    assert two.is_kept.tolist() == [True, False, False, False]
    # Not aligned is told apart from not conserved.
    assert found.is_aligned[:, 1].tolist() == [True, True, True, False]


def test_alike_letters_and_the_motif_are_two_kinds_of_evidence(tmp_path):
    # Six of ten letters are the same, and the motif is lost.
    changed = "AATGACTCTTTTAA"
    found = conserve(align(tmp_path, (f"AA{WORD}AA", changed, changed)))
    assert found.identity.tolist() == [[pytest.approx(0.6)] * 2]
    assert not found.has_motif.any()
    bound = ONE.change(evidence="identity", identity_percent=60)
    assert not conserve(align(tmp_path, (f"AA{WORD}AA", changed, changed)), bound).is_kept.any()


def test_the_motif_may_lie_a_few_columns_off_but_on_the_same_strand(tmp_path):
    human = f"{WORD}AAAAAAAA"
    alignments = align(
        tmp_path, (human, f"AAAAA{WORD}AAA", f"AAAAAA{WORD}AA"), (human, f"{TURNED}AAAAAAAA", human)
    )
    found = conserve(alignments)
    assert found.has_motif.tolist() == [[True, False], [False, True]]
    wider = conserve(alignments, ONE.change(shift_columns=6))
    assert wider.has_motif.tolist() == [[True, True], [False, True]]
    # However far it may lie off, it lies in the same promoter.
    far = align(tmp_path, (human, "A" * 18, human), ("A" * 18, human, "A" * 18))
    assert conserve(far, ONE.change(shift_columns=100)).has_motif.tolist() == [[False, True]]


def test_a_species_with_few_bases_counts_as_not_aligned(tmp_path):
    alignments = align(tmp_path, (f"AA{WORD}", f"--{WORD}", f"AA{WORD}"))
    found = conserve(alignments, ONE.change(min_aligned_bp=11))
    assert found.is_aligned.tolist() == [[False, True]]
    assert found.has_motif.tolist() == [[False, True]]


def test_short_matrices_are_left_out_with_their_reason(tmp_path):
    matrices = [matrix_of("TGACTC", "short"), matrix_of(WORD)]
    alignments = align(tmp_path, (WORD, WORD, WORD))
    scan = finish(scan_steps(matrices, alignments, MotifOptions()))
    assert scan.hits[0].matrix.tolist() == [1]
    assert list_too_short(scan, matrices) == ["short short: its best score has p = 0.00024"]
    wider = finish(scan_steps(matrices, alignments, MotifOptions(p_value=1e-3)))
    assert set(wider.hits[0].matrix.tolist()) == {0, 1}
    assert wider.too_short == {}


def test_permuted_columns_say_what_chance_keeps(tmp_path):
    alignments = align(tmp_path, *[(GAPPED, GAPPED, GAPPED)] * 3)
    counts = conserve(alignments, ConserveOptions(n_controls=4)).counts.set_index(
        ["evidence", "rule"]
    )
    either = counts.loc[("motif", "either")]
    assert (either["sites"], either["sites by chance"], either["most by chance"]) == (3, 0, 0)
    assert "sites by chance" not in conserve(alignments).counts
    again = conserve(alignments, ConserveOptions(n_controls=4)).counts.set_index(
        ["evidence", "rule"]
    )
    pd.testing.assert_frame_equal(counts, again)


def test_one_species_alone_can_be_scanned_and_keeps_every_site(tmp_path):
    found = conserve(align(tmp_path, (WORD, WORD, WORD)), ONE.change(species=("hg18",)))
    assert found.is_kept.tolist() == [True]
    assert sites_of(found.counts)["motif", "all"] == 0
    with pytest.raises(OptionError, match="each once"):
        conserve(align(tmp_path, (WORD, WORD)), ONE.change(species=("human", "hg18")))


def test_sites_are_written_in_genomic_coordinates(tmp_path):
    path = tmp_path / "x.maf"
    # On the reverse strand, the first letter has the highest coordinate.
    path.write_text(f"##maf\na\ns hg18.chr5 10 12 - 100 AA{WORD}\ns mm9.chr1 0 12 + 50 AA{WORD}\n")
    alignments, matrices = read_alignments([path]), [matrix_of(WORD)]
    options = ONE.change(species=("human", "mouse"))
    found = conserve(alignments, options)
    write_conserved(tmp_path, found, matrices, alignments, options, [path])
    table = pd.read_csv(tmp_path / "sites.csv")
    assert table[["sequence", "start", "end", "strand"]].to_numpy().tolist() == [
        ["chr5", 78, 88, "-"]
    ]
    assert table["motif mouse"].tolist() == ["there"]
    assert (tmp_path / "conserved.bed").read_text() == "chr5\t78\t88\tone|one\t602\t-\n"
    gff = (tmp_path / "conserved.gff3").read_text().splitlines()[1].split("\t")
    assert gff[:5] == ["chr5", "napari-seewhy", "TF_binding_site", "79", "88"]
    assert gff[6] == "-"


def test_without_a_place_bases_count_along_the_promoter(tmp_path):
    alignments = align(tmp_path, ("AAA", "AAA"), (f"A-A{WORD}", f"AAA{WORD}"))
    matrices, options = [matrix_of(WORD)], MotifOptions(species=("human", "mouse"))
    scan = finish(scan_steps(matrices, alignments, options))
    write_scan(tmp_path, scan, matrices, alignments, options, [])
    table = pd.read_csv(tmp_path / "sites.csv")
    assert table[["species", "sequence", "start", "column"]].to_numpy().tolist() == [
        ["human", "gene1", 2, 3],
        ["mouse", "gene1", 3, 3],
    ]
    assert count_alignments(scan, alignments).to_numpy().tolist() == [
        ["human", 2, 1, 1],
        ["mouse", 2, 1, 1],
    ]


def test_a_species_that_most_blocks_lack_is_not_aligned_there_and_not_called_unconserved(tmp_path):
    """Of three promoters in a MAF, rat is in the last alone, where it lost the motif."""
    rows = [("hg38", WORD, 100 * n, "+") for n in range(3)]
    blocks = [[row, ("mm39", WORD, 10 + 100 * n, "-")] for n, row in enumerate(rows)]
    blocks[2].append(("rn7", "A" * len(WORD), 5, "+"))
    text = "##maf\n"
    for block in blocks:
        text += "a\n"
        for name, word, start, strand in block:
            text += f"s {name}.chr1 {start} {len(word)} {strand} 1000 {word}\n"
        text += "\n"
    (tmp_path / "some.maf").write_text(text)
    alignments = read_alignments([tmp_path / "some.maf"])
    options = ConserveOptions(p_value=1e-4, n_controls=0)
    matrices = [matrix_of(WORD)]
    found = finish(conserve_steps(matrices, alignments, options))
    table = tabulate_conserved(found, matrices, alignments)
    assert table["motif mouse"].tolist() == ["there"] * 3
    assert table["motif rat"].tolist() == ["not aligned", "not aligned", "not there"]
    assert table["kept"].all()
    assert not found.judge(options.change(rule="all")).is_kept.any()


@pytest.fixture
def jaspar(real_data):
    with pytest.warns(match="9 of 879 matrices have no whole counts"):
        return read_matrices(real_data / "sequence/promoters/JASPAR2024_CORE_vertebrates.jaspar")


@pytest.mark.realdata
def test_the_sites_of_rest_are_those_of_the_truth(real_data, jaspar):
    rest = [one for one in jaspar if one.identifier == "MA0138.3"]
    folder = real_data / "sequence/promoters/NRSF/NRSF"
    alignments = read_alignments(sorted(folder.glob("*.fa")))
    found = conserve(alignments, ONE.change(min_aligned_bp=21), rest)
    counts = count_alignments(found.scan, alignments)
    assert counts[["species", "with a site", "aligned"]].to_numpy().tolist() == [
        ["human", 50, 52],
        ["mouse", 8, 12],
        ["rat", 5, 8],
    ]
    promoter = np.searchsorted(alignments.starts, found.scan.hits[0].first, side="right")
    assert len(np.unique(promoter[found.has_motif.any(1)])) == 8
    assert len(np.unique(promoter[found.has_motif.all(1)])) == 5


@pytest.mark.realdata
def test_the_promoter_of_ncr2_keeps_what_chance_keeps(real_data, jaspar):
    path = real_data / (
        "sequence/promoters/NCR2_promoter_-1000_+500_aligned_hg18_mm9_rn4_canFam2.fa"
    )
    found = conserve(read_alignments([path]), ConserveOptions(), jaspar)
    sites = sites_of(found.counts)
    assert sites["", "sites in human"] == 376
    assert (sites["identity", "all"], sites["identity", "either"]) == (55, 172)
    assert (sites["motif", "all"], sites["motif", "either"]) == (0, 17)
    table = found.counts.set_index(["evidence", "rule"])
    either = table.loc[("motif", "either")]
    # The promoter keeps no more motifs than matrices with permuted columns.
    assert either["fewest by chance"] <= 17 <= 1.5 * either["most by chance"]
    assert len(found.scan.too_short) == 98


class Unbounded(Matrix):
    """A matrix whose p-values are those of lightmotif alone."""

    least_p = 0.0


@pytest.mark.realdata
def test_without_the_bound_of_one_word_ncr2_has_the_five_sites_that_others_count(real_data, jaspar):
    """381 and 173 are the published counts: five sites of 6 bp, which lightmotif gives p = 0.

    No word of 6 bp is rarer than 4^-6 = 2.4e-4, so that these have no p below 1e-4.
    """
    path = real_data / (
        "sequence/promoters/NCR2_promoter_-1000_+500_aligned_hg18_mm9_rn4_canFam2.fa"
    )
    alignments, options = read_alignments([path]), ConserveOptions(n_controls=0)
    unbounded = [Unbounded(one.identifier, one.name, one.counts) for one in jaspar]
    found = finish(conserve_steps(unbounded, alignments, options))
    sites = sites_of(found.counts)
    assert sites["", "sites in human"] == 381
    assert (sites["identity", "all"], sites["identity", "either"]) == (55, 173)
    assert (sites["motif", "all"], sites["motif", "either"]) == (0, 17)
    bounded = finish(conserve_steps(jaspar, alignments, options)).scan.hits[0].matrix
    many, few = (np.bincount(one, minlength=879) for one in (found.scan.hits[0].matrix, bounded))
    more = {jaspar[at].name: int(many[at] - few[at]) for at in np.flatnonzero(many != few)}
    assert more == {"Arid3a": 2, "HAND2": 2, "MYB": 1}
