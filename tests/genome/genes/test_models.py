"""Exons of transcripts from every kind of table that says them."""

from __future__ import annotations

import pytest

from napari_seewhy.errors import DataError
from napari_seewhy.genome import read_gene_models

GTF = (
    "#!genome-build GRCh38\n"
    'chr1\th\tgene\t101\t900\t.\t-\t.\tgene_id "G1"; gene_name "AAA";\n'
    'chr1\th\texon\t801\t900\t.\t-\t.\tgene_id "G1"; transcript_id "T1"; gene_name "AAA";\n'
    'chr1\th\texon\t101\t200\t.\t-\t.\tgene_id "G1"; transcript_id "T1"; gene_name "AAA";\n'
    'chr1\th\texon\t101\t150\t.\t-\t.\tgene_id "G1"; transcript_id "T2"; gene_name "AAA";\n'
)
GFF3 = (
    "##gff-version 3\n"
    "chr1\te\tgene\t101\t900\t.\t-\t.\tID=gene:G1;Name=AAA\n"
    "chr1\te\tmRNA\t101\t900\t.\t-\t.\tID=transcript:T1;Parent=gene:G1;Name=AAA-201\n"
    "chr1\te\texon\t101\t200\t.\t-\t.\tParent=transcript:T1;Name=E1\n"
    "chr1\te\texon\t801\t900\t.\t-\t.\tParent=transcript:T1;Name=E2\n"
)
BED12 = "chr1\t100\t900\tAAA\t0\t-\t100\t900\t0\t2\t100,100,\t0,700,\n"
REF_GENE = (
    "585\tNM_1\tchr1\t-\t100\t900\t100\t900\t2\t100,800,\t200,900,\t0\tAAA\tcmpl\tcmpl\t0,0,\n"
)


@pytest.fixture
def read(tmp_path):
    def read(text):
        path = tmp_path / "genes.txt"
        path.write_text(text)
        return read_gene_models(path)

    return read


@pytest.mark.parametrize("text", [GTF, GFF3, BED12, REF_GENE], ids=["gtf", "gff", "bed", "refgene"])
def test_exons_are_the_same_from_every_kind_of_file(read, text):
    first = read(text).sort_values("end", ascending=False).iloc[0]

    assert first[["gene", "chromosome", "strand", "start", "end"]].tolist() == [
        "AAA",
        "chr1",
        "-",
        100,
        900,
    ]
    assert first["exons"] == ((100, 200), (800, 900))


def test_every_transcript_of_a_gene_is_one_row(read):
    models = read(GTF)

    assert models["gene"].tolist() == ["AAA", "AAA"]
    assert set(models["exons"]) == {((100, 200), (800, 900)), ((100, 150),)}


def test_a_table_without_exons_gives_each_line_as_one(read):
    models = read("chr1\t100\t900\tAAA\t0\t+\nchr1\t100\t900\tAAA\t0\t+\n")

    assert models["exons"].tolist() == [((100, 900),)] * 2


def test_genes_alone_are_drawn_whole(read):
    assert read(GTF.split("chr1\th\texon")[0])["exons"].tolist() == [((100, 900),)]


def test_exons_that_do_not_end_are_refused_with_their_line(read):
    with pytest.raises(DataError, match="Line 1 has 2 starts of exons and 1 ends"):
        read(REF_GENE.replace("200,900,", "900,"))
