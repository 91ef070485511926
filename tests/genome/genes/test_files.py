from __future__ import annotations

import bz2
import gzip
import lzma

import pytest

from napari_seewhy.errors import DataError, FileError, SeewhyWarning
from napari_seewhy.genome import place_genes, read_genes

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
    with pytest.warns(SeewhyWarning, match="says no strand"):
        genes = read_genes(write("chr1\t100\t200\n"))

    assert genes.iloc[0][["gene", "strand", "tss"]].tolist() == ["chr1:100-200", ".", 100]


def test_a_gzipped_bed_is_read_whatever_its_name(tmp_path):
    path = tmp_path / "genes.bed"
    path.write_bytes(gzip.compress(b"chr1\t100\t200\tA\n"))

    with pytest.warns(SeewhyWarning, match="says no strand"):
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
        read_genes(write("chr1\t100\t200\tA\t0\t+\nchr1\t300\t400\tA\t0\t+\n"))


def test_windows_of_both_strands_reach_equally_far_from_the_start(write):
    genes = read_genes(write("chr1\t100\t200\tA\t0\t+\nchr1\t300\t400\tB\t0\t-\n"))

    forward, backward = place_genes(genes, 50, mirror=True)

    assert (forward.start, forward.end, forward.is_mirrored) == (50, 150, False)
    assert (backward.start, backward.end, backward.is_mirrored) == (350, 450, True)
    assert not any(place.is_mirrored for place in place_genes(genes, 50, mirror=False))


GENES = [("chr1", 100, 200, "A", "+"), ("chr1", 300, 400, "B", "-"), ("chr2", 50, 90, "C", "+")]
STARTS = [100, 399, 50]


def bed(pattern, plus="+", minus="-", head=""):
    spelled = {"+": plus, "-": minus}
    return head + "".join(
        pattern.format(c=c, s=s, e=e, s1=s + 1, g=g, d=spelled[d]) + "\n" for c, s, e, g, d in GENES
    )


SIX = "{c}\t{s}\t{e}\t{g}\t0\t{d}"


@pytest.mark.parametrize(
    ("plus", "minus"),
    [
        ("1", "-1"),
        ("+1", "-1"),
        ("plus", "minus"),
        ("Forward", "Reverse"),
        ("fwd", "rev"),
        ("+ ", " -"),
        ("F", "R"),
        ("+", "\u2212"),
        ("\uff0b", "\uff0d"),
        ("sense", "antisense"),
        ("W", "C"),
        ("1.0", "-1.0"),
    ],
)
def test_a_strand_is_understood_however_it_is_spelled(write, plus, minus):
    genes = read_genes(write(bed(SIX, plus, minus)))

    assert genes["strand"].tolist() == ["+", "-", "+"]
    assert genes["tss"].tolist() == STARTS


@pytest.mark.parametrize(
    "pattern",
    [
        "{c}\t{s}\t{e}\t{g}\t{d}",
        "{c}\t{s}\t{e}\t{g}\t{d}\tprotein_coding",
        "{c}\t{s}\t{e}\t{d}\t{g}",
        "{c}\t{s}\t{e}\t{g}\t0\tprotein_coding\t{d}",
    ],
)
def test_a_strand_in_another_column_is_found_and_said(write, pattern):
    with pytest.warns(SeewhyWarning, match=r"has the strand in column \d; it is read from there"):
        genes = read_genes(write(bed(pattern, "1", "-1")))

    assert genes["gene"].tolist() == ["A", "B", "C"]
    assert genes["tss"].tolist() == STARTS


def test_a_column_that_is_no_strand_is_refused_and_named(write):
    with pytest.raises(DataError, match="has 'down, up' in column 6, where a BED has the strand"):
        read_genes(write(bed(SIX, "up", "down")))


def test_a_strand_that_is_none_is_refused_with_its_line(write):
    lines = [SIX.format(c="chr1", s=i, e=i + 9, g=f"G{i}", d="+") for i in range(500)]
    lines[450] = lines[450].replace("+", "up")
    with pytest.raises(DataError, match=r"Line 451 .* says 'up' where the strand stands"):
        read_genes(write("\n".join(lines) + "\n"))


