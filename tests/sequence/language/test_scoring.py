from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from napari_seewhy.errors import DataError, OptionError
from napari_seewhy.genome import encode_letters
from napari_seewhy.models.running import Runtime
from napari_seewhy.progress import finish
from napari_seewhy.reading.language import load_language, score_sequences_steps
from napari_seewhy.sequence.language import ScoreOptions, score_changes_steps, write_changes
from napari_seewhy.sequence.language.agreement import learn_ridge
from napari_seewhy.sequence.language.proteins import blosum62, parse_substitution

SHARED = Path(__file__).parents[4] / "shared" / "data" / "sequence" / "genomes"


def score(model_path, sequence, *given, file=None, **options):
    task = score_changes_steps(model_path, sequence, ScoreOptions(**options), given, file)
    return finish(task)


def test_a_score_is_the_likelihood_after_minus_before(model_path, coding):
    scores = score(model_path, coding, "H2A", "V3A")

    model = load_language(model_path)
    text = coding.read_text().split()[1]
    codes = [encode_letters(one) for one in (text, text[:3] + "GCT" + text[6:])]
    row = scores.table.set_index("mutant").loc["H2A"]
    codes[1][3:6] = encode_letters(row["codon"].split(">")[1])
    before, after = finish(score_sequences_steps(model, codes, Runtime("cpu")))
    assert row["model"] == pytest.approx(after - before, abs=1e-4)
    assert row["blosum62"] == -2
    assert list(scores.to_grid().index)[:3] == ["A", "R", "N"]
    assert scores.to_grid().loc["A", 2] == row["model"]


def test_variants_of_a_genome_are_scored(model_path, genome):
    letters = genome.read_text().split()[1]
    other = "A" if letters[99] != "A" else "C"

    scores = score(model_path, genome, f"chr1:100 {letters[99]}>{other}", f"chr1:1 {letters[:2]}>G")

    first = scores.table.iloc[0]
    assert (first["position"], first["alternative"]) == (100, other)
    assert np.isfinite(scores.table[["model", "contexts"]]).all(axis=None)
    assert scores.agreement is None


def test_a_model_below_what_needs_none_is_told_so(model_path, coding, tmp_path):
    words = [f"{w}{p}{o}" for p, w in enumerate("MHVERWKALP", 1) for o in "ARNDCQ" if o != w]
    ones = [parse_substitution(word) for word in words]
    table = pd.DataFrame({"mutant": words, "effect": [blosum62(x.wild, x.other) for x in ones]})
    table["evo"] = -table["effect"]
    table.to_csv(tmp_path / "dms.csv", index=False)

    scores = score(model_path, coding, file=tmp_path / "dms.csv", measured="effect", others="evo")

    reached = scores.agreement.set_index("score")["spearman"]
    assert reached["BLOSUM62"] == pytest.approx(1)
    assert reached["evo"] == pytest.approx(-1)
    assert "is below BLOSUM62 (1.000)" in scores.describe()
    assert "says nothing of what the protein does" in scores.warn()[0]


def test_a_ridge_learns_from_a_fifth_and_is_judged_on_the_rest():
    words = [f"{w}{p}{o}" for p, w in enumerate("AVLIMAVLIMAVLIMAVLIM", 1) for o in "RNDCQEGH"]
    table = pd.DataFrame({"mutant": words, "place": [int(word[1:-1]) for word in words]})
    measured = np.array([("RNDCQEGH".index(word[-1])) for word in words], float)

    for by_place in (False, True):
        said, is_new = learn_ridge(table, measured, 0, by_place=by_place)
        assert np.corrcoef(said[is_new], measured[is_new])[0, 1] > 0.7
        assert is_new.mean() == pytest.approx(0.8)
        learned_places = set(table["place"][~is_new])
        assert by_place == learned_places.isdisjoint(table["place"][is_new])


def test_every_substitution_of_a_coding_sequence_is_scored(model_path, coding):
    scores = score(model_path, coding, every=True)

    grid = scores.to_grid()
    assert grid.shape == (20, 10)
    assert np.isnan(grid).sum().sum() == 10  # the amino acids that stand there
    assert grid.loc["A", 2] == pytest.approx(
        score(model_path, coding, "H2A").table["model"][0], abs=1e-6
    )


