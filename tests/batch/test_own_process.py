"""A process of ours keeps the memory of large arrays and gives it back when asked."""

from __future__ import annotations

import subprocess
import sys

import pytest

CODE = """
import resource, sys
import psutil
import numpy as np
from napari_seewhy.batch import prepare_process, return_memory
if sys.argv[1] == "prepared":
    prepare_process()
def faults_of(n):
    before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
    for _ in range(n):
        np.full(50_000_000, 1, np.uint8)
    return resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before
faults_of(2)
again = faults_of(10)
held = psutil.Process().memory_info().rss
return_memory()
print(again, held - psutil.Process().memory_info().rss)
"""


def run(word: str) -> tuple[int, int]:
    """Return the page faults of ten arrays of 50 MB, and how much was given back afterwards."""
    done = subprocess.run(
        [sys.executable, "-c", CODE, word], capture_output=True, text=True, check=True
    )
    faults, given_back = done.stdout.split()
    return int(faults), int(given_back)


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="It is a setting of glibc.")
def test_large_arrays_get_the_same_memory_again_and_it_can_be_given_back():
    faults, given_back = run("prepared")
    assert faults < 100
    assert given_back > 40e6
    assert run("as it is")[0] > 200
