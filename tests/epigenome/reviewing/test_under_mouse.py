"""What a point of the picture stands for: distance, place and value, on both strands."""

from __future__ import annotations

import numpy as np
import pytest

from napari_seewhy.epigenome.pictures.geometry import PictureGeometry
from napari_seewhy.epigenome.pictures.set import PictureSet
from napari_seewhy.epigenome.pictures.tracks import PictureTracks
from napari_seewhy.epigenome.reviewing.queue import GeneQueue
from napari_seewhy.epigenome.reviewing.under_mouse import describe_point

PANELS = PictureGeometry(
    width_px=120, height_px=100, left=10, right=110, chromatin=(5, 45), methylation=(50, 95)
)


@pytest.fixture
def queue(foreign_folder) -> GeneQueue:
    """The first gene starts at 10,000; its window of 1 kb is mirrored on the minus strand."""
    queue = GeneQueue(PictureSet(foreign_folder, "{compound}_{exposure}_{gene}"), "AB")
    table = queue.pictures.table
    table.loc[0, ["chromosome", "strand"]] = "chr21", "+"
    table.loc[0, ["start", "end", "tss"]] = 9_500, 10_500, 10_000
    return queue


@pytest.fixture
def tracks() -> PictureTracks:
    names = ("chromatin log2 ratio", "methylation difference", "methylation", "CpG sites")
    values = np.zeros((24, 4, 10), np.float32)
    values[0, :, 2] = 0.5, -0.25, 0.75, 3
    return PictureTracks(values, names)


def test_a_point_says_distance_place_and_value(queue, tracks) -> None:
    said = describe_point(queue, PANELS, tracks, 20, 30)
    gene = queue.genes["gene"][0]
    assert said == (
        f"{gene}: -295 bp from the start, chr21:9,706, chromatin +0.50 (log2 of treated over "
        "control)"
    )
    below = describe_point(queue, PANELS, tracks, 60, 30)
    assert below.endswith("methylation 0.75, -0.25 against the control, 3 CpG sites")
    assert describe_point(queue, PANELS, tracks, 60, 50).endswith("no CpG site here")
    assert describe_point(queue, PANELS, None, 60, 30).endswith("chr21:9,706")


def test_upstream_of_a_minus_gene_is_behind_it_on_the_genome(queue, tracks) -> None:
    queue.pictures.table.loc[0, "strand"] = "-"
    queue.pictures.table.loc[0, "is_mirrored"] = True
    queue.pictures.table.loc[0, ["start", "end", "tss"]] = 9_501, 10_501, 10_000
    assert "-295 bp from the start, chr21:10,296" in describe_point(queue, PANELS, tracks, 20, 30)


def test_outside_the_panels_and_without_a_place_nothing_is_said(queue, tracks) -> None:
    assert describe_point(queue, PANELS, tracks, 47, 30) == ""
    assert describe_point(queue, PANELS, tracks, 20, 5) == ""
    queue.go_to(1)
    assert describe_point(queue, PANELS, tracks, 20, 30) == ""


def test_a_sample_without_a_control_says_its_share_of_the_panel(queue, tracks) -> None:
    alone = tracks._replace(values=tracks.values[:, [0, 2, 3]])
    alone = alone._replace(names=("chromatin", "methylation", "CpG sites"))
    assert describe_point(queue, PANELS, alone, 20, 30).endswith("25% of the top of the panel")
    assert describe_point(queue, PANELS, alone, 60, 30).endswith("methylation 0.75, 3 CpG sites")
