from __future__ import annotations

import gzip

import numpy as np
import pytest

from napari_seewhy.errors import DataError, FileError
from napari_seewhy.genome import decode_letters, join_chromosomes, read_dna

GENBANK = """LOCUS       AB1 18 bp DNA
VERSION     AB1.2
FEATURES             Location/Qualifiers
ORIGIN
        1 acgtacgtac gtnnacgt
//
LOCUS       AB2 4 bp DNA
ORIGIN
        1 ttga
//
"""


@pytest.mark.parametrize("zipped", [False, True])
def test_genbank_and_fasta_give_the_same_letters(tmp_path, zipped):
    fasta = ">AB1.2 first\nACGTACGTAC\nGTNNACGT\n>AB2\nttga\n"
    for text in (GENBANK, fasta):
        path = tmp_path / "genome"
        path.write_bytes(gzip.compress(text.encode()) if zipped else text.encode())
        found = {name: decode_letters(codes) for name, codes in read_dna(path).items()}
        assert found == {"AB1.2": "ACGTACGTACGTNNACGT", "AB2": "TTGA"}


def test_chromosomes_are_joined_with_an_unknown_letter_between():
    joined = join_chromosomes({"a": np.uint8([0, 1]), "b": np.uint8([2]), "c": np.uint8([3])})
    assert decode_letters(joined) == "ACNGNT"


@pytest.mark.parametrize(
    ("text", "error", "said"),
    [
        (GENBANK.split("ORIGIN")[0] + "//\n", FileError, "wants its sequence after ORIGIN"),
        (">a\nMKVLAEFQ\n", DataError, "'L' at base 4 stands for no base.*looks like a protein"),
        (">a\nACGJ\n", DataError, "'J' at base 4 stands for no base; wanted A, C, G"),
        (">a\nAC\n>a\nGT\n", DataError, "two sequences called a"),
        ("gene\tstart\n", FileError, "neither FASTA nor GenBank"),
        ("", FileError, "neither FASTA nor GenBank"),
    ],
)
def test_what_is_no_dna_is_refused(tmp_path, text, error, said):
    path = tmp_path / "wrong"
    path.write_text(text)
    with pytest.raises(error, match=said):
        read_dna(path)
