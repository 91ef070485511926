from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from napari_seewhy.errors import DataError, SeewhyWarning
from napari_seewhy.genome.checks import (
    CheckedTrack,
    check_builds,
    check_genes,
    find_level_unit,
    warn_of_negatives,
)
from napari_seewhy.genome.track import Track

HG19 = CheckedTrack(Path("hg19.bw"), {"chr21": 48_129_895, "chr22": 51_304_566})
HG38 = CheckedTrack(Path("hg38.bw"), {"chr21": 46_709_983})
SOURCE = Path("genes.bed")


def make_genes(*places):
    return pd.DataFrame(
        [(f"G{i}", name, tss) for i, (name, tss) in enumerate(places)],
        columns=["gene", "chromosome", "tss"],
    )


def test_tracks_of_two_builds_are_refused_and_the_builds_named():
    with pytest.raises(DataError, match=r"48,129,895 bp \(hg19\) .* 46,709,983 bp \(hg38\)"):
        check_builds([HG19, HG38])


def test_a_track_made_of_text_may_end_before_its_chromosome_but_not_behind():
    check_builds([HG38, CheckedTrack(Path("m.cov"), {"21": 46_000_000}, is_exact=False)])

    with pytest.raises(DataError, match="different genome builds"):
        check_builds([HG38, CheckedTrack(Path("m.cov"), {"21": 48_000_000}, is_exact=False)])


def test_tracks_without_a_common_chromosome_are_refused():
    with pytest.raises(DataError, match="no chromosome in common: chr21 and chr1"):
        check_builds([HG38, CheckedTrack(Path("b.bw"), {"chr1": 10})])


def test_genes_on_chromosomes_that_are_missing_are_left_out_and_said():
    with pytest.warns(SeewhyWarning, match="1 of 2 genes .* such as chrY"):
        known = check_genes(make_genes(("chr21", 5), ("chrY", 5)), [HG19], SOURCE)

    assert known.tolist() == [True, False]


def test_chromosomes_that_are_spelt_otherwise_are_taken_and_said():
    with pytest.warns(SeewhyWarning, match=r"says 21 and hg38.bw says chr21"):
        known = check_genes(make_genes(("21", 5)), [HG38], SOURCE)

    assert known.tolist() == [True]


def test_genes_behind_the_end_of_a_chromosome_are_of_another_build():
    with pytest.raises(DataError, match=r"another genome build .* \(hg38\)"):
        check_genes(make_genes(("chr21", 47_000_000)), [HG38], SOURCE)


def test_genes_of_another_genome_are_refused():
    with pytest.raises(DataError, match=r"No gene of .* lies on a chromosome"):
        check_genes(make_genes(("scaffold_1", 5)), [HG38], SOURCE)


@pytest.mark.parametrize(("high", "unit"), [(1.0, 1.0), (0.4, 1.0)])
def test_levels_up_to_one_are_taken_as_they_are(tmp_path, write_bigwig, high, unit):
    path = write_bigwig(tmp_path / "m.bw", {"1": 100}, [("1", 3, 4, 0.0), ("1", 5, 6, high)])

    with Track(path) as track:
        assert find_level_unit(track, path) == unit


def test_levels_in_per_cent_are_taken_as_such_and_said(tmp_path, write_bigwig):
    path = write_bigwig(tmp_path / "m.bw", {"1": 100}, [("1", 5, 6, 73.0)])

    with Track(path) as track, pytest.warns(SeewhyWarning, match="per cent"):
        assert find_level_unit(track, path) == 100


@pytest.mark.parametrize("value", [-1.0, 250.0])
def test_values_that_are_no_levels_are_refused(tmp_path, write_bigwig, value):
    path = write_bigwig(tmp_path / "m.bw", {"1": 100}, [("1", 5, 6, value)])

    with Track(path) as track, pytest.raises(DataError, match="wanted methylation levels"):
        find_level_unit(track, path)


def test_chromatin_below_zero_is_said(tmp_path, write_bigwig):
    path = write_bigwig(tmp_path / "c.bw", {"1": 100}, [("1", 3, 4, -1.5), ("1", 5, 6, 2.0)])

    with Track(path) as track, pytest.warns(SeewhyWarning, match=r"down to -1\.5"):
        warn_of_negatives(track, path)
