"""Trains a segmenter in a process of its own and prints every step, for a test to kill it at."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import torch

from napari_seewhy.nuclei.learning.options import SegmenterOptions
from napari_seewhy.nuclei.learning.pairs import find_pairs
from napari_seewhy.nuclei.learning.train import train_segmenter_steps


def main(job_path: str) -> None:
    torch.set_num_threads(1)
    job = json.loads(Path(job_path).read_text())
    found = find_pairs(job["images"], job["labels"])
    options = SegmenterOptions(**job["options"])
    for step in train_segmenter_steps(found.pairs, options, out=Path(job["out"]), resume=True):
        print(step.epoch if hasattr(step, "epoch") else -1, step.done, flush=True)
        # Waits for the signal to continue, so that the test knows where it kills.
        sys.stdin.readline()


if __name__ == "__main__":
    main(sys.argv[1])
