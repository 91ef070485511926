"""What malformed files and sudden ends do to the program: tried, held and failed of each kind.

Every case is drawn with a seed. A file is held where it is read or refused in one sentence, quickly
and without much memory; an end is held where no half file stands under a final name and the next
run brings the bytes of a run that was left alone. Only harmless files are made.

    python benchmarks/attack.py                       # all kinds; kills take an hour
    python benchmarks/attack.py --kinds models kills --kills 10
    python benchmarks/attack.py --images 2000 --edge 30000   # large inputs, memory of each
"""

from __future__ import annotations

import argparse
import contextlib
import gzip
import json
import os
import random
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import h5py
import numpy as np
import pandas as pd
import psutil
import tifffile

from napari_seewhy.cli.main import main
from napari_seewhy.cli.telling import printable
from napari_seewhy.errors import SeewhyError
from napari_seewhy.genome import convert_to_bigwig, read_genes
from napari_seewhy.models.files import SHIPPED_FOLDER, load_network, read_any_card
from napari_seewhy.samples import SampleSet, SampleWriter
from napari_seewhy.tables import read_table

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

MOST_SECONDS, MOST_BYTES = 60, 2**30
ODD = (
    *(None, True, -1, 0, 10**9, 10**30, 1e308, 0.5, "", "\x1b[31mred", "\ud800", "x" * 100_000),
    *([], [[]], {}, {"a": {}}, ["a", "a"], [1, 2, 3], ["\u202e<b>name</b>"], [10**9, 10**9]),
)
"""Values that stand where others are expected."""


class Tally(NamedTuple):
    """One kind of attack: how many were tried, and what did not hold."""

    kind: str
    n_tried: int
    failures: list[str]


def try_case(name: str, run: Callable[[], object]) -> str:
    """Run a case; return why it did not hold, "" if it did."""
    start, before = time.process_time(), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            run()
    except SeewhyError as error:
        said = printable(str(error))
        if "\n" in said or "\x1b" in said or len(said) > 2000:
            return f"{name}: no one sentence: {said[:100]!r}"
    except Exception as error:  # noqa: BLE001 - the fault that is looked for
        return f"{name}: {type(error).__name__}: {str(error)[:100]}"
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) * 1024
    if grown > MOST_BYTES:
        return f"{name}: took {grown / 1e9:.1f} GB"
    seconds = time.process_time() - start
    if seconds > MOST_SECONDS:
        return f"{name}: took {seconds:.0f} s"
    return ""


def tally(kind: str, cases: Iterator[tuple[str, Callable[[], object]]]) -> Tally:
    """Try all cases of a kind."""
    found = [try_case(name, run) for name, run in cases]
    return Tally(kind, len(found), list(filter(None, found)))


# Models


def alter_model(source: Path, target: Path, rng: random.Random) -> str:
    """Write a copy of a model with some entries of its card, or some bytes, changed."""
    content = source.read_bytes()
    n_header = int.from_bytes(content[:8], "little")
    header, weights = json.loads(content[8 : 8 + n_header]), content[8 + n_header :]
    (key,) = header["__metadata__"]
    card = json.loads(header["__metadata__"][key])
    said = []
    how = rng.choice(("field", "field", "field", "inner", "tensor", "bytes", "cut"))
    if how in ("field", "inner"):
        for _ in range(rng.randint(1, 3)):
            place = card
            if how == "inner":
                inner = [value for value in card.values() if isinstance(value, dict) and value]
                place = rng.choice(inner)
            name = rng.choice(list(place))
            place[name] = rng.choice(ODD)
            said.append(f"{name}={str(place[name])[:20]!r}")
    if how == "tensor":
        name = rng.choice([name for name in header if name != "__metadata__"])
        header[name]["shape"] = rng.choice(([1], [2**40], [0], [], [-1], ["a"], 10**30))
        said.append(f"shape of {name}")
    header["__metadata__"][key] = json.dumps(card)
    text = json.dumps(header).encode()
    made = bytearray(len(text).to_bytes(8, "little") + text + weights)
    if how == "bytes":
        for _ in range(20):
            made[rng.randrange(min(len(made), n_header))] = rng.randrange(256)
    target.write_bytes(made[: rng.randrange(len(made))] if how == "cut" else made)
    return f"{source.stem} {how} {' '.join(said)}"


