from __future__ import annotations

import gzip

import pytest

from napari_seewhy.errors import DataError, FileError, SeewhyWarning
from napari_seewhy.genome.genes import read_genes
from napari_seewhy.genome.places import place_genes

GTF = (
    "#!genome-build GRCh38\n"
    'chr1\thavana\tgene\t101\t200\t.\t+\t.\tgene_id "G1"; gene_name "AAA";\n'
    'chr1\thavana\ttranscript\t101\t180\t.\t+\t.\tgene_id "G1"; gene_name "AAA";\n'
    'chr1\thavana\tgene\t301\t400\t.\t-\t.\tgene_id "G2";\n'
)


@pytest.fixture
def write(tmp_path):
    def write(text, name="genes.bed"):
        path = tmp_path / name
        path.write_text(text)
        return path

    return write


def test_a_gene_of_the_minus_strand_starts_at_its_last_base(write):
    path = write("track name=x\nchr1\t100\t200\tA\t0\t+\nchr1\t300\t400\tB\t0\t-\n")

    genes = read_genes(path)

    assert genes["gene"].tolist() == ["A", "B"]
    assert genes["tss"].tolist() == [100, 399]


def test_a_gtf_counts_from_one_and_its_genes_are_taken(write):
    genes = read_genes(write(GTF, "genes.gtf"))

    assert genes["gene"].tolist() == ["AAA", "G2"]
    assert genes["start"].tolist() == [100, 300]
    assert genes["tss"].tolist() == [100, 399]


def test_a_bed_of_three_columns_names_genes_by_their_interval(write):
    genes = read_genes(write("chr1\t100\t200\n"))

    assert genes.iloc[0][["gene", "strand", "tss"]].tolist() == ["chr1:100-200", ".", 100]


def test_a_gzipped_bed_is_read_whatever_its_name(tmp_path):
    path = tmp_path / "genes.bed"
    path.write_bytes(gzip.compress(b"chr1\t100\t200\tA\n"))

    assert read_genes(path)["gene"].tolist() == ["A"]


def test_a_gzipped_bed_that_is_broken_off_is_said(tmp_path):
    path = tmp_path / "genes.bed.gz"
    text = "".join(f"chr1\t{i}\t{i * i + 10}\tG{i}\n" for i in range(5000)).encode()
    path.write_bytes(gzip.compress(text)[:-2000])

    with pytest.raises(FileError, match="broken off"):
        read_genes(path)


def test_a_start_behind_the_end_is_refused_with_its_line(write):
    path = write("# made by hand\nchr1\t100\t200\tA\nchr1\t500\t400\tB\n")

    with pytest.raises(DataError, match=r"Line 3 .* from 500 to 400"):
        read_genes(path)


def test_a_line_without_numbers_is_refused_with_its_line(write):
    with pytest.raises(DataError, match=r"Line 2 .* 'x' to '200'"):
        read_genes(write("chr1\t1\t5\tA\nchr1\tx\t200\tB\n"))


@pytest.mark.parametrize("text", ["", "# nothing\n"])
def test_a_file_without_genes_is_refused(write, text):
    with pytest.raises(DataError, match="holds no gene"):
        read_genes(write(text))


def test_genes_of_one_name_are_said(write):
    with pytest.warns(SeewhyWarning, match="1 genes more than once, such as A"):
        read_genes(write("chr1\t100\t200\tA\nchr1\t300\t400\tA\n"))


def test_windows_of_both_strands_reach_equally_far_from_the_start(write):
    genes = read_genes(write("chr1\t100\t200\tA\t0\t+\nchr1\t300\t400\tB\t0\t-\n"))

    forward, backward = place_genes(genes, 50, mirror=True)

    assert (forward.start, forward.end, forward.is_mirrored) == (50, 150, False)
    assert (backward.start, backward.end, backward.is_mirrored) == (350, 450, True)
    assert not any(place.is_mirrored for place in place_genes(genes, 50, mirror=False))
