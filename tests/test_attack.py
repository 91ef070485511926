"""A few of the attacks of `benchmarks/attack.py`, which draws many more."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import pytest

SCRIPT = Path(__file__).resolve().parents[1] / "benchmarks" / "attack.py"


@pytest.fixture(scope="module")
def attack():
    spec = importlib.util.spec_from_file_location("attack", SCRIPT)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize(
    ("kind", "n"), [("attack_samples", 24), ("attack_models", 20), ("attack_texts", 24)]
)
def test_what_is_malformed_is_read_or_refused_in_a_sentence(attack, tmp_path, kind, n):
    found = getattr(attack, kind)(tmp_path, n, seed=17)
    assert found.n_tried == n
    assert found.failures == []


def test_an_attack_that_is_not_held_is_told(attack):
    def fail() -> None:
        raise KeyError("inputs")

    assert attack.try_case("a", fail) == "a: KeyError: 'inputs'"
    assert attack.try_case("a", lambda: None) == ""
