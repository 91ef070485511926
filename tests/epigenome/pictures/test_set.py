"""Sets of pictures open without reading one, and say what is wrong with them."""

from __future__ import annotations

import json
import pickle
import shutil

import numpy as np
import pandas as pd
import pytest
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from napari_seewhy.epigenome.drawing.compounds import CompoundTracks
from napari_seewhy.epigenome.drawing.draw import draw_genes
from napari_seewhy.epigenome.drawing.options import DrawOptions
from napari_seewhy.epigenome.pictures import set as picture_set
from napari_seewhy.epigenome.pictures.geometry import PictureGeometry
from napari_seewhy.epigenome.pictures.notes import TEXT_KEY, read_note
from napari_seewhy.epigenome.pictures.set import NoDividingLineError, PictureSet
from napari_seewhy.epigenome.pictures.table import (
    PANEL_COLUMNS,
    PLACE_COLUMNS,
    describe_picture,
)
from napari_seewhy.epigenome.sampling.inputs import read_inputs
from napari_seewhy.epigenome.sampling.options import PictureInput
from napari_seewhy.errors import DataError, FileError, OptionError
from napari_seewhy.genome.genes import GenePlace

NAMES = "{compound}_{exposure}_{gene}"


def test_a_folder_opens_without_reading_a_picture(foreign_folder, monkeypatch) -> None:
    monkeypatch.setattr(picture_set, "read_picture", None)
    pictures = PictureSet(foreign_folder, NAMES)
    assert len(pictures) == 24
    first = pictures.table.iloc[0]
    assert first[["gene", "compound", "exposure"]].tolist() == ["gene0", "BPA", "10uM"]
    assert pictures.table["tss"].isna().all()
    assert pictures.warnings == ()


def test_pictures_are_read_in_the_order_asked_for(foreign_folder, draw_foreign) -> None:
    pictures = PictureSet(foreign_folder, NAMES)
    row = pictures.table.query("gene == 'gene3' and compound == 'PFOA'").index[0]
    read = pictures.read([row, 0])
    assert read.shape == (2, 240, 320, 3)
    np.testing.assert_array_equal(read[0], draw_foreign(3))


def test_class_folders_say_the_class(tmp_path, draw_foreign) -> None:
    for name in ("induction", "Non_Significant"):
        (tmp_path / name).mkdir()
        Image.fromarray(draw_foreign(0)).save(tmp_path / name / f"{name[:3]}.png")
    pictures = PictureSet(tmp_path)
    assert sorted(pictures.table["class"]) == ["induction", "non-significant"]
    assert pictures.names == "{class}/{gene}"


def test_other_folders_are_asked_about(tmp_path, draw_foreign) -> None:
    (tmp_path / "BPA").mkdir()
    Image.fromarray(draw_foreign(0)).save(tmp_path / "BPA" / "TP53.png")
    with pytest.raises(OptionError, match=r"\{compound\}/\{gene\}"):
        PictureSet(tmp_path)
    assert PictureSet(tmp_path, "{compound}/{gene}").table["compound"].tolist() == ["BPA"]


def test_a_table_says_genes_classes_and_places(foreign_folder) -> None:
    table = pd.DataFrame(
        {
            "file": ["BPA_10uM_gene1.png", "PFOA_10uM_gene2.png"],
            "gene": ["TP53", "MYC"],
            "class": ["ns", "induction"],
            "tss": [7_676_594, 127_736_069],
            "width_px": [320, 320],
            "height_px": [240, 240],
            "left": [41, 41],
            "right": [300, 300],
            "chromatin_top": [25, 25],
            "chromatin_bottom": [110, 110],
            "methylation_top": [135, 135],
            "methylation_bottom": [214, 214],
            "note": ["", "x"],
        }
    )
    table.to_csv(foreign_folder / "some.csv", index=False)
    pictures = PictureSet(foreign_folder / "some.csv")
    assert pictures.table["class"].tolist() == ["non-significant", "induction"]
    assert pictures.table["tss"].tolist() == [7_676_594, 127_736_069]
    assert pictures.table["note"].tolist()[1] == "x"
    geometry = pictures.geometry(1, (240, 320))
    assert (geometry.chromatin, geometry.methylation) == ((25, 110), (135, 214))


def test_panels_are_looked_for_once_and_kept_when_saved(foreign_folder, monkeypatch) -> None:
    pictures = PictureSet(foreign_folder, NAMES)
    found = pictures.geometry(0)
    pictures.save_layout()
    again = pickle.loads(pickle.dumps(PictureSet(foreign_folder)))
    monkeypatch.setattr(picture_set, "find_dividing_line", None)
    assert again.names == NAMES
    assert again.geometry(5) == found


