from __future__ import annotations

import gzip

import numpy as np
import pytest

from napari_seewhy.errors import DataError, FileError, SeewhyWarning
from napari_seewhy.genome import text_tables
from napari_seewhy.genome.methylation.files import (
    convert_to_bigwig,
    convert_to_bigwig_steps,
    find_format,
    is_bigwig,
)
from napari_seewhy.genome.track import Track
from napari_seewhy.progress import finish

pytestmark = pytest.mark.filterwarnings("ignore:.*not say which cytosines are CpG")

BEDGRAPH = "track type=bedGraph\nchr1\t10\t11\t0.5\nchr1\t20\t21\t1\nchr2\t5\t6\t0\n"
COV = "chr1\t11\t11\t50.0\t2\t2\nchr1\t21\t21\t100.0\t3\t0\nchr2\t6\t6\t0.0\t0\t1\n"
BED_METHYL = "".join(
    f"{name}\t{start}\t{start + 1}\tm\t{n}\t+\t{start}\t{start + 1}\t0,0,0\t{n}\t{level}\n"
    for name, start, n, level in (("chr1", 10, 4, 50), ("chr1", 20, 3, 100), ("chr2", 5, 1, 0))
)
FORMATS = {
    "bedGraph": (BEDGRAPH, 1),
    "Bismark .cov": (COV, 100),
    "bedMethyl": (BED_METHYL, 100),
}


def read_back(path):
    with Track(path) as track:
        return {
            name: [tuple(row) for row in zip(*track.read(name, 0, length), strict=True)]
            for name, length in track.lengths.items()
        }


@pytest.mark.parametrize("kind", FORMATS)
def test_every_format_says_the_same_sites(tmp_path, kind):
    text, unit = FORMATS[kind]
    path = tmp_path / "meth.txt"
    path.write_text(text)

    convert_to_bigwig(path, tmp_path / "meth.bw")

    assert find_format(path) == kind
    assert not is_bigwig(path)
    assert is_bigwig(tmp_path / "meth.bw")
    assert read_back(tmp_path / "meth.bw") == {
        "chr1": [(10, 11, 0.5 * unit), (20, 21, 1.0 * unit)],
        "chr2": [(5, 6, 0.0)],
    }


@pytest.mark.parametrize("kind", ["Bismark .cov", "bedMethyl"])
def test_sites_with_few_reads_are_left_out(tmp_path, kind):
    path = tmp_path / "meth.txt"
    path.write_text(FORMATS[kind][0])

    convert_to_bigwig(path, tmp_path / "meth.bw", min_reads=4)

    assert read_back(tmp_path / "meth.bw") == {"chr1": [(10, 11, 50.0)]}
    with pytest.raises(DataError, match="no site with 9 reads"):
        convert_to_bigwig(path, tmp_path / "meth.bw", min_reads=9)


def test_an_unsorted_and_gzipped_file_is_sorted_and_said(tmp_path):
    head, *lines = BEDGRAPH.splitlines(keepends=True)
    path = tmp_path / "meth.bedGraph.gz"
    path.write_bytes(gzip.compress((head + "".join(lines[::-1])).encode()))

    with pytest.warns(SeewhyWarning, match="not sorted"):
        convert_to_bigwig(path, tmp_path / "meth.bw")

    assert read_back(tmp_path / "meth.bw")["chr1"] == [(10, 11, 0.5), (20, 21, 1.0)]


def test_other_modifications_than_methylation_are_left_out_and_said(tmp_path):
    path = tmp_path / "meth.bed"
    other = BED_METHYL.replace("\tm\t", "\th\t").replace("\t50\n", "\t20\n")
    path.write_text("".join(sorted((BED_METHYL + other).splitlines(keepends=True))))

    with pytest.warns(SeewhyWarning, match=r"lines of h besides those of m"):
        convert_to_bigwig(path, tmp_path / "meth.bw")

    assert read_back(tmp_path / "meth.bw")["chr1"] == [(10, 11, 50.0), (20, 21, 100.0)]


