"""Which measurements tell classes apart: drawn tables whose answer is known."""

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import roc_auc_score

from napari_seewhy.cells.separating.pairs import PairRule
from napari_seewhy.cells.separating.rank_auc import rank_auc
from napari_seewhy.cells.separating.telling_apart import (
    SeparationOptions,
    rank_features,
    rank_pairs,
    tell_apart,
    tell_apart_steps,
)
from napari_seewhy.errors import DataError, OptionError


def draw_cells(n: int = 400, seed: int = 0) -> tuple[pd.DataFrame, pd.Series]:
    """Cells that are G2 where area times DNA is large, and noise beside; in four images."""
    generator = np.random.default_rng(seed)
    area, dna = np.exp(generator.normal(4, 0.4, n)), np.exp(generator.normal(8, 0.4, n))
    is_g2 = np.log(area * dna) + generator.normal(0, 0.15, n) > 12
    table = pd.DataFrame(
        {
            "image": np.arange(n) % 4,
            "label": np.arange(1, n + 1),
            "y": generator.uniform(0, 99, n),
            "area_um2": area,
            "area_px": area * 4,
            "integrated_DNA": dna,
            "mean_Golgi": generator.uniform(1, 2, n),
            "confidence": is_g2 * 1.0,
            "p_G2": is_g2 * 1.0,
            "touches_border": is_g2,
        }
    ).astype({"image": str})
    return table, pd.Series(np.where(is_g2, "G2", "G1"))


def test_the_area_of_the_ranks_is_that_of_scikit_learn_with_ties_and_gaps() -> None:
    generator = np.random.default_rng(0)
    values = generator.integers(0, 9, (200, 5)).astype(float)
    values[generator.random(values.shape) < 0.2] = np.nan
    is_class = generator.random(200) < 0.3
    known = ~np.isnan(values)
    wanted = [roc_auc_score(is_class[k], v[k]) for v, k in zip(values.T, known.T, strict=True)]
    assert rank_auc(values, is_class) == pytest.approx(wanted)


def test_an_area_without_one_of_the_classes_is_not_a_number() -> None:
    assert np.isnan(rank_auc(np.array([[1.0], [2.0]]), np.array([True, True])))[0]


def test_the_pair_whose_product_makes_the_class_comes_first() -> None:
    table, classes = draw_cells()
    found = tell_apart(table, classes)
    best = found.pairs.iloc[0]
    assert {best["feature_x"], best["feature_y"]} == {"area_um2", "integrated_DNA"}
    assert best["accuracy"] > 0.88
    assert best["auc"] > found.features["auc"].max() + 0.1
    # Both count alike, as they do in a product.
    assert best["weight_x"] == pytest.approx(best["weight_y"], rel=0.2)


def test_the_sentence_names_the_pair_beside_the_baseline() -> None:
    found = tell_apart(*draw_cells())
    assert "area_um2 × integrated_DNA already separates 9" in found.sentence.replace(
        "integrated_DNA × area_um2", "area_um2 × integrated_DNA"
    )
    assert "of the cells of another image into G2 and G1" in found.sentence
    assert f"always saying {found.baseline_class} is right for" in found.sentence


def test_a_pair_that_is_no_better_than_guessing_is_not_praised() -> None:
    table, classes = draw_cells()
    shuffled = classes.sample(frac=1, random_state=0).reset_index(drop=True)
    found = tell_apart(table, shuffled)
    assert found.sentence.startswith("No pair separates G2 from G1")
    assert found.pairs["auc"].max() < 0.6


def test_what_is_no_measurement_is_left_out_and_said() -> None:
    found = tell_apart(*draw_cells())
    assert set(found.features["feature"]) == {"area_um2", "integrated_DNA", "mean_Golgi"}
    assert found.left_out["p_G2"] == found.left_out["confidence"] == "was said by a network"
    assert found.left_out["y"] == "says where the cell lies"
    assert found.left_out["label"] == found.left_out["image"] == "says which cell it is"
    assert found.left_out["area_px"] == "goes with area_um2"


def test_a_column_that_was_asked_for_is_compared_and_one_that_was_not_is_not() -> None:
    table, classes = draw_cells()
    features = rank_features(table, classes, SeparationOptions(features=("p_G2", "y")))
    assert features["feature"].tolist() == ["p_G2", "y"]
    features = rank_features(table, classes, SeparationOptions(leave_out=("area_um2",)))
    assert "area_um2" not in features["feature"].tolist()


def test_a_measurement_that_is_the_class_itself_is_suspected() -> None:
    table, classes = draw_cells()
    found = tell_apart(table.assign(mean_PH3=(classes == "G2") * 1.0 + 1), classes)
    assert any("mean_PH3 alone separates the classes fully" in w for w in found.warnings)


