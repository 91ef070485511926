"""Kill a training again and again, and compare what comes out with a training that was left alone.

A child process trains and says every step; at a random one it is killed (SIGKILL) and restarted
with ``resume``. In float32 on the CPU the weights must be the same to the last bit. Run it as

    python benchmarks/resume.py --kills 10
"""

from __future__ import annotations

import argparse
import json
import random
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
import torch
from safetensors.torch import load_file

from napari_seewhy.models.networks.options import NetworkOptions
from napari_seewhy.samples import SampleSet, SampleWriter
from napari_seewhy.samples.importing.import_samples import import_npz
from napari_seewhy.samples.importing.options import NpzOptions
from napari_seewhy.samples.splitting.split import SplitOptions, split_samples
from napari_seewhy.training.fitting.fit import fit_steps
from napari_seewhy.training.fitting.options import TrainOptions

CROPS = Path(__file__).parents[2] / "shared" / "data" / "jurkat" / "crops.npz"


def draw_samples(path: Path) -> None:
    """Squares of two brightnesses, for a computer without the real cells."""
    rng = np.random.default_rng(0)
    target = np.arange(200) % 2
    pixels = rng.normal(100, 10, (200, 1, 16, 16))
    pixels[:, :, 4:12, 4:12] += 40 * target[:, None, None, None]
    with SampleWriter(
        path, channels="a", size_px=(16, 16), dtype="uint16", classes=("dim", "bright")
    ) as writer:
        writer.append(pixels.astype(np.uint16), target, "one")


def train(job_path: Path) -> None:
    """Continue the training of a job, reporting every step; runs in the child."""
    job = json.loads(job_path.read_text())
    network, options = NetworkOptions(**job["network"]), TrainOptions(**job["options"])
    with SampleSet(job["samples"]) as samples:
        split = split_samples(
            samples.target, samples.group, SplitOptions(by="sample"), classes=samples.classes
        )
        task = fit_steps(samples, network, options, split, out=Path(job["out"]), resume=True)
        for step in task:
            print(step.done, flush=True)


def run(job_path: Path, kill_after: int | None = None) -> bool:
    """Run the child, kill it after so many steps, and say whether it had finished before."""
    command = [sys.executable, __file__, "--child", str(job_path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as child:
        assert child.stdout is not None
        for i, _ in enumerate(child.stdout):
            if i == kill_after:
                child.send_signal(signal.SIGKILL)
                break
    if child.returncode not in (0, -signal.SIGKILL):
        raise SystemExit(f"the training ended with status {child.returncode}")
    return child.returncode == 0


def write_job(folder: Path, name: str, *, is_quick: bool) -> tuple[Path, Path]:
    """Write down what is trained; return the job and the model it makes."""
    samples, out = folder / "samples.h5", folder / f"{name}.safetensors"
    network = NetworkOptions(width=4, n_stages=1) if is_quick else NetworkOptions()
    options = TrainOptions(epochs=3 if is_quick else 20, device="cpu", precision="fp32")
    if is_quick:
        options = options.change(batch_size=16)
    job = {
        "samples": str(samples),
        "out": str(out),
        "network": network.model_dump(),
        "options": options.model_dump(),
    }
    path = folder / f"{name}.json"
    path.write_text(json.dumps(job))
    return path, out


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=10)
    parser.add_argument("--seed", type=int, default=0, help="of the steps at which it is killed")
    parser.add_argument("--quick", action="store_true", help="two kills of a tiny training, to try")
    parser.add_argument("--child", type=Path, help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if chosen.child is not None:
        train(chosen.child)
        return
    moments = random.Random(chosen.seed)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        if chosen.quick or not CROPS.is_file():
            draw_samples(folder / "samples.h5")
        else:
            import_npz(CROPS, folder / "samples.h5", NpzOptions(target_key="phase")).samples.close()
        whole_job, whole = write_job(folder, "whole", is_quick=chosen.quick)
        broken_job, broken = write_job(folder, "broken", is_quick=chosen.quick)
        run(whole_job)
        n_kills = 2 if chosen.quick else chosen.kills
        killed_at = []
        while len(killed_at) < n_kills:
            moment = moments.randint(1, 12 if chosen.quick else 45)
            if run(broken_job, moment):
                raise SystemExit(f"it finished after {len(killed_at)} kills; give it more epochs")
            killed_at.append(moment)
        run(broken_job)
        first, second = load_file(whole), load_file(broken)
        is_same = first.keys() == second.keys() and all(
            torch.equal(value, second[name]) for name, value in first.items()
        )
    print(f"killed {n_kills} times, after {', '.join(map(str, killed_at))} steps of each start")
    print(f"{len(first)} tensors of weights {'are the same' if is_same else 'DIFFER'}")
    if not is_same:
        raise SystemExit(1)


if __name__ == "__main__":
    main()
