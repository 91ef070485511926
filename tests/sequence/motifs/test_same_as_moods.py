"""The sites are those of MOODS, an independent program, at the same scores."""

from __future__ import annotations

import numpy as np
import pytest

from napari_seewhy.genome import decode_letters
from napari_seewhy.progress import finish
from napari_seewhy.sequence.motifs import (
    SHIPPED_MATRICES,
    MotifOptions,
    read_matrices,
    scan_steps,
)
from napari_seewhy.sequence.motifs.alignments import read_alignments
from napari_seewhy.sequence.motifs.scanning import _build

BASES = 4000
PSEUDOCOUNT = 0.25


@pytest.mark.filterwarnings("ignore:9 of 879 matrices")
def test_sites_and_scores_are_those_of_moods_for_matrices_of_8_bp_and_more(tmp_path):
    moods = pytest.importorskip("MOODS.scan")
    letters = decode_letters(np.random.default_rng(0).integers(0, 4, BASES).astype(np.uint8))
    (tmp_path / "gene.fa").write_text(f">hg18\n{letters}\n")
    matrices = [one for one in read_matrices(SHIPPED_MATRICES) if one.width >= 8]
    options = MotifOptions(species=("human",), p_value=1e-3, pseudocount=PSEUDOCOUNT)
    scan = finish(scan_steps(matrices, read_alignments([tmp_path / "gene.fa"]), options))

    log_odds, thresholds = [], []
    for one in matrices:
        counts = one.counts + PSEUDOCOUNT
        log_odds.append(np.log2(4 * counts / counts.sum(0)))
        thresholds.append(_build(one, PSEUDOCOUNT).score(options.p_value))
    both = [rows[::-1, ::-1] for rows in log_odds]
    searched = [rows.tolist() for rows in (*log_odds, *both)]
    # What lies at the threshold itself may be rounded either way.
    found = moods.scan_dna(letters, searched, [0.25] * 4, [t - 1e-3 for t in thresholds * 2], 7)
    theirs = {
        (number % len(matrices), number >= len(matrices), hit.pos): hit.score
        for number, hits in enumerate(found)
        for hit in hits
    }
    hits = scan.hits[0]
    keys = zip(hits.matrix.tolist(), hits.is_reverse.tolist(), hits.base.tolist(), strict=True)
    ours = dict(zip(keys, hits.score.tolist(), strict=True))
    assert len(ours) > 3000
    assert all(theirs[key] == pytest.approx(score, abs=1e-3) for key, score in ours.items())
    missed = {key: score for key, score in theirs.items() if key not in ours}
    assert [key for key, score in missed.items() if score > thresholds[key[0]] + 1e-3] == []
