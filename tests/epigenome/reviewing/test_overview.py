"""All genes as rows: grouped by class, sorted within it, upstream left, with the mean of each."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from napari_seewhy.epigenome.pictures.set import PictureSet
from napari_seewhy.epigenome.pictures.tracks import PictureTracks
from napari_seewhy.epigenome.reviewing.overview import class_sources, lay_out_overview
from napari_seewhy.epigenome.reviewing.queue import GeneQueue
from napari_seewhy.errors import DataError

N, N_BINS = 24, 10


@pytest.fixture
def queue(foreign_folder) -> GeneQueue:
    queue = GeneQueue(PictureSet(foreign_folder, "{compound}_{exposure}_{gene}"), "AB")
    names = np.where(np.arange(N) % 3 == 0, "suppression", "induction").astype(object)
    names[5] = ""
    queue.set_model(pd.DataFrame({"class": names, "confidence": np.linspace(1, 0, N)}))
    return queue


@pytest.fixture
def tracks() -> PictureTracks:
    """Picture i has i in all bins of chromatin; methylation was measured in the last bin alone."""
    values = np.zeros((N, 3, N_BINS), np.float32)
    values[:, 0] = np.arange(N)[:, None]
    values[:, 1] = -0.5
    values[:, 2, -1] = 1
    return PictureTracks(values, ("chromatin log2 ratio", "methylation difference", "CpG sites"))


def test_rows_are_grouped_by_class_and_sorted_by_signal(queue, tracks) -> None:
    overview = lay_out_overview(queue, tracks, "tree")
    assert [group.name for group in overview.groups] == ["induction", "suppression", ""]
    assert [group.stop - group.start for group in overview.groups] == [15, 8, 1]
    first, second = overview.rows[:15], overview.rows[15:23]
    assert (second % 3 == 0).all()
    assert overview.rows[23] == 5
    for rows in (first, second):
        assert (np.diff(rows) < 0).all()
    chromatin = overview.panels[0]
    np.testing.assert_array_equal(chromatin.values[:, 0], overview.rows)
    np.testing.assert_allclose(chromatin.means[:, 3], [first.mean(), second.mean(), 5])
    assert chromatin.is_change
    assert overview.place(5) == 23


def test_bins_without_a_site_are_not_measured(queue, tracks) -> None:
    methylation = lay_out_overview(queue, tracks, "tree").panels[1]
    assert np.isnan(methylation.values[:, :-1]).all()
    np.testing.assert_array_equal(methylation.means[:, -1], -0.5)
    assert methylation.limits == (-0.5, 0.5)


def test_other_orders_and_only_the_listed_genes(queue, tracks) -> None:
    queue.list_anew(text="pfoa")
    by_list = lay_out_overview(queue, tracks, "none", "listed")
    np.testing.assert_array_equal(by_list.rows, queue.rows)
    assert [group.name for group in by_list.groups] == [""]
    surest = lay_out_overview(queue, tracks, "none", "probability")
    confidence = queue.genes["confidence"].to_numpy()[surest.rows]
    assert (np.diff(confidence) <= 0).all()
    assert surest.place(int(np.flatnonzero(queue.genes["compound"] == "BPA")[0])) is None


def test_a_minus_gene_that_was_drawn_along_the_genome_is_turned(queue, tracks) -> None:
    tracks.values[0, 0] = np.arange(N_BINS)
    tracks.values[1, 0] = np.arange(N_BINS)
    queue.pictures.table.loc[[0, 1], "strand"] = "-"
    queue.pictures.table.loc[1, "is_mirrored"] = True
    overview = lay_out_overview(queue, tracks, "none", "listed")
    np.testing.assert_array_equal(overview.panels[0].values[0], np.arange(N_BINS)[::-1])
    np.testing.assert_array_equal(overview.panels[0].values[1], np.arange(N_BINS))


def test_whose_classes_there_are(queue) -> None:
    assert class_sources(queue.genes) == ["tree", "none"]
    queue.say("induction")
    assert class_sources(queue.genes) == ["tree", "reader", "none"]


def test_without_a_gene_or_its_tracks_it_says_what_to_do(queue, tracks) -> None:
    with pytest.raises(DataError, match="Redraw the pictures"):
        lay_out_overview(queue, tracks._replace(names=("a", "b", "c")), "none")
    queue.list_anew(text="nowhere")
    with pytest.raises(DataError, match="No gene is listed"):
        lay_out_overview(queue, tracks, "none")


def test_the_saved_table_names_files_classes_and_places(queue) -> None:
    table = queue.tabulate(np.array([3, 1]))
    assert table["file"].tolist() == queue.pictures.table["file"].iloc[[3, 1]].tolist()
    assert table["model"].tolist() == ["suppression", "induction"]
    assert {"reader", "named", "chromosome", "tss"} <= set(table)
    assert "text" not in table