def test_genes_without_a_strand_are_counted(write):
    with pytest.warns(SeewhyWarning, match="no strand of 1 of 3 genes"):
        genes = read_genes(write(bed(SIX, minus=".")))
    assert genes["tss"].tolist() == [100, 300, 50]


TABLES = {
    "BED with names": bed(SIX, head="chrom\tstart\tend\tname\tscore\tstrand\n"),
    "BED with a comment": bed(SIX, head="#chrom\tstart\tend\tname\tscore\tstrand\n"),
    "BED12": bed(SIX + "\t{s}\t{e}\t0\t1\t10,\t0,"),
    "BED with blanks": bed(SIX.replace("\t", "  ")),
    "GFF3 of NCBI": bed(
        "{c}\tRefSeq\tgene\t{s1}\t{e}\t.\t{d}\t.\tID=gene-{g};Name={g}",
        head="##gff-version 3\n",
    )
    + "##FASTA\n>chr1\nACGT\n",
    "GFF3 of Ensembl": bed("{c}\tensembl\tncRNA_gene\t{s1}\t{e}\t.\t{d}\t.\tID=gene:E{g};Name={g}"),
    "GFF3 of transcripts": bed(
        "{c}\tx\tmRNA\t{s1}\t{e}\t.\t{d}\t.\tID=rna-1;Parent=gene-{g};Name=NM_1"
    ),
    "GTF of NCBI": bed('{c}\tRefSeq\tgene\t{s1}\t{e}\t.\t{d}\t.\tgene_id "{g}"; gene "{g}";'),
    "GTF of exons": bed(
        '{c}\tUCSC\texon\t{s1}\t{e}\t.\t{d}\t.\tgene_id "{g}"; transcript_id "{g}.1";'
    ),
    "genePred": bed("{g}\t{c}\t{d}\t{s}\t{e}\t{s}\t{e}\t1\t{s},\t{e},"),
    "refFlat": bed("{g}\tNM_1\t{c}\t{d}\t{s}\t{e}\t{s}\t{e}\t1\t{s},\t{e},"),
    "refGene": bed(
        "9\tNM_1\t{c}\t{d}\t{s}\t{e}\t{s}\t{e}\t1\t{s},\t{e},\t0\t{g}\tcmpl\tcmpl\t0,",
        head="#bin\tname\tchrom\tstrand\ttxStart\ttxEnd\n",
    ),
    "BioMart": bed(
        "{g}\t{c}\t{s1}\t{e}\t{d}",
        "1",
        "-1",
        "Gene name\tChromosome/scaffold name\tGene start (bp)\tGene end (bp)\tStrand\n",
    ),
}


@pytest.mark.parametrize("name", TABLES)
@pytest.mark.parametrize("ending", ["txt", "bed", "gtf"])
def test_each_table_says_the_same_genes_whatever_its_ending(write, name, ending):
    genes = read_genes(write(TABLES[name], f"genes.{ending}"))

    assert genes["gene"].tolist() == ["A", "B", "C"]
    assert genes["chromosome"].tolist() == ["chr1", "chr1", "chr2"]
    assert genes["start"].tolist() == [100, 300, 50]
    assert genes["tss"].tolist() == STARTS


def test_pseudogenes_and_genes_of_rna_are_kept(write):
    kinds = ("gene", "ncRNA_gene", "pseudogene", "mRNA", "V_gene_segment", "exon")
    text = "".join(
        f"1\tx\t{kind}\t{i * 100 + 1}\t{i * 100 + 50}\t.\t+\t.\tID={kind};Name=N%2C{i}\n"
        for i, kind in enumerate(kinds)
    )
    assert read_genes(write(text, "genes.gff3"))["gene"].tolist() == ["N,0", "N,1", "N,2"]


def test_transcripts_that_overlap_become_one_gene_and_others_stay_apart(write):
    row = "{i}\tNM_{i}\t{c}\t-\t{s}\t{e}\t{s}\t{e}\t1\t{s},\t{e},\t0\t{g}\tx\tx\t0,\n"
    rows = [("chr1", 100, 200, "A"), ("chr1", 150, 260, "A"), ("chr1", 900, 990, "A")]
    text = "".join(row.format(i=i, c=c, s=s, e=e, g=g) for i, (c, s, e, g) in enumerate(rows))

    with pytest.warns(SeewhyWarning) as said:
        genes = read_genes(write(text))

    assert [str(one.message).split("genes.bed ")[1][:38] for one in said] == [
        "names 1 genes more than once, such as ",
        "holds 3 transcripts of 2 genes; a gene",
    ]
    assert genes["tss"].tolist() == [259, 989]