def test_a_site_that_stands_there_twice_is_averaged(tmp_path):
    path = tmp_path / "meth.bedGraph"
    path.write_text("chr1\t10\t11\t0.5\nchr1\t10\t11\t1\n")

    convert_to_bigwig(path, tmp_path / "meth.bw")

    assert read_back(tmp_path / "meth.bw") == {"chr1": [(10, 11, 0.75)]}


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("chr1\t10\t20\t0.5\nchr1\t15\t25\t1\n", "overlap"),
        ("chr1\t10\t11\t0.5\nchr1\t2", "Line 2"),
        ("chr1\t10\t11\t0.5\nchr1\t20\t21\t\n", "Line 2 .* no number but ''"),
        ("chr1\t10\t11\t0.5\nchr1\t20\t21\tx\n", "Line 2 .* no number but 'x'"),
        ("chr1\t20\t10\t0.5\n", "Line 1 .* from 20 to 10"),
        ("chr1\t10\n", "has 2 columns"),
    ],
)
def test_a_broken_line_is_named(tmp_path, text, sentence):
    path = tmp_path / "meth.bedGraph"
    path.write_text(text)

    with pytest.raises(DataError, match=sentence):
        convert_to_bigwig(path, tmp_path / "meth.bw")


def test_a_gzipped_file_that_is_broken_off_is_said(tmp_path):
    lines = "".join(f"chr1\t{i}\t{i + 1}\t0.{i % 7}\n" for i in range(0, 90_000, 3))
    path = tmp_path / "meth.bedGraph.gz"
    path.write_bytes(gzip.compress(lines.encode())[:-4000])

    with pytest.raises(FileError, match="broken off"):
        convert_to_bigwig(path, tmp_path / "meth.bw")


@pytest.mark.parametrize(
    ("place", "sentence"),
    [
        ("4294967296\t4294967297", r"Line 2 .* wanted positions below 4,294,967,296"),
        (f"5\t{'9' * 30}", r"Line 2 .* wanted positions below 4,294,967,296"),
        ("1500000000\t1500000001", r"names position 1,500,000,001; wanted at most 1,000,000,000"),
    ],
)
def test_a_position_that_no_bigwig_holds_is_refused_before_it_is_written(tmp_path, place, sentence):
    path = tmp_path / "a.bedGraph"
    path.write_text(f"chr1\t1\t2\t50\nchr1\t{place}\t20\n")
    with pytest.raises(DataError, match=sentence):
        convert_to_bigwig(path, tmp_path / "a.bw")
    assert [found.name for found in tmp_path.iterdir()] == ["a.bedGraph"]


def test_a_gzip_that_expands_to_one_endless_line_is_refused(tmp_path):
    path = tmp_path / "a.bedGraph.gz"
    path.write_bytes(gzip.compress(b"chr1\t1\t2\t50\n" + b"0" * 50_000_000))
    assert path.stat().st_size < 100_000
    with pytest.raises(FileError, match="has a line of more than 4 MB"):
        convert_to_bigwig(path, tmp_path / "a.bw")


def test_text_beyond_the_memory_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr("napari_seewhy.genome.text_streams._MEMORY_PER_BYTE", 10**12)
    path = tmp_path / "a.bedGraph"
    path.write_text("chr1\t1\t2\t50\n" * 1000)
    with pytest.raises(FileError, match="too much for the memory"):
        convert_to_bigwig(path, tmp_path / "a.bw")


def test_more_chromosomes_than_a_genome_has_are_refused(tmp_path, monkeypatch):
    monkeypatch.setattr("napari_seewhy.genome.bigwig._MOST_CHROMOSOMES", 3)
    path = tmp_path / "a.bedGraph"
    path.write_text("".join(f"scaffold{i}\t1\t2\t50\n" for i in range(4)))
    with pytest.raises(DataError, match="names 4 chromosomes; wanted at most 3"):
        convert_to_bigwig(path, tmp_path / "a.bw")


@pytest.mark.parametrize("ending", ["", ".gz"])
def test_a_long_table_says_how_far_it_is_and_may_be_left(tmp_path, monkeypatch, ending):
    monkeypatch.setattr(text_tables, "_LINES_AT_ONCE", 5_000)
    rng = np.random.default_rng(0)
    lines = [f"chr1\t{10 * i}\t{10 * i + 1}\t{x:.4f}\n" for i, x in enumerate(rng.random(60_000))]
    path, out = tmp_path / f"meth.bedGraph{ending}", tmp_path / "meth.bw"
    content = "".join(lines).encode()
    path.write_bytes(gzip.compress(content) if ending else content)
    seen = []
    finish(convert_to_bigwig_steps(path, out), seen.append)
    reading = [step.done / step.total for step in seen if step.message.startswith("Reading")]
    assert len(reading) == 12
    assert reading == sorted(reading)
    assert reading[0] < 0.5
    assert reading[-1] == 1
    with Track(out) as track:
        assert len(track.read("chr1", 0, 600_000).start) == 60_000

    out.unlink()
    steps = convert_to_bigwig_steps(path, out)
    next(steps)
    steps.close()
    assert not out.exists()
