from __future__ import annotations

import pandas as pd
import pytest

from napari_seewhy.epigenome.pictures.geometry import PictureGeometry
from napari_seewhy.epigenome.pictures.table import (
    describe_picture,
    read_picture_table,
    row_geometry,
    row_place,
    write_picture_table,
)
from napari_seewhy.errors import DataError
from napari_seewhy.genome.genes import GenePlace

GEOMETRY = PictureGeometry(
    width_px=100, height_px=40, left=0, right=100, chromatin=(0, 19), methylation=(21, 40)
)
PLACE = GenePlace("7", -50, 9_950, "-", 4_949, is_mirrored=True)


def test_places_and_panels_come_back_from_the_table_as_they_were(tmp_path):
    named = {"file": "a.png", "gene": "0012", "compound": "NA", "exposure": ""}
    path = tmp_path / "pictures.csv"

    write_picture_table(path, pd.DataFrame([named | describe_picture(GEOMETRY, PLACE)]))
    row = read_picture_table(path).iloc[0]

    assert row_geometry(row) == GEOMETRY
    assert row_place(row) == PLACE
    assert (row["gene"], row["compound"], row["exposure"]) == ("0012", "NA", "")


def test_a_picture_whose_place_is_not_known_has_none(tmp_path):
    named = {"file": "a.png", "gene": "TP53"}
    path = tmp_path / "pictures.csv"

    write_picture_table(path, pd.DataFrame([named | describe_picture(GEOMETRY)]))
    row = read_picture_table(path).iloc[0]

    assert row_place(row) is None
    assert row_geometry(row) == GEOMETRY


def test_a_table_without_panels_is_refused(tmp_path):
    path = tmp_path / "pictures.csv"
    path.write_text("file,gene\na.png,TP53\n")

    with pytest.raises(DataError, match="has no column compound"):
        read_picture_table(path)
