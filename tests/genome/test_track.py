from __future__ import annotations

import numpy as np
import pytest

from napari_seewhy.errors import DataError, FileError
from napari_seewhy.genome.chromosomes import match_chromosome
from napari_seewhy.genome.depth import estimate_depth
from napari_seewhy.genome.intervals import Intervals
from napari_seewhy.genome.track import Track

LENGTHS = {"chr1": 1000, "chr2": 500}
RECORDS = [
    ("chr1", 100, 200, 2.0),
    ("chr1", 200, 250, 4.0),
    ("chr1", 400, 500, 1.0),
    ("chr2", 0, 10, 1.0),
]


@pytest.fixture
def track(tmp_path, write_bigwig):
    with Track(write_bigwig(tmp_path / "a.bw", LENGTHS, RECORDS)) as track:
        yield track


def test_means_of_bins_count_bases_without_a_value_as_zero_where_no_zero_is_stored(track):
    intervals = track.read_signal("chr1", 0, 1000)

    means = intervals.bin_means(np.array([0.0, 100, 150, 300, 1000]))

    assert means == pytest.approx([0, 2, (100 + 200) / 150, 100 / 700])


def test_bins_over_a_whole_chromosome_agree_with_those_of_its_intervals(track):
    means = track.read_signal("chr1", 0, 1000).bin_means(np.linspace(0, 1000, 11))

    assert track.read_means("chr1", 100) == pytest.approx(means)
    assert track.read_means("chr1", 2000).tolist() == []


def test_a_window_beyond_the_chromosome_holds_what_there_is(track):
    assert track.read("chr1", -300, 150).end[-1] >= 150
    assert track.read("chr2", -300, 900).value.tolist() == [1.0]
    assert len(track.read("chr1", 1000, 2000).start) == 0


def test_bins_without_any_interval_are_not_measured():
    empty = Intervals(np.empty(0, np.int64), np.empty(0, np.int64), np.empty(0))

    assert np.isnan(empty.bin_means(np.array([0.0, 10, 20]))).all()
    assert empty.fill(5, 9).value.tolist() == [0]


def test_zeros_are_filled_in_between_intervals_and_up_to_the_window(track):
    filled = track.read_signal("chr1", 150, 450)

    assert filled.start.tolist() == [150, 200, 250, 400]
    assert filled.end.tolist() == [200, 250, 400, 450]
    assert filled.value.tolist() == [2, 4, 0, 1]
    assert track.read_signal("chr1", 600, 700).value.tolist() == [0]


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_what_is_no_number_was_not_measured(tmp_path, write_bigwig, bad):
    records = [*RECORDS[:1], ("chr1", 200, 250, bad), *RECORDS[2:]]
    path = write_bigwig(tmp_path / "a.bw", LENGTHS, records)

    with Track(path) as track:
        assert track.value_range == (1, 2)
        assert not track.is_finite
        assert track.read("chr1", 0, 1000).value.tolist() == [2, 1]
        means = track.read_signal("chr1", 0, 1000).bin_means(np.linspace(0, 1000, 21))
        assert np.flatnonzero(np.isnan(means)).tolist() == [4]
        assert np.nansum(means) == pytest.approx(2 * 2 + 2 * 1)
        np.testing.assert_allclose(track.read_means("chr1", 50), means)
        assert track.is_measured("chr1", 0, 200)
        assert not track.is_measured("chr1", 0, 201)


def test_places_without_an_interval_were_not_measured_where_zeros_are_stored(
    tmp_path, write_bigwig
):
    records = [("chr1", 0, 100, 0.0), ("chr1", 100, 150, 4.0), ("chr1", 300, 400, 2.0)]
    path = write_bigwig(tmp_path / "a.bw", LENGTHS, records)

    with Track(path) as track:
        means = track.read_signal("chr1", 0, 500).bin_means(np.linspace(0, 500, 6))
        assert means[[0, 1, 3]].tolist() == [0, 4, 2]
        assert np.isnan(means[[2, 4]]).all()
        np.testing.assert_allclose(track.read_means("chr1", 100)[:5], means)


def test_a_declared_chromosome_without_values_is_one_that_a_track_has_not(tmp_path, write_bigwig):
    path = write_bigwig(tmp_path / "a.bw", LENGTHS | {"chr3": 100}, RECORDS)

    with Track(path) as track:
        assert match_chromosome("chr3", track.lengths) is None


def test_depth_passes_over_what_was_not_measured(tmp_path, write_bigwig):
    heights = 10.0 + np.arange(3000) % 7
    records = [("1", i * 1000, i * 1000 + 1000, float(v)) for i, v in enumerate(heights)]
    control = write_bigwig(tmp_path / "control.bw", {"1": 3_000_000}, records)
    double = [(name, a, b, np.nan if a == 5000 else 2 * v) for name, a, b, v in records]
    treated = write_bigwig(tmp_path / "treated.bw", {"1": 3_000_000}, double)

    with Track(treated) as after, Track(control) as before:
        for how in ("median", "total"):
            assert estimate_depth(after, before, how) == pytest.approx(2)