def attack_models(folder: Path, n: int, seed: int = 0) -> Tally:
    """Show, describe and load altered copies of the shipped models of every kind."""

    def cases() -> Iterator[tuple[str, Callable[[], object]]]:
        sources = sorted(SHIPPED_FOLDER.glob("*.safetensors"))
        for i in range(n):
            rng = random.Random(f"{seed} {i}")
            path = folder / f"{i}.safetensors"
            name = alter_model(sources[i % len(sources)], path, rng)

            def run(path: Path = path) -> None:
                try:
                    card = read_any_card(path)
                    card.describe()
                    load_network(path, type(card))
                finally:
                    path.unlink()

            yield f"{i} {name}", run

    return tally("models", cases())


# Sample sets


def alter_samples(path: Path, rng: random.Random) -> str:
    """Write a small sample set with up to three faults."""
    with SampleWriter(path, channels="D", size_px=(8, 8), dtype="uint16", classes="ab") as writer:
        origin = pd.DataFrame({"label": range(3)})
        writer.append(np.ones((3, 1, 8, 8), "u2"), np.array([0, 1, -1]), "g", origin)
    said = []
    with h5py.File(path, "r+") as file:
        for _ in range(rng.randint(1, 3)):
            name = rng.choice(("pixels", "target", "group", "origin/label", "attribute", "new"))
            value = rng.choice(
                (
                    np.zeros(0),
                    np.zeros((3, 2)),
                    np.full(3, np.inf),
                    np.full(3, 10**12),
                    np.full(3, -9),
                    np.zeros((3, 1, 8, 8), complex),
                    np.array([b"x"] * 3),
                    5,
                    h5py.Empty("f4"),
                    h5py.SoftLink("/pixels"),
                    h5py.ExternalLink("/etc/hostname", "/x"),
                )
            )
            said.append(name)
            with contextlib.suppress(KeyError, ValueError, TypeError, RuntimeError, OSError):
                if name == "attribute":
                    odd = rng.choice([one for one in ODD if isinstance(one, bool | int | str)])
                    file.attrs[rng.choice(list(file.attrs))] = odd
                elif name == "new":
                    file[f"origin/{rng.choice('xyz')}"] = value
                else:
                    del file[name]
                    file[name] = value
    if rng.random() < 0.2:
        whole = path.read_bytes()
        path.write_bytes(whole[: rng.randrange(len(whole))])
        said.append("cut")
    return " ".join(said)


def attack_samples(folder: Path, n: int, seed: int = 0) -> Tally:
    """Read all of malformed sample sets."""

    def cases() -> Iterator[tuple[str, Callable[[], object]]]:
        for i in range(n):
            path = folder / f"{i}.h5"
            name = alter_samples(path, random.Random(f"{seed} {i}"))

            def run(path: Path = path) -> None:
                with SampleSet(path) as samples:
                    _ = samples.target, samples.group, samples.origin, samples.record
                    samples.read_pixels([0])

            yield f"{i} {name}", run

    return tally("sample sets", cases())


# Tracks and tables

LINES = ("chr1\t10\t11\t50", "chr1\t20\t21\t0", "chr2\t5\t6\t100")
GENES = ("chr1\t1000\t2000\tgene1\t0\t+", "chr2\t5000\t9000\tgene2\t0\t-")
CELLS = ("label,class,area", "1,G1,5", "2,G2,6")
ODD_FIELDS = (
    *("", "-5", "4294967296", "9" * 30, "1e400", "nan", "x\0y", "=1+1", "\x1b[31m", "é" * 5000),
    *('"', "1.5", "\ufeff", "0x10", " ", "chr1", "inf"),
)


