from __future__ import annotations

import numpy as np
import pytest

from napari_seewhy.errors import DataError, OptionError, SeewhyWarning
from napari_seewhy.genome import Genome, Run, Track, write_bigwig
from napari_seewhy.progress import finish
from napari_seewhy.sequence.windows import WindowOptions, cut_windows_steps

OPTIONS = WindowOptions(window_bp=1024, bin_bp=128, valid="chr2", test="3")


def cut(genome, options=OPTIONS, **tracks):
    return finish(cut_windows_steps(genome.fasta, tracks or genome.tracks, options))


def test_windows_lie_side_by_side_and_hold_letters_and_the_mean_of_each_bin(small_genome):
    windows = cut(small_genome)

    assert windows.codes.shape == (8 + 4 + 4, 1024)
    assert windows.target.shape == (16, 2, 8)
    assert [windows.count(split) for split in ("train", "valid", "test")] == [8, 4, 4]
    assert windows.tracks == ("one", "two")
    assert str(windows.places[9]) == "chr2:1,025-2,048"
    with Genome(small_genome.fasta) as genome, Track(small_genome.tracks["two"]) as track:
        assert np.array_equal(windows.codes[9], genome.read("chr2", 1024, 2048))
        means = track.read_signal("chr2", 1024, 2048).bin_means(np.linspace(1024, 2048, 9))
    assert windows.target[9, 1] == pytest.approx(means, rel=1e-6)


def test_without_named_chromosomes_stretches_are_divided_with_a_gap_between(small_genome):
    windows = cut(small_genome, OPTIONS.change(valid="", test="", window_bp=512, bin_bp=128))

    chr1 = [
        (place.start // 512, str(split))
        for place, split in zip(windows.places, windows.split, strict=True)
        if place.chromosome == "chr1"
    ]
    assert [split for _, split in chr1] == ["train"] * 12 + ["valid"] * 2 + ["test"]
    assert [number for number, _ in chr1] == [*range(12), 13, 14, 16]


def test_tracks_of_another_build_are_refused(small_genome, tmp_path):
    write_bigwig(
        path := tmp_path / "other.bw",
        {"chr1": 9001},
        [Run("chr1", np.array([0]), np.array([5]), np.array([1.0]))],
    )
    with pytest.raises(DataError, match="different genome builds: chr1 has 9,000 bp"):
        cut(small_genome, other=path)


@pytest.mark.parametrize(
    ("value", "said"),
    [(-1.0, "values down to -1; wanted coverage of 0"), (0.0, "is 0 everywhere")],
)
def test_tracks_that_hold_no_coverage_are_refused(small_genome, tmp_path, value, said):
    lengths = {"chr1": 9000, "chr2": 5000, "chr3": 5000}
    runs = [Run("chr1", np.array([0]), np.array([5]), np.array([value]))]
    write_bigwig(path := tmp_path / "t.bw", lengths, runs)
    with pytest.raises(DataError, match=said):
        cut(small_genome, t=path)


def test_a_track_that_is_empty_in_all_windows_is_refused(small_genome, tmp_path):
    lengths = {"chr1": 9000, "chr2": 5000, "chr3": 5000}
    # A bigWig knows only the chromosomes that it has values of.
    runs = [
        Run(name, np.array([length - 10]), np.array([length]), np.array([1.0]))
        for name, length in lengths.items()
    ]
    write_bigwig(path := tmp_path / "t.bw", lengths, runs)
    with pytest.raises(DataError, match="The track t is 0 in all windows"):
        cut(small_genome, t=path)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"valid": "chr9"}, "has no chromosome chr9"),
        ({"valid": ""}, "8 can teach and 0 can say when to stop"),
        ({"window_bp": 10_240}, "No window of 10,240 bp fits"),
    ],
)
def test_windows_that_cannot_be_had_are_refused(small_genome, change, said):
    options = OPTIONS.change(**change)
    if change == {"valid": ""}:
        said = "12 can teach and 0 can say when to stop"
    with pytest.raises(DataError, match=said):
        cut(small_genome, options)


def test_a_window_that_is_no_multiple_of_the_bin_is_refused():
    with pytest.raises(OptionError, match="no multiple of bins of 100 bp"):
        WindowOptions(window_bp=1024, bin_bp=100)


def test_great_values_are_cut_down_with_a_warning(small_genome):
    with pytest.warns(SeewhyWarning, match="values above 2 are cut down"):
        windows = cut(small_genome, OPTIONS.change(clip=2.0))
    assert windows.target.max() == 2


def test_windows_of_unknown_bases_are_left_out_with_a_warning(small_genome):
    text = small_genome.fasta.read_text().splitlines()
    text[1:20] = ["N" * 60] * 19
    small_genome.fasta.write_text("\n".join(text) + "\n")
    with pytest.warns(SeewhyWarning, match="1 of 16 windows hold more than 35% unknown bases"):
        windows = cut(small_genome)
    assert windows.count("train") == 7


def test_windows_are_cut_about_the_regions_of_a_bed(small_genome, tmp_path):
    bed = tmp_path / "regions.bed"
    bed.write_text(
        "# chosen by hand\nchr1\t3000\t3100\ttrain\n1\t4000\t6500\ttrain\nchr2\t0\t100\tvalid\n"
        "chr3\t4990\t5000\ttest\n"
    )
    task = cut_windows_steps(
        small_genome.fasta, small_genome.tracks, OPTIONS.change(valid="", test=""), bed
    )

    windows = finish(task)

    assert [str(place) for place in windows.places] == [
        "chr1:2,539-3,562",
        "chr1:4,227-5,250",
        "chr1:5,251-6,274",
        "chr2:1-1,024",
        "chr3:3,977-5,000",
    ]
    assert list(windows.split) == ["train"] * 3 + ["valid", "test"]
    with Track(small_genome.tracks["two"]) as track:
        means = track.read_signal("chr1", 2538, 3562).bin_means(np.linspace(2538, 3562, 9))
    assert windows.target[0, 1] == pytest.approx(means, rel=1e-6)


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        ("chr1\t3000\n", "Line 1 of .* is no region"),
        ("chr1\t3100\t3000\n", "ends at 3,000, before its start 3,100"),
        ("# none\n", "holds no region"),
        ("chr1\t8000\t9500\n", "does not fit chr1, which has 9,000 bp"),
        ("chr1\t3000\t3100\ttrain\nchr1\t3200\t3300\tvalid\n", "share bases"),
    ],
)
def test_regions_that_cannot_be_windows_are_refused(small_genome, tmp_path, lines, said):
    bed = tmp_path / "regions.bed"
    bed.write_text(lines)
    with pytest.raises(DataError, match=said):
        finish(cut_windows_steps(small_genome.fasta, small_genome.tracks, OPTIONS, bed))
