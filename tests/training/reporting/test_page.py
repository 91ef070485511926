from __future__ import annotations

import base64
import io
import re
from html.parser import HTMLParser
from typing import TYPE_CHECKING
from xml.etree import ElementTree

import numpy as np
import pytest
from PIL import Image

from napari_seewhy.errors import FileError
from napari_seewhy.models.cards.card import ChannelCard, ModelCard
from napari_seewhy.models.networks.options import NetworkOptions
from napari_seewhy.pages.thumbnails import draw_thumbnail
from napari_seewhy.samples import SampleSet
from napari_seewhy.training.judging.options import EvaluateOptions
from napari_seewhy.training.judging.predictions import evaluate_predictions
from napari_seewhy.training.reporting.page import write_report_page
from napari_seewhy.training.reporting.report import write_model_report

if TYPE_CHECKING:
    from pathlib import Path

    from napari_seewhy.training.judging.evaluation import Evaluation

HISTORY = [{"loss": 1 / n, "stop_loss": 0.5 + 0.1 * abs(n - 3)} for n in range(1, 8)]
EMPTY_TAGS = {"meta", "br", "img"}


class Page(HTMLParser):
    """Words, tags and addresses of a page; refuses tags that are not closed."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.words: list[str] = []
        self.open: list[str] = []
        self.tags: list[str] = []
        self.addresses: list[str] = []
        self.feed(html)
        assert self.open == []

    def handle_starttag(self, tag, attributes):
        self.tags.append(tag)
        self.addresses += [value for name, value in attributes if name in ("src", "href")]
        if tag not in EMPTY_TAGS:
            self.open.append(tag)

    def handle_startendtag(self, tag, attributes):
        self.tags.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.words.append(data)


def judge(classes: tuple[str, ...] = ("G1", "S", "G2"), n_seen: int = 3) -> Evaluation:
    generator = np.random.default_rng(0)
    target = generator.integers(0, n_seen, 300)
    logits = generator.normal(size=(300, len(classes)))
    logits[np.arange(300), target] += 2
    said = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    options = EvaluateOptions(n_bootstrap=100, n_errors=3)
    return evaluate_predictions(said, target, np.arange(300) % 12, classes, options)


def write(path: Path, evaluation: Evaluation, **kwargs: object) -> str:
    write_report_page(path, evaluation, **kwargs)
    return path.read_text(encoding="utf-8")


def pictures_of(html: str) -> list[ElementTree.Element]:
    return [ElementTree.fromstring(text) for text in re.findall(r"<svg.*?</svg>", html, re.DOTALL)]


def test_the_page_stands_alone(tmp_path: Path):
    thumbnails = [draw_thumbnail(np.eye(8)[None], [(0, 1)])] * 3
    html = write(tmp_path / "page.html", judge(), history=HISTORY, thumbnails=thumbnails)
    page = Page(html)
    assert "script" not in page.tags
    assert "link" not in page.tags
    assert len(page.addresses) == 3
    assert all(address.startswith("data:image/png;base64,") for address in page.addresses)
    assert "http" not in html
    assert "url(" not in html


def test_every_figure_is_on_the_page_with_interval_and_baseline(tmp_path: Path):
    evaluation = judge()
    html = write(tmp_path / "page.html", evaluation)
    named = [evaluation.balanced_accuracy, evaluation.accuracy, evaluation.roc_auc]
    for figure in named:
        assert f"<b>{figure.value:.3f}</b>" in html
        assert f"{figure.low:.3f} to {figure.high:.3f}" in html
        assert f"<td>{figure.baseline:.3f}</td>" in html
    for figures in evaluation.per_class:
        for name in ("recall", "precision", "f1", "roc_auc", "average_precision"):
            assert f"<td>{getattr(figures, name).value:.3f}<small>" in html


def test_all_plots_are_drawn_and_the_loss_curves_only_with_a_history(tmp_path: Path):
    html = write(tmp_path / "page.html", judge(), history=HISTORY, best_epoch=3)
    titles = {picture.find("title").text for picture in pictures_of(html)}
    assert {
        "Confusion matrix",
        "Receiver operating characteristic of each class",
        "Share of right answers at each confidence",
        "Loss while learning and on the stop set, per epoch",
    } <= titles
    assert "kept: epoch 3" in html
    assert "Loss while learning" not in write(tmp_path / "page.html", judge())


def test_a_history_of_one_epoch_is_drawn(tmp_path: Path):
    html = write(tmp_path / "page.html", judge(), history=HISTORY[:1], best_epoch=1)
    assert "nan" not in html.lower().replace("nano", "")


def test_the_confusion_matrix_holds_every_count(tmp_path: Path):
    evaluation = judge()
    html = write(tmp_path / "page.html", evaluation)
    matrix = next(p for p in pictures_of(html) if p.find("title").text == "Confusion matrix")
    words = [element.text for element in matrix.findall("text")]
    for count in np.ravel(evaluation.confusion):
        assert str(count) in words


def test_alarms_come_first_and_their_absence_is_said(tmp_path: Path):
    alarmed = judge().change(alarms=("The model never predicts G2.",))
    html = write(tmp_path / "page.html", alarmed)
    assert html.index("The model never predicts G2.") < html.index("<h2>Figures")
    assert "No alarm" not in html
    assert "No alarm" in write(tmp_path / "page.html", judge())


def test_a_class_without_samples_is_said_to_be_missing(tmp_path: Path):
    html = write(tmp_path / "page.html", judge(("G1", "S", "M"), n_seen=2))
    assert '<td class="absent" colspan="5">not in this set</td>' in html


def test_names_are_shown_as_they_are_written(tmp_path: Path):
    html = write(tmp_path / "page.html", judge(("<b>G1</b>", "S & T", '"G2"')), title="<i>x</i>")
    page = Page(html)
    assert "i" not in page.tags
    assert "<b>G1</b>" in page.words
    assert "S & T" in page.words


def test_errors_are_shown_with_their_pictures_the_surest_first(tmp_path: Path):
    evaluation = judge()
    pictures = [draw_thumbnail(np.full((1, 8, 8), level), [(0, 2)]) for level in range(3)]
    page = Page(write(tmp_path / "page.html", evaluation, thumbnails=pictures))
    drawn = [base64.b64decode(address.split(",")[1]) for address in page.addresses]
    assert drawn == pictures
    words = " ".join(page.words)
    places = [words.index(f"sample {error.row},") for error in evaluation.errors]
    assert places == sorted(places)


def test_a_page_that_cannot_be_written_is_said(tmp_path: Path):
    (tmp_path / "file").write_text("")
    with pytest.raises(FileError, match=r"page.html cannot be written"):
        write_report_page(tmp_path / "file" / "page.html", judge())


def test_a_thumbnail_shows_channels_side_by_side_between_their_limits():
    pixels = np.stack([np.full((4, 6), 50), np.full((4, 6), 300)])
    image = np.asarray(Image.open(io.BytesIO(draw_thumbnail(pixels, [(0, 100), (100, 200)]))))
    assert image.shape == (4, 14)
    assert (image[:, :6] == 128).all()
    assert (image[:, 8:] == 255).all()


def test_the_page_of_a_model_tells_how_it_was_made(tmp_path: Path, discs: Path):
    card = ModelCard(
        name="phases",
        network=NetworkOptions(backbone="nagao"),
        classes=("dim", "bright"),
        channels=(ChannelCard(name="DNA", mean=100, std=9, low=90, high=250),),
        size_px=(16, 16),
        dtype="uint16",
        record={"results": {"history": HISTORY, "best_epoch": 3}, "options": {"seed": 7}},
    )
    evaluation = judge(("dim", "bright"), n_seen=2)
    errors = tuple(error.change(row=row) for row, error in enumerate(evaluation.errors))
    with SampleSet(discs) as samples:
        write_model_report(tmp_path / "page.html", card, samples, evaluation.change(errors=errors))
    page = Page((tmp_path / "page.html").read_text(encoding="utf-8"))
    assert {"Evaluation of phases", "nagao", "16 x 16 px", "7", str(discs)} <= set(page.words)
    picture = Image.open(io.BytesIO(base64.b64decode(page.addresses[0].split(",")[1])))
    assert picture.size == (16, 16)
