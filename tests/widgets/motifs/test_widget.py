"""Conserved motifs in a real window: searched, judged at once, looked at, sent and saved."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pytest
from qtpy.QtCore import QRect
from qtpy.QtWidgets import QFileDialog

from napari_seewhy.errors import DataError
from napari_seewhy.genome.lists import GeneList, ListedGene
from napari_seewhy.widgets.motifs.widget import ConservedMotifsWidget
from napari_seewhy.widgets.parts.genes import UNDER_PEAKS

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.widgets

WORD, LOST = "TGACTCAGCA", "TGACTCTTTT"
LEFT, RIGHT = "CCCATGCCCATG", "GGTTACGGTTAC"


@pytest.fixture
def promoters(tmp_path) -> Path:
    """Two promoters: in one the motif lies in all species, in the other in the reference alone."""
    folder = tmp_path / "promoters"
    folder.mkdir()
    for gene, words in (("GENE1", (WORD, WORD, WORD)), ("GENE2", (WORD, LOST, LOST))):
        rows = zip(("hg18", "mm9", "rn4"), words, strict=True)
        text = "".join(f">{name}\n{LEFT}{word}{RIGHT}\n" for name, word in rows)
        (folder / f"{gene}.fa").write_text(text)
    counts = [[20 * int(letter == base) for base in WORD] for letter in "ACGT"]
    rows = "\n".join(" ".join(map(str, row)) for row in counts)
    (tmp_path / "one.jaspar").write_text(f">M1 FOS\n{rows}\n")
    return folder


@pytest.fixture
def searched(dock, promoters, run_task) -> ConservedMotifsWidget:
    widget = dock(ConservedMotifsWidget, "Conserved motifs")
    assert widget.task_row.message == "Choose promoters."
    widget.form.folder.set_path(promoters)
    widget.form.matrices.set_path(promoters.parent / "one.jaspar")
    run_task(widget.task_row)
    return widget


def test_rules_act_at_once_and_a_clicked_site_is_shown_under_its_logo(searched, told) -> None:
    switches = searched.rules.buttons
    assert switches["motif", "either"].isChecked()
    assert switches["motif", "either"].text().startswith("1 (")
    # Six of ten letters are the same in the second promoter.
    assert switches["identity", "all"].text().startswith("2 (")
    assert searched._table["promoter"].tolist() == ["GENE1"]
    assert searched.strip.letters.n_letters == 3 * len(LEFT + WORD + RIGHT)

    switches["identity", "all"].setChecked(True)
    assert searched._table["promoter"].tolist() == ["GENE1", "GENE2"]
    assert "2 of 2 sites kept" in searched.said.text()
    searched.rules._bound.setValue(60)
    assert searched._table["promoter"].tolist() == ["GENE1"]
    searched.rules._bound.setValue(50)

    searched.table.selectRow(1)
    assert searched.promoter.currentIndex() == 1
    logo = searched.strip.logo
    # Each position holds one letter of two bits, above its own column.
    tall = logo._heights > 1
    assert logo._places[tall, 0].tolist() == list(range(len(LEFT), len(LEFT) + len(WORD)))
    assert "".join(np.array(list("ACGT"))[logo._codes[tall]]) == WORD
    assert told == []


def test_genes_are_received_sent_and_saved(searched, viewer, tmp_path, monkeypatch, told) -> None:
    genes = tuple(ListedGene(identifier=name) for name in ("GENE2", "GENE9"))
    answer = searched.receive_genes(GeneList(name="mine", genes=genes), "Conserved motifs")
    assert answer == "Conserved motifs: 2 received, 1 matched, 1 unknown (GENE9)."
    assert [path.stem for path in searched.form.files] == ["GENE2"]
    with pytest.raises(DataError, match="names of their files"):
        searched.receive_genes(GeneList(name="mine", genes=genes[1:]), "Conserved motifs")
    searched.undo_genes("Conserved motifs")
    assert [path.stem for path in searched.form.files] == ["GENE1", "GENE2"]

    sent = searched._give()
    assert (sent.ids, sent.background) == (("GENE1",), ("GENE1", "GENE2"))

    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_: str(tmp_path / "out"))
    searched.save_button.click()
    sites = pd.read_csv(tmp_path / "out" / "sites.csv")
    assert sites["kept"].tolist() == [True, False]
    assert len((tmp_path / "out" / "conserved.bed").read_text().splitlines()) == 1

    for ending, start in (("svg", b"<?xml"), ("png", b"\x89PNG"), ("pdf", b"%PDF")):
        path = tmp_path / f"strip.{ending}"
        monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_, to=path: (str(to), ""))
        searched.figure_button.click()
        assert path.read_bytes().startswith(start)
    assert ">human<" in (tmp_path / "strip.svg").read_text()
    # A box that reaches out of sight ends with the plot, and on the screen it does not.
    searched.strip.strip.setXRange(4, 20, padding=0)
    ends, draw = [], searched.strip._add_boxes

    def draw_and_note(*parts) -> None:
        draw(*parts)
        ends.extend(searched.strip._boxes[-1].opts["x1"].tolist())

    monkeypatch.setattr(searched.strip, "_add_boxes", draw_and_note)
    searched.figure_button.click()
    assert set(ends) == {20, len(LEFT + WORD)}
    assert told == []


def test_promoters_are_cut_from_a_genome(searched, run_task, tmp_path, monkeypatch, told) -> None:
    letters = np.array(list("ACGT"))[np.random.default_rng(0).integers(0, 4, 4000)]
    letters[1800 : 1800 + len(WORD)] = list(WORD)
    (tmp_path / "mm39.fa").write_text(f">chr1\n{''.join(letters)}\n")
    (tmp_path / "genes.bed").write_text("chr1\t2000\t3000\tGENE1\t0\t+\n")
    form = searched.form
    form.kind.setCurrentIndex(1)
    assert form.missing == "Choose the genome."
    form.genome.set_path(tmp_path / "mm39.fa")
    assert form.missing == "Choose where its genes lie."
    form.annotation.set_path(tmp_path / "genes.bed")
    genes = tuple(ListedGene(identifier=name) for name in ("GENE1", "GENE9"))
    answer = searched.receive_genes(GeneList(name="mine", genes=genes), "Conserved motifs")
    assert answer == ("Conserved motifs: 2 received; Find motifs says how many have a promoter.")
    run_task(searched.task_row)
    assert "2 received, 1 matched, 1 unknown (GENE9)" in searched.task_row.message
    assert set(searched._table.query("start == 1800")["promoter"]) == {"GENE1"}
    assert searched._table["kept"].all()
    assert not searched.rules.isVisibleTo(searched)
    assert searched.strip._rows.shape == (1, 1500)
    axis = searched.strip.strip.getAxis("left")
    assert [[name for _, name in level] for level in axis._tickLevels] == [["mouse"]]
    [name] = searched.strip._fit_names(["the promoters of a species with a long name"])
    assert name.startswith("the pro")
    assert axis.fixedWidth > searched.strip.fontMetrics().horizontalAdvance(name)
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_: str(tmp_path / "out"))
    searched.save_button.click()
    assert set(pd.read_csv(tmp_path / "out" / "sites.csv")["species"]) == {"mouse"}
    searched.undo_genes("Conserved motifs")
    form.kind.setCurrentIndex(0)
    assert len(form.files) == 2
    assert told == []


def test_motifs_under_peaks_are_tested_and_shown(searched, run_task, tmp_path, told) -> None:
    letters = np.array(list("ACGT"))[np.random.default_rng(0).integers(0, 4, 9000)]
    lines = []
    for n, start in enumerate((1000, 4000, 7000)):
        letters[start : start + len(WORD)] = list(WORD)
        lines.append(f"chr1\t{start - 40}\t{start + 60}\tG{n}|c|induction\t9\t+\n")
    (tmp_path / "genome.fa").write_text(f">chr1\n{''.join(letters)}\n")
    (tmp_path / "peaks.bed").write_text("".join(lines))
    view = searched.under_peaks
    # Nothing is found yet, and the words stay at the top.
    view.layout().setGeometry(QRect(0, 0, 300, 900))
    purpose = view.layout().itemAt(0).widget()
    assert purpose.height() == purpose.heightForWidth(300)
    assert view.task_row.message == "Send peaks here, or choose a file."
    view.peaks.set_path(tmp_path / "peaks.bed")
    view.genome.set_path(tmp_path / "genome.fa")
    view.only.setCurrentText("suppression")
    run_task(view.task_row)
    assert "None of the 3 peaks" in view.task_row.message
    view.only.setCurrentText("induction")
    run_task(view.task_row)
    # The word is that of FOS and JUN.
    first = view.found.table.iloc[0]
    assert (first["n_under"], first["n_peaks"]) == (3, 3)
    assert view.table.model().rowCount() == len(view.found.table) > 700
    assert "3 peaks against 15 random stretches" in view.said.text()

    # The same peaks sent, with one of another class and a gene without a peak.
    places = [(f"G{n}", "induction", start) for n, start in enumerate((960, 3960, 6960))]
    genes = [
        ListedGene(identifier=gene, gene_class=name, chromosome="chr1", start=at, end=at + 100)
        for gene, name, at in [*places, ("G3", "suppression", 2000)]
    ]
    sent = GeneList(name="peaks of all", genes=(*genes, ListedGene(identifier="G4")))
    answer = searched.receive_genes(sent, UNDER_PEAKS)
    assert answer == (
        f"{UNDER_PEAKS}: 5 received, 4 matched, 1 unknown (G4): no peak is known of them."
    )
    assert searched._tabs.currentIndex() == 2
    assert [view.only.itemText(n) for n in range(view.only.count())] == ["induction", "suppression"]
    view.only.setCurrentText("induction")
    was = view.found.table
    run_task(view.task_row)
    pd.testing.assert_frame_equal(view.found.table, was)
    view.only.setCurrentText("none")
    view.run()
    assert "no gene of the class none" in told[-1]
    searched.undo_genes(UNDER_PEAKS)
    assert view.peaks.path == tmp_path / "peaks.bed"
    with pytest.raises(DataError, match="0 matched"):
        searched.receive_genes(sent.model_copy(update={"genes": sent.genes[4:]}), UNDER_PEAKS)
