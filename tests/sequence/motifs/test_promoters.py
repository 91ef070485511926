"""Promoters of a list of genes: cut from a genome, and kept of alignments of many genes."""

from __future__ import annotations

import numpy as np
import pytest

from napari_seewhy.errors import DataError, OptionError
from napari_seewhy.genome import decode_letters, encode_letters, reverse_complement
from napari_seewhy.genome.lists import GeneList, ListedGene, read_one_list
from napari_seewhy.progress import finish
from napari_seewhy.sequence.motifs import (
    ConserveOptions,
    PromoterOptions,
    PromoterSource,
    cut_promoters_steps,
    read_promoters_steps,
    search_steps,
    write_promoters,
)
from napari_seewhy.sequence.motifs.alignments import Place

CUT = PromoterOptions(before_bp=20, behind_bp=10)
GENOME = decode_letters(np.random.default_rng(0).integers(0, 4, 400).astype(np.uint8))
GTF = """\
chr1\tx\tgene\t101\t200\t.\t+\t.\tgene_id "ENSG00000000001.2"; gene_name "PLUS";
chr1\tx\tgene\t251\t300\t.\t-\t.\tgene_id "ENSG00000000002.1"; gene_name "MINUS";
chr1\tx\tgene\t11\t90\t.\t+\t.\tgene_id "ENSG00000000003.1"; gene_name "EDGE";
chrUn\tx\tgene\t11\t90\t.\t+\t.\tgene_id "ENSG00000000004.1"; gene_name "LOST";
"""


def listed(*names):
    return GeneList(name="mine", genes=tuple(ListedGene(identifier=name) for name in names))


@pytest.fixture
def genome(tmp_path):
    path = tmp_path / "mm39.fa"
    path.write_text(f">1\n{GENOME}\n")
    (tmp_path / "genes.gtf").write_text(GTF)
    return path


def test_promoters_are_cut_in_the_direction_of_their_gene(genome, tmp_path):
    genes = listed("MINUS", "ENSG00000000001", "EDGE", "LOST", "NONE")
    cut = finish(cut_promoters_steps(genome, genes, tmp_path / "genes.gtf", CUT))
    read = cut.alignments
    names = ("ENSG00000000002", "ENSG00000000001", "ENSG00000000003")
    assert read.names == ("MINUS", "ENSG00000000001", "EDGE")
    assert names[1] in cut.match.matched
    assert cut.match.unknown == ("NONE", "LOST")
    assert "1 lie on chromosomes that mm39.fa does not have" in cut.match.why
    assert read.assemblies == {"mm39": "mouse"}
    rows = [
        decode_letters(read.codes[0, start : end - 1])
        for start, end in zip(read.starts, read.starts[1:], strict=False)
    ]
    minus = decode_letters(reverse_complement(encode_letters(GENOME[290:320])))
    assert rows == [minus, GENOME[80:110], "N" * 10 + GENOME[:20]]
    assert read.places[0] == {"mouse": Place("chr1", 290, 320, "-")}

    write_promoters(tmp_path / "mouse.fa", read)
    source = PromoterSource((tmp_path / "mouse.fa",))
    again, match = finish(read_promoters_steps(source, "mouse"))
    assert match is None
    assert (again.names, again.species) == (read.names, ("mouse",))
    assert again.places[:2] == read.places[:2]
    np.testing.assert_array_equal(again.codes, read.codes)


def test_of_one_species_every_site_is_kept(genome, tmp_path):
    word = GENOME[90:102]
    counts = "\n".join(" ".join(str(20 * (one == base)) for one in word) for base in "ACGT")
    (tmp_path / "one.jaspar").write_text(f">M1 ONE\n{counts}\n")
    source = PromoterSource((), genome, None, tmp_path / "genes.gtf", CUT)
    search = finish(search_steps(tmp_path / "one.jaspar", source, ConserveOptions(p_value=1e-6)))
    assert search.found.is_kept.tolist() == [True]
    assert search.found.scan.species == ("mouse",)
    assert search.match.n_received == 4