def test_an_image_is_never_learned_from_and_judged() -> None:
    """A measurement that only tells the images apart is worthless in another image."""
    generator = np.random.default_rng(1)
    image = np.repeat(np.arange(8), 50)
    is_g2 = generator.random(400) < np.where(image % 2, 0.9, 0.1)
    # In each image another brightness, which goes with the share of G2 in it by chance.
    light = np.array([1, 5, 2, 6, 9, 8, 3, 4])[image] + generator.normal(0, 0.01, 400)
    table = pd.DataFrame({"image": image.astype(str), "a": light, "b": generator.random(400) + 1})
    classes = pd.Series(np.where(is_g2, "G2", "G1"))
    grouped, torn = (
        tell_apart(table, classes, SeparationOptions(group=g)) for g in ("image", "none")
    )
    assert (grouped.grouped_by, torn.grouped_by) == ("image", "")
    assert grouped.features["auc"].max() < torn.features["auc"].max()


def test_classes_that_are_whole_images_are_divided_cell_by_cell_with_a_warning() -> None:
    table, classes = draw_cells()
    found = tell_apart(table.assign(image=classes), classes)
    assert found.grouped_by == ""
    assert any("may look like one between the classes" in w for w in found.warnings)


def test_each_fold_judges_on_the_side_that_the_others_say() -> None:
    """Noise gets an area about one half, not the larger of both sides."""
    generator = np.random.default_rng(0)
    table = pd.DataFrame(generator.normal(size=(100, 200))).rename(columns="f{}".format)
    classes = pd.Series(np.where(generator.random(100) < 0.5, "A", "B"))
    assert rank_features(table, classes)["auc"].mean() == pytest.approx(0.5, abs=0.03)


def test_a_lower_measurement_counts_as_much_as_a_higher_one() -> None:
    table, classes = draw_cells()
    features = rank_features(table.assign(small=-(table["area_um2"] ** 2)), classes)
    small = features.set_index("feature").loc["small"]
    assert small["auc"] == pytest.approx(features.set_index("feature").loc["area_um2", "auc"])
    assert (small["higher_in"], small["cliffs_delta"] < 0) == ("G1", True)


def test_the_product_is_used_where_a_measurement_has_values_of_zero() -> None:
    generator = np.random.default_rng(0)
    x, y = generator.uniform(-1, 1, (2, 500))
    table, classes = pd.DataFrame({"a": x, "b": y}), pd.Series(np.where(x * y > 0, "same", "other"))
    accuracy = {
        products: rank_pairs(table, classes, SeparationOptions(products=products))["accuracy"][0]
        for products in (True, False)
    }
    assert accuracy[True] > 0.9
    assert accuracy[False] < 0.65


@pytest.mark.parametrize("shift", [0.0, -60.0], ids=["logarithms", "as they are"])
def test_the_rule_says_of_each_cell_what_the_accuracy_says(shift: float) -> None:
    table, classes = draw_cells()
    table["area_um2"] += shift
    table = table.drop(columns="area_px")
    best = rank_pairs(table, classes, SeparationOptions(of="G2")).iloc[0]
    rule = PairRule.of_row(best)
    assert rule.is_log == (shift == 0)
    said = rule.judge(table[rule.feature_x], table[rule.feature_y]) > 0
    assert (said == (classes == "G2")).mean() == pytest.approx(best["accuracy"], abs=0.02)


@pytest.mark.parametrize(
    "rule",
    [
        PairRule("x", "y", True, -np.log(12.0), 1.0, 1.0),
        PairRule("x", "y", False, -7.0, 1.0, 1.0),
        PairRule("x", "y", False, -4.0, 1.0, 0.0),
        PairRule("x", "y", False, -4.0, 0.0, 1.0),
        PairRule("x", "y", False, -12.0, 0.1, 0.0, 1.0),
    ],
    ids=["power", "slanted", "upright", "level", "hyperbola"],
)
def test_on_the_line_both_classes_are_as_probable(rule: PairRule) -> None:
    x, y = rule.line((1.0, 6.0), (1.0, 6.0))
    is_drawn = ~np.isnan(x)
    assert is_drawn.sum() > 10
    assert rule.judge(x[is_drawn], y[is_drawn]) == pytest.approx(0, abs=1e-9)


def test_a_line_of_logarithms_is_drawn_where_the_plot_goes_below_zero() -> None:
    x, y = PairRule("x", "y", True, -np.log(12.0), 1.0, 1.0).line((-1.0, 6.0), (-1.0, 6.0))
    assert np.nansum(x * y) > 0
    nothing, _ = PairRule("x", "y", True, 0.0, 1.0, 1.0).line((-3.0, -1.0), (1.0, 2.0))
    assert np.isnan(nothing).all()


def test_cells_without_a_value_or_a_class_are_passed_over() -> None:
    table, classes = draw_cells()
    table.loc[:99, "area_um2"] = np.nan
    table.loc[100, "area_um2"] = np.inf
    classes[300:350] = None
    classes[350:] = "undecided"
    found = tell_apart(table, classes)
    assert found.n_cells == 300
    rows = found.features.set_index("feature")["n_cells"]
    assert (rows["area_um2"], rows["integrated_DNA"]) == (199, 300)
    assert found.pairs["n_cells"].min() == 199


