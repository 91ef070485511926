"""Change 2,000 bases of a window, against predicting the window for each; read a whole genome.

The model that comes with the program, and the same with a linear model of words of five letters,
whose weights do not matter here. One prediction of the window is timed between the pieces of
the mutagenesis, in the same run, and counts 6,000 times. Seconds are those of the processor.

Run it as

    python benchmarks/dna_speed.py [GENOME.gbk.gz]
"""

from __future__ import annotations

import gzip
import resource
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import torch

from napari_seewhy.genome import decode_letters, encode_letters
from napari_seewhy.models.files import SHIPPED_FOLDER
from napari_seewhy.models.running import Runtime
from napari_seewhy.progress import finish
from napari_seewhy.reading import CoverageModel, load_coverage, predict_coverage
from napari_seewhy.reading.mutate import LocalReader
from napari_seewhy.sequence.painting import PaintOptions, paint_genome_steps

MODEL = SHIPPED_FOLDER / "dna-painted.safetensors"
GENOME = Path("../shared/data/sequence/genomes/escherichia_coli.gbk.gz")
LENGTH, N_BASES, PIECE = 131_072, 2048, 32
WANTED_RATIO, WANTED_SECONDS, WANTED_DIFFERENCE, WANTED_MB = 50, 20, 1e-5, 2


def add_words(model: CoverageModel) -> CoverageModel:
    """Return the model with random weights of words of five letters beside its network."""
    card = model.card.change(composition=0.5)
    network = card.build().eval()
    network.load_state_dict(model.network.state_dict(), strict=False)
    return CoverageModel(network, card)


def compare_mutagenesis(model: CoverageModel) -> None:
    """Print seconds of both ways, and how much they differ."""
    cpu = Runtime("cpu")
    codes = np.random.default_rng(0).integers(0, 4, LENGTH).astype(np.uint8)
    whole = predict_coverage(model, codes, cpu)
    local = one = worst = 0.0
    start = time.process_time()
    reader = LocalReader(model, codes, cpu)
    local += time.process_time() - start
    first = LENGTH // 2
    for at in range(first, first + N_BASES, PIECE):
        changes = [
            (position, letter)
            for position in range(at, at + PIECE)
            for letter in range(4)
            if letter != codes[position]
        ]
        start = time.process_time()
        effects = reader.sum_changes(changes)
        local += time.process_time() - start
        changed = codes.copy()
        changed[changes[0][0]] = changes[0][1]
        start = time.process_time()
        said = predict_coverage(model, changed, cpu)
        one += (time.process_time() - start) / (N_BASES // PIECE)
        change = reader.change(changes[:1])
        mine = whole.copy()
        mine[:, change.first : change.first + change.said.shape[2]] = change.said[0].exp().numpy()
        worst = max(worst, float(np.abs(mine - said).max() / max(said.max(), 1)))
        assert np.isfinite(effects).all()
    ratio = one * 3 * N_BASES / local
    print(
        f"{N_BASES:,} bases of {LENGTH:,}, weight of words {model.card.composition:g}: "
        f"{local:.1f} s (wanted {WANTED_SECONDS}), the window for each "
        f"{one * 3 * N_BASES:.0f} s: {ratio:.0f} times (wanted {WANTED_RATIO}); largest "
        f"difference {worst:.1e} of the largest value (wanted {WANTED_DIFFERENCE:.0e})"
    )


def read_genome(path: Path) -> None:
    """Print how fast a genome is predicted, and the memory that it takes."""
    with gzip.open(path, "rt") as stream:
        text = stream.read().split("ORIGIN", 1)[1]
    letters = decode_letters(encode_letters("".join(one for one in text if one in "acgtn")))
    with tempfile.TemporaryDirectory() as folder:
        fasta = Path(folder) / "genome.fa"
        lines = (letters[at : at + 80] for at in range(0, len(letters), 80))
        fasta.write_text(">genome\n" + "".join(f"{line}\n" for line in lines))
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        start = time.process_time()
        finish(paint_genome_steps(MODEL, fasta, Path(folder) / "out", PaintOptions(device="cpu")))
        seconds = time.process_time() - start
        grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    rate = len(letters) / 1e6 / seconds * 60
    print(
        f"{len(letters) / 1e6:.1f} Mb in {seconds:.1f} s: {rate:.1f} Mb a minute of one core "
        f"(wanted {WANTED_MB} on two); memory grew by {grown:.0f} MB"
    )


def main() -> None:
    """Print both."""
    torch.set_num_threads(1)
    torch.manual_seed(0)
    model = load_coverage(MODEL)
    compare_mutagenesis(model)
    compare_mutagenesis(add_words(model))
    path = Path(sys.argv[1]) if len(sys.argv) > 1 else GENOME
    if path.is_file():
        read_genome(path)
    else:
        print(f"{path} is not there; reading a genome is skipped.")


if __name__ == "__main__":
    main()