def test_a_list_with_intervals_needs_no_annotation_and_one_without_does(genome, tmp_path):
    genes = listed("PLUS")
    with pytest.raises(DataError, match="give an annotation"):
        finish(cut_promoters_steps(genome, genes, None, CUT))
    place = {"chromosome": "1", "start": 100, "end": 200, "strand": "+"}
    genes = GeneList(name="mine", genes=(ListedGene(identifier="PLUS", **place),))
    cut = finish(cut_promoters_steps(genome, genes, None, CUT))
    assert decode_letters(cut.alignments.codes[0, :30]) == GENOME[80:110]
    with pytest.raises(DataError, match="0 matched"):
        finish(cut_promoters_steps(genome, listed("Plus"), tmp_path / "genes.gtf", CUT))
    (tmp_path / "other.bed").write_text("chr9\t10\t20\tPLUS\t0\t+\n")
    with pytest.raises(DataError, match="one build"):
        finish(cut_promoters_steps(genome, listed("PLUS"), tmp_path / "other.bed", CUT))
    with pytest.raises(OptionError, match="No promoters are given"):
        finish(read_promoters_steps(PromoterSource(()), "human"))


@pytest.mark.parametrize(
    ("told", "has_annotation", "is_refused"),
    [
        ({"build": "mm10"}, False, True),
        ({"build": "mm10"}, True, False),
        ({"build": "GRCm39"}, False, False),
        ({"species": "human"}, True, True),
        ({"species": "mouse"}, False, False),
    ],
)
def test_a_list_of_another_build_is_refused_where_its_places_count(
    genome, tmp_path, told, has_annotation, is_refused
):
    place = {"chromosome": "1", "start": 100, "end": 200, "strand": "+"}
    genes = GeneList(name="mine", genes=(ListedGene(identifier="PLUS", **place),), **told)
    annotation = tmp_path / "genes.gtf" if has_annotation else None
    task = cut_promoters_steps(genome, genes, annotation, CUT)
    if is_refused:
        with pytest.raises(DataError, match=r"mine is of \w+, and the promoters are of mm39"):
            finish(task)
    else:
        assert finish(task).alignments.names


def test_of_a_maf_of_many_genes_the_promoters_of_a_list_are_cut_out(genome, tmp_path):
    other = "T" * 150
    maf = tmp_path / "all.maf"
    maf.write_text(
        "##maf\n"
        f"a\ns mm39.chr1 50 150 + 400 {GENOME[50:200]}\ns rn7.chr2 0 150 + 999 {other}\n\n"
        f"a\ns mm39.chr1 260 100 + 400 {GENOME[260:360]}\n"
    )
    genes = listed("PLUS", "MINUS", "EDGE", "NONE")
    source = PromoterSource((maf,), None, genes, tmp_path / "genes.gtf", CUT)
    read, match = finish(read_promoters_steps(source, "mouse"))
    assert read.names == ("PLUS", "MINUS")
    assert match.describe("Promoters") == (
        "Promoters: 4 received, 2 matched, 2 unknown (NONE, EDGE): 1 lie in no alignment."
    )
    assert decode_letters(read.codes[0, :30]) == GENOME[80:110]
    assert decode_letters(read.codes[1, :30]) == other[:30]
    assert decode_letters(read.codes[0, 31:61]) == GENOME[290:320]
    assert [places["mouse"] for places in read.places] == [
        Place("chr1", 80, 110, "+"),
        Place("chr1", 290, 320, "+"),
    ]
    with pytest.raises(DataError, match="give an annotation"):
        finish(read_promoters_steps(source._replace(annotation=None), "mouse"))
    (tmp_path / "A.fa").write_text(">mm39\nACGT\n")
    named = source._replace(files=(tmp_path / "A.fa",))
    with pytest.raises(DataError, match="names of their files or rows"):
        finish(read_promoters_steps(named, "mouse"))
    read, _ = finish(read_promoters_steps(named._replace(genes=listed("A")), "mouse"))
    assert read.names == ("A",)


def test_identifiers_and_symbols_of_a_gtf_are_both_known(genome, tmp_path):
    known = read_one_list(tmp_path / "genes.gtf")
    assert known.ids[0] == "ENSG00000000001"
    assert known.symbols == ("PLUS", "MINUS", "EDGE", "LOST")
