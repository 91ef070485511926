from __future__ import annotations

import json

import numpy as np
import pytest
import torch

from napari_seewhy.errors import DataError
from napari_seewhy.genome import Genome, Interval, Track
from napari_seewhy.models.files import save_network
from napari_seewhy.models.running import Runtime
from napari_seewhy.progress import finish
from napari_seewhy.reading import CoverageCard, CoverageModel, load_coverage, predict_coverage
from napari_seewhy.reading.options import CoverageNetworkOptions
from napari_seewhy.sequence.painting import PaintOptions, find_observed, paint_genome_steps
from napari_seewhy.sequence.painting.paint import read_stretch


@pytest.fixture
def model_path(tmp_path):
    return save_model(tmp_path / "small.safetensors", ("one", "a/b"))


def save_model(path, tracks):
    torch.manual_seed(0)
    options = CoverageNetworkOptions(n_words=4, width=8, reach_bins=1)
    card = CoverageCard(name="small", network=options, tracks=tracks, bin_bp=128, window_bp=2048)
    network = card.build().eval()
    network.stem.set_words(torch.randn(4, 4, 17))
    torch.nn.init.normal_(network.tail.out.weight)
    save_network(path, network, card)
    return path


def test_a_genome_is_predicted_bin_by_bin_into_a_bigwig_per_track(
    small_genome, model_path, tmp_path
):
    out = tmp_path / "out"
    options = PaintOptions(chromosomes="2, chr3", device="cpu")

    paths = finish(paint_genome_steps(model_path, small_genome.fasta, out, options))

    assert [path.name for path in paths] == ["one.bw", "a_b.bw"]
    record = json.loads((out / "predicted.json").read_text())
    assert record["results"]["tracks"] == ["one.bw", "a_b.bw"]
    model = load_coverage(model_path)
    with Genome(small_genome.fasta) as genome, Track(paths[1]) as track:
        codes = genome.read_padded("chr2", -1024, 128 * 39 + 1024)
        said = predict_coverage(model, codes, Runtime("cpu"))[1, 8:-8]
        assert track.lengths == {"chr2": 5000, "chr3": 5000}
        assert track.read_coverage("chr2", 0, 39 * 128, 39) == pytest.approx(said, rel=1e-4)


def test_tracks_of_one_name_get_a_bigwig_each(small_genome, tmp_path):
    path = save_model(tmp_path / "twins.safetensors", ("DNase", "CAGE", "DNase", "dnase"))
    options = PaintOptions(chromosomes="2", device="cpu")

    paths = finish(paint_genome_steps(path, small_genome.fasta, tmp_path / "out", options))

    names = ["DNase_1.bw", "CAGE.bw", "DNase_3.bw", "dnase_4.bw"]
    assert [path.name for path in paths] == names
    model = load_coverage(path)
    with Genome(small_genome.fasta) as genome:
        codes = genome.read_padded("chr2", -1024, 128 * 39 + 1024)
    said = predict_coverage(model, codes, Runtime("cpu"))[:, 8:-8]
    for one, expected in zip(paths, said, strict=True):
        with Track(one) as track:
            assert track.read_coverage("chr2", 0, 39 * 128, 39) == pytest.approx(expected, rel=1e-4)


def test_measured_tracks_are_found_by_their_name_and_number(tmp_path):
    for name in ("DNase_1.bw", "DNase_3.bigWig", "a_b.bw", "other.bw"):
        (tmp_path / name).touch()

    found = find_observed(tmp_path, ("DNase", "a/b", "DNase", "none"))

    assert found == {
        "DNase_1": tmp_path / "DNase_1.bw",
        "a/b": tmp_path / "a_b.bw",
        "DNase_3": tmp_path / "DNase_3.bigWig",
    }


def test_a_stretch_is_read_with_all_letters_that_its_bins_depend_on(small_genome, model_path):
    model: CoverageModel = load_coverage(model_path)
    with Genome(small_genome.fasta) as genome:
        runtime = Runtime("cpu")
        wide = read_stretch(model, genome, Interval("chr1", 1024, 8192), runtime)
        narrow = read_stretch(model, genome, Interval("chr1", 4096, 4224), runtime)
    assert narrow.shape == (2, 1)
    np.testing.assert_allclose(narrow[:, 0], wide[:, 24], rtol=1e-4)


def test_a_chromosome_that_is_not_there_is_refused(small_genome, model_path, tmp_path):
    options = PaintOptions(chromosomes="chrX", device="cpu")
    with pytest.raises(DataError, match="no chromosome chrX"):
        finish(paint_genome_steps(model_path, small_genome.fasta, tmp_path / "out", options))
    assert not (tmp_path / "out").exists()
