"""Trains in a process of its own and prints every step, so that a test can kill it at one."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import torch

from napari_seewhy.models.networks.options import NetworkOptions
from napari_seewhy.training.fitting.fit import fit_steps
from napari_seewhy.training.fitting.options import TrainOptions


def main(job_path: str) -> None:
    torch.set_num_threads(1)
    job = json.loads(Path(job_path).read_text())
    rows = {part: np.array(rows) for part, rows in job["rows"].items()}
    task = fit_steps(
        Path(job["samples"]),
        NetworkOptions(**job["network"]),
        TrainOptions(**job["options"]),
        SimpleNamespace(**rows),
        out=Path(job["out"]),
        resume=True,
    )
    for step in task:
        print(step.epoch if hasattr(step, "epoch") else -1, step.done, flush=True)
        # Waits for the signal to continue, so that the test knows where it kills.
        sys.stdin.readline()


if __name__ == "__main__":
    main(sys.argv[1])
