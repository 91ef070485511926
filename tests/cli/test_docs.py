from __future__ import annotations

import shlex
from pathlib import Path

import pytest

from napari_seewhy.cli.main import app

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "command.md"
EXAMPLES = [
    line
    for line in PAGE.read_text(encoding="utf-8").splitlines()
    if line.startswith("seewhy ") and "COMMAND" not in line
]


def test_the_page_shows_every_command():
    shown = {tuple(shlex.split(line)[1:2]) for line in EXAMPLES}
    assert {("segment",), ("crop",), ("samples",)} <= shown


@pytest.mark.parametrize("line", EXAMPLES)
def test_every_example_of_the_page_has_valid_arguments(line):
    words = shlex.split(line)[1:]
    command, bound, _ = app.parse_args(words, exit_on_error=False, print_error=False)
    # The file or the folder of a command bears its name.
    assert words[0].replace("-", "_") in command.__module__.split(".")
    assert bound.arguments