def test_the_order_of_a_categorical_says_which_class_is_told_apart() -> None:
    table, classes = draw_cells()
    ordered = classes.astype(pd.CategoricalDtype(["G2", "unused", "G1"]))
    found = tell_apart(table, ordered)
    assert (found.of, found.against) == ("G1", "G2")


def test_one_class_is_told_from_all_others() -> None:
    table, classes = draw_cells()
    classes[::7] = "M"
    found = tell_apart(table, classes, SeparationOptions(of="G2"))
    assert (found.of, found.against, found.n_cells) == ("G2", "others", 400)
    found = tell_apart(table, classes, SeparationOptions(of="G2", against="G1"))
    assert found.n_cells == (classes != "M").sum()


def test_many_cells_are_drawn_by_chance_with_their_shares() -> None:
    table, classes = draw_cells(3000)
    found = tell_apart(table, classes, SeparationOptions(max_cells=500))
    assert found.n_cells == pytest.approx(500, abs=1)
    assert any("of 3,000 cells were drawn" in warning for warning in found.warnings)
    share = (classes == found.baseline_class).mean()
    assert found.baseline == pytest.approx(share, abs=0.002)


def test_constant_and_mostly_missing_measurements_are_left_out() -> None:
    table, classes = draw_cells()
    table["flat"] = 0.1
    table["rare"] = table["area_um2"].where(table["label"] < 50)
    found = tell_apart(table, classes)
    assert found.left_out["flat"] == "is the same in all cells"
    assert found.left_out["rare"] == "has no value in most cells"


def test_one_measurement_alone_is_told_without_pairs() -> None:
    table, classes = draw_cells()
    found = tell_apart(table[["area_um2"]], classes)
    assert found.pairs.empty
    assert found.sentence.startswith("area_um2 alone reaches")


def test_few_cells_are_judged_with_a_warning() -> None:
    table, classes = draw_cells(12, seed=3)
    found = tell_apart(table, classes)
    assert any("take the figures as a hint" in warning for warning in found.warnings)


@pytest.mark.parametrize(
    ("classes", "what"),
    [(["G1"] * 8, "the one class G1"), ([None] * 8, "no class"), (["G1"] * 7 + ["G2"], "Only one")],
)
def test_what_cannot_be_compared_is_refused_in_a_sentence(classes, what) -> None:
    table = pd.DataFrame({"area_px": np.arange(8.0)})
    with pytest.raises(DataError, match=what):
        tell_apart(table, pd.Series(classes))


def test_names_that_are_not_there_are_refused_with_those_that_are() -> None:
    table, classes = draw_cells(20, seed=3)
    with pytest.raises(OptionError, match="No cell is 'M'; the classes are G1, G2"):
        tell_apart(table, classes, SeparationOptions(of="M"))
    with pytest.raises(OptionError, match="no column 'nope'"):
        tell_apart(table, classes, SeparationOptions(features=("nope",)))
    with pytest.raises(OptionError, match="cannot be told from itself"):
        SeparationOptions(of="M", against="M")
    with pytest.raises(DataError, match="No measurement is left"):
        tell_apart(table[["label", "y"]], classes)
    with pytest.raises(DataError, match="There are 3 classes for 20 cells"):
        tell_apart(table, classes[:3])


def test_it_can_be_stopped_between_two_pairs() -> None:
    task = tell_apart_steps(*draw_cells(60))
    steps = [next(task), next(task)]
    task.close()
    assert [step.total for step in steps] == [0, 3]


@pytest.fixture(scope="module")
def simulated() -> pd.DataFrame:
    from napari_seewhy.cells.measuring.measure import MeasureOptions, measure_cells
    from simulating.fields.field import simulate_field
    from simulating.fields.simulate_options import SimulateOptions

    tables = []
    for seed in range(3):
        field = simulate_field(SimulateOptions(seed=seed, size_px=384, n_cells=34))
        options = MeasureOptions(spot_channels=("Golgi",))
        cells = measure_cells(field.image, field.nuclei, options, cell_labels=field.cells)
        cells = cells.merge(field.truth[["label", "phase"]], on="label").assign(image=f"{seed}")
        tables.append(cells[~cells["touches_border"]])
    return pd.concat(tables, ignore_index=True)


def test_in_simulated_fields_dna_with_golgi_or_area_tells_g2_from_g1_and_s(simulated) -> None:
    marker = tuple(name for name in simulated if "CENP-F" in name)
    classes = simulated["phase"].astype(str).replace({"G1": "G1/S", "S": "G1/S"})
    options = SeparationOptions(of="G2", against="G1/S", leave_out=marker)
    found = tell_apart(simulated, classes, options)
    best = sorted(found.pairs.loc[0, ["feature_x", "feature_y"]])
    assert best[1] in ("sum_DNA", "integrated_DNA") or best[0] in ("sum_DNA", "integrated_DNA")
    assert any("Golgi" in name or "area" in name for name in best)
    assert found.pairs["accuracy"][0] > max(0.85, found.baseline + 0.1)
