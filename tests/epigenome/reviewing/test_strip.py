"""What lies in the window of a picture, and where it is drawn."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd
import pytest
from PIL import Image

from napari_seewhy.epigenome.pictures import PictureSet
from napari_seewhy.epigenome.pictures.annotation import keep_annotation
from napari_seewhy.epigenome.reviewing import GeneStrips
from napari_seewhy.epigenome.reviewing.strip_marks import draw_strip
from napari_seewhy.genome import GenePlace

BLUE, GREEN = "#0072B2", "#009E73"


@pytest.fixture
def pictures(tmp_path) -> PictureSet:
    """Two pictures of 10 kb: a gene of the plus strand, and one of the minus strand, mirrored."""
    places = {
        "AAA": GenePlace("chr1", 5_000, 15_000, "+", 10_000),
        "BBB": GenePlace("chr1", 35_001, 45_001, "-", 40_000, is_mirrored=True),
    }
    rows = []
    for gene, place in places.items():
        Image.fromarray(np.full((60, 100, 3), 255, np.uint8)).save(tmp_path / f"{gene}.png")
        said = {name: getattr(place, name) for name in GenePlace.__slots__}
        panels = dict.fromkeys(("width_px", "right"), 100) | {"height_px": 60, "left": 0}
        halves = {"chromatin_top": 0, "chromatin_bottom": 29}
        halves |= {"methylation_top": 31, "methylation_bottom": 60}
        rows.append({"file": f"{gene}.png", "gene": gene, "compound": "", "exposure": ""})
        rows[-1] |= said | panels | halves
    pd.DataFrame(rows).to_csv(tmp_path / "pictures.csv", index=False)
    genes = tmp_path / "genes.bed"
    genes.write_text(
        "chr1\t10000\t20000\tAAA\t0\t+\t0\t0\t0\t2\t1000,500,\t0,9500,\n"
        "chr1\t12000\t20000\tAAA\t0\t+\t0\t0\t0\t2\t100,500,\t0,7500,\n"
        "chr1\t30000\t40001\tBBB\t0\t-\t0\t0\t0\t1\t10001,\t0,\n"
        "chr1\t14000\t14500\tOTHER\t0\t-\t0\t0\t0\t1\t500,\t0,\n"
    )
    islands = tmp_path / "cgi.bed"
    islands.write_text("chr1\t9000\t11000\tCpG: 200\n")
    keep_annotation(tmp_path, pd.DataFrame(rows), genes, islands)
    return PictureSet(tmp_path)


def boxes(marks: list[str], color: str) -> list[tuple[float, float]]:
    found = re.findall(
        rf'<rect x="([\d.]+)".*? width="([\d.]+)".*?fill="{color}"', "\n".join(marks)
    )
    return [(float(x), float(width)) for x, width in found]


def test_transcripts_of_a_gene_are_joined_and_keep_their_starts(pictures):
    strip = GeneStrips(pictures).find(0)

    own, other = strip.genes
    assert (own.name, own.start, own.end, own.starts) == ("AAA", 10_000, 20_000, (10_000, 12_000))
    assert own.exons == ((10_000, 11_000), (12_000, 12_100), (19_500, 20_000))
    assert (other.name, other.starts) == ("OTHER", (14_499,))
    assert strip.islands == ((9_000, 11_000, "CpG: 200"),)


def test_exons_and_islands_stand_on_the_axis_of_the_picture(pictures):
    marks, _ = draw_strip(GeneStrips(pictures).find(0), left=30, width=200)

    # 50 bp are a pixel; the start is in the middle; the last exon lies beyond the window.
    assert boxes(marks, BLUE) == [(130, 20), (170, 2)]
    assert boxes(marks, GREEN) == [(110, 40)]


def test_a_mirrored_window_is_drawn_from_its_end(pictures):
    strip = GeneStrips(pictures).find(1)
    marks, _ = draw_strip(strip, left=30, width=200)

    # The first base of the gene is the first right of the middle, as in the picture.
    assert boxes(marks, BLUE) == [(130, 100)]
    assert ">CpG" not in "".join(marks).replace(">CpG islands", "")


def test_names_positions_and_chromosome_are_written(pictures):
    words = "".join(draw_strip(GeneStrips(pictures).find(0), left=30, width=200)[0])

    for said in ("AAA", "OTHER", "CpG: 200", "chr1", "10 kb"):
        assert f">{said}<" in words


def test_crowded_windows_say_how_many_genes_are_left_out(pictures, tmp_path):
    genes = tmp_path / "crowd.bed"
    genes.write_text("".join(f"chr1\t9000\t14000\tG{i}\t0\t+\n" for i in range(9)))
    keep_annotation(tmp_path, pictures.table, genes)

    words = "".join(draw_strip(GeneStrips(pictures).find(0), left=30, width=200)[0])

    assert ">+ 4 more<" in words


def test_without_kept_files_there_is_no_strip(pictures, tmp_path):
    for kept in tmp_path.glob("pictures.*.bed"):
        kept.unlink()

    assert GeneStrips(pictures).find(0) is None
