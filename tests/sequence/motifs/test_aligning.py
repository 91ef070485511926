"""Promoters of one file per species: found out, aligned, and scanned as other alignments are."""

from __future__ import annotations

from importlib.util import find_spec

import numpy as np
import pytest

from napari_seewhy.errors import DataError
from napari_seewhy.genome import decode_letters
from napari_seewhy.progress import finish
from napari_seewhy.sequence.motifs import are_of_one_species_each
from napari_seewhy.sequence.motifs.aligning import align_species_steps
from napari_seewhy.sequence.motifs.alignments import GAP, NOT_ALIGNED, Place, read_alignments

needs_biopython = pytest.mark.skipif(find_spec("Bio") is None, reason="biopython is not installed")


def letters(n, seed):
    return decode_letters(np.random.default_rng(seed).integers(0, 4, n).astype(np.uint8))


def write(folder, **files):
    paths = []
    for name, rows in files.items():
        path = folder / f"{name}.fa"
        path.write_text("".join(f">{head}\n{row}\n" for head, row in rows.items()))
        paths.append(path)
    return paths


@needs_biopython
def test_each_gene_is_aligned_to_the_reference(tmp_path):
    first, last, lost = letters(80, 1), letters(60, 2), letters(40, 3)
    human = {"A chr1:101-240(-)": first + last, "B": letters(60, 4), "ONLY": lost}
    # Three bases more, one less; and in another gene nothing that is alike.
    mouse = {"A": f"{first}ACA{last[1:].lower()}", "B": letters(60, 5)}
    files = write(tmp_path, mm39=mouse, human_promoters=human)

    read = finish(align_species_steps(files, "hg38"))

    assert (read.names, read.species) == (("A", "B"), ("human", "mouse"))
    assert read.places == ({"human": Place("chr1", 100, 240, "-")}, {})
    start, end = read.starts[0], read.starts[1] - 1
    ours, theirs = read.codes[:, start:end]
    assert decode_letters(ours[ours != GAP]) == first + last
    assert decode_letters(theirs[theirs < GAP]) == f"{first}ACA{last[1:]}"
    assert (ours == theirs).sum() >= 138
    assert (ours == GAP).sum() <= 3
    assert (read.codes[1, read.starts[1] : -1] == NOT_ALIGNED).all()


@needs_biopython
def test_stretches_apart_are_aligned_and_what_lies_between_is_not(tmp_path):
    parts = letters(200, 1), letters(200, 2)
    between = letters(900, 3), letters(30, 4)
    rows = [f"{parts[0]}{middle}{parts[1]}" for middle in between]
    read = finish(
        align_species_steps(write(tmp_path, human={"A": rows[0]}, rat={"A": rows[1]}), "human")
    )
    theirs = read.codes[1, :-1]
    assert decode_letters(theirs[:200]) == parts[0]
    assert decode_letters(theirs[-200:]) == parts[1]
    assert (theirs[300:1000] >= GAP).all()


def test_one_file_of_one_species_needs_no_alignment(tmp_path):
    paths = write(tmp_path, hg38={"A": "ACGT", "B": "ACG"})
    assert are_of_one_species_each(paths)
    read = finish(align_species_steps(paths, "human"))
    assert (read.names, read.species) == (("A", "B"), ("human",))


def test_alignments_are_not_taken_for_files_of_species(tmp_path):
    aligned = write(tmp_path, A={"hg38": "ACGT", "mm39": "A-GT"}, B={"hg38": "AC"})
    assert not are_of_one_species_each(aligned)
    assert read_alignments(aligned).names == ("A", "B")
    # Named by a species, but its rows are species: an alignment.
    assert not are_of_one_species_each(write(tmp_path, rat={"hg38": "ACGT", "rn7": "ACGT"}))
    assert not are_of_one_species_each(write(tmp_path, hg38={"A": "AC"}, hg19={"A": "AC"}))


@pytest.mark.parametrize(
    ("files", "said"),
    [
        ({"human": {"A": "ACGT"}, "mouse": {"B": "ACGT"}}, r"No gene of human \(A, ...\)"),
        ({"human": {"A": "AC-GT"}, "mouse": {"A": "ACGT"}}, "A of .*human.fa has gaps"),
        ({"human": {"A x": "AC", "A y": "AC"}, "mouse": {"A": "AC"}}, "two promoters of A"),
        ({"human": {"A": ""}, "mouse": {"A": "ACGT"}}, "no name or no letters"),
        ({"human": {"A": "AC!T"}, "mouse": {"A": "ACGT"}}, "stands for no base"),
    ],
)
def test_files_that_cannot_be_aligned_are_refused(tmp_path, files, said):
    with pytest.raises(DataError, match=said):
        finish(align_species_steps(write(tmp_path, **files), "human"))
