from __future__ import annotations

import pytest

from napari_seewhy.models.files.model_file import read_card

QUICK = (
    *("--search", "backbones", "--backbones", "small", "--trials", 2, "--epochs", 2),
    *("--inputs-px", 16, "--batch-size", 32, "--device", "cpu", "--precision", "fp32"),
)


@pytest.fixture
def study(tmp_path):
    return tmp_path / "night.study"


def test_the_winner_stands_beside_the_study(seewhy, cells_file, study):
    done = seewhy("tune", cells_file, "--study", study, *QUICK)
    assert (done.status, done.err.count("Traceback")) == (0, 0), done.err
    assert "is the best of 2: balanced accuracy" in done.out
    assert "G1 32, S 32, G2 32" in done.out
    card = read_card(study.with_suffix(".safetensors"))
    assert card.record["results"]["tuning"]["n_finished"] == 2
    assert card.metrics["n_samples"] > 0
    assert (study.parent / "night_evaluation.html").is_file()


def test_a_helper_searches_and_the_same_command_goes_on(call, cells_file, study, tmp_path):
    words = ("tune", cells_file, "--study", study, "--json")
    helped = call(*words, *QUICK, "--search-only")
    assert helped.status == 0, helped.err
    assert helped.document["n_finished"] == 2
    assert [path.name for path in tmp_path.iterdir()] == ["night.study"]
    out = tmp_path / "best.safetensors"
    more = [
        3 if word == 2 and QUICK[place - 1] == "--trials" else word
        for place, word in enumerate(QUICK)
    ]
    done = call(*words, *more, "--out", out)
    assert done.status == 0, done.err
    assert done.document["n_finished"] == 3
    assert done.document["winner"] == {
        key: value
        for key, value in read_card(out).record["results"]["tuning"].items()
        if key in done.document["winner"]
    }


def test_the_study_of_another_search_or_split_is_refused(call, cells_file, study):
    words = ("tune", cells_file, "--study", study, "--search-only", *QUICK)
    assert call(*words).status == 0
    done = call(*words, "--seed", 4)
    assert done.status == 2
    assert "is a study of another search: its seed is 0, and here it is 4" in done.err
    done = call(*words, "--split-seed", 1)
    assert done.status == 2
    assert "is a study of another split of the samples" in done.err
    done = call(*words, "--classes", "early=G1,S; late=G2")
    assert done.status == 2
    assert "is a study of another" in done.err


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--until", "25:00"), "Until (until) is '25:00'"),
        (("--trials", "0"), "Trials (trials) is"),
        (("--backbones", "resnet19", "--search", "backbones"), "did you mean"),
        (("--out", "best.pt"), "does not end in .safetensors"),
    ],
)
def test_unusable_arguments_end_with_status_2(call, cells_file, study, words, said):
    done = call("tune", cells_file, "--study", study, *words)
    assert done.status == 2
    assert said in done.err
    assert not study.exists()


def test_a_file_that_is_no_study_is_refused(call, cells_file, study):
    study.write_text("my notes\n")
    done = call("tune", cells_file, "--study", study, *QUICK)
    assert done.status == 1
    assert "is no study of a search" in done.err
    assert study.read_text() == "my notes\n"


def test_study_and_model_are_two_files(call, cells_file, tmp_path):
    done = call("tune", cells_file, "--study", tmp_path / "a.safetensors", *QUICK)
    assert done.status == 2
    assert "cannot be both study and model" in done.err
