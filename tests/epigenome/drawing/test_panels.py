from __future__ import annotations

import numpy as np
import pytest

from napari_seewhy.epigenome.drawing import palette
from napari_seewhy.epigenome.drawing.bins import PAIRED_TRACKS, SINGLE_TRACKS, bin_gene
from napari_seewhy.epigenome.drawing.painting import cover_below
from napari_seewhy.epigenome.drawing.panels import PanelStyle, draw_chromatin, draw_methylation
from napari_seewhy.genome.genes import GenePlace
from napari_seewhy.genome.intervals import Intervals
from napari_seewhy.genome.window import GeneWindow, pair_sites

STYLE = PanelStyle(100, 40, 100.0, "sqrt", 300.0)
LINEAR = PanelStyle(100, 40, 100.0, "linear", 300.0)
FORWARD = GenePlace("1", 0, 10_000, "+", 5_000)
MIRRORED = GenePlace("1", 0, 10_000, "-", 4_999, is_mirrored=True)


def make_steps(*steps):
    start, end, value = zip(*steps, strict=True)
    return Intervals(np.array(start), np.array(end), np.array(value, float))


def make_sites(levels):
    return make_steps(*((at, at + 1, level) for at, level in levels.items()))


def make_window(place=FORWARD, *, treated=25.0, control=25.0, levels=None, untreated=None):
    signal = make_steps((0, 2000, treated), (2000, 10_000, 25.0))
    before = None if control is None else make_steps((0, 10_000, control))
    known = None if untreated is None else make_sites(untreated)
    sites = pair_sites(make_sites(levels or {500: 0.5}), known, place)
    return GeneWindow(place, signal, before, sites)


def has_color(pixels, color):
    return (np.abs(pixels - color).max(-1) < 1).any(0)


def test_heights_are_square_roots_unless_they_shall_be_linear():
    window = make_window(control=None)

    for style, height in ((STYLE, 20), (LINEAR, 10)):
        ink = (draw_chromatin(window, style)[:, 50, 0] < 255).sum()
        assert ink == height


def test_a_gain_of_chromatin_is_orange_and_a_loss_blue_where_they_are():
    gain = draw_chromatin(make_window(treated=64.0), STYLE)
    loss = draw_chromatin(make_window(treated=4.0), STYLE)

    assert has_color(gain, palette.GAIN).tolist() == [True] * 20 + [False] * 80
    assert not has_color(gain, palette.LOSS).any()
    assert has_color(loss, palette.LOSS).tolist() == [True] * 20 + [False] * 80
    assert not has_color(loss, palette.GAIN).any()


def test_less_than_a_pixel_still_shows():
    assert cover_below(np.array([1.25]), 3)[:, 0].tolist() == [0, 0.25, 1]


def test_a_gene_of_the_minus_strand_is_drawn_mirrored():
    forward = make_window(treated=64.0, levels={700: 0.9}, untreated={700: 0.4})
    mirrored = make_window(MIRRORED, treated=64.0, levels={700: 0.9}, untreated={700: 0.4})

    assert draw_chromatin(mirrored, STYLE) == pytest.approx(draw_chromatin(forward, STYLE)[:, ::-1])
    assert draw_methylation(mirrored, STYLE) == pytest.approx(
        draw_methylation(forward, STYLE)[:, ::-1], abs=1e-6
    )


def test_without_a_control_a_dot_stands_at_its_level_in_its_colour():
    panel = draw_methylation(make_window(control=None, levels={2050: 0.0, 8050: 1.0}), STYLE)

    blue = panel[37, 20]
    red = panel[2, 80]
    assert blue == pytest.approx(palette.color_levels(np.array([0.0]))[0])
    assert red == pytest.approx(palette.color_levels(np.array([1.0]))[0])


def test_with_a_control_a_dot_stands_at_its_difference_and_the_mean_behind_it():
    levels = dict.fromkeys(range(4000, 6000, 50), 0.7)
    untreated = dict.fromkeys(levels, 0.3)
    panel = draw_methylation(make_window(levels=levels, untreated=untreated), STYLE)

    orange = (np.abs(panel - palette.GAIN).max(-1) < 1).sum(0)
    assert orange[50] > 8
    assert orange[:20].sum() == 0
    assert not has_color(panel, palette.LOSS).any()


def test_only_sites_that_both_measured_have_a_difference():
    sites = make_window(levels={500: 0.5, 700: 0.9}, untreated={700: 0.4, 900: 0.1}).sites

    assert sites.offset_bp.tolist() == [700.5]
    assert sites.difference == pytest.approx([0.5])


def test_a_window_without_sites_has_an_empty_lower_half():
    window = make_window(levels={500: 0.5}, untreated={700: 0.4})

    panel = draw_methylation(window, STYLE)

    assert len(window.sites) == 0
    assert not has_color(panel, palette.GAIN).any()
    assert (panel[:15] == 255).all()


def test_numeric_tracks_say_what_the_picture_shows():
    window = make_window(treated=102.0, levels={500: 0.9, 550: 0.7}, untreated={500: 0.4, 550: 0.4})

    tracks = dict(zip(PAIRED_TRACKS, bin_gene(window, 10, 100.0), strict=True))

    assert tracks["chromatin log2 ratio"] == pytest.approx([np.log2(104 / 27)] * 2 + [0] * 8)
    assert tracks["chromatin of the control"] == pytest.approx([0.5] * 10)
    assert tracks["methylation difference"] == pytest.approx([0.4] + [0] * 9)
    assert tracks["methylation"] == pytest.approx([0.8] + [0] * 9)
    assert tracks["CpG sites"].tolist() == [2] + [0] * 9


def test_numeric_tracks_of_a_mirrored_gene_run_with_its_picture():
    given = {"treated": 64.0, "levels": {700: 0.9}, "untreated": {700: 0.4}}

    forward = bin_gene(make_window(**given), 20, 100.0)
    mirrored = bin_gene(make_window(MIRRORED, **given), 20, 100.0)

    assert mirrored == pytest.approx(forward[:, ::-1])


def test_a_sample_without_a_control_has_tracks_of_its_own():
    assert bin_gene(make_window(control=None), 10, 100.0).shape == (len(SINGLE_TRACKS), 10)


def test_chromatin_that_was_not_measured_is_grey_and_no_change_in_numbers():
    signal = make_steps((0, 2000, 25.0), (3000, 10_000, 64.0))
    before = make_steps((0, 10_000, 25.0))
    window = GeneWindow(FORWARD, signal, before, pair_sites(make_sites({500: 0.5}), None, FORWARD))

    panel = draw_chromatin(window, STYLE)
    assert (panel[:, 20:30] == palette.OUTSIDE).all()
    assert not has_color(panel, palette.OUTSIDE)[:20].any()
    assert has_color(panel, palette.GAIN)[30:].all()

    values = bin_gene(window, 100, 100.0)
    assert np.isfinite(values).all()
    assert (values[:3, 20:30] == 0).all()
    assert (values[0, 30:] > 1).all()


def test_a_site_of_one_base_is_paired_with_both_strands_of_its_cpg():
    treated = make_steps((100, 101, 0.8), (203, 204, 0.6), (300, 301, 0.1))
    control = make_steps((100, 102, 0.5), (202, 204, 0.2), (301, 303, 0.1))

    sites = pair_sites(treated, control, FORWARD)

    assert sites.difference == pytest.approx([0.3, 0.4])
