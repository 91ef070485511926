"""Count the source files that a request passes, by watching every call of a real run.

    python tools/follow_journeys.py OUT

OUT gets what the commands write. Each request runs twice and the second run counts, so that imports
and first-time preparations are left out. A climb is a call from a file to one on a higher layer, as
the contracts in pyproject.toml order them; each pair of files counts once.
"""

from __future__ import annotations

import argparse
import sys
import threading
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Any

import napari_seewhy
from napari_seewhy.cells import segment
from napari_seewhy.cells.explaining.explain import explain_cells
from napari_seewhy.cli.main import main as seewhy
from napari_seewhy.images import read_image, read_labels

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import FrameType

SOURCE = Path(napari_seewhy.__file__).parent
ROOT = SOURCE.parents[1]
SAMPLES = ROOT / "sample_data"
MODEL = "cell-cycle-simulated"


def read_layers() -> dict[tuple[str, str], int]:
    """Height of every child of a package that a contract orders; the lowest is 0."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    heights = {}
    for contract in project["tool"]["importlinter"]["contracts"]:
        for package in contract.get("containers", ()):
            for height, names in enumerate(reversed(contract["layers"])):
                heights |= {(package, name.strip()): height for name in names.split("|")}
    return heights


def is_climb(caller: Path, called: Path, heights: dict[tuple[str, str], int]) -> bool:
    """Whether a call goes up, judged in the innermost package that holds both files."""
    package = "napari_seewhy"
    paths = (caller.relative_to(SOURCE).with_suffix(""), called.relative_to(SOURCE).with_suffix(""))
    for first, second in zip(*(path.parts for path in paths), strict=False):
        if first != second:
            here, there = heights.get((package, first)), heights.get((package, second))
            return here is not None and there is not None and there > here
        package = f"{package}.{first}"
    return False


def follow(request: Callable[[], Any]) -> tuple[set[Path], set[tuple[Path, Path]]]:
    """Run a request twice; return files, and pairs of caller and called, of the second run."""
    files, pairs = set(), set()

    def place(frame: FrameType | None) -> Path | None:
        path = Path(frame.f_code.co_filename) if frame else None
        return path if path and SOURCE in path.parents else None

    def watch(frame: FrameType, event: str, _: object) -> None:
        called = place(frame)
        if event == "call" and called:
            files.add(called)
            caller = place(frame.f_back)
            if caller and caller != called:
                pairs.add((caller, called))

    request()
    threading.setprofile(watch)
    sys.setprofile(watch)
    request()
    sys.setprofile(None)
    threading.setprofile(None)
    return files, pairs


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("out", type=Path)
    out = parser.parse_args().out
    field = SAMPLES / "field_typical.ome.tif"
    image = read_image(field)
    labels = read_labels(SAMPLES / "truth" / "field_typical_labels.ome.tif").labels
    tracks = SAMPLES / "epigenome"
    genes = out / "one_gene.bed"
    out.mkdir(parents=True)
    genes.write_text((tracks / "genes.bed").read_text().splitlines()[0] + "\n")
    pairs = [
        word
        for kind in ("chromatin", "methylation")
        for word in (
            f"--{kind}",
            *(tracks / one / f"{kind}.bw" for one in ("compound_01", "control")),
        )
    ]
    runs = iter(range(100))

    def run(*words: object) -> None:
        folder = out / f"run_{next(runs)}"
        assert seewhy([*map(str, words), "--out", str(folder), "--quiet"]) == 0

    requests = {
        "segment an image": lambda: segment(image),
        "explain the cells of an image": lambda: explain_cells(image, labels, MODEL),
        "seewhy classify, one image": lambda: run("classify", MODEL, field),
        "seewhy epigenome draw, one gene": lambda: run(
            "epigenome", "draw", *pairs, "--genes", genes, "--workers", 1
        ),
    }
    heights = read_layers()
    for name, request in requests.items():
        files, pairs_called = follow(request)
        n_climbs = sum(is_climb(*pair, heights) for pair in pairs_called)
        print(f"{name}: {len(files)} files, {n_climbs} climbs")


if __name__ == "__main__":
    main()
