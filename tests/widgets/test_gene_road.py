"""The road of a list of genes: from pictures to motifs, to enrichment, and to another program."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from qtpy.QtWidgets import QFileDialog

from napari_seewhy.sample_data import sample_folder
from napari_seewhy.widgets.parts.tasks import state_of

pytestmark = pytest.mark.widgets

N = 40
INDUCED = ["SIM003", "SIM004", "SIM005", "SIM007", "SIM008"]
"""Genes of the sample whose promoters hold FOS in all species."""


@pytest.fixture
def pictures(tmp_path) -> Path:
    """Pictures of the first genes of the sample; a reader says their classes."""
    folder = tmp_path / "pictures"
    folder.mkdir()
    picture = np.full((90, 120, 3), 255, np.uint8)
    picture[10:40, 5:115], picture[50:86, 5:115] = (70, 130, 180), (200, 40, 60)
    for number in range(1, N + 1):
        Image.fromarray(picture).save(folder / f"PFOA_SIM{number:03d}.png")
    return folder


def test_inductions_go_to_motifs_to_enrichment_and_to_another_program(
    viewer, warm_runner, run_task, pictures, tmp_path, monkeypatch, told
) -> None:
    state = state_of(viewer)
    state._runner = state.beside._runner = warm_runner
    monkeypatch.setattr(type(state), "leave", lambda _: None)

    def open_widget(name):
        return viewer.window.add_plugin_dock_widget("napari-seewhy", name)[1]

    inspect, motifs = open_widget("Inspect gene pictures"), open_widget("Conserved motifs")
    inspect.open(pictures, "{compound}_{gene}")
    for gene in inspect._queue.genes["gene"].tolist():
        inspect._view.say("induction" if gene in INDUCED else "non_significant")
    inspect._queue.list_anew(kept="induction")
    inspect._view.refresh(is_listed_anew=True)

    inspect._view.send.send("Conserved motifs")
    assert "No promoters are chosen there" in told[0]
    motifs.form.folder.set_path(sample_folder() / "promoters")
    # FOS alone, which is quick.
    text = Path(motifs.form.matrices_path()).read_text().split(">")
    matrix = tmp_path / "fos.jaspar"
    matrix.write_text(">" + next(one for one in text if one.startswith("MA0476.2")))
    motifs.form.matrices.set_path(matrix)
    inspect._view.send.send("Conserved motifs")
    assert inspect._view.send.answer.text() == (
        "Conserved motifs: 5 received, 5 matched, 0 unknown."
    )
    run_task(motifs.task_row)
    motifs.rules.buttons["motif", "all"].setChecked(True)
    assert sorted(set(motifs._table["promoter"])) == INDUCED

    motifs.send.send("Enrichment")
    # Chosen from the genes that the reader classified.
    assert len(state.gene_lists.lists[0].background) == N
    tested = open_widget("Gene lists").enrichment
    sets = tmp_path / "sets.gmt"
    others = [f"SIM{number:03d}" for number in range(20, 36)]
    sets.write_text(
        "\t".join(["hot", "na", *INDUCED, *others[:6]])
        + "\n"
        + "\t".join(["cold", "na", *others])
        + "\n"
    )
    tested.sets.set_path(sets)
    run_task(tested.task_row)
    first = tested.found.table.iloc[0]
    assert first["set"] == "hot"
    assert first["arithmetic"] == "5 of 5 selected, 11 of 40 background; 1.38 expected"

    saved = tmp_path / "hot.genelist.txt"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(saved), ""))
    tested.table.selectRow(0)
    tested.send.send("File ...")
    assert saved.read_text().split() == INDUCED
    assert "background" in tested.send.answer.text()

    motifs.undo_genes()
    assert len(motifs.form.files) == 60
    assert len(told) == 1
