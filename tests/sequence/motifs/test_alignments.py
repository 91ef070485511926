from __future__ import annotations

import numpy as np
import pytest

from napari_seewhy.errors import DataError, OptionError, SeewhyWarning
from napari_seewhy.sequence.motifs.alignments import GAP, NOT_ALIGNED, Place, read_alignments


def write(path, text):
    path.write_text(text)
    return path


def test_species_are_told_from_assemblies_and_the_letters_kept_by_column(tmp_path):
    first = write(tmp_path / "A.fa", ">hg18\nACgt\nN\n>mm9\nA--TT\n")
    second = write(tmp_path / "B.fa", "> rn4.chr6\n*A*\n> hg18\nAAA\n")

    read = read_alignments([first, second])

    assert read.species == ("human", "mouse", "rat")
    assert read.describe_species() == "hg18 = human, mm9 = mouse, rn4 = rat"
    assert read.names == ("A", "B")
    # One unknown base stands behind each alignment.
    assert read.codes[0].tolist() == [0, 1, 2, 3, 4, 4, 0, 0, 0, 4]
    assert read.codes[1].tolist() == [0, GAP, GAP, 3, 3, 4, *3 * [NOT_ALIGNED], 4]
    assert read.codes[2, 6:9].tolist() == [NOT_ALIGNED, 0, NOT_ALIGNED]
    assert read.count_bases().tolist() == [[5, 3], [3, 0], [0, 1]]
    assert read.find_rows(["rn4", "Human"]) == [2, 0]


def test_the_place_of_a_row_is_read_from_its_header(tmp_path):
    path = write(tmp_path / "A.fa", ">hg18 chr6:4,001-4,004(-)\nACGT\n>mm9.chr2:11-13\nA-GT\n")
    places = read_alignments([path]).places[0]
    assert places["human"] == Place("chr6", 4000, 4004, "-")
    assert places["mouse"] == Place("chr2", 10, 13, "+")
    assert places["human"].locate(1, 2) == (4001, 4003)
    assert places["human"].locate(0, 1) == (4003, 4004)


def test_a_point_is_a_gap_and_it_is_said(tmp_path):
    path = write(tmp_path / "A.fa", ">hg18\nA.T\n>mm9\nACT\n")
    with pytest.warns(SeewhyWarning, match="taken as a gap"):
        assert read_alignments([path]).codes[0, 1] == GAP


MAF = """##maf version=1

a score=1.0
s hg18.chr5  100 4 +  1000 AC-GT
s mm9.chr2    10 5 -   100 ACCGT
q mm9.chr2                 99999

a score=1.0
s hg18.chr5  104 2 +  1000 tt

a score=1.0
s hg18.chr5  300 3 +  1000 GGG
s rn4.chr1     0 3 +    50 GGG
"""


def test_blocks_of_a_maf_are_joined_where_the_first_row_goes_on(tmp_path):
    read = read_alignments([write(tmp_path / "x.maf", MAF)])

    assert read.names == ("x_chr5_101", "x_chr5_301")
    assert np.diff(read.starts).tolist() == [8, 4]
    assert read.codes[0, :7].tolist() == [0, 1, GAP, 2, 3, 3, 3]
    assert read.codes[1, :7].tolist() == [0, 1, 1, 2, 3, NOT_ALIGNED, NOT_ALIGNED]
    assert read.places[0]["human"] == Place("chr5", 100, 106, "+")


def test_a_row_on_the_other_strand_has_its_place_on_the_forward_strand(tmp_path):
    text = "##maf\na\ns hg18.chr5 10 4 - 100 ACGT\n\na\ns hg18.chr5 14 2 - 100 AA\n"
    read = read_alignments([write(tmp_path / "x.maf", text)])
    assert read.names == ("x",)
    place = read.places[0]["human"]
    assert place == Place("chr5", 84, 90, "-")
    # The first base of the row is the last one of the forward strand.
    assert place.locate(0, 1) == (89, 90)


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("a.fa", ">hg18\nACGT\n>mm9\nACG\n", r"unequal lengths \(hg18 4, mm9 3\)"),
        ("a.fa", ">hg18\nACGT\n>hg18\nACGT\n", "two rows of hg18"),
        ("a.fa", ">hg18\nACGT\n>hg19\nACGT\n", "hg18 and hg19 are both human"),
        ("a.fa", ">hg18\n>mm9\n", "block without letters"),
        ("a.fa", "ACGT\n", "block without letters"),
        ("a.fa", ">hg18\nACQT\n", "stands for no base"),
        ("a.maf", "##maf\na\ns hg18.chr1 0 4 + ACGT\n", "a row that is not MAF"),
        ("a.maf", "##maf\na\ns hg18.chr1 0 5 + 10 ACGT\n", "other letters than the 5"),
        ("a.maf", "##maf\n", "no alignment"),
    ],
)
def test_what_is_no_alignment_is_refused(tmp_path, name, text, said):
    with pytest.raises(DataError, match=said):
        read_alignments([write(tmp_path / name, text)])


def test_a_species_that_is_in_no_alignment_is_named(tmp_path):
    read = read_alignments([write(tmp_path / "a.fa", ">hg18\nACGT\n>felCat3\nACGT\n")])
    with pytest.raises(OptionError, match=r"hold human, felcat3 \(hg18 = human"):
        read.find_rows(["human", "mouse"])
    assert read.find_rows(["felCat3"]) == [1]
