"""The simulated field: the truth it carries, and that the pixels show it."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import ndimage

from napari_seewhy.errors import OptionError
from simulating.fields.field import simulate_field
from simulating.fields.simulate_options import SimulateOptions

BIG = SimulateOptions(size_px=900, n_cells=240, crowding=0, n_debris=0, vignetting=0)


@pytest.fixture(scope="module")
def field():
    return simulate_field(BIG)


@pytest.fixture(scope="module")
def inside(field):
    """Truth of the cells whose nucleus is not cut off by the border."""
    return field.truth[~field.truth["touches_border"]]


def median_by_phase(table, values):
    return values.groupby(table["phase"], observed=True).median()


def total_over_background(field, channel, labels):
    """Sum of each nucleus' pixels above the median of what lies beside the cells."""
    pixels = field.image.pixels[field.image.channel_index(channel)].astype(float)
    return ndimage.sum_labels(pixels - np.median(pixels[field.cells == 0]), field.nuclei, labels)


def test_the_same_options_give_the_same_bytes():
    options = SimulateOptions(size_px=200, n_cells=12, seed=5)
    first, second = simulate_field(options), simulate_field(options)
    assert first.image.pixels.tobytes() == second.image.pixels.tobytes()
    assert first.nuclei.tobytes() == second.nuclei.tobytes()
    assert first.truth.equals(second.truth)


def test_another_seed_gives_other_cells():
    options = SimulateOptions(size_px=200, n_cells=12, seed=5)
    other = simulate_field(options.change(seed=6))
    assert not np.array_equal(simulate_field(options).nuclei, other.nuclei)


def test_light_and_noise_do_not_move_the_cells():
    options = SimulateOptions(size_px=200, n_cells=12)
    dim = simulate_field(options.change(exposure=0.1, read_noise_e=9.0, haze=0.6))
    assert np.array_equal(simulate_field(options).nuclei, dim.nuclei)


def test_the_image_is_what_a_camera_gives(field):
    assert field.image.channels == ("DNA", "Golgi", "CENP-F", "microtubules")
    assert field.image.pixels.dtype == np.uint16
    assert field.image.pixels.shape == (4, 900, 900)
    assert field.image.pixel_size_um == 0.5
    assert field.image.pixels.max() < np.iinfo(np.uint16).max
    assert field.image.pixels.min() > 50


def test_nuclei_cells_and_truth_are_numbered_alike(field):
    numbers = np.arange(1, len(field.truth) + 1)
    assert np.array_equal(field.truth["label"], numbers)
    for labels in (field.nuclei, field.cells):
        assert labels.dtype == np.int32
        assert np.array_equal(np.unique(labels), np.r_[0, numbers])
    in_nucleus = field.nuclei > 0
    assert np.array_equal(field.cells[in_nucleus], field.nuclei[in_nucleus])


def test_the_centre_of_the_truth_lies_in_its_nucleus(field, inside):
    y, x = (inside[axis].round().astype(int) for axis in "yx")
    assert (field.nuclei[y, x] == inside["label"]).mean() > 0.98


def test_all_phases_are_there_and_g1_is_the_most_frequent(field):
    counts = field.truth["phase"].value_counts()
    assert counts.idxmax() == "G1"
    assert (counts > 5).all()


def test_g2_holds_twice_the_dna_of_g1_in_truth_and_in_pixels(field, inside):
    truth = median_by_phase(inside, inside["dna_content"])
    assert truth["G2"] == 2 * truth["G1"] == 4
    assert 2 < truth["S"] < 4
    measured = total_over_background(field, "DNA", inside["label"])
    by_phase = median_by_phase(
        inside, inside["label"].map(dict(zip(inside["label"], measured, strict=True)))
    )
    assert by_phase["G2"] / by_phase["G1"] == pytest.approx(2, abs=0.15)
    assert by_phase["G1"] < by_phase["S"] < by_phase["G2"]


def test_metaphase_is_small_bright_and_has_the_dna_of_g2(field, inside):
    dna = field.image.pixels[0]
    brightness = ndimage.mean(dna, field.nuclei, inside["label"])
    is_metaphase = (inside["stage"] == "metaphase").to_numpy()
    is_g2 = (inside["phase"] == "G2").to_numpy()
    assert (inside["dna_content"][is_metaphase] == 4).all()
    assert inside["area_um2"][is_metaphase].max() < inside["area_um2"][is_g2].min()
    assert np.median(brightness[is_metaphase]) > 1.8 * np.median(brightness[is_g2])


def test_anaphase_comes_as_two_daughters_with_half_the_dna(field):
    daughters = field.truth[field.truth["stage"] == "anaphase"]
    assert len(daughters) >= 2
    assert (daughters["dna_content"] == 2).all()


def test_the_nucleus_grows_with_the_dna(inside):
    area = median_by_phase(inside, inside["area_um2"])
    assert area["G1"] < area["S"] < area["G2"]


def test_the_golgi_of_g2_is_larger_and_looser_and_mitosis_breaks_it_up(inside):
    interphase = inside[inside["phase"] != "M"]
    area = median_by_phase(interphase, interphase["golgi_area_um2"])
    assert area["G2"] > 1.7 * area["G1"]
    fragments = inside.groupby("stage")["golgi_fragments"].median()
    of_phase = median_by_phase(interphase, interphase["golgi_fragments"])
    assert of_phase["G2"] > of_phase["G1"]
    assert fragments["metaphase"] > 3 * of_phase["G2"]


def test_the_marker_parts_g1_from_g2_in_the_pixels(field, inside):
    marker = field.image.pixels[field.image.channel_index("CENP-F")]
    brightness = ndimage.mean(marker, field.nuclei, inside["label"])
    in_g1 = brightness[(inside["phase"] == "G1").to_numpy()]
    in_g2 = brightness[(inside["phase"] == "G2").to_numpy()]
    assert np.quantile(in_g1, 0.95) < np.quantile(in_g2, 0.05)


def test_no_cells_give_an_empty_field():
    empty = simulate_field(SimulateOptions(size_px=64, n_cells=0, n_debris=0))
    assert empty.truth.empty
    assert not empty.nuclei.any()
    assert empty.image.pixels.std() > 0


def test_the_size_of_a_pixel_changes_the_picture_and_not_the_cells():
    coarse = simulate_field(SimulateOptions(size_px=150, n_cells=15))
    fine = simulate_field(SimulateOptions(size_px=300, n_cells=15, pixel_size_um=0.25))
    assert np.array_equal(coarse.truth["dna_content"], fine.truth["dna_content"])
    assert coarse.truth["area_um2"].sum() == pytest.approx(fine.truth["area_um2"].sum(), rel=0.02)


def test_too_many_cells_are_refused_in_one_sentence():
    with pytest.raises(OptionError, match=r"Only \d+ of 400 cells fit into a field of 64 µm"):
        simulate_field(SimulateOptions(size_px=128, n_cells=400))


@pytest.mark.parametrize(("name", "value"), [("size_px", 3), ("crowding", 1.2), ("exposure", 0)])
def test_options_out_of_their_bounds_are_refused(name, value):
    with pytest.raises(OptionError, match=name):
        SimulateOptions(**{name: value})
