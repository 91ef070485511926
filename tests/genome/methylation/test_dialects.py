"""Methylation as other programs write it: the same four sites, or a refusal."""

from __future__ import annotations

import warnings

import pytest

from napari_seewhy.errors import DataError, SeewhyWarning
from napari_seewhy.genome.methylation.files import convert_to_bigwig, find_format, read_conversion
from napari_seewhy.genome.track import Track

pytestmark = pytest.mark.filterwarnings("ignore:.*not say which cytosines are CpG")

SITES = [(100, 80), (102, 20), (150, 90), (300, 10)]
"""0-based C of the plus strand of each CpG, and per cent of ten reads."""


def bed_methyl(code="m", separator="\t", head="", level="{:.2f}", strand="+"):
    text = head
    for start, percent in SITES:
        nine = f"chr1\t{start}\t{start + 1}\t{code}\t10\t{strand}\t{start}\t{start + 1}\t255,0,0\t"
        counts = [10, level.format(percent), percent // 10, 10 - percent // 10, 0, 0, 0, 0, 0]
        text += nine + separator.join(map(str, counts)) + "\n"
    return text


def lines(pattern, first=0):
    """One line for each site: start, end, per cent, share, methylated and other reads."""
    return "".join(
        pattern.format(s=s + first, e=s + first + 1, p=p, m=p // 10, u=10 - p // 10, f=p / 100)
        + "\n"
        for s, p in SITES
    )


MODKIT_NAMES = (
    "chrom\tchromStart\tchromEnd\tname\tscore\tstrand\tthickStart\tthickEnd\tcolor\t"
    "valid_coverage\tpercent_modified\tcount_modified\tcount_canonical\tcount_other_mod\t"
    "count_delete\tcount_fail\tcount_diff\tcount_nocall\n"
)
TRACK_LINE = 'track type="bedGraph" description="x CpG methylation levels"\n'
SAME = {
    "modkit": (bed_methyl(), "bedMethyl of modkit"),
    "modkit with blanks": (bed_methyl(separator=" "), "bedMethyl of modkit"),
    "modkit with names": (bed_methyl(head=MODKIT_NAMES), "bedMethyl of modkit"),
    "modkit with a motif": (bed_methyl("m,CG,0"), "bedMethyl of modkit"),
    "modkit with a longer motif": (bed_methyl("m,GCGC,1"), "bedMethyl of modkit"),
    "modkit, number of ChEBI": (bed_methyl("27551"), "bedMethyl of modkit"),
    "modkit, strands combined": (bed_methyl(strand="."), "bedMethyl of modkit"),
    "modkit with a tab at the end": (bed_methyl().replace("\n", "\t\n"), "bedMethyl of modkit"),
    "modkit 2023": (
        lines(
            "chr1\t{s}\t{e}\tm\t10\t+\t{s}\t{e}\t255,0,0\t1\t1\t0\t10\t{p}\t{m}\t{u}\t0\t0\t0\t0\t0"
        ),
        "bedMethyl of modkit (2023)",
    ),
    "ENCODE": (
        lines("chr1\t{s}\t{e}\tWGBS_1\t10\t+\t{s}\t{e}\t0,255,0\t10\t{p}"),
        "bedMethyl",
    ),
    "modbam2bed": (
        lines("chr1\t{s}\t{e}\t5mC\t1000\t+\t{s}\t{e}\t0,0,0\t10\t{p}.00\t{u}\t{m}\t0"),
        "bedMethyl",
    ),
    "Bismark .cov": (lines("chr1\t{s}\t{s}\t{p}\t{m}\t{u}", 1), "Bismark .cov"),
    "Bismark .zero.cov": (
        lines("chr1\t{s}\t{e}\t{p}\t{m}\t{u}"),
        "MethylDackel or Bismark .zero.cov",
    ),
    "Bismark merged_CpG_evidence.cov": (
        lines("chr1\t{s}\t{e}\t{p}.000000\t{m}\t{u}", 1),
        "Bismark merged_CpG_evidence.cov",
    ),
    "Bismark merged, counted from 0": (
        "".join(f"chr1\t{s}\t{s + 2}\t{p}.000000\t{p // 10}\t{10 - p // 10}\n" for s, p in SITES),
        "MethylDackel or Bismark .zero.cov",
    ),
    "gemBS": (
        "Contig\tPos0\tPos1\tRef\tx:Call\tx:Flags\tx:Meth\tx:non_conv\tx:conv\tx:support_call"
        "\tx:total\n" + lines("chr1\t{s}\t{e}\tC\tC\tGQ=29;MQ=60\t{f}\t{m}\t{u}\t12\t12"),
        "gemBS",
    ),
    "modkit --bedgraph": (lines("chr1\t{s}\t{e}\t{f}\t10"), "BISCUIT"),
    "MethylDackel": (
        TRACK_LINE + lines("chr1\t{s}\t{e}\t{p}\t{m}\t{u}"),
        "MethylDackel or Bismark .zero.cov",
    ),
    "Bismark CpG_report": (
        lines("chr1\t{s}\t+\t{m}\t{u}\tCG\tCGA", 1) + "chr1\t500\t-\t0\t0\tCG\tCGT\n",
        "Bismark CpG_report",
    ),
    "allc": (lines("chr1\t{s}\t+\tCGA\t{m}\t10\t1", 1), "allc of methylpy"),
    "methylKit": (
        "chrBase\tchr\tbase\tstrand\tcoverage\tfreqC\tfreqT\n"
        + lines("chr1.{s}\tchr1\t{s}\tF\t10\t{p}\t0", 1),
        "methylKit",
    ),
    "dnmtools": (lines("chr1\t{s}\t+\tCpG\t{f}\t10"), "dnmtools"),
    "BISCUIT": (lines("chr1\t{s}\t{e}\t{f}\t10"), "BISCUIT"),
    "BISCUIT with context": (
        lines("chr1\t{s}\t{e}\tC\tCG\tCG\tNNCGN\t{f}\t10"),
        "BISCUIT with context",
    ),
    "pb-CpG-tools": (
        "#chrom\tbegin\tend\tmod_score\ttype\tcov\test_mod_count\test_unmod_count\tdiscretized\n"
        + lines("chr1\t{s}\t{e}\t{p}\tTotal\t10\t{m}\t{u}\t{p}"),
        "pb-CpG-tools",
    ),
    "DSS with names": ("chr\tpos\tN\tX\n" + lines("chr1\t{s}\t10\t{m}", 1), "DSS"),
    "DSS": (lines("chr1\t{s}\t10\t{m}", 1), "DSS"),
    "bedGraph": (lines("chr1\t{s}\t{e}\t{p}"), "bedGraph"),
}


def read(path, tmp_path, **options):
    out = tmp_path / "made.bw"
    made = convert_to_bigwig(path, out, **options)
    with Track(out) as track:
        found = track.read("chr1", 0, track.lengths["chr1"])
    return made, [tuple(row) for row in zip(*found, strict=True)]


@pytest.fixture
def write(tmp_path):
    def write(text):
        path = tmp_path / "table.txt"
        path.write_text(text)
        return path

    return write


@pytest.mark.parametrize("name", SAME)
def test_each_dialect_says_the_same_sites(write, tmp_path, name):
    text, dialect = SAME[name]
    path = write(text)

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", SeewhyWarning)
        made, sites = read(path, tmp_path)

    assert find_format(path) == dialect == made.dialect
    assert [start for start, _, _ in sites][:4] == [start for start, _ in SITES]
    assert [value for *_, value in sites] == pytest.approx([p for _, p in SITES], rel=1e-5)
    assert made.full == (None if name == "bedGraph" else 100)


@pytest.mark.parametrize(
    "pattern",
    [
        "chr1\t{s}\t{e}\t{p}\t{m}\t{u}",
        "chr1\t{s}\t{e}\t{f}\t10",
    ],
)
def test_neighbouring_bases_without_a_strand_are_one_cpg(write, tmp_path, pattern):
    plus, minus = lines(pattern).splitlines(), lines(pattern, 1).splitlines()
    text = "\n".join(line for pair in zip(plus, minus, strict=True) for line in pair) + "\n"

    with pytest.warns(SeewhyWarning, match="4 lines about the other strand"):
        _, sites = read(write(text), tmp_path)

    assert [site[:2] for site in sites] == [(s, s + 2) for s, _ in SITES]
    assert [site[2] for site in sites] == pytest.approx([p for _, p in SITES], rel=1e-5)


def test_single_cytosines_with_six_decimals_are_no_whole_cpgs(write, tmp_path):
    """As of the two strands by `coverage2cytosine --nome-seq --zero_based`."""
    pattern = "chr1\t{s}\t{e}\t{p}.000000\t{m}\t{u}"
    plus, minus = lines(pattern).splitlines(), lines(pattern, 1).splitlines()
    text = "\n".join(line for pair in zip(plus, minus, strict=True) for line in pair) + "\n"
    with pytest.warns(SeewhyWarning, match="other strand"):
        made, sites = read(write(text), tmp_path)
    assert made.dialect == "MethylDackel or Bismark .zero.cov"
    assert [site[:2] for site in sites] == [(s, s + 2) for s, _ in SITES]


def test_a_whole_cpg_reaches_over_its_two_bases(write, tmp_path):
    text = lines("chr1\t{s}\t{e}\t{p}.000000\t{m}\t{u}", 1)
    _, sites = read(write(text), tmp_path)
    assert [site[:2] for site in sites] == [(s, s + 2) for s, _ in SITES]


def test_the_reference_base_of_gembs_is_the_strand(write, tmp_path):
    row = "chr1\t{}\t{}\t{}\t{}\tGQ=29;MQ=60\t{}\t{}\t{}\t12\t12\n"
    text = row.format(100, 101, "C", "C", 1.0, 4, 0) + row.format(101, 102, "G", "G", 0.0, 0, 4)
    text += row.format(201, 202, "G", "G", 0.5, 1, 1) + row.format(300, 302, "CG", "CG", 0.25, 1, 3)
    with pytest.warns(SeewhyWarning, match="1 lines about the other strand"):
        _, sites = read(write(text), tmp_path)
    assert sites == [(100, 102, 50.0), (200, 202, 50.0), (300, 302, 25.0)]


@pytest.mark.parametrize(
    ("text", "is_said"),
    [
        (bed_methyl(), True),
        (SAME["ENCODE"][0], True),
        (SAME["MethylDackel"][0], True),
        (SAME["DSS"][0], True),
        (bed_methyl("m,CG,0"), False),
        (SAME["Bismark CpG_report"][0], False),
        (SAME["gemBS"][0], False),
        (SAME["Bismark merged_CpG_evidence.cov"][0], False),
    ],
)
def test_it_is_said_where_nothing_tells_which_cytosines_are_cpg(write, tmp_path, text, is_said):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", SeewhyWarning)
        made, _ = read(write(text), tmp_path)
    assert is_said == ("does not say which cytosines are CpG" in " ".join(made.notes))


def test_both_strands_of_a_cpg_are_averaged_by_reads_at_the_c_of_the_plus_strand(write, tmp_path):
    text = (
        "chr1\t101\t+\t9\t1\tCG\tCGA\nchr1\t102\t-\t0\t30\tCG\tCGT\nchr1\t202\t-\t3\t1\tCG\tCGT\n"
    )

    with pytest.warns(SeewhyWarning, match="1 lines about the other strand"):
        _, sites = read(write(text), tmp_path)

    assert sites == [(100, 102, pytest.approx(22.5)), (200, 202, 75.0)]


def test_the_fewest_reads_count_both_strands(write, tmp_path):
    text = "chr1\t101\t+\t3\t0\tCG\tCGA\nchr1\t102\t-\t3\t0\tCG\tCGT\nchr1\t201\t+\t4\t1\tCG\tCGA\n"

    with pytest.warns(SeewhyWarning, match="other strand"):
        _, sites = read(write(text), tmp_path, min_reads=6)

    assert sites == [(100, 102, 100.0)]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (bed_methyl("a"), r"lines of a \(6mA\) and none of m"),
        (bed_methyl("h"), r"lines of h \(5hmC\) and none of m"),
        (bed_methyl("76792"), r"lines of 76792 \(5hmC\) and none of m"),
        (bed_methyl("21839"), r"lines of 21839 \(4mC\) and none of m"),
        (bed_methyl("m,CHH,0"), "cytosines of CHH and no CpG"),
        (bed_methyl("m,C,0"), "cytosines of C and no CpG"),
        (bed_methyl("-,m,C"), "patterns of both strands such as -,m,C"),
        (lines("chr1\t{s}\t+\t{m}\t{u}\tCHG\tCAG", 1), "cytosines of CHG and no CpG"),
        (lines("chr1\t{s}\t+\tCAT\t{m}\t10\t1", 1), "cytosines of CAT and no CpG"),
        (
            'track type="bedGraph" description="x CHG methylation levels"\n'
            + lines("chr1\t{s}\t{e}\t{p}\t{m}\t{u}"),
            "describes itself as .*CHG.* wanted levels of CpG",
        ),
        (
            'track type="bedGraph" description="x CpG methylation counts"\n'
            + lines("chr1\t{s}\t{e}\t{m}"),
            "describes itself as .*counts",
        ),
        (
            lines("chr1\t{s}\t{e}\t{p}\t{u}\t{m}"),
            "6 columns and is no table .*MethylDackel.* column 4 is the per cent of the counts",
        ),
        ("chr1\t5\t6\tname\t0\t+\n", "6 columns and is no table of methylation"),
        (
            # Regions of `modkit entropy`: no sites, and no levels.
            "chr1\t100\t900\tregion_1\t0.25\t+\t0.2\t0\t0.5\t17\t4\t30\t12\t0\n",
            "14 columns and is no table .* a site is one or two bases wide",
        ),
        ("fixedStep chrom=chr1 start=101 step=1\n0.5\n0.7\n", "is a wiggle file; convert it to a"),
        ("variableStep chrom=chr1\n101 0.5\n105 0.7\n", "is a wiggle file; convert it to a"),
        ("chr1,100,101,0.5\n", "1 columns and is no table of methylation"),
        (
            "chr1\t100\t101\t0.5\n1\t200\t201\t0.7\n",
            "spells one chromosome (1 and chr1|chr1 and 1); write it in one way",
        ),
        ("chr1\t100\t105\t0.5\t10\n", "nearest is BISCUIT, in which a site is one or two bases"),
    ],
)
def test_what_is_no_cpg_methylation_is_refused_in_a_sentence_that_names_it(
    write, tmp_path, text, sentence
):
    with pytest.raises(DataError, match=sentence) as error:
        read(write(text), tmp_path)
    assert "broken" not in str(error.value)
    assert "damaged" not in str(error.value)


