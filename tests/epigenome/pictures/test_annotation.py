"""What lies in the windows of pictures is kept beside them."""

from __future__ import annotations

import pandas as pd
import pytest

from napari_seewhy.epigenome.pictures import ISLANDS, MODELS, annotation_path
from napari_seewhy.epigenome.pictures.annotation import keep_annotation
from napari_seewhy.errors import DataError
from napari_seewhy.genome import read_gene_models, read_islands

WINDOWS = pd.DataFrame({"chromosome": ["chr1", "chr1"], "start": [-100, 5000], "end": [1000, 6000]})


@pytest.fixture
def write(tmp_path):
    def write(text, name):
        path = tmp_path / name
        path.write_text(text)
        return path

    return write


def test_what_touches_a_window_is_kept_in_the_spelling_of_the_pictures(tmp_path, write):
    genes = write(
        "1\t900\t8000\tACROSS\t0\t-\t0\t0\t0\t2\t50,50,\t0,7050,\n"
        "1\t1000\t5000\tBETWEEN\t0\t+\t0\t0\t0\t1\t4000,\t0,\n"
        "2\t100\t200\tELSEWHERE\t0\t+\t0\t0\t0\t1\t100,\t0,\n",
        "genes.bed",
    )
    islands = write("chr1\t5999\t7000\tlast base\nchr1\t6000\t7000\tbehind\n", "cgi.bed")

    counts = keep_annotation(tmp_path, WINDOWS, genes, islands)

    kept = read_gene_models(annotation_path(tmp_path, MODELS))
    assert counts == (1, 1)
    assert kept[["gene", "chromosome", "strand"]].iloc[0].tolist() == ["ACROSS", "chr1", "-"]
    assert kept["exons"].tolist() == [((900, 950), (7950, 8000))]
    assert read_islands(annotation_path(tmp_path, ISLANDS))["name"].tolist() == ["last base"]


def test_a_file_that_is_not_given_leaves_what_was_kept(tmp_path, write):
    genes = write("chr1\t100\t200\tA\t0\t+\n", "genes.bed")
    islands = write("chr1\t100\t200\n", "cgi.bed")
    keep_annotation(tmp_path, WINDOWS, genes)
    keep_annotation(tmp_path, WINDOWS, islands=islands)

    assert read_gene_models(annotation_path(tmp_path, MODELS))["gene"].tolist() == ["A"]
    assert annotation_path(tmp_path, ISLANDS).is_file()


def test_a_table_of_pictures_keeps_them_under_its_own_name(tmp_path):
    assert annotation_path(tmp_path / "mine.csv", MODELS).name == "mine.gene_models.bed"
    assert annotation_path(tmp_path, MODELS).name == "pictures.gene_models.bed"


def test_a_file_of_another_genome_is_refused(tmp_path, write):
    genes = write("chrX\t100\t200\tA\t0\t+\n", "genes.bed")

    with pytest.raises(DataError, match=r"Nothing in .*genes.bed lies in the windows"):
        keep_annotation(tmp_path, WINDOWS, genes)


def test_pictures_without_places_are_refused(tmp_path, write):
    genes = write("chr1\t100\t200\tA\t0\t+\n", "genes.bed")
    nowhere = WINDOWS.assign(chromosome="", start=pd.NA)

    with pytest.raises(DataError, match="do not say where their genes lie"):
        keep_annotation(tmp_path, nowhere, genes)
