from __future__ import annotations

import pandas as pd
import pytest

from napari_seewhy.blocks.counting.comparison import compare_efficiencies
from napari_seewhy.blocks.judging.evaluation import StainEvaluation
from napari_seewhy.blocks.judging.page import write_stain_page
from napari_seewhy.staining.block_scores import judge_blocks


@pytest.fixture
def evaluation() -> StainEvaluation:
    columns = {
        "dish": ["a", "b", "c"],
        "measured": [0.1, 0.2, 0.4],
        "efficiency": [0.12, 0.22, 0.35],
        "low": [0.05, 0.1, 0.3],
        "high": [0.2, 0.3, 0.5],
    }
    dishes = pd.DataFrame(columns)
    by = compare_efficiencies(dishes["efficiency"], dishes["measured"])
    return StainEvaluation(
        model="<gfp>",
        scores=judge_blocks([0.9, 0.2, 0.6, 0.1], [1, 0, 0, 0]),
        area_correlation=None,
        fields=dishes.assign(image=["f1", "f2", "f3"]),
        dishes=dishes,
        by_field=by,
        by_dish=by,
        reliability=((0.15, 0.0, 2), (0.6, 0.0, 1), (0.9, 1.0, 1)),
        learned_share=0.25,
        left_out=(("f4", "is blank."),),
    )


def test_the_page_stands_alone_and_holds_everything(evaluation, tmp_path):
    path = tmp_path / "page.html"
    write_stain_page(path, evaluation)
    page = path.read_text(encoding="utf-8")
    assert "&lt;gfp&gt;" in page
    assert "<gfp>" not in page
    assert "http" not in page
    assert "f4 is left out: is blank." in page
    assert "learned from 25% of these blocks" in page
    assert page.count("<circle") == 3 + 3
    assert "not known" in page
    assert "c: measured 40.0 %, predicted 35.0 %" in page


def test_what_is_said_has_the_figures(evaluation):
    said = evaluation.describe()
    assert "judged by 4 blocks of 3 fields of 3 dishes, 25.0% of them positive" in said
    assert "probability and positive area of the blocks: r = -" in said
    assert "efficiency per dish and day: r = 0.99" in said
