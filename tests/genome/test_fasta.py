from __future__ import annotations

import gzip
import os

import pytest

from napari_seewhy.errors import DataError, FileError
from napari_seewhy.genome.fasta import Genome
from napari_seewhy.genome.letters import decode_letters

TEXT = ">chr1 some text\nACGTA\nccNRA\nTT\n>chr2\nGGGGG\nGG\n"


@pytest.fixture
def path(tmp_path):
    path = tmp_path / "genome.fa"
    path.write_text(TEXT)
    return path


def test_a_stretch_is_read_from_any_line_without_a_file_beside_the_genome(path):
    with Genome(path) as genome:
        assert genome.lengths == {"chr1": 12, "chr2": 7}
        assert decode_letters(genome.read("chr1", 3, 11)) == "TACCNNAT"
        assert decode_letters(genome.read("2", 5, 7)) == "GG"
        assert len(genome.read("chr1", 4, 4)) == 0
    assert list(path.parent.iterdir()) == [path]


def test_a_stretch_past_an_end_is_refused_or_filled_with_unknown_bases(path):
    with Genome(path) as genome:
        with pytest.raises(DataError, match=r"chr2:6-9 reaches past the ends .* 7 bp"):
            genome.read("chr2", 5, 9)
        assert decode_letters(genome.read_padded("chr2", -2, 9)) == "NNGGGGGGGNN"
        assert decode_letters(genome.read_padded("chr2", 20, 23)) == "NNN"


def test_a_chromosome_that_is_not_there_is_named_with_those_that_are(path):
    with Genome(path) as genome, pytest.raises(DataError, match=r"no chromosome chr9.*chr1, chr2"):
        genome.read("chr9", 0, 1)


def test_a_character_that_is_no_base_is_refused_with_file_and_chromosome(tmp_path):
    path = tmp_path / "bad.fa"
    path.write_text(">a\nAC!T\n")
    with Genome(path) as genome, pytest.raises(DataError, match=r"bad.fa, a from 2: '!' at base 2"):
        genome.read("a", 1, 4)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (gzip.compress(TEXT.encode(), mtime=0), "is gzipped; unpack it"),
        (b"", "is no FASTA file"),
        (b"chr1\t5\n", "is no FASTA file"),
        (b">a\nACGT\nAC\nACGT\n", "cannot be read stretch by stretch"),
        (b">a\nACGT\n>a\nACGT\n", "cannot be read stretch by stretch"),
    ],
)
def test_other_files_are_refused_in_one_sentence(tmp_path, content, said):
    path = tmp_path / "x.fa"
    path.write_bytes(content)
    with pytest.raises(FileError, match=said):
        Genome(path)


def test_a_missing_genome_is_refused(tmp_path):
    with pytest.raises(FileError, match="does not exist"):
        Genome(tmp_path / "none.fa")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes")
def test_a_pipe_and_a_name_that_is_none_are_refused_before_they_are_opened(tmp_path):
    os.mkfifo(tmp_path / "genome.fa")
    with pytest.raises(FileError, match="is a pipe or a device and no file"):
        Genome(tmp_path / "genome.fa")
    with pytest.raises(FileError, match="holds a NUL character"):
        Genome(tmp_path / "a\0b")
