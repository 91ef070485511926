"""What every base of a stretch is worth: by changing it, or by the slope of the prediction."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np
import pandas as pd
from pydantic import Field

from napari_seewhy.errors import OptionError
from napari_seewhy.files import write_json
from napari_seewhy.genome import (
    LETTERS,
    Genome,
    Interval,
    Run,
    decode_letters,
    name_files,
    number_tracks,
    write_bigwig,
)
from napari_seewhy.models.running import DeviceOptions
from napari_seewhy.record import make_record
from napari_seewhy.tables import write_table

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from napari_seewhy.progress import Task

_MOST_BP = 20_000


class BaseOptions(DeviceOptions):
    """How the worth of a base is found."""

    method: Literal["mutate", "gradient"] = Field(
        "mutate",
        title="Method",
        description="mutate: change every base to each other letter, exact, about ten seconds per "
        "kilobase; gradient: slope of the prediction times the letter, at once, an estimate.",
    )


@dataclass(frozen=True, eq=False)
class Worth:
    """What every base of a stretch is worth.

    Attributes
    ----------
    place
        The stretch.
    codes
        ``(n,)`` its letters.
    tracks
        Names of the tracks, no two the same.
    length
        Of the chromosome, in bp.
    effects
        ``(n_tracks, 4, n)`` change of the summed coverage where the base becomes A, C, G or T;
        None where the method does not change bases.
    worth
        ``(n_tracks, n)`` what the coverage owes to the base: the mean loss over the three changes,
        or the gradient times the letter.
    """

    place: Interval
    codes: NDArray[np.uint8]
    tracks: tuple[str, ...]
    length: int
    effects: NDArray[np.float32] | None
    worth: NDArray[np.float32]

    def to_table(self) -> pd.DataFrame:
        """Return one row per base and track: position from 1, letter, worth, effect of letters."""
        n = len(self.codes)
        parts = []
        for number, track in enumerate(self.tracks):
            part = pd.DataFrame(
                {
                    "chromosome": self.place.chromosome,
                    "position": np.arange(n) + self.place.start + 1,
                    "letter": list(decode_letters(self.codes)),
                    "track": track,
                    "worth": self.worth[number],
                }
            )
            if self.effects is not None:
                for letter, effect in zip(LETTERS, self.effects[number], strict=True):
                    part[f"to_{letter}"] = effect
            parts.append(part)
        return pd.concat(parts, ignore_index=True)


def explain_bases_steps(
    model_path: Path, fasta: Path, place: Interval, options: BaseOptions
) -> Task[Worth]:
    """Find what every base of a stretch is worth to every track.

    Parameters
    ----------
    model_path
        The model.
    fasta
        The genome.
    place
        The stretch, up to 20 kb.
    options
        How.

    Raises
    ------
    DataError
        If the stretch reaches past its chromosome.
    OptionError
        If it is longer than 20 kb, or the device is not there.
    FileError
        If a file cannot be read.
    """
    from napari_seewhy.models.running import choose_runtime
    from napari_seewhy.reading import load_coverage, mutate_steps, weigh_bases

    n = place.end - place.start
    if n > _MOST_BP:
        raise OptionError(f"{place} has {n:,} bp; choose a stretch of up to {_MOST_BP:,} bp.")
    model, runtime = load_coverage(model_path), choose_runtime(options)
    runtime.place_network(model.network)
    card = model.card
    with Genome(fasta) as genome:
        letters = genome.read(*place)
        # A base changes bins as far as they see, and those depend on letters as far again.
        margin = 2 * card.reach_bp + card.bin_bp
        start = (place.start - margin) // card.bin_bp * card.bin_bp
        n_bins = -(-(place.end + margin - start) // card.bin_bp)
        codes = genome.read_padded(place.chromosome, start, start + n_bins * card.bin_bp)
        length = genome.lengths[genome.find(place.chromosome)]
    first = place.start - start
    effects = None
    if options.method == "mutate":
        effects = yield from mutate_steps(model, codes, first, first + n, runtime)
        worth = -effects.sum(1) / 3
    else:
        worth = weigh_bases(model, codes, runtime)[:, first : first + n]
    return Worth(place, letters, number_tracks(card.tracks), length, effects, worth)


def write_worth(out: Path, worth: Worth, options: BaseOptions, inputs: list[Path]) -> list[Path]:
    """Write a table of all bases, one bigWig per track, and the record.

    Returns
    -------
    list of Path
        What was written, the table first.

    Raises
    ------
    FileError
        If they cannot be written.
    """
    paths = [out / "bases.csv"]
    write_table(paths[0], worth.to_table())
    start = np.arange(len(worth.codes)) + worth.place.start
    for track, values in zip(name_files(worth.tracks), worth.worth, strict=True):
        paths.append(out / f"worth_{track}.bw")
        run = Run(worth.place.chromosome, start, start + 1, values)
        write_bigwig(paths[-1], {worth.place.chromosome: worth.length}, [run])
    names = [path.name for path in paths]
    record = make_record("sequence explain", options, inputs, place=str(worth.place), files=names)
    write_json(out / "explained.json", record)
    return paths
