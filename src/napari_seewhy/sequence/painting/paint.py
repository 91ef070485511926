"""A model reads a genome stretch by stretch, and its tracks are written as bigWigs."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from pydantic import Field

from napari_seewhy.errors import OptionError
from napari_seewhy.files import write_json
from napari_seewhy.genome import Genome, Interval, Run, name_files, write_bigwig
from napari_seewhy.models.running import DeviceOptions
from napari_seewhy.progress import Step
from napari_seewhy.record import make_record

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from napari_seewhy.models.running import Runtime
    from napari_seewhy.progress import Task
    from napari_seewhy.reading import CoverageCard, CoverageModel

_CORE_BP = 262_144
"""Bases that are predicted at once, besides the margins that their bins depend on."""


class PaintOptions(DeviceOptions):
    """What of a genome is predicted, and where that runs."""

    chromosomes: str = Field(
        "",
        title="Chromosomes",
        description="Names of chromosomes, with commas; empty takes all of the genome.",
    )

    def list_chromosomes(self, genome: Genome) -> list[str]:
        """Return the names of the chromosomes as the genome has them.

        Raises
        ------
        DataError
            If the genome has not one of them.
        """
        named = [name.strip() for name in self.chromosomes.split(",") if name.strip()]
        return [genome.find(name) for name in named] or list(genome.lengths)


def read_stretch(
    model: CoverageModel, genome: Genome, place: Interval, runtime: Runtime
) -> NDArray[np.float32]:
    """Predict the coverage of a stretch, each bin with all letters that it depends on.

    Parameters
    ----------
    model
        Its network on the device of `runtime`.
    genome
        What is read; past the ends of a chromosome the letters are unknown.
    place
        A whole number of bins.
    runtime
        Where it runs.

    Returns
    -------
    ndarray, shape ``(n_tracks, n_bins)``
    """
    from napari_seewhy.reading import predict_coverage

    margin = find_margin(model.card, place)
    codes = genome.read_padded(place.chromosome, place.start - margin, place.end + margin)
    said = predict_coverage(model, codes, runtime)
    n_margin = margin // model.card.bin_bp
    return said[:, n_margin : said.shape[1] - n_margin]


def find_margin(card: CoverageCard, place: Interval) -> int:
    """Return how many bases on both sides are read with a stretch: a whole number of bins.

    All that its bins depend on, and at least a window as the model learned from.
    """
    margin = max(card.reach_bp, (card.window_bp - (place.end - place.start)) // 2)
    return -(-margin // card.bin_bp) * card.bin_bp


def paint_genome_steps(
    model_path: Path, fasta: Path, out: Path, options: PaintOptions
) -> Task[list[Path]]:
    """Predict the coverage of a genome and write one bigWig per track.

    The predicted values wait in a temporary file, so that memory does not grow with the genome.

    Parameters
    ----------
    model_path
        The model.
    fasta
        The genome.
    out
        Folder for the bigWigs and their record; made if it is not there.
    options
        Which chromosomes, and where it runs.

    Returns
    -------
    list of Path
        The bigWigs, in the order of the tracks.

    Raises
    ------
    FileError
        If a file cannot be read or written.
    OptionError
        If the device is not there, or no chromosome is as long as a bin.
    """
    from napari_seewhy.models.running import choose_runtime
    from napari_seewhy.reading import load_coverage

    model, runtime = load_coverage(model_path), choose_runtime(options)
    runtime.place_network(model.network)
    bin_bp = model.card.bin_bp
    with Genome(fasta) as genome, tempfile.TemporaryDirectory(prefix="seewhy-") as folder:
        names = [
            name for name in options.list_chromosomes(genome) if genome.lengths[name] >= bin_bp
        ]
        if not names:
            raise OptionError(f"No chromosome is as long as a bin of {bin_bp} bp; choose others.")
        n_bins = [genome.lengths[name] // bin_bp for name in names]
        firsts = np.concatenate([[0], np.cumsum(n_bins)])
        shape = (len(model.card.tracks), int(firsts[-1]))
        values = np.memmap(Path(folder) / "values", np.float32, "w+", shape=shape)
        n_done, n_all = 0, sum(genome.lengths[name] for name in names)
        for name, first, n in zip(names, firsts, n_bins, strict=False):
            for start in range(0, n * bin_bp, _CORE_BP):
                yield Step(n_done + start, n_all, f"Reading {name} from {start + 1:,}")
                place = Interval(name, start, min(start + _CORE_BP, n * bin_bp))
                said = read_stretch(model, genome, place, runtime)
                at = first + start // bin_bp
                values[:, at : at + said.shape[1]] = said
            n_done += genome.lengths[name]
        lengths = {name: genome.lengths[name] for name in names}
        paths = []
        for number, track in enumerate(name_files(model.card.tracks)):
            yield Step(n_done, n_all, f"Writing {track}")
            path = out / f"{track}.bw"
            runs = _make_runs(values[number], names, firsts, bin_bp)
            write_bigwig(path, lengths, runs)
            paths.append(path)
    record = make_record(
        "sequence predict", options, [model_path, fasta], tracks=[path.name for path in paths]
    )
    write_json(out / "predicted.json", record)
    return paths


def _make_runs(
    values: NDArray[np.float32], names: list[str], firsts: NDArray[np.int64], bin_bp: int
) -> Iterator[Run]:
    step = 100_000
    for number, name in enumerate(names):
        first, stop = int(firsts[number]), int(firsts[number + 1])
        for low in range(first, stop, step):
            part = np.asarray(values[low : min(low + step, stop)])
            start = (np.arange(len(part)) + low - first) * bin_bp
            yield Run(name, start, start + bin_bp, part)