def test_scores_made_elsewhere_are_told_by_what_a_table_holds(model_path, coding, tmp_path):
    path = tmp_path / "esm.tsv"
    path.write_text(
        "protein\tmutation\tmodel\tevo\np\tH2A\t-1\t2\np\tH2A\t-3\t2\np\tL9A:P10A\t5\t5\n"
    )
    (tmp_path / "dms.csv").write_text("mutant,effect\nH2A,1\nH2C,3\nV3A,2\n")

    task = score_changes_steps(
        model_path, coding, ScoreOptions(measured="effect"), (), tmp_path / "dms.csv", path
    )
    scores = finish(task)

    assert scores.others == ("model (esm)", "evo")
    assert scores.table["model (esm)"].tolist()[0] == -2
    assert scores.table["evo"].notna().tolist() == [True, False, False]
    assert scores.agreement.set_index("score").loc["evo", "n"] == 1
    assert scores.list_grids() == ("model", "model (esm)", "evo", "effect", "blosum62")
    assert scores.to_grid("evo").loc["A", 2] == 2
    paths = write_changes(tmp_path / "out", scores, ScoreOptions(measured="effect"), [path])
    assert {path.name for path in paths} >= {"grid.csv", "grid_model__esm_.csv", "grid_evo.csv"}


def test_measured_variants_of_a_genome_are_compared(model_path, genome, tmp_path):
    letters = genome.read_text().split()[1]
    other = {"A": "C", "C": "G", "G": "T", "T": "A"}
    words = [f"chr1:{at:,} {letters[at - 1]}>{other[letters[at - 1]]}" for at in (100, 200, 1300)]
    rows = "".join(f'"{word}",{n},{-n}\n' for n, word in enumerate(words))
    (tmp_path / "measured.csv").write_text(f"mutant,effect,evo\n{rows}")

    scores = score(
        model_path, genome, file=tmp_path / "measured.csv", measured="effect", others="evo"
    )

    reached = scores.agreement.set_index("score")["spearman"]
    assert list(reached.index) == ["model", "counted contexts", "evo"]
    assert reached["evo"] == pytest.approx(-1)
    assert scores.list_grids() == ()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a,b\n1,2\n", "has no column of changes"),
        ("mutant,name\nH2A,x\n", "has no column of numbers beside mutant"),
        ("mutant,evo\nW90A,1\n", "None of the 1 changes is in"),
    ],
)
def test_tables_without_scores_of_these_changes_are_refused(
    model_path, coding, tmp_path, text, said
):
    (path := tmp_path / "scores.csv").write_text(text)

    with pytest.raises(DataError, match=said):
        finish(score_changes_steps(model_path, coding, ScoreOptions(), ["H2A"], None, path))


@pytest.mark.parametrize(
    ("words", "error", "said"),
    [
        (["H2A", "chr1:5 A>G"], OptionError, "chr1:5 A>G is no substitution, but others are"),
        (["H9A"], DataError, "H9A does not fit: the sequence has L there"),
        ([], OptionError, "There is no variant"),
    ],
)
def test_changes_that_cannot_be_scored_are_refused(model_path, coding, words, error, said):
    with pytest.raises(error, match=said):
        score(model_path, coding, *words)


def test_a_protein_instead_of_dna_is_refused(model_path, tmp_path):
    protein = tmp_path / "protein.fa"
    protein.write_text(">p\nMHVERWKALP\n")
    with pytest.raises(DataError, match="looks like a protein; give its coding sequence"):
        score(model_path, protein, "H2A")


@pytest.mark.realdata
def test_blosum62_reaches_its_known_agreement_with_tem1():
    if not SHARED.is_dir():
        pytest.skip(f"{SHARED} is not there")
    table = pd.read_csv(SHARED / "BLAT_ECOLX_Ranganathan2015.csv")
    ones = [parse_substitution(word) for word in table["mutant"]]
    similarity = pd.Series([blosum62(one.wild, one.other) for one in ones])
    assert similarity.corr(table["2500"], "spearman") == pytest.approx(0.346, abs=5e-4)
    places = table.assign(place=[one.place for one in ones])
    said, is_new = learn_ridge(places, table["2500"].to_numpy(), 0, by_place=False)
    assert (
        pd.Series(said[is_new]).corr(table["2500"][is_new].reset_index(drop=True), "spearman")
        > 0.55
    )