def attack_texts(folder: Path, n: int, seed: int = 0) -> Tally:
    """Read tracks as text, tables of genes and of cells with odd fields, lines and packing."""
    kinds: tuple[tuple[str, tuple[str, ...], str, Callable[[Path], object]], ...] = (
        ("a.bedGraph", LINES, "\t", lambda path: convert_to_bigwig(path, path.with_suffix(".bw"))),
        ("a.bed", GENES, "\t", read_genes),
        ("a.csv", CELLS, ",", lambda path: read_table(path, ["label"], ["class"])),
    )

    def cases() -> Iterator[tuple[str, Callable[[], object]]]:
        for i in range(n):
            rng = random.Random(f"{seed} {i}")
            name, lines, sign, read = kinds[i % 3]
            rows = [line.split(sign) for line in lines]
            for _ in range(rng.randint(1, 3)):
                row = rng.choice(rows)
                if row:
                    row[rng.randrange(len(row))] = rng.choice(ODD_FIELDS)
                if row and rng.random() < 0.3:
                    del row[rng.randrange(len(row)) :]
            text = "\n".join(map(sign.join, rows)).encode()
            how = rng.choice(("plain", "plain", "gzip", "cut gzip", "long", "latin"))
            if how == "long":
                text += b"\n" + b"0" * 20_000_000
            if how == "latin":
                text += "\nµ".encode("latin-1")
            packed = gzip.compress(text) if how in ("gzip", "cut gzip", "long") else text
            path = folder / f"{i}{name}"
            path.write_bytes(packed[: len(packed) // 2] if how == "cut gzip" else packed)

            def run(path: Path = path, read: Callable[[Path], object] = read) -> None:
                read(path)

            yield f"{i} {name} {how}", run

    return tally("tracks and tables", cases())


# Kills

SMALL = "--epochs 4 --width 4 --n-stages 1 --batch-size 16 --device cpu --precision fp32"
VERBS = {
    "segment": "segment images --out {out} --method otsu --resume",
    "crop": "crop images --labels labels --size-px 24 --out {out}/s.h5",
    "samples import": "samples import folders classes --out {out}/s.h5",
    "train": f"train s.h5 --out {{out}}/m.safetensors --resume {SMALL}",
    "tune": "tune s.h5 --study {out}/n.study --trials 3 --out {out}/m.safetensors --device cpu",
    "predict": "predict m.safetensors s.h5 --out {out}/p.csv --device cpu",
    "classify": "classify m.safetensors images --labels labels --out {out} --resume --device cpu",
    "epigenome classify": "epigenome classify pictures --tree genes-simulated --out {out} --resume "
    "--device cpu",
}


def prepare(folder: Path) -> None:
    """Make the inputs of all verbs in a folder."""
    rng = np.random.default_rng(0)
    y, x = np.indices((160, 160))
    for i in range(4):
        spots = sum(
            np.exp(-((y - 20 - 40 * a) ** 2 + (x - 20 - 40 * b) ** 2) / 60)
            for a in range(4)
            for b in range(4)
        )
        pixels = (100 + 800 * spots + rng.normal(0, 5, y.shape)).astype("u2")
        for place in (f"images/{i}.tif", f"classes/{'ab'[i % 2]}/{i}.tif"):
            (folder / place).parent.mkdir(parents=True, exist_ok=True)
            tifffile.imwrite(folder / place, pixels if "images" in place else pixels[:24, :24])
    target = np.arange(60) % 2
    crops = rng.normal(100, 5, (60, 1, 24, 24))
    crops[:, :, 8:16, 8:16] += 60 * target[:, None, None, None]
    with SampleWriter(
        folder / "s.h5", channels="D", size_px=(24, 24), dtype="uint16", classes="ab"
    ) as writer:
        writer.append(
            crops.astype("u2"), target, np.array([f"g{i % 6}" for i in range(60)], object)
        )
    genes = Path(__file__).resolve().parents[1] / "sample_data" / "epigenome"
    drawn = f"epigenome draw --chromatin {genes}/compound_01/chromatin.bw --methylation "
    drawn += f"{genes}/compound_01/methylation.bw --genes {genes}/genes.bed --out pictures"
    for words in (drawn, VERBS["segment"].format(out="labels"), VERBS["train"].format(out=".")):
        if wait(start(words, folder)):
            sys.exit((folder / "said.txt").read_text())


def start(words: str, folder: Path) -> int:
    """Start a command as a process of its own, which finds all libraries loaded; return its id.

    Loading them takes longer than the work, and no file is written meanwhile.
    """
    child = os.fork()
    if child:
        return child
    said = os.open(folder / "said.txt", os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    for stream in (1, 2):
        os.dup2(said, stream)
    os.chdir(folder)
    status = 70
    try:
        status = main(words.split())
    finally:
        os._exit(status)


def wait(child: int, seconds: float = 3600) -> int | None:
    """Wait for a command; return its status, None where it has not ended by then."""
    end = time.monotonic() + seconds
    while True:
        ended, status = os.waitpid(child, os.WNOHANG)
        if ended:
            return os.waitstatus_to_exitcode(status)
        if time.monotonic() >= end:
            return None
        time.sleep(0.002)


def load_libraries() -> None:
    """Load what the commands use, without starting a thread."""
    import lightning_fabric  # noqa: F401  (see above)
    import optuna  # noqa: F401  (see above)
    import sklearn.metrics  # noqa: F401  (see above)
    import timm  # noqa: F401  (see above)
    import torch

    import napari_seewhy.training.tuning.tune  # noqa: F401  (see above)

    torch.set_num_threads(1)


def read_outputs(folder: Path) -> dict[str, bytes]:
    """Return what stands under final names; of records all but the hour of the run."""
    found = {}
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if path.is_dir() or name.endswith((".part", ".checkpoint", ".study", ".html")):
            continue
        content = path.read_bytes()
        if name.endswith("record.json"):
            content = json.dumps(json.loads(content) | {"finished": ""}).encode()
        if name.endswith(".safetensors"):
            n_header = int.from_bytes(content[:8], "little")
            content = content[8 + n_header :]
        if name.endswith(".h5"):
            with SampleSet(path) as samples:
                content = samples.read_pixels(range(len(samples))).tobytes()
        found[name] = content.replace(str(folder).encode(), b"")
    return found


def attack_by_kills(
    folder: Path, n: int, seed: int = 0, verbs: tuple[str, ...] = ()
) -> list[Tally]:
    """Kill every verb at drawn moments, look for half files, run it again and compare."""
    load_libraries()
    prepare(folder)
    tallies = []
    for verb in verbs or VERBS:
        whole = folder / "whole" / verb.replace(" ", "-")
        began = time.perf_counter()
        if wait(start(VERBS[verb].format(out=whole), folder)):
            sys.exit((folder / "said.txt").read_text())
        seconds, expected = time.perf_counter() - began, read_outputs(whole)
        failures = []
        rng = random.Random(f"{seed} {verb}")
        for i in range(n):
            out = folder / "killed" / f"{verb.replace(' ', '-')}-{i}"
            words = VERBS[verb].format(out=out)
            after = rng.uniform(0.1, 1.0) * seconds
            child = start(words, folder)
            if wait(child, after) is None:
                os.kill(child, signal.SIGKILL)
                wait(child)
            half = read_outputs(out) if out.is_dir() else {}
            status = wait(start(words, folder))
            said, now = (folder / "said.txt").read_text(), read_outputs(out)
            wrong = [
                name
                for name, content in half.items()
                if ".unreported" not in name and content != expected.get(name)
            ]
            parts = [path.name for path in out.rglob("*.part")]
            other = [name for name in expected if now.get(name) != expected[name]]
            if status or wrong or parts or other or set(now) - set(expected):
                failures.append(
                    f"killed after {after:.1f} s: half {wrong}, parts {parts}, other {other}, "
                    f"more {sorted(set(now) - set(expected))}, {said[-200:]}"
                )
            shutil.rmtree(out, ignore_errors=True)
        tallies.append(Tally(f"kills of {verb}", n, failures))
        print(f"{verb}: {seconds:.1f} s, {n} killed, {len(failures)} failed", flush=True)
    return tallies


# Large inputs


def run_large(folder: Path, n_images: int, edge_px: int) -> None:
    """Segment many images and one large image; print time and the most memory of each."""
    rng = np.random.default_rng(0)
    tile = rng.integers(90, 110, (64, 64)).astype("u2")
    y, x = np.indices(tile.shape) - 32
    tile[y**2 + x**2 < 150] += 500
    jobs = []
    if n_images:
        (folder / "many").mkdir()
        for i in range(n_images):
            tifffile.imwrite(folder / f"many/{i:05}.tif", np.tile(tile, (4, 4)) + np.uint16(i % 7))
        jobs.append("many")
    if edge_px:
        shape = (edge_px, edge_px)
        large = tifffile.memmap(folder / "large.tif", shape=shape, dtype="u2")
        n = -(-edge_px // 64)
        for row in range(n):
            band = np.tile(tile, (1, n))[: edge_px - 64 * row, :edge_px]
            large[64 * row : 64 * row + 64] = band
        large.flush()
        del large
        jobs.append("large.tif")
    for name in jobs:
        words = f"segment {name} --out out-{name} --method otsu --quiet"
        status, seconds, sizes = follow([sys.executable, "-c", COMMAND, *words.split()], folder)
        tenths = [max(part) for part in np.array_split(sizes, 10) if len(part)]
        print(
            f"{name}: status {status}, {seconds:.0f} s, at most {max(sizes):.2f} GB; "
            f"in each tenth of the time {' '.join(f'{size:.2f}' for size in tenths)}"
        )


COMMAND = "import sys; from napari_seewhy.cli.main import main; sys.exit(main())"


def follow(words: list[str], folder: Path) -> tuple[int, float, list[float]]:
    """Run a command as a new process; return its status, seconds, and its memory in GB over time.

    Counted is what it holds itself, without the pages of files that it maps.
    """
    began, sizes = time.perf_counter(), []
    with subprocess.Popen(words, cwd=folder) as child:
        seen = psutil.Process(child.pid)
        while child.poll() is None:
            with contextlib.suppress(psutil.Error):
                memory = seen.memory_info()
                sizes.append((memory.rss - memory.shared) / 1e9)
            time.sleep(0.2)
    return child.returncode, time.perf_counter() - began, sizes


def parse() -> argparse.Namespace:
    """Read the options of the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    kinds = ("samples", "models", "texts", "kills")
    parser.add_argument("--kinds", nargs="*", choices=kinds, default=kinds)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--samples", type=int, default=120)
    parser.add_argument("--models", type=int, default=200)
    parser.add_argument("--texts", type=int, default=120)
    parser.add_argument("--kills", type=int, default=10)
    parser.add_argument("--verbs", nargs="*", choices=list(VERBS), default=list(VERBS))
    parser.add_argument("--images", type=int, default=0, help="2000 in the docs")
    parser.add_argument("--edge", type=int, default=0, help="30000 in the docs")
    return parser.parse_args()


def run() -> int:
    """Attack by all kinds that were chosen, print the table, and return 1 if one failed."""
    chosen = parse()
    tallies: list[Tally] = []
    with tempfile.TemporaryDirectory(prefix="attack-") as made:
        folder = Path(made)
        if chosen.images or chosen.edge:
            run_large(folder, chosen.images, chosen.edge)
            return 0
        ways: dict[str, Any] = {
            "samples": (attack_samples, chosen.samples),
            "models": (attack_models, chosen.models),
            "texts": (attack_texts, chosen.texts),
        }
        for kind, (attack, n) in ways.items():
            if kind in chosen.kinds:
                tallies.append(attack(folder, n, chosen.seed))
        if "kills" in chosen.kinds:
            tallies += attack_by_kills(folder, chosen.kills, chosen.seed, tuple(chosen.verbs))
    print(f"{'kind':28} {'tried':>6} {'held':>6} {'failed':>6}")
    for one in tallies:
        n_failed = len(one.failures)
        print(f"{one.kind:28} {one.n_tried:6} {one.n_tried - n_failed:6} {n_failed:6}")
    for one in tallies:
        for failure in one.failures:
            print(f"{one.kind}: {failure}")
    return int(any(one.failures for one in tallies))


if __name__ == "__main__":
    sys.exit(run())
