from __future__ import annotations

import pandas as pd
import pytest

from napari_seewhy.epigenome.pictures import PictureSet
from napari_seewhy.epigenome.reviewing import GeneQueue, list_kept_genes
from napari_seewhy.errors import DataError


@pytest.fixture
def queue(foreign_folder) -> GeneQueue:
    return GeneQueue(PictureSet(foreign_folder, "{compound}_{exposure}_{gene}"), "AB")


def test_predicted_classes_and_their_confidence_go_into_the_list(queue, tmp_path):
    n = len(queue.genes)
    said = pd.DataFrame(
        {"class": ["induction"] * n, "confidence": [0.75] * n, "p_induction": [0.75] * n}
    )
    queue.set_model(said, tmp_path)

    listed = list_kept_genes(queue)

    assert listed.ids == tuple(dict.fromkeys(queue.genes["gene"]))
    assert {gene.score for gene in listed.genes} == {0.75}
    assert listed.score_name == "confidence of the model"
    assert listed.source["tree"] == str(tmp_path)
    assert set(listed.background) == set(listed.ids)


def test_a_list_without_genes_is_refused(queue):
    queue.list_anew(text="no such gene")
    with pytest.raises(DataError, match="No gene is listed"):
        list_kept_genes(queue)
