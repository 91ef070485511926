from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import hypergeom

from napari_seewhy.errors import DataError
from napari_seewhy.genome import Interval
from napari_seewhy.progress import finish
from napari_seewhy.sequence.motifs import PeakOptions
from napari_seewhy.sequence.motifs.under_peaks import find_under_peaks_steps

WORD = "TGACTCAGCA"
OTHER = "CCGGATATCC"


@pytest.fixture
def files(tmp_path):
    """A genome with one motif in every second kilobase, and a matrix of it and of another word."""
    rng = np.random.default_rng(0)
    letters = np.array(list("ACGT"))[rng.integers(0, 4, 20_000)]
    for start in range(500, 20_000, 2000):
        letters[start : start + len(WORD)] = list(WORD)
    genome = tmp_path / "genome.fa"
    genome.write_text(f">chr1\n{''.join(letters)}\n")
    texts = []
    for name, word in (("FOS", WORD), ("NONE", OTHER), ("SHORT", "TGACT")):
        rows = "\n".join(" ".join(str(20 * (one == base)) for one in word) for base in "ACGT")
        texts.append(f">{name}.1 {name}\n{rows}\n")
    matrices = tmp_path / "two.jaspar"
    matrices.write_text("".join(texts))
    return matrices, genome


def peaks_at(*starts):
    return [Interval("chr1", start, start + 100) for start in starts]


def test_a_motif_under_every_peak_is_found_and_its_p_value_is_that_of_scipy(files):
    peaks = peaks_at(*range(460, 20_000, 2000))
    options = PeakOptions(n_random=3, reach_bp=900, p_value=1e-6)
    found = finish(find_under_peaks_steps(*files, peaks, options))
    first = found.table.iloc[0]
    assert (first["motif"], first["n_under"], first["n_peaks"]) == ("FOS", 10, 10)
    # Random stretches lie below no peak, and so below none of the words that were written; one of
    # them holds a word with one other letter by chance.
    assert (first["n_random_under"], first["n_random"]) == (1, 30)
    assert first["p"] == pytest.approx(hypergeom.sf(9, 40, 11, 10))
    assert first["q"] == pytest.approx(2 * first["p"])
    assert first["arithmetic"] == "10 of 10 peaks, 1 of 30 random stretches"
    # The short matrix is no test, and is said.
    assert sorted(found.table["motif"]) == ["FOS", "NONE"]
    assert "10 peaks against 30 random stretches." in found.notes
    assert any("SHORT" in note for note in found.notes)


def test_peaks_past_the_end_are_left_out_and_those_of_another_genome_refused(files):
    peaks = [*peaks_at(460, 2460), Interval("1", 19_950, 20_050)]
    found = finish(find_under_peaks_steps(*files, peaks, PeakOptions(reach_bp=900)))
    assert found.table["n_peaks"].tolist() == [2, 2]
    assert "1 peaks reach past an end" in found.notes[0]
    with pytest.raises(DataError, match="no chromosome chr9"):
        finish(find_under_peaks_steps(*files, [Interval("chr9", 0, 10)] * 3, PeakOptions()))
    with pytest.raises(DataError, match="1 of 1 peaks"):
        finish(find_under_peaks_steps(*files, peaks_at(460), PeakOptions()))
