"""Pictures of another program, or of another kind of tracks, do not look like those of the tree."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image

from napari_seewhy.epigenome.drawing import CompoundTracks, DrawOptions, draw_genes_steps
from napari_seewhy.epigenome.pictures import open_tracks
from napari_seewhy.epigenome.pictures.set import NoDividingLineError, PictureSet
from napari_seewhy.epigenome.sampling.look import compare_looks, find_differences, look_at
from napari_seewhy.epigenome.sampling.samples import import_pictures
from napari_seewhy.progress import finish

NAMES = "{compound}_{exposure}_{gene}"


@pytest.fixture
def pictures(foreign_folder) -> PictureSet:
    return PictureSet(foreign_folder, NAMES)


def test_the_look_is_that_of_the_panels(pictures) -> None:
    look = look_at(pictures)
    # Panels are 260 px wide and lie in rows 24 to 214, chromatin in 86 of these 190.
    assert look.aspect == pytest.approx(260 / 190, rel=0.05)
    assert look.chromatin_share == pytest.approx(86 / 190, abs=0.03)
    assert look.chromatin_ink > 3 * look.methylation_ink > 0
    assert sum(look.colors) == pytest.approx(1, abs=1e-3)
    assert look.window_bp is None


def test_pictures_of_the_same_kind_differ_in_nothing(pictures, draw_foreign, tmp_path) -> None:
    others = tmp_path / "others"
    others.mkdir()
    for i in range(12):
        Image.fromarray(draw_foreign(500 + i)).save(others / f"gene{i}.png")
    assert find_differences(look_at(pictures), PictureSet(others)) == []
    assert find_differences(None, pictures) == []


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"aspect": 3.0}, "times as wide as high"),
        ({"chromatin_share": 0.8}, "of the height"),
        ({"chromatin_ink": 0.02}, "of the chromatin panel is drawn on"),
        ({"methylation_ink": 0.9}, "of the methylation panel is drawn on"),
        ({"colors": (1.0, *[0.0] * 63)}, "of the colours are those of the training"),
        ({"window_bp": 10_000.0}, "do not say which window"),
    ],
)
def test_each_difference_is_told_alone(pictures, changes, told) -> None:
    look = look_at(pictures)
    (sentence,) = compare_looks(look.change(**changes), look)
    assert told in sentence


def test_another_window_of_the_genome_is_told(pictures) -> None:
    look = look_at(pictures)
    far, near = look.change(window_bp=20_000.0), look.change(window_bp=10_000.0)
    (sentence,) = compare_looks(near, far)
    assert sentence == ("The pictures show 20,000 bp; the tree learned from windows of 10,000 bp.")


AXES = ("signal", "level")
TRACKS = {"chromatin": 0.5, "methylation": 0.9}


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        (
            {"axes": ("signal", "change of level")},
            "Heights of methylation are level; the tree learned from change of level.",
        ),
        (
            {"tracks": {"chromatin": 0.5, "CpG sites": 0.9}},
            "The tracks beside the pictures are chromatin, methylation; the tree learned from "
            "chromatin, CpG sites.",
        ),
        (
            {"tracks": {"chromatin": 0.1, "methylation": 0.9}},
            "Values of the track chromatin reach 0.5; they reached 0.1 in the training. Its unit, "
            "scale or depth differs.",
        ),
        ({"tracks": {"chromatin": 0.3, "methylation": 0.9}}, ""),
        ({"tracks": {}}, ""),
        ({"axes": None}, ""),
    ],
)
def test_other_axes_and_tracks_are_told(pictures, changes, told) -> None:
    look = look_at(pictures).change(axes=AXES, tracks=TRACKS)
    assert compare_looks(look.change(**changes), look) == ([told] if told else [])


def test_axes_and_tracks_are_those_of_the_drawing(tracks_folder, tmp_path) -> None:
    sample = tracks_folder / "treated"
    alone = CompoundTracks(
        compound="", chromatin=sample / "chromatin.bw", methylation=sample / "methylation.bw"
    )
    genes = tracks_folder / "genes.bed"
    finish(draw_genes_steps([alone], genes, tmp_path, DrawOptions(n_workers=1)))
    drawn = PictureSet(tmp_path)

    look = look_at(drawn)

    values = open_tracks(drawn).values
    assert look.axes == ("signal, square root", "level")
    assert list(look.tracks) == list(open_tracks(drawn).names)
    largest = [float(np.nanmax(np.abs(values[:, place]))) for place in range(values.shape[1])]
    pairs = zip(look.tracks.values(), largest, strict=True)
    assert all(0 < one <= most + 1e-5 for one, most in pairs)


def test_the_look_goes_with_the_samples(pictures, tmp_path) -> None:
    with import_pictures(pictures, tmp_path / "x.h5").samples as samples:
        kept = samples.record["results"]["look"]
    assert kept == look_at(pictures).model_dump(mode="json")


def test_without_a_dividing_line_a_person_is_asked(tmp_path) -> None:
    noise = np.random.default_rng(0).integers(0, 256, (60, 90, 3)).astype(np.uint8)
    Image.fromarray(noise).save(tmp_path / "cells.png")
    with pytest.raises(NoDividingLineError):
        look_at(PictureSet(tmp_path))