def test_a_line_that_a_person_drew_wins(foreign_folder) -> None:
    pictures = PictureSet(foreign_folder, NAMES)
    pictures.geometry(0)
    moved = pictures.divide_at(70)
    assert pictures.geometry(3) == moved
    assert moved.chromatin[1] <= 70 <= moved.methylation[0]


def test_without_a_dividing_line_a_person_is_asked(tmp_path) -> None:
    noise = np.random.default_rng(0).integers(0, 256, (60, 90, 3)).astype(np.uint8)
    Image.fromarray(noise).save(tmp_path / "cells.png")
    with pytest.raises(NoDividingLineError, match="No dividing line was found") as caught:
        PictureSet(tmp_path).geometry(0)
    assert caught.value.row == 0
    again = pickle.loads(pickle.dumps(caught.value))
    assert (str(again), again.row) == (str(caught.value), 0)


def test_pictures_of_two_sizes_are_refused_together_with_both_sizes(foreign_folder) -> None:
    Image.new("RGB", (50, 40)).save(foreign_folder / "BPA_10uM_small.png")
    pictures = PictureSet(foreign_folder, NAMES)
    row = pictures.table.query("gene == 'small'").index[0]
    with pytest.raises(DataError, match=r"320 x 240 px .* 50 x 40 px"):
        pictures.read([0, row])


def test_one_gene_twice_is_said(foreign_folder) -> None:
    warnings = PictureSet(foreign_folder, "*_{exposure}_{gene}").warnings
    assert "12 pictures are of a gene" in warnings[0]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("gene\nTP53\n", "has no column file"),
        ("file,gene\na.png,x\na.png,y\n", "names the file a.png twice"),
        ("file,gene\n,x\n", "Line 2"),
        ("file,gene\n", "lists no picture"),
    ],
)
def test_a_table_that_names_no_file_is_refused(tmp_path, text, said) -> None:
    path = tmp_path / "table.csv"
    path.write_text(text)
    with pytest.raises(DataError, match=said):
        PictureSet(path)


def test_an_empty_folder_and_a_missing_one_are_refused(tmp_path) -> None:
    with pytest.raises(FileError, match="holds no picture"):
        PictureSet(tmp_path)
    with pytest.raises(FileError, match="no folder and no table"):
        PictureSet(tmp_path / "gone")


def test_a_picture_that_is_gone_is_named(foreign_folder) -> None:
    pictures = PictureSet(foreign_folder, NAMES)
    pictures.file(2).unlink()
    with pytest.raises(FileError, match=pictures.table["file"][2]):
        pictures.read([0, 2])


def test_threads_that_read_at_once_share_one_dividing_line(foreign_folder, monkeypatch) -> None:
    find, looked = picture_set.find_dividing_line, []
    monkeypatch.setattr(
        picture_set, "find_dividing_line", lambda some: looked.append(len(some)) or find(some)
    )
    pictures = PictureSet(foreign_folder, NAMES)
    read_inputs(pictures, range(12), PictureInput(input="whole"))
    assert len(looked) == 1


def test_drawn_pictures_in_class_folders_still_say_where_they_lie(tmp_path, tracks_folder) -> None:
    compound = CompoundTracks(
        chromatin=tracks_folder / "treated" / "chromatin.bw",
        methylation=tracks_folder / "treated" / "methylation.bw",
    )
    draw_genes([compound], tracks_folder / "genes.bed", tmp_path / "drawn", DrawOptions())
    drawn = PictureSet(tmp_path / "drawn")
    sorted_ = tmp_path / "sorted"
    for row in range(len(drawn)):
        folder = sorted_ / ("induction" if row % 2 else "suppression")
        folder.mkdir(parents=True, exist_ok=True)
        shutil.copy(drawn.file(row), folder)

    found = PictureSet(sorted_)

    columns = ["gene", *PLACE_COLUMNS, *PANEL_COLUMNS]
    expected, got = (one.table[columns].sort_values("gene") for one in (drawn, found))
    pd.testing.assert_frame_equal(got.reset_index(drop=True), expected.reset_index(drop=True))
    assert set(found.table["class"]) == {"induction", "suppression"}
    assert found.geometry(0) == drawn.geometry(0)


def test_a_drawn_picture_that_was_resized_says_nothing(tmp_path) -> None:
    info = PngInfo()
    place = GenePlace("chr1", 0, 100, "+", 50, is_mirrored=False)
    said = PictureGeometry(
        width_px=40, height_px=20, left=0, right=40, chromatin=(0, 9), methylation=(11, 20)
    )
    info.add_text(TEXT_KEY, json.dumps(describe_picture(said, place)))
    for name, size in (("kept", (40, 20)), ("resized", (80, 40))):
        Image.new("RGB", size).save(tmp_path / f"{name}.png", pnginfo=info)

    assert read_note(tmp_path / "kept.png") == describe_picture(said, place)
    assert read_note(tmp_path / "resized.png") is None
