"""Asks PyTorch what it was built for and what it computes on; run in a process of its own.

Importing PyTorch takes seconds, and a broken installation of it can end the process.
"""

import json
import sys


def look_at_torch() -> dict[str, str | None]:
    """Return the version of PyTorch, the CUDA it was built for and the device it would use."""
    import torch

    if torch.cuda.is_available():
        device = "cuda"
    elif torch.backends.mps.is_available():
        device = "mps"
    else:
        device = "cpu"
    return {"version": torch.__version__, "cuda": torch.version.cuda, "device": device}


if __name__ == "__main__":
    sys.stdout.write(json.dumps(look_at_torch()))