def test_a_gene_of_both_sex_chromosomes_is_two_and_said_where(write):
    text = "chrX\t100\t200\tSHOX\t0\t+\nchrY\t100\t200\tSHOX\t0\t+\n"
    with pytest.warns(SeewhyWarning, match=r"such as SHOX \(chrX:100, chrY:100\)"):
        assert read_genes(write(text))["chromosome"].tolist() == ["chrX", "chrY"]


def test_a_bed_of_transcripts_is_said(write):
    text = bed(SIX).replace("A", "ENST00000456328.2").replace("B", "ENST00000450305.2")
    with pytest.warns(SeewhyWarning, match="such as ENST00000456328.2.*--join-transcripts"):
        assert len(read_genes(write(text))) == 3


@pytest.mark.parametrize(
    "text", ["gene,chromosome\nA,chr1\n", "A\tchr1\t100\t200\n", "ACGT\nACGT\n"]
)
def test_what_is_no_table_of_genes_is_refused_without_blaming_the_file(write, text):
    with pytest.raises(DataError, match=r"columns, in the first line .* wanted a BED") as error:
        read_genes(write(text))
    assert "broken" not in str(error.value)


BED12 = (
    "chr1\t1000\t5000\tENST00000000001.1\t0\t+\t1000\t1000\t0\t2\t200,500\t0,3500\n"
    "chr1\t1500\t5200\tENST00000000002.3\t0\t+\t1500\t1500\t0\t2\t100,900\t0,2800\n"
    "chr1\t4300\t9000\tENST00000000003.1\t0\t+\t4300\t4300\t0\t2\t300,100\t0,4600\n"
    # In an intron of the first, on its strand: another gene.
    "chr1\t2000\t3000\tENST00000000004.1\t0\t+\t2000\t2000\t0\t1\t1000,\t0,\n"
    # On the other strand.
    "chr1\t1000\t4900\tENST00000000005.1\t0\t-\t1000\t1000\t0\t1\t3900,\t0,\n"
    "chr2\t1000\t4900\tENST00000000006.1\t0\t+\t1000\t1000\t0\t1\t3900,\t0,\n"
)


def test_transcripts_that_share_exons_become_one_gene_if_wanted(write):
    with pytest.warns(SeewhyWarning, match=r"6 lines that were joined to 4 genes"):
        genes = read_genes(write(BED12), join_transcripts=True)
    numbers = genes["gene"].str.extract(r"T0+(\d)\.")[0].tolist()
    assert numbers == ["3", "4", "5", "6"]
    assert genes["tss"].tolist() == [1000, 2000, 4899, 1000]
    assert genes["end"].tolist() == [9000, 3000, 4900, 4900]


def test_lines_of_a_bed_without_blocks_are_joined_where_they_overlap(write):
    text = "chr1\t100\t200\tNM_00011\t0\t+\nchr1\t150\t400\tNM_00012\t0\t+\n"
    text += "chr1\t400\t500\tNM_00013\t0\t+\n"
    with pytest.warns(SeewhyWarning, match="3 lines that were joined to 2 genes"):
        genes = read_genes(write(text), join_transcripts=True)
    assert genes["gene"].tolist() == ["NM_00012", "NM_00013"]
    assert genes["start"].tolist() == [100, 400]


def test_joining_leaves_other_tables_as_they_are(write):
    path = write(GTF, "genes.gtf")
    assert read_genes(path, join_transcripts=True).equals(read_genes(path))


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"\x28\xb5\x2f\xfd\x24\xfc", "compressed by zstd"),
        (bz2.compress(b"chr1\t1\t5\tA\n"), "compressed by bzip2"),
        (lzma.compress(b"chr1\t1\t5\tA\n"), "compressed by xz"),
        ("chr1\t1\t5\tA\n".encode("utf-16"), "text in UTF-16"),
        (b"PK\x03\x04\xff\xfe\xfd", "a ZIP archive or an Excel file"),
        (b"\xff\xfb\x90", "no text in UTF-8"),
    ],
)
def test_a_file_that_is_no_plain_text_is_named_by_its_content(tmp_path, content, kind):
    path = tmp_path / "genes.bed"
    path.write_bytes(content)
    with pytest.raises(FileError, match=rf"is {kind}; wanted a text file .* plain or gzipped"):
        read_genes(path)


