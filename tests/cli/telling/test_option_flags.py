from __future__ import annotations

from typing import Annotated, Literal

import pytest
from cyclopts import App, CycloptsError
from pydantic import Field

from napari_seewhy.cli.telling.option_flags import flags
from napari_seewhy.errors import OptionError
from napari_seewhy.options import Options


class BakeOptions(Options):
    heat: int = Field(180, ge=50, le=280, title="Heat", description="Degrees of the oven.")
    place: Literal["top", "middle"] = Field("middle", description="Where it stands.")
    toppings: tuple[str, ...] = Field((), description="What lies on it.")
    is_covered: bool = Field(False, description="Whether it has a lid.")
    minutes: float | None = Field(None, description="How long; empty = until it is done.")


DEFAULTS = BakeOptions()


@pytest.fixture
def bake() -> App:
    app = App(name="bake", result_action="return_value")

    @app.default
    def run(*, options: Annotated[BakeOptions, flags("Baking")] = DEFAULTS) -> BakeOptions:
        return options

    return app


def parse(app: App, *words: str) -> BakeOptions:
    return app(list(words), exit_on_error=False, print_error=False)


def test_without_flags_the_defaults_hold(bake):
    assert parse(bake) == DEFAULTS


def test_every_field_is_a_flag_of_its_own_type(bake):
    options = parse(
        bake, "--heat=200", "--place", "top", "--toppings", "a", "--toppings", "b c", "--is-covered"
    )
    assert options == BakeOptions(heat=200, place="top", toppings=("a", "b c"), is_covered=True)
    assert parse(bake, "--minutes", "3.5").minutes == 3.5


@pytest.mark.parametrize(
    "words", [("--heat", "20"), ("--heat", "hot"), ("--place", "outside"), ("--minutes", "nan")]
)
def test_values_out_of_bounds_are_refused_by_the_options_themselves(bake, words):
    with pytest.raises(OptionError, match=words[0].removeprefix("--")):
        parse(bake, *words)


def test_unknown_flags_are_refused(bake):
    with pytest.raises(CycloptsError, match="--heet"):
        parse(bake, "--heet", "3")


def test_help_shows_description_choices_and_default(bake, capsys):
    parse(bake, "--help")
    text = capsys.readouterr().out
    for words in ("Baking", "--heat", "Degrees of the oven.", "180", "top, middle"):
        assert words in text
