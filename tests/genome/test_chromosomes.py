"""One chromosome under several names."""

from __future__ import annotations

import pytest

from napari_seewhy.genome.chromosomes import match_chromosome


@pytest.mark.parametrize(
    ("name", "known", "found"),
    [
        ("21", ["chr20", "chr21"], "chr21"),
        ("chrX", ["X"], "X"),
        ("chrM", ["MT"], "MT"),
        ("chr22", ["chr21"], None),
        ("NC_000001.11", ["chr1", "chr2"], "chr1"),
        ("NC_000001.10", ["1"], "1"),
        ("CM000663.2", ["chr1"], "chr1"),
        ("NC_000085.7", ["chr19"], "chr19"),
        ("NC_012920.1", ["MT"], "MT"),
        ("chrX", ["NC_000022.11", "NC_000023.11"], "NC_000023.11"),
        ("NC_000023.11", ["CM000685.2"], "CM000685.2"),
        ("NC_999999.1", ["chr1"], None),
    ],
)
def test_names_of_ucsc_ensembl_refseq_and_genbank_are_matched(name, known, found):
    assert match_chromosome(name, known) == found
