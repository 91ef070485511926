from __future__ import annotations

import gzip
import os

import numpy as np
import pytest
import torch

from napari_seewhy.errors import DataError, FileError, OptionError, SeewhyWarning
from napari_seewhy.genome import Genome, Interval, Track, decode_letters, parse_place
from napari_seewhy.models.files import save_network
from napari_seewhy.models.running import DeviceOptions, Runtime
from napari_seewhy.progress import finish
from napari_seewhy.reading import CoverageCard, load_coverage, predict_coverage
from napari_seewhy.reading.options import CoverageNetworkOptions
from napari_seewhy.sequence.explaining import (
    BaseOptions,
    explain_bases_steps,
    write_worth,
)
from napari_seewhy.sequence.painting import look_steps
from napari_seewhy.sequence.variants import read_variants, score_variants_steps, write_scores
from napari_seewhy.sequence.variants.reading import Variant

CPU = DeviceOptions(device="cpu")


@pytest.fixture
def model_path(tmp_path):
    return save_model(tmp_path / "small.safetensors", ("one", "two"))


def save_model(path, tracks):
    torch.manual_seed(0)
    options = CoverageNetworkOptions(n_words=4, width=8, reach_bins=1)
    card = CoverageCard(name="small", network=options, tracks=tracks, bin_bp=128, window_bp=2048)
    network = card.build().eval()
    network.stem.set_words(torch.randn(4, 4, 17))
    torch.nn.init.normal_(network.tail.out.weight)
    save_network(path, network, card)
    return path


def letter_at(small_genome, position, chromosome="chr1"):
    with Genome(small_genome.fasta) as genome:
        return decode_letters(genome.read(chromosome, position, position + 1))


def other_than(letter):
    return "C" if letter != "C" else "G"


def test_words_and_lines_of_a_vcf_become_variants(tmp_path):
    path = tmp_path / "v.vcf.gz"
    text = "##fileformat=VCFv4.2\n#CHROM\tPOS\tID\tREF\tALT\n"
    path.write_bytes(gzip.compress((text + "1\t5\trs1\tac\tA,*,<DEL>,ACC\n").encode()))

    with pytest.warns(SeewhyWarning, match="2 alternatives that are no letters.*are left out"):
        variants = read_variants(["chr1:1,234 A>g", "2:7:C>T"], path)

    assert variants == [
        Variant("chr1", 1233, "A", "G"),
        Variant("2", 6, "C", "T"),
        Variant("1", 4, "AC", "A", "rs1"),
        Variant("1", 4, "AC", "ACC", "rs1"),
    ]
    assert str(variants[0]) == "chr1:1,234 A>G"


@pytest.mark.parametrize("word", ["chr1", "chr1:5", "chr1:0 A>G", "chr1:5 A", "chr1:x A>G"])
def test_words_that_are_no_variant_are_refused(word):
    with pytest.raises(OptionError, match=r"is no variant|positions count from 1"):
        read_variants([word])


def test_no_variant_at_all_is_refused(tmp_path):
    with pytest.raises(OptionError, match="There is no variant"):
        read_variants([])
    path = tmp_path / "v.vcf"
    path.write_text("chr1 5 . A G\n")
    with pytest.raises(DataError, match=r"Line 1 of .* is no variant; wanted chromosome"):
        read_variants([], path)
    path.write_bytes(gzip.compress(b"x" * 1000)[:20])
    with pytest.raises(FileError, match="its text ends before the archive does"):
        read_variants([], path)
    with pytest.raises(FileError, match="does not exist"):
        read_variants([], tmp_path / "none.vcf")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes")
def test_a_pipe_is_refused_before_it_is_opened(tmp_path):
    os.mkfifo(tmp_path / "v.vcf")
    with pytest.raises(FileError, match="is a pipe or a device and no file"):
        read_variants([], tmp_path / "v.vcf")


def test_the_change_is_that_of_the_sum_of_the_predicted_coverage(
    small_genome, model_path, tmp_path
):
    letter = letter_at(small_genome, 4000)
    variant = Variant("1", 4000, letter, other_than(letter))
    inserted = Variant("chr1", 4000, letter, letter + "ACGT")

    task = score_variants_steps(model_path, small_genome.fasta, [variant, inserted], CPU)
    scored = finish(task)

    model, runtime = load_coverage(model_path), Runtime("cpu")
    with Genome(small_genome.fasta) as genome:
        codes = genome.read("chr1", 4000 - 2048, 4000 + 2048)
    changed = codes.copy()
    changed[2048] = "ACGT".index(variant.alternative)
    said = [predict_coverage(model, one, runtime).sum(1) for one in (codes, changed)]
    assert scored.change[0] == pytest.approx(said[1] - said[0], abs=1e-3)
    assert np.abs(scored.change).min() > 0
    paths = write_scores(tmp_path / "out", scored, [model_path])
    assert [path.name for path in paths] == ["variants.csv", "variants.vcf"]
    read = read_variants([], paths[1])
    assert read == [variant, inserted]
    assert "SEEWHY_CHANGE,Number=2,Type=Float" in paths[1].read_text()


