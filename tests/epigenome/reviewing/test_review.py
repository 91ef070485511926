"""What readers say is kept at once, apart from each other, and can be compared."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import cohen_kappa_score

from napari_seewhy.epigenome.pictures.set import PictureSet
from napari_seewhy.epigenome.reviewing import review as review_module
from napari_seewhy.epigenome.reviewing.review import Call, Review
from napari_seewhy.epigenome.sampling.agreement import CONSENSUS, compare_readers
from napari_seewhy.epigenome.sampling.labels import read_gene_labels
from napari_seewhy.errors import DataError, FileError, OptionError, SeewhyWarning


@pytest.fixture
def pictures(foreign_folder) -> PictureSet:
    return PictureSet(foreign_folder, "{compound}_{exposure}_{gene}")


def test_every_word_is_saved_at_once(pictures) -> None:
    review = Review(pictures)
    review.say("AB", 3, "i" + "nduction")
    review.take_note("AB", 3, "sharp peak, lower half flat")
    call = Review(pictures).call("AB", 3)
    assert (call.name, call.note) == ("induction", "sharp peak, lower half flat")
    table = pd.read_csv(review.path)
    assert table["file"].tolist() == [pictures.table["file"][3]]
    assert table["when"][0].startswith("20")


def test_readers_are_kept_apart(pictures) -> None:
    review = Review(pictures)
    review.say("AB", 0, "induction")
    review.say("CD", 0, "suppression")
    assert review.readers == ("AB", "CD")
    assert review.names("AB")[0] == "induction"
    assert review.names("CD")[0] == "suppression"
    assert review.names("EF").tolist() == [""] * 24


def test_two_readers_at_once_do_not_write_over_each_other(pictures) -> None:
    first, second = Review(pictures), Review(pictures)
    first.say("AB", 0, "induction")
    second.say("CD", 0, "suppression")
    first.say("AB", 1, "non-significant")
    kept = Review(pictures)
    assert kept.names("AB")[:2].tolist() == ["induction", "non-significant"]
    assert kept.names("CD")[0] == "suppression"


def test_the_last_word_can_be_taken_back(pictures) -> None:
    review = Review(pictures)
    review.say("AB", 1, "induction")
    review.say("AB", 1, "suppression")
    assert review.undo() == 1
    assert Review(pictures).names("AB")[1] == "induction"
    assert review.undo() == 1
    assert review.undo() is None
    assert Review(pictures).call("AB", 1) == Call()


def test_saying_the_same_again_changes_nothing(pictures) -> None:
    review = Review(pictures)
    review.say("AB", 1, "induction")
    review.say("AB", 1, "Induction")
    review.undo()
    assert review.names("AB")[1] == ""


def test_what_cannot_be_saved_is_not_taken(pictures, monkeypatch) -> None:
    review = Review(pictures)

    def refuse(*_: object) -> None:
        raise FileError("The disk is full.")

    monkeypatch.setattr(review_module, "write_table", refuse)
    with pytest.raises(FileError):
        review.say("AB", 0, "induction")
    assert review.names("AB")[0] == ""
    assert review.undo() is None


def test_a_reader_needs_a_name(pictures) -> None:
    with pytest.raises(OptionError, match="reader has no name"):
        Review(pictures).say(" ", 0, "induction")


def test_words_about_other_pictures_stay_in_the_table(pictures) -> None:
    Review(pictures).say("AB", 0, "induction")
    gone = pictures.file(0)
    gone.unlink()
    fewer = PictureSet(pictures.path, pictures.names)
    Review(fewer).say("AB", 0, "suppression")
    assert pd.read_csv(Review(fewer).path)["file"].tolist() == [gone.name, fewer.file(0).name]


def test_kappa_is_that_of_scikit_learn() -> None:
    rng = np.random.default_rng(0)
    first = rng.choice(["i", "s", "n"], 200)
    second = np.where(rng.random(200) < 0.7, first, rng.choice(["i", "s", "n"], 200))
    found = compare_readers(first, second)
    assert found.kappa == pytest.approx(cohen_kappa_score(first, second))
    assert found.n == 200


def test_kappa_is_not_defined_where_both_call_one_class_only() -> None:
    found = compare_readers(["s", "s", ""], ["s", "s", "s"])
    assert (found.n, found.share) == (2, 1.0)
    assert np.isnan(found.kappa)
    assert "not defined" in found.describe()


def test_the_review_is_read_as_labels(pictures) -> None:
    review = Review(pictures)
    for reader in ("AB", "CD"):
        review.say(reader, 2, "induction")
    names = read_gene_labels(review.path, pictures.table).names
    assert names[2] == "induction"
    assert np.count_nonzero(names != "") == 1


@pytest.fixture
def two_readers(pictures) -> Review:
    """Both call the first four; they agree on two of them, and the first alone calls the fifth."""
    review = Review(pictures)
    for row, name in enumerate(("induction", "suppression", "induction", "ns", "ns")):
        review.say("AB", row, name)
    for row, name in enumerate(("induction", "suppression", "ns", "induction")):
        review.say("CD", row, name)
    return review


def test_where_readers_disagree_the_class_is_unknown_and_kappa_is_told(
    pictures, two_readers
) -> None:
    with pytest.warns(SeewhyWarning, match=r"2 pictures are left .*AB and CD: .*kappa 0\.20"):
        names = read_gene_labels(two_readers.path, pictures.table).names
    assert names[:6].tolist() == ["induction", "suppression", "", "", "non-significant", ""]


def test_what_was_decided_together_is_kept_and_wins(pictures, two_readers) -> None:
    two_readers.say(CONSENSUS, 2, "suppression")
    two_readers.say(CONSENSUS, 3, "induction")
    assert two_readers.readers == ("AB", "CD")
    names = read_gene_labels(two_readers.path, pictures.table).names
    wanted = ["induction", "suppression", "suppression", "induction", "non-significant", ""]
    assert names[:6].tolist() == wanted
    assert two_readers.names(CONSENSUS)[:6].tolist() == wanted


def test_one_reader_or_only_what_two_agree_on_can_be_taken(pictures, two_readers) -> None:
    names = read_gene_labels(two_readers.path, pictures.table, reader="CD").names
    assert names[:5].tolist() == ["induction", "suppression", "non-significant", "induction", ""]
    with pytest.warns(SeewhyWarning, match="3 pictures are left"):
        agreed = read_gene_labels(two_readers.path, pictures.table, only_agreed=True).names
    assert agreed[:5].tolist() == ["induction", "suppression", "", "", ""]
    with pytest.raises(DataError, match="no class by the reader EF; its readers: AB, CD"):
        read_gene_labels(two_readers.path, pictures.table, reader="EF")


def test_a_table_that_says_one_file_twice_asks_for_one_line(pictures, tmp_path) -> None:
    file = pictures.table["file"][0]
    (tmp_path / "x.csv").write_text(f"file,class\n{file},induction\n{file},suppression\n")
    with pytest.raises(DataError, match=f"two classes to {file}; keep one\\.$"):
        read_gene_labels(tmp_path / "x.csv", pictures.table)
