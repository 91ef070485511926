"""The commands of the tutorials that take less than a minute print what the pages say."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
TUTORIALS = ROOT / "docs" / "tutorials"

_NUMBER = re.compile(r"\d+(?:\.\d+)?")


def read_blocks(page: str) -> list[str]:
    """Return the indented blocks of a page, without the indent."""
    text = (TUTORIALS / f"{page}.md").read_text(encoding="utf-8")
    found = re.findall(r"(?:^    .*\n)+", text, re.MULTILINE)
    return [re.sub(r"^    ", "", block, flags=re.MULTILINE).rstrip() for block in found]


def find_command(blocks: list[str], begin: str) -> list[str]:
    """Return the words of the command of a page that begins so."""
    lines = [line for block in blocks for line in block.replace("\\\n", " ").splitlines()]
    return shlex.split(next(line for line in lines if line.startswith(begin)))


def check_printed(said: str, printed: str) -> None:
    """Find every line of `said` in what was printed; the last digit of a figure may differ by 2."""
    for line in said.splitlines():
        form = _NUMBER.sub("#", line)
        same = [one for one in printed.splitlines() if _NUMBER.sub("#", one).endswith(form)]
        assert same, f"{line!r} is not printed:\n{printed}"
        assert any(is_near(line, one) for one in same), (line, same)


def is_near(line: str, printed: str) -> bool:
    wanted, found = _NUMBER.findall(line), _NUMBER.findall(printed)[-len(_NUMBER.findall(line)) :]
    return all(
        abs(float(a) - float(b)) <= 2.01 * 10.0 ** -len(a.partition(".")[2]) * ("." in a)
        for a, b in zip(wanted, found, strict=True)
    )


@pytest.fixture
def run(call, tmp_path, monkeypatch):
    """Run words of a page in a folder of its own, and return what is printed."""
    monkeypatch.chdir(tmp_path)

    def run(words: list[str]) -> str:
        if words[0] == "python":
            script = [sys.executable, str(ROOT / words[1]), *words[2:]]
            subprocess.run(script, check=True)
            return ""
        done = call(*words[1:])
        assert done.status == 0, done.err
        return done.out

    return run


def test_the_genes_of_the_tutorial_are_drawn_and_imported(run) -> None:
    blocks = read_blocks("epigenome")
    run(find_command(blocks, "python tools/draw_tracks.py"))
    assert "4 done" in run(find_command(blocks, "seewhy epigenome draw"))
    printed = run(find_command(blocks, "seewhy epigenome import pictures"))
    text = (TUTORIALS / "epigenome.md").read_text(encoding="utf-8")
    (said,) = re.findall(r"`(1200 samples \(.*?\))`", text)
    assert said in printed


def test_the_dishes_of_the_tutorial_are_judged_and_stained_as_it_says(run) -> None:
    blocks = read_blocks("virtual-immunostaining")
    run(find_command(blocks, "python tools/draw_dishes.py --out unseen"))
    words = find_command(blocks, "seewhy stain evaluate")
    words[words.index("hearts.safetensors")] = "stain-simulated-dishes"
    said = next(block for block in blocks if block.startswith("stain-simulated-dishes, judged"))
    check_printed(said, run(words))
    said = next(block for block in blocks if block.startswith("dish_201, day 06"))
    check_printed(said, run(find_command(blocks, "seewhy stain apply")))