def test_tracks_of_one_name_keep_their_own_columns_rows_and_bigwigs(small_genome, tmp_path):
    path = save_model(tmp_path / "twins.safetensors", ("same", "same"))
    letter = letter_at(small_genome, 4000)
    variant = Variant("chr1", 4000, letter, other_than(letter))
    place, options = parse_place("1:4,001-4,010"), BaseOptions(device="cpu")

    scored = finish(score_variants_steps(path, small_genome.fasta, [variant], CPU))
    worth = finish(explain_bases_steps(path, small_genome.fasta, place, options))

    table = scored.to_table()
    changes = table[["change same_1", "change same_2"]].to_numpy()
    assert changes == pytest.approx(scored.change)
    assert changes[0, 0] != changes[0, 1]
    assert "coverage of same_1, same_2 by" in scored.to_vcf()
    paths = write_worth(tmp_path / "out", worth, options, [])
    assert [path.name for path in paths] == ["bases.csv", "worth_same_1.bw", "worth_same_2.bw"]
    for bigwig, values in zip(paths[1:], worth.worth, strict=True):
        with Track(bigwig) as track:
            assert track.read("1", 4000, 4010).value == pytest.approx(values)
    assert worth.to_table()["track"].tolist() == ["same_1"] * 10 + ["same_2"] * 10


def test_positions_that_count_from_0_and_other_genomes_are_told_by_the_letters(
    small_genome, model_path
):
    shifted = [
        Variant("chr1", at - 1, letter, other_than(letter))
        for at in range(3000, 3010)
        for letter in [letter_at(small_genome, at)]
    ]
    with pytest.raises(DataError, match="All fit one base later: the positions count from 0"):
        finish(score_variants_steps(model_path, small_genome.fasta, shifted, CPU))
    early = [variant._replace(start=variant.start + 2) for variant in shifted]
    with pytest.raises(DataError, match="All fit one base earlier; subtract 1"):
        finish(score_variants_steps(model_path, small_genome.fasta, early, CPU))
    wrong = [Variant("chr1", 8999, "AAA", "C")]
    with pytest.raises(DataError, match="Choose the genome that the variants were called on"):
        finish(score_variants_steps(model_path, small_genome.fasta, wrong, CPU))


def test_every_base_of_a_stretch_is_explained_in_a_table_and_bigwigs(
    small_genome, model_path, tmp_path
):
    place = parse_place("1:4,001-4,040")

    options = BaseOptions(device="cpu")
    worth = finish(explain_bases_steps(model_path, small_genome.fasta, place, options))

    assert worth.effects.shape == (2, 4, 40)
    assert worth.worth == pytest.approx(-worth.effects.sum(1) / 3)
    letter = letter_at(small_genome, 4010)
    variant = Variant("1", 4010, letter, other_than(letter))
    task = score_variants_steps(model_path, small_genome.fasta, [variant], CPU)
    change = finish(task).change[0]
    assert worth.effects[:, "ACGT".index(variant.alternative), 10] == pytest.approx(
        change, abs=1e-3
    )
    paths = write_worth(tmp_path / "out", worth, BaseOptions(), [])
    assert [path.name for path in paths] == ["bases.csv", "worth_one.bw", "worth_two.bw"]
    with Track(paths[1]) as track:
        assert track.read("1", 4010, 4011).value == pytest.approx(worth.worth[0, 10:11])
    table = worth.to_table()
    assert len(table) == 80
    assert table.loc[10, ["chromosome", "position", "letter", "track"]].tolist() == [
        "1",
        4011,
        letter,
        "one",
    ]


def test_the_gradient_gives_an_estimate_without_changing_bases(small_genome, model_path):
    options = BaseOptions(method="gradient", device="cpu")
    place = Interval("chr1", 4000, 4040)

    worth = finish(explain_bases_steps(model_path, small_genome.fasta, place, options))

    assert worth.effects is None
    assert worth.worth.shape == (2, 40)
    assert np.abs(worth.worth).max() > 0
    assert "to_A" not in worth.to_table()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("chr1", "is no stretch of a genome; write it as"),
        ("chr1:9-3", "ends before it starts"),
        ("chr1:0-3", "positions count from 1"),
    ],
)
def test_words_that_are_no_stretch_are_refused(text, said):
    with pytest.raises(OptionError, match=said):
        parse_place(text)


def test_a_stretch_past_the_end_or_too_long_is_refused(small_genome, model_path):
    fasta, options = small_genome.fasta, BaseOptions(device="cpu")
    with pytest.raises(DataError, match="reaches past the ends of chr1"):
        finish(explain_bases_steps(model_path, fasta, Interval("chr1", 8990, 9010), options))
    with pytest.raises(OptionError, match="has 30,000 bp; choose a stretch of up to 20,000"):
        finish(explain_bases_steps(model_path, fasta, Interval("chr1", 0, 30_000), options))


def test_a_stretch_is_looked_at_beside_what_was_measured_and_with_changes(small_genome, model_path):
    place = Interval("1", 3900, 5000)
    new = {4000: "ACGT".index(other_than(letter_at(small_genome, 4000)))}

    task = look_steps(
        model_path, small_genome.fasta, place, {"two": small_genome.tracks["two"]}, new, CPU
    )
    look = finish(task)

    assert look.place == Interval("chr1", 3840, 5120)
    assert look.said.shape == look.observed.shape == (2, 10)
    assert np.isnan(look.observed[0]).all()
    assert len(look.codes) == 1280
    with Track(small_genome.tracks["two"]) as track:
        assert look.observed[1] == pytest.approx(track.read_coverage("chr1", 3840, 5120, 10))
    assert np.abs(look.changed - look.said).max() > 0
    assert look.codes[160] != new[4000]


def test_a_stretch_outside_its_chromosome_cannot_be_looked_at(small_genome, model_path):
    with pytest.raises(DataError, match="lies outside chr1, which has 9,000 bp"):
        finish(look_steps(model_path, small_genome.fasta, Interval("1", 9100, 9300), {}))
