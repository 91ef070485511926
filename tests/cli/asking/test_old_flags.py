"""One flag means the same in every command; old names work, with a warning."""

from __future__ import annotations

from collections import defaultdict

import pytest

from napari_seewhy.cli.asking.old_flags import OLD_FLAGS, translate_old_flags
from napari_seewhy.cli.main import app


def form_of(kind):
    """Say how a flag is typed; the words that may follow it are those of the verb."""
    kind = kind.removeprefix("typing.").removeprefix("Optional[")
    if kind.startswith(("tuple", "list")):
        return "several words"
    is_word = kind.startswith("Literal") or "Literal[" in kind or kind == "str"
    return "a word" if is_word else kind


def kinds_of_flags(command, name="", found=None):
    """Map each flag to the types that it has, and each type to the commands."""
    found = defaultdict(lambda: defaultdict(list)) if found is None else found
    for word in command:
        if not word.startswith("-"):
            kinds_of_flags(command[word], f"{name} {word}".strip(), found)
    if command.default_command:
        for argument in command.assemble_argument_collection():
            # A group is no flag itself, but those of its options are (--augment.flip).
            for flag in () if argument.children else argument.names:
                kind = str(argument.hint).removeprefix("<class '").removesuffix("'>")
                found[flag][kind.removesuffix(" | None")].append(name)
    return found


def test_a_flag_has_one_form_in_all_commands():
    flags = kinds_of_flags(app)
    assert list(flags["--json"]) == ["bool"]
    assert len(flags["--json"]["bool"]) > 20
    differing = {
        flag: dict(kinds)
        for flag, kinds in flags.items()
        if flag.startswith("--") and len(set(map(form_of, kinds))) > 1
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
