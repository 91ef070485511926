"""The pages: every link leads somewhere, and every script that they name is there."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PAGES = [
    *(ROOT / name for name in ("README.md", "CONTRIBUTING.md")),
    *(ROOT / name / "README.md" for name in ("benchmarks", "sample_data")),
    *sorted((ROOT / "docs").rglob("*.md")),
]
INDEX = ROOT / "docs" / "index.md"
LINK = re.compile(r"""\]\(([^)\s]+)(?:\s+"[^"]*")?\)|(?:src|href)="([^"]+)\"""")
SCRIPT = re.compile(r"(?<![\w./])(?:benchmarks|tools|docs)/[\w/]+\.(?:py|sh)")


def named(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def headings(page: Path) -> set[str]:
    """The headings of a page as GitHub turns them into what a link can lead to."""
    lines = re.findall(r"^#+ (.*)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", line.lower()).strip().replace(" ", "-") for line in lines}


def links_of(page: Path) -> list[str]:
    """What a page links to inside this project."""
    found = [first or second for first, second in LINK.findall(page.read_text(encoding="utf-8"))]
    return [link for link in found if not re.match(r"[a-z]+:", link)]


def pages_after(page: Path) -> set[Path]:
    """The other pages that a page links to."""
    files = {(page.parent / link.partition("#")[0]).resolve() for link in links_of(page)}
    return {file for file in files if file.suffix == ".md"} - {page}


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_every_link_leads_to_a_file_and_a_heading_that_exist(page) -> None:
    lost = []
    for link in links_of(page):
        file, _, heading = link.partition("#")
        place = page.parent / file if file else page
        if not place.exists() or (heading and heading not in headings(place)):
            lost.append(link)
    assert lost == []


def test_every_page_is_reached_from_the_index() -> None:
    reached, waiting = set(), {INDEX}
    while waiting:
        reached |= waiting
        waiting = set().union(*map(pages_after, waiting)) - reached
    assert [named(page) for page in PAGES if page not in reached] == []


# The page of the sample data is in the wheel too, where the others are not.
@pytest.mark.parametrize("page", [p for p in PAGES if p.parent.name != "sample_data"], ids=named)
def test_every_page_links_on_and_a_page_of_docs_also_back_to_the_index(page) -> None:
    assert pages_after(page) - {INDEX}
    if page != INDEX and INDEX.parent in page.parents:
        assert INDEX in pages_after(page)


@pytest.mark.parametrize("page", [*PAGES, ROOT / "Makefile"], ids=named)
def test_every_script_that_is_named_is_there(page) -> None:
    scripts = set(SCRIPT.findall(page.read_text(encoding="utf-8")))
    assert sorted(name for name in scripts if not (ROOT / name).is_file()) == []


def test_every_benchmark_has_its_row() -> None:
    told = (ROOT / "benchmarks" / "README.md").read_text(encoding="utf-8")
    rows = set(re.findall(r"^\| `(\w+\.py)[ `]", told, re.MULTILINE))
    assert rows == {path.name for path in (ROOT / "benchmarks").glob("[!_]*.py")}


def test_the_architecture_page_has_the_layers_that_are_checked_and_names_every_room() -> None:
    text = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    contracts = project["tool"]["importlinter"]["contracts"]
    (floors,) = (one for one in contracts if one.get("containers") == ["napari_seewhy"])
    assert "\n".join(["```", *floors["layers"], "```"]) in text
    source = ROOT / "src" / "napari_seewhy"
    rooms = [path.parent for path in source.glob("*/**/__init__.py")]
    assert [named(room) for room in rooms if room.name not in text] == []
