"""What each variant changes of the predicted coverage, as a table and as a VCF."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from napari_seewhy.files import write_json, write_text
from napari_seewhy.genome import Genome, encode_letters, number_tracks
from napari_seewhy.models.running import DeviceOptions
from napari_seewhy.progress import Step
from napari_seewhy.record import make_record
from napari_seewhy.sequence.variants.reading import Variant, check_variants
from napari_seewhy.tables import write_table

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from napari_seewhy.models.running import Runtime
    from napari_seewhy.progress import Task
    from napari_seewhy.reading import CoverageModel

_INFO = "SEEWHY_CHANGE"


@dataclass(frozen=True, eq=False)
class ScoredVariants:
    """Variants with what they change.

    Attributes
    ----------
    variants
        As they were read.
    tracks
        Names of the tracks, no two the same.
    change
        ``(n, n_tracks)`` coverage summed over the window, with the variant minus without.
    model
        Name of the model.
    """

    variants: tuple[Variant, ...]
    tracks: tuple[str, ...]
    change: NDArray[np.float32]
    model: str

    def to_table(self) -> pd.DataFrame:
        """Return one row per variant; positions count from 1."""
        table = pd.DataFrame(
            {
                "chromosome": [one.chromosome for one in self.variants],
                "position": [one.start + 1 for one in self.variants],
                "name": [one.name for one in self.variants],
                "reference": [one.reference for one in self.variants],
                "alternative": [one.alternative for one in self.variants],
            }
        )
        for number, track in enumerate(self.tracks):
            table[f"change {track}"] = self.change[:, number]
        return table

    def to_vcf(self) -> str:
        """Return the variants as VCF, with the changes in INFO, in the order of the tracks."""
        named = ", ".join(self.tracks).replace('"', "'")
        lines = [
            "##fileformat=VCFv4.2",
            f'##INFO=<ID={_INFO},Number={len(self.tracks)},Type=Float,Description="Predicted '
            f'change of the summed coverage of {named} by the model {self.model}">',
            "#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO",
        ]
        for one, change in zip(self.variants, self.change, strict=True):
            values = ",".join(f"{value:.6g}" for value in change)
            row = (one.chromosome, one.start + 1, one.name, one.reference, one.alternative)
            lines.append("\t".join([*map(str, row), ".", ".", f"{_INFO}={values}"]))
        return "\n".join(lines) + "\n"


def score_variants_steps(
    model_path: Path,
    fasta: Path,
    variants: Sequence[Variant],
    options: DeviceOptions | None = None,
) -> Task[ScoredVariants]:
    """Predict what each variant changes, in a window about it.

    Parameters
    ----------
    model_path
        The model.
    fasta
        The genome that they were called on.
    variants
        What to change.
    options
        Where it runs.

    Raises
    ------
    DataError
        If the reference letters of a variant are not those of the genome.
    FileError
        If a file cannot be read.
    """
    from napari_seewhy.models.running import choose_runtime
    from napari_seewhy.reading import load_coverage

    model, runtime = load_coverage(model_path), choose_runtime(options or DeviceOptions())
    runtime.place_network(model.network)
    rows = []
    with Genome(fasta) as genome:
        check_variants(variants, genome)
        for number, one in enumerate(variants):
            yield Step(number, len(variants), str(one))
            rows.append(_score(model, genome, one, runtime))
    tracks = number_tracks(model.card.tracks)
    return ScoredVariants(tuple(variants), tracks, np.stack(rows), model.card.name)


def _score(
    model: CoverageModel, genome: Genome, variant: Variant, runtime: Runtime
) -> NDArray[np.float32]:
    from napari_seewhy.reading import predict_coverage

    card = model.card
    # As far as bins can change, and as far again as these depend on letters.
    half = 2 * card.reach_bp + card.bin_bp
    start, end = variant.start - half, variant.start + half
    more = max(0, len(variant.reference) - len(variant.alternative))
    before = genome.read_padded(variant.chromosome, start, end + more)
    at = variant.start - start
    after = np.concatenate(
        [
            before[:at],
            encode_letters(variant.alternative),
            before[at + len(variant.reference) :],
        ]
    )
    n = end - start
    said = [predict_coverage(model, codes[:n], runtime).sum(1) for codes in (before, after)]
    change: NDArray[np.float32] = said[1] - said[0]
    return change


def write_scores(out: Path, scored: ScoredVariants, inputs: list[Path]) -> list[Path]:
    """Write the table, the VCF and the record.

    Raises
    ------
    FileError
        If they cannot be written.
    """
    paths = [out / "variants.csv", out / "variants.vcf"]
    write_table(paths[0], scored.to_table())
    write_text(paths[1], scored.to_vcf())
    record = make_record(
        "sequence variants", {}, inputs, n_variants=len(scored.variants), model=scored.model
    )
    write_json(out / "variants.json", record)
    return paths
