"""The road of a list of genes: from pictures to motifs, to enrichment, and to another program."""

from __future__ import annotations

from pathlib import Path

import pytest
from qtpy.QtWidgets import QFileDialog

from napari_seewhy.epigenome.drawing import DrawOptions, draw_genes_steps, read_compounds
from napari_seewhy.epigenome.trees import SHIPPED_TREES
from napari_seewhy.progress import finish
from napari_seewhy.sample_data import sample_folder
from napari_seewhy.widgets.parts.tasks import state_of

pytestmark = pytest.mark.widgets

N = 40
INDUCED = ["SIM003", "SIM004", "SIM005", "SIM007", "SIM008"]
"""Genes of the sample whose promoters hold FOS in all species, as their genome does."""


@pytest.fixture
def pictures(tmp_path) -> Path:
    """Pictures of the first genes of the sample."""
    tracks = sample_folder() / "epigenome"
    genes = tmp_path / "genes.bed"
    lines = (tracks / "genes.bed").read_text().splitlines(keepends=True)
    genes.write_text("".join(lines[:N]))
    compounds = read_compounds(tracks / "compounds.csv")[:1]
    folder = tmp_path / "pictures"
    finish(draw_genes_steps(compounds, genes, folder, DrawOptions(n_workers=1)))
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
    inspect.open(pictures)
    inspect._setup.tree.choose(SHIPPED_TREES / "genes-simulated")
    run_task(inspect._explain_row)
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

    inspect._view.send.send_peaks("Motifs under peaks")
    assert inspect._view.send.answer.text().startswith("Motifs under peaks: 5 received, 5 matched")
    motifs.under_peaks.genome.set_path(sample_folder() / "epigenome" / "genome.fa")
    run_task(motifs.under_peaks.task_row)
    under = motifs.under_peaks.found.table.set_index("matrix").loc["MA0476.2"]
    assert under["n_under"] >= 4
    assert under["fold"] > 2

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

    motifs.undo_genes("Conserved motifs")
    assert len(motifs.form.files) == 60
    assert len(told) == 1
