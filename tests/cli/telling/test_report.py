"""What is said stands there letter by letter."""

from __future__ import annotations

from napari_seewhy.cli.telling.report import Reporting, show_error

SAID = "'1:100:A' of [b]day 1[/b] :b: is no variant."


def test_a_variant_is_no_emoji_and_a_bracket_no_markup(capsys):
    show_error(SAID, 2, as_json=False)
    Reporting().say(SAID)
    Reporting().warn(SAID)
    shown = capsys.readouterr()
    assert shown.out == f"{SAID}\n"
    assert shown.err == f"seewhy: {SAID}\n{SAID}\n"
