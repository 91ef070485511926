"""Find the order of the channels of windows whose letters are known, in six orders each.

The windows to stop by and to report on of both files of the course, and every third stretch of
131,072 bp of *E. coli*. Each window is judged alone.

Run it as

    python benchmarks/dna_channel_order.py
"""

from __future__ import annotations

import gzip
from pathlib import Path
from typing import TYPE_CHECKING

import h5py
import numpy as np

from napari_seewhy.genome import encode_letters
from napari_seewhy.sequence.windows.channel_order import find_order

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

DATA = Path("../shared/data/sequence")
COURSE = ("hg38_131k_seq.h5", "cage10_131k_seq.h5")
ORDERS = ("ACGT", "TGCA", "GTAC", "CATG", "AGCT", "TCAG")
LENGTH, EACH = 131_072, 3


def read_course(path: Path) -> Iterator[NDArray[np.uint8]]:
    """Give the windows of a file of the course, whose channels are A, C, G, T."""
    with h5py.File(path) as file:
        for split in ("valid", "test"):
            for window in file[f"{split}_in"]:
                yield np.where(window.any(1), window.argmax(1), 4).astype(np.uint8)


def read_bacterium(path: Path) -> Iterator[NDArray[np.uint8]]:
    """Give stretches of a genome in the format of GenBank."""
    with gzip.open(path, "rt") as stream:
        text = stream.read().split("ORIGIN", 1)[1]
    codes = encode_letters("".join(letter for letter in text if letter in "acgt"))
    for start in range(0, len(codes) - LENGTH + 1, EACH * LENGTH):
        yield codes[start : start + LENGTH]


def count_right(name: str, windows: Iterator[NDArray[np.uint8]]) -> None:
    """Print how often the order was found, and how often the program would not have asked."""
    n = right = certain = 0
    for codes in windows:
        for order in ORDERS:
            channels = np.array([order.index(letter) for letter in "ACGT"] + [4], np.uint8)
            found = find_order(channels[codes][None])
            n += 1
            right += found.letters == order
            certain += found.letters == order and found.is_certain
    print(f"{name}: {n // len(ORDERS)} windows, {right} of {n} orders right, {certain} certain")


def main() -> None:
    """Print one line per source."""
    if not DATA.is_dir():
        print(f"{DATA} is not there; it is skipped.")
        return
    for name in COURSE:
        count_right(name, read_course(DATA / "coverage" / name))
    count_right("E. coli", read_bacterium(DATA / "genomes/escherichia_coli.gbk.gz"))


if __name__ == "__main__":
    main()
