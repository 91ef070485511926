from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from napari_seewhy.errors import DataError
from napari_seewhy.genome import Track
from napari_seewhy.progress import finish
from napari_seewhy.sequence.language import (
    EntropyOptions,
    measure_entropy_steps,
    write_entropy,
)

SHARED = Path(__file__).parents[4] / "shared" / "data" / "sequence" / "genomes"


def test_bits_along_a_genome_are_written_beside_genes(model_path, genome, tmp_path):
    genes = tmp_path / "genes.bed"
    genes.write_text("chr1\t300\t900\ta\t0\t+\nchr1\t1500\t2400\tb\t0\t-\n")
    options = EntropyOptions(place="chr1:101-2,100", bin_bp=20)

    entropy = finish(measure_entropy_steps(model_path, genome, options, genes))
    paths = write_entropy(tmp_path / "out", entropy, options, [model_path, genome, genes])

    assert [path.name for path in paths] == ["entropy.bw", "genes.csv"]
    assert entropy.bits[0].shape == (2000,)
    with Track(paths[0]) as track:
        found = track.read_coverage("chr1", 100, 2100, 100)
    assert np.allclose(found, entropy.bits[0].reshape(100, 20).mean(1), atol=1e-5)
    table = entropy.separation.set_index("measure")
    assert set(table.index) == {"entropy of the model", "entropy of contexts", "GC content"}
    assert table["auc"].between(0, 1).all()
    assert table["n_inside"].iloc[0] == 11
    assert "AUC of 90-bp pieces" in entropy.describe()


@pytest.mark.realdata
def test_the_genome_of_a_phage_is_read_from_end_to_end(model_path):
    phage = SHARED / "NC_001422_1.fna"
    if not phage.is_file():
        pytest.skip(f"{phage} is not there")
    entropy = finish(measure_entropy_steps(model_path, phage, EntropyOptions()))
    assert [len(bits) for bits in entropy.bits] == [5386]
    assert 0 < entropy.bits[0].mean() <= 2


def test_a_place_outside_the_genome_is_refused(model_path, genome):
    for place in ("chr1:2,001-4,000", "chr7:1-100"):
        with pytest.raises(DataError, match=r"lies outside .*genome\.fa"):
            finish(measure_entropy_steps(model_path, genome, EntropyOptions(place=place)))
