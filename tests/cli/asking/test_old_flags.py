"""One flag means the same in every command; old names work, with a warning."""

from __future__ import annotations

from collections import defaultdict

import pytest

from napari_seewhy.cli.asking.old_flags import OLD_FLAGS, translate_old_flags
from napari_seewhy.cli.main import app

MAY_DIFFER = {
    "--augment",  # of samples, of images of nuclei, of fields
    "--balance",
    "--channels",  # repeated, or with commas
    "--class",  # one, or several
    "--input",
    "--method",
    "--network",
    "--species",  # of a list, or of the rows of an alignment
    "--threshold",
}
"""Flags with the same meaning whose choices are those of the verb."""


def kinds_of_flags(command, name="", found=None):
    """Map each flag to the types that it has, and each type to the commands."""
    found = defaultdict(lambda: defaultdict(list)) if found is None else found
    for word in command:
        if not word.startswith("-"):
            kinds_of_flags(command[word], f"{name} {word}".strip(), found)
    if command.default_command:
        for argument in command.assemble_argument_collection():
            for flag in argument.names:
                kind = str(argument.hint).removeprefix("<class '").removesuffix("'>")
                found[flag][kind.removesuffix(" | None")].append(name)
    return found


def test_a_flag_has_one_type_in_all_commands():
    flags = kinds_of_flags(app)
    assert list(flags["--json"]) == ["bool"]
    assert len(flags["--json"]["bool"]) > 20
    differing = {
        flag: dict(kinds)
        for flag, kinds in flags.items()
        if flag.startswith("--") and flag not in MAY_DIFFER and len(kinds) > 1
    }
    assert differing == {}


@pytest.mark.parametrize("flag", OLD_FLAGS, ids=lambda flag: flag.old + flag.commands[0])
def test_an_old_name_is_warned_of_and_leads_to_a_flag_that_there_is(flag):
    known = kinds_of_flags(app)
    for command in flag.commands:
        said = []
        words = [*command.split(), "x.h5", flag.old, f"value{flag.ending}"]
        translated = translate_old_flags(words, said.append)
        assert translated == [*words[:-2], flag.new, words[-1]]
        assert len(said) == 1
        assert f"is called {flag.new} now" in said[0]
        commands = [name for names in known[flag.new].values() for name in names]
        assert any(name.startswith(command) for name in commands)


def test_the_switch_stays_where_no_file_follows():
    words = ["evaluate", "model", "samples.h5", "--json"]
    assert translate_old_flags(words, pytest.fail) == words
    assert translate_old_flags(["segment", "--json", "a.json"], pytest.fail)[1] == "--json"
    assert (
        translate_old_flags(["evaluate", "--json=a.json"], lambda said: None)[1]
        == "--json-file=a.json"
    )