NAMED = {
    "GenomicRanges of R": (
        '"seqnames"\t"start"\t"end"\t"width"\t"strand"\t"gene_id"\n'
        '"1"\t"chr1"\t101\t200\t100\t"+"\t"a"\n"2"\t"chr1"\t301\t400\t100\t"-"\t"b"\n'
    ),
    "without row names": (
        "seqnames\tstart\tend\twidth\tstrand\tgene_id\n"
        "chr1\t101\t200\t100\t+\ta\nchr1\t301\t400\t100\t-\tb\n"
    ),
    "SAF of featureCounts": (
        "GeneID\tChr\tStart\tEnd\tStrand\n"
        "a\tchr1\t101\t120\t+\na\tchr1\t160\t200\t+\nb\tchr1\t301\t400\t-\n"
    ),
    "widths of half-open intervals": (
        "chrom\tstart\tend\twidth\tstrand\tgene\n"
        "chr1\t100\t200\t100\t+\ta\nchr1\t300\t400\t100\t-\tb\n"
    ),
    "names first": "gene\tchr\tstart\tend\tstrand\na\tchr1\t100\t200\t+\nb\tchr1\t300\t400\t-\n",
}


@pytest.mark.parametrize("text", NAMED.values(), ids=NAMED)
def test_columns_are_found_by_their_names_and_it_is_said(write, text):
    with pytest.warns(SeewhyWarning, match="read by the names of its columns, and counts"):
        genes = read_genes(write(text))
    assert genes["gene"].tolist() == ["a", "b"]
    assert genes["chromosome"].tolist() == ["chr1", "chr1"]
    assert genes["start"].tolist() == [100, 300]
    assert genes["tss"].tolist() == [100, 399]


def test_a_chromosome_called_one_is_no_start(write):
    # The second column of a SAF with Ensembl's names holds numbers, as the start of a BED does.
    text = NAMED["SAF of featureCounts"].replace("chr1", "1")
    with pytest.warns(SeewhyWarning, match="counts positions from 1"):
        genes = read_genes(write(text))
    assert genes["tss"].tolist() == [100, 399]


@pytest.mark.parametrize("name", ["a.bed", "peaks.narrowPeak"])
def test_a_column_of_dots_is_no_strand_and_it_is_said(write, name):
    with pytest.warns(SeewhyWarning, match=r"says no strand; the first base.*no picture is mirr"):
        genes = read_genes(write("chr1\t1\t9\ta\t0\t.\nchr1\t20\t30\tb\t0\t.\n", name))
    assert genes["tss"].tolist() == [1, 20]


def test_zero_and_one_do_not_say_which_strand_is_which(write):
    with pytest.raises(DataError, match="does not say which of them is the minus strand"):
        read_genes(write("chr1\t1\t9\ta\t5\t0\nchr1\t20\t30\tb\t6\t1\n"))


def test_pairs_of_intervals_are_no_genes(write):
    with pytest.raises(DataError, match="is a BEDPE, whose lines are pairs of intervals"):
        read_genes(write("chr1\t1\t9\tchr1\t20\t30\ta\t0\t+\t-\n"))


def test_the_table_of_known_genes_names_the_gene_in_its_first_column(write):
    exons = "11873,12612,\t12227,14409,"
    line = f"uc001.3\tchr1\t+\t11873\t14409\t11873\t11873\t2\t{exons}\tQ9H\tother\n"
    assert read_genes(write(line))["gene"].tolist() == ["uc001.3"]


def test_round_positions_and_quoted_text_of_r_are_understood(write):
    genes = read_genes(write('"chr1"\t1e+05\t200000\t"a"\t0\t"-"\n'))
    assert genes.iloc[0].tolist() == ["a", "chr1", 100_000, 200_000, "-", 199_999]


def test_names_that_a_spreadsheet_made_dates_are_said(write):
    with pytest.warns(SeewhyWarning, match="looks like a date.*1-Mar"):
        read_genes(write("chr1\t1\t9\t1-Mar\t0\t+\nchr1\t20\t30\tb\t0\t-\n"))