def test_any_modification_of_c_is_taken_as_methylation_and_other_bases_are_left_out(
    write, tmp_path
):
    adenines = bed_methyl("a")
    both = sorted((bed_methyl("C") + adenines).splitlines(keepends=True))
    both.sort(key=lambda line: int(line.split("\t")[1]))
    with pytest.warns(SeewhyWarning, match=r"lines of a besides those of C \(any modification"):
        _, sites = read(write("".join(both)), tmp_path)
    assert [value for *_, value in sites] == [p for _, p in SITES]


def test_other_contexts_are_left_out_and_said(write, tmp_path):
    text = lines("chr1\t{s}\t+\t{m}\t{u}\tCG\tCGA", 1) + "chr1\t120\t+\t9\t1\tCHH\tCTT\n"
    with pytest.warns(SeewhyWarning, match=r"1 lines about CHH; only CpG"):
        made, sites = read(write(text), tmp_path)
    assert [value for *_, value in sites] == [p for _, p in SITES]
    assert len(made.notes) == 1 + ("not sorted" in " ".join(made.notes))


def test_cytosines_side_by_side_are_no_cpg(write, tmp_path):
    # C at 400 is followed by C at 401: only the second can be a CpG, which both strands say.
    text = bed_methyl()
    for start, strand in ((400, "+"), (401, "+"), (402, "-")):
        text += (
            f"chr1\t{start}\t{start + 1}\tm\t10\t{strand}\t{start}\t{start + 1}\t255,0,0\t"
            "10\t50.00\t5\t5\t0\t0\t0\t0\t0\n"
        )
    with pytest.warns(SeewhyWarning) as said:
        _, sites = read(write(text), tmp_path)
    assert sites == [(401, 403, 50.0)]
    assert "5 cytosines are left out; nothing says which" in str(said[-1].message)