def test_a_bigwig_is_read_whatever_its_name(tmp_path, write_bigwig):
    path = write_bigwig(tmp_path / "a.bw", LENGTHS, RECORDS).rename(tmp_path / "a.wiggle")

    with Track(path) as track:
        assert track.read("chr1", 0, 1000).value.tolist() == [2, 4, 1]


@pytest.mark.parametrize("content", [b"", b"chr1\t1\t2\t3\n" * 100])
def test_a_file_that_is_no_bigwig_is_refused(tmp_path, content):
    path = tmp_path / "a.bw"
    path.write_bytes(content)

    with pytest.raises(FileError, match="no bigWig"):
        Track(path)


def test_a_missing_file_is_said(tmp_path):
    with pytest.raises(FileError, match="does not exist"):
        Track(tmp_path / "none.bw")


def test_a_bigwig_that_is_broken_off_is_said(tmp_path, write_bigwig):
    rng = np.random.default_rng(0)
    records = [("chr1", i, i + 1, float(v)) for i, v in enumerate(rng.random(200_000))]
    whole = write_bigwig(tmp_path / "a.bw", {"chr1": 300_000}, records).read_bytes()
    path = tmp_path / "b.bw"
    path.write_bytes(whole[: len(whole) // 3])

    with pytest.raises(FileError, match=r"damaged|no bigWig"), Track(path) as track:
        track.read("chr1", 0, 300_000)


@pytest.mark.parametrize("read", ["read", "read_means"])
def test_a_bigwig_with_damaged_values_is_said(tmp_path, write_bigwig, read):
    rng = np.random.default_rng(0)
    records = [("chr1", i, i + 1, float(v)) for i, v in enumerate(rng.random(200_000))]
    whole = write_bigwig(tmp_path / "a.bw", {"chr1": 300_000}, records).read_bytes()
    path, middle = tmp_path / "b.bw", len(whole) // 4
    path.write_bytes(whole[:middle] + rng.bytes(50_000) + whole[middle + 50_000 :])

    with Track(path) as track, pytest.raises(FileError, match=r"b\.bw is damaged"):
        track.read("chr1", 0, 300_000) if read == "read" else track.read_means("chr1", 1000)


def test_depth_is_not_misled_by_signal_that_many_genes_lost(tmp_path, write_bigwig):
    rng = np.random.default_rng(0)
    control = rng.poisson(20.0, 4000) + np.where(np.arange(4000) % 10 == 0, 400.0, 0.0)
    treated = 1.5 * np.where(control > 200, control / 4, control)
    paths = []
    for name, heights in (("control", control), ("treated", treated)):
        records = [("1", i * 1000, i * 1000 + 1000, float(v)) for i, v in enumerate(heights)]
        paths.append(write_bigwig(tmp_path / f"{name}.bw", {"1": 4_000_000}, records))

    with Track(paths[0]) as before, Track(paths[1]) as after:
        assert estimate_depth(after, before, "median") == pytest.approx(1.5, rel=0.02)
        assert estimate_depth(after, before, "total") < 1.0
        assert estimate_depth(after, before, "none") == 1.0


def test_samples_without_common_signal_have_no_depth(tmp_path, write_bigwig):
    first = write_bigwig(tmp_path / "a.bw", {"1": 9000}, [("1", 0, 1000, 5.0)])
    second = write_bigwig(tmp_path / "b.bw", {"1": 9000}, [("1", 4000, 5000, 5.0)])

    with Track(first) as a, Track(second) as b, pytest.raises(DataError, match="in common"):
        estimate_depth(a, b)


@pytest.mark.parametrize("case", ["no zeros", "zeros", "no number"])
def test_means_of_many_windows_are_those_of_each(tmp_path, write_bigwig, case):
    added = {
        "no zeros": [],
        "zeros": [("chr1", 500, 600, 0.0)],
        "no number": [("chr1", 500, 600, float("nan"))],
    }
    records = sorted([*RECORDS, *added[case]])
    edges = np.array([[-50, 120, 300, 450], [380, 520, 700, 990], [900, 950, 1100, 1300]])
    with Track(write_bigwig(tmp_path / "a.bw", LENGTHS, records)) as track:
        means = track.read_window_means("chr1", edges)
        for row, found in zip(edges.astype(float), means, strict=True):
            signal = track.read_signal("chr1", int(row[0]), int(row[-1]))
            np.testing.assert_allclose(found, signal.bin_means(row), rtol=1e-6)
    # Where zeros are stored, the 50 bp without an interval were not measured.
    assert means[0, 1] == pytest.approx(360 / (130 if case == "zeros" else 180))
