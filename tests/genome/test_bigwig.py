from __future__ import annotations

import numpy as np
import pytest

from napari_seewhy.errors import DataError
from napari_seewhy.genome.bigwig import Run, name_files, number_tracks, write_bigwig
from napari_seewhy.genome.track import Track

LENGTHS = {"chr1": 1000, "chr2": 300}


def run(chromosome, start, end, value):
    return Run(chromosome, *(np.array(column) for column in (start, end, value)))


def test_a_written_bigwig_holds_what_was_given(tmp_path):
    path = tmp_path / "out.bigWig"
    runs = [
        run("chr1", [0, 100], [100, 110], np.array([1.5, 2], np.float32)),
        run("chr1", [400], [500], [7.0]),
        run("chr2", [290], [300], [-1.0]),
    ]

    write_bigwig(path, LENGTHS, runs)

    assert list(tmp_path.iterdir()) == [path]
    with Track(path) as track:
        assert track.lengths == LENGTHS
        assert track.read("chr1", 0, 1000).value.tolist() == [1.5, 2, 7]
        assert track.read("chr2", 0, 300).start.tolist() == [290]
        assert (track.covered_bp, track.total) == (220, 150 + 20 + 700 - 10)


@pytest.mark.parametrize(
    ("runs", "said"),
    [
        ([], "no value to write"),
        ([run("chr2", [290], [301], [1.0])], "reach past its end at 300"),
        ([run("chr1", [0, 5], [10, 15], [1.0, 1.0])], "overlap"),
        ([run("chr1", [50, 5], [60, 15], [1.0, 1.0])], "out of order"),
        ([run("chr1", [50], [60], [1.0]), run("chr1", [0], [9], [1.0])], "out of order"),
        ([run("chr1", [5], [5], [1.0])], "overlap"),
        ([run("chr1", [5], [6], [np.nan])], "is not finite"),
        ([run("chr9", [5], [6], [1.0])], "length is not known"),
        (
            [run(name, [5], [6], [1.0]) for name in ("chr1", "chr2", "chr1")],
            "in two places",
        ),
    ],
)
def test_what_pybigtools_would_lose_without_a_word_is_refused(tmp_path, capfd, runs, said):
    path = tmp_path / "out.bw"
    path.write_text("old")

    with pytest.raises(DataError, match=said):
        write_bigwig(path, LENGTHS, runs)

    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]
    assert capfd.readouterr().out == ""


def test_the_coverage_of_a_bin_counts_bases_without_a_value_as_zero(tmp_path):
    path = tmp_path / "a.bw"
    write_bigwig(path, LENGTHS, [run("chr1", [0, 100], [50, 300], [4.0, 1.0])])

    with Track(path) as track:
        assert track.read_coverage("chr1", 0, 400, 4).tolist() == [2, 1, 1, 0]
        for start, end, n_bins in ((-4, 96, 1), (900, 1100, 2), (0, 10, 3), (5, 5, 1)):
            with pytest.raises(DataError, match="is no stretch of"):
                track.read_coverage("chr1", start, end, n_bins)


def test_the_coverage_of_a_bin_passes_over_values_that_are_no_numbers(tmp_path, write_bigwig):
    path = write_bigwig(
        tmp_path / "a.bw", LENGTHS, [("chr1", 0, 50, 4.0), ("chr1", 50, 60, np.nan)]
    )

    with Track(path) as track:
        assert track.read_coverage("chr1", 0, 200, 2) == pytest.approx([2, 0])


def test_tracks_of_one_name_get_their_number_even_where_that_is_a_name_too():
    assert number_tracks(("a", "b")) == ("a", "b")
    assert number_tracks(("a", "a_1", "a")) == ("a_1_1", "a_1_2", "a_3")
    assert name_files(("a/b", "a b", "..", "c.d")) == ("a_b_1", "a_b_2", "track", "c.d")