@pytest.mark.parametrize("nothing", ["nan", "NaN", "NA", "inf", "."])
def test_a_level_that_was_not_measured_is_left_out_and_said(write, tmp_path, nothing):
    text = bed_methyl().replace("90.00", nothing)
    with pytest.warns(SeewhyWarning, match="1 lines about sites that were not measured"):
        _, sites = read(write(text), tmp_path)
    assert [start for start, *_ in sites] == [100, 102, 300]

    text = lines("chr1\t{s}\t{e}\t{p}").replace("\t90\n", f"\t{nothing}\n")
    with pytest.warns(SeewhyWarning, match="1 lines about sites that were not measured"):
        _, sites = read(write(text), tmp_path)
    assert [start for start, *_ in sites] == [100, 102, 300]


def test_haplotypes_are_averaged_where_no_line_is_about_all_reads(write, tmp_path):
    text = "chr1\t10\t11\t100\thap1\t30\t30\t0\t100\nchr1\t10\t11\t0\thap2\t10\t0\t10\t0\n"
    with pytest.warns(SeewhyWarning, match=r"holds haplotypes|other strand"):
        _, sites = read(write(text), tmp_path)
    assert sites == [(10, 11, 75.0)]


def test_levels_of_at_most_one_per_cent_stay_per_cent(write, tmp_path):
    made, sites = read(write("chr1\t11\t11\t1\t1\t99\nchr1\t21\t21\t0\t0\t9\n"), tmp_path)
    assert made.full == 100
    assert sites == [(10, 11, 1.0), (20, 21, 0.0)]


def test_what_was_understood_is_kept_beside_the_bigwig(write, tmp_path):
    path = write(bed_methyl("C"))
    with pytest.warns(SeewhyWarning, match="taken as methylation"):
        made, _ = read(path, tmp_path)
    with pytest.warns(SeewhyWarning, match="taken as methylation"):
        assert read_conversion(tmp_path / "made.bw") == made


def test_round_positions_of_r_are_whole_numbers(write, tmp_path):
    text = '"chr1"\t1e+05\t100001\t50\n"chr1"\t2e+05\t200001\t80\n'
    convert_to_bigwig(write(text), tmp_path / "m.bw")
    with Track(tmp_path / "m.bw") as track:
        sites = track.read("chr1", 0, 300_000)
    assert sites.start.tolist() == [100_000, 200_000]
    assert sites.value.tolist() == [50, 80]
