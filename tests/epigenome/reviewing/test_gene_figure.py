"""Genes as a figure: every number where it belongs, and one piece for each gene."""

from __future__ import annotations

import base64
import io
import re
from xml.etree import ElementTree as ET

import numpy as np
import pandas as pd
import pytest
from PIL import Image

from napari_seewhy.epigenome.answering import ExplainedGenes
from napari_seewhy.epigenome.drawing import DrawOptions, draw_genes_steps, read_compounds
from napari_seewhy.epigenome.pictures import PictureSet
from napari_seewhy.epigenome.reviewing import GeneQueue, GeneStrips, draw_gene_figure
from napari_seewhy.errors import DataError
from napari_seewhy.progress import finish

SVG = "{http://www.w3.org/2000/svg}"
LEFT, WIDTH = 96, 400


@pytest.fixture(scope="module")
def queue(tracks_folder, tmp_path_factory) -> GeneQueue:
    folder = tmp_path_factory.mktemp("figure")
    table = folder / "compounds.csv"
    line = {"compound": "BPA", "exposure": "10 uM"}
    for front, sample in (("", "treated"), ("control_", "control")):
        for kind in ("chromatin", "methylation"):
            line[f"{front}{kind}"] = str(tracks_folder / sample / f"{kind}.bw")
    pd.DataFrame([line]).to_csv(table, index=False)
    options = DrawOptions(n_workers=1)
    genes = tracks_folder / "genes.bed"
    finish(draw_genes_steps(read_compounds(table), genes, folder / "drawn", options))
    return GeneQueue(PictureSet(folder / "drawn"), "AB")


@pytest.fixture
def explained(queue) -> ExplainedGenes:
    """The tree looked at the left quarter of the chromatin of every picture."""
    grid = np.zeros((len(queue.genes), 8, 16), np.float32)
    grid[:, :4, :4] = 1
    table = queue.pictures.table.assign(explained="induction", peak_start=-1, peak_end=-1)
    return ExplainedGenes(table, grid, ())


def words(shapes: str) -> list[str]:
    return [one.text or "" for one in ET.fromstring(shapes).iter(f"{SVG}text")]


def test_axes_say_what_they_show_and_the_scale_is_that_of_the_record(queue):
    said = words(draw_gene_figure(queue, [0], GeneStrips(queue.pictures)))

    assert "Distance from the start of transcription (kb)" in said
    assert {"Chromatin", "signal, square root", "Methylation", "change of level"} <= set(said)
    assert {"-0.5", "+0.5", "-5", "+5", "TSS", "Genes"} <= set(said)
    assert f"{queue.genes['gene'].iat[0]}, BPA, 10 uM" in said


@pytest.mark.parametrize("row", [0, 1], ids=["plus", "minus"])
def test_the_start_is_in_the_middle_and_upstream_left_on_both_strands(queue, row):
    drawn = ET.fromstring(draw_gene_figure(queue, [row]))

    at = {one.text: float(one.get("x")) for one in drawn.iter(f"{SVG}text")}
    assert at["-5"] == pytest.approx(LEFT)
    assert at["0"] == at["TSS"] == pytest.approx(LEFT + WIDTH / 2)
    assert at["+5"] == pytest.approx(LEFT + WIDTH)


def test_the_panels_are_the_pixels_that_a_network_sees(queue):
    drawn = ET.fromstring(draw_gene_figure(queue, [0]))
    first = next(drawn.iter(f"{SVG}image"))
    data = first.get("{http://www.w3.org/1999/xlink}href").split(",")[1]
    pixels = np.array(Image.open(io.BytesIO(base64.b64decode(data))))

    picture = queue.pictures.read_one(0)
    half = queue.pictures.geometry(0).chromatin_half
    assert np.array_equal(pixels[::6, ::6], picture[half])


def test_attention_is_lined_out_where_the_tree_looked_and_a_key_says_so(queue, explained):
    shapes = draw_gene_figure(queue, [0], explained=explained)

    points = re.findall(r'<polyline points="([^"]+)"', shapes)
    x = np.array([float(pair.split(",")[0]) for line in points for pair in line.split()])
    assert x.min() == pytest.approx(LEFT, abs=2)
    assert x.max() == pytest.approx(LEFT + WIDTH / 4, abs=WIDTH / 16)
    assert {"25 %", "50 %", "75 %"} <= set(words(shapes))
    assert "25 %" not in words(draw_gene_figure(queue, [0]))


def test_several_genes_become_a_sheet_without_overlap(queue):
    one, sheet = (ET.fromstring(draw_gene_figure(queue, rows)) for rows in ([0], [0, 1]))

    assert float(sheet.get("width")) == 2 * float(one.get("width"))
    places = [group.get("transform") for group in sheet.findall(f"{SVG}g")]
    assert len(set(places)) == 2


def test_pictures_of_another_program_are_drawn_without_numbers_nobody_knows(tmp_path):
    pixels = np.full((60, 80, 3), 255, np.uint8)
    pixels[10:25, 5:75] = pixels[35:55, 5:75] = 90
    Image.fromarray(pixels).save(tmp_path / "TP53.png")

    said = words(draw_gene_figure(GeneQueue(PictureSet(tmp_path), "AB"), [0]))

    assert "TP53" in said
    assert not {"TSS", "+0.5", "-5"} & set(said)


def test_no_gene_and_too_many_are_refused(queue):
    for rows in ([], [0] * 61):
        with pytest.raises(DataError, match="choose 1 to 60"):
            draw_gene_figure(queue, rows)
