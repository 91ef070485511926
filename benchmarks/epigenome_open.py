"""How long ten thousand pictures of genes take to open: the set alone, and the list of genes.

    python benchmarks/epigenome_open.py [FOLDER]

FOLDER holds pictures, with a `pictures.csv` or named by their gene; without it those that
`epigenome_painted.py` has drawn. Printed: seconds to open them, and to list what is known of each;
five times over.
"""

import argparse
import time
from pathlib import Path

from napari_seewhy.epigenome.pictures.set import PictureSet
from napari_seewhy.epigenome.reviewing.queue import GeneQueue

N_TIMES = 5


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, nargs="?", default=Path("out/bench/pictures"))
    folder = parser.parse_args().folder
    if not folder.is_dir():
        print(f"skipped: {folder} does not exist; epigenome_painted.py draws it")
        return
    for number in range(N_TIMES):
        start = time.perf_counter()
        pictures = PictureSet(folder)
        read = time.perf_counter()
        GeneQueue(pictures, "reader")
        end = time.perf_counter()
        print(
            f"{number + 1}: {len(pictures):,} pictures, {read - start:.2f} s + {end - read:.2f} s"
        )


if __name__ == "__main__":
    main()
