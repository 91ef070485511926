"""The pages: every link leads somewhere, and every script that they name is there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PAGES = [
    *(ROOT / name for name in ("README.md", "CONTRIBUTING.md")),
    *(ROOT / name / "README.md" for name in ("benchmarks", "sample_data")),
    *sorted((ROOT / "docs").rglob("*.md")),
]
LINK = re.compile(r"""\]\(([^)\s]+)(?:\s+"[^"]*")?\)|(?:src|href)="([^"]+)\"""")
SCRIPT = re.compile(r"(?<![\w./])(?:benchmarks|tools|docs)/\w+\.(?:py|sh)")


def named(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def headings(page: Path) -> set[str]:
    """The headings of a page as GitHub turns them into what a link can lead to."""
    lines = re.findall(r"^#+ (.*)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", line.lower()).strip().replace(" ", "-") for line in lines}


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_every_link_leads_to_a_file_and_a_heading_that_exist(page) -> None:
    found = [first or second for first, second in LINK.findall(page.read_text(encoding="utf-8"))]
    lost = []
    for link in found:
        if re.match(r"[a-z]+:", link):
            continue
        file, _, heading = link.partition("#")
        place = page.parent / file if file else page
        if not place.exists() or (heading and heading not in headings(place)):
            lost.append(link)
    assert lost == []


@pytest.mark.parametrize("page", [*PAGES, ROOT / "Makefile"], ids=named)
def test_every_script_that_is_named_is_there(page) -> None:
    scripts = set(SCRIPT.findall(page.read_text(encoding="utf-8")))
    assert sorted(name for name in scripts if not (ROOT / name).is_file()) == []


def test_every_benchmark_has_its_row() -> None:
    told = (ROOT / "benchmarks" / "README.md").read_text(encoding="utf-8")
    rows = set(re.findall(r"^\| `(\w+\.py)[ `]", told, re.MULTILINE))
    assert rows == {path.name for path in (ROOT / "benchmarks").glob("[!_]*.py")}
