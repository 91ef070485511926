"""Scores of changes by a language model, beside what is known without one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd
from pydantic import Field

from napari_seewhy.errors import DataError, OptionError
from napari_seewhy.files import write_json
from napari_seewhy.models.running import DeviceOptions
from napari_seewhy.record import make_record
from napari_seewhy.sequence.language.agreement import compare_scores
from napari_seewhy.sequence.language.proteins import AMINO_ACIDS, parse_substitution
from napari_seewhy.sequence.language.ratios import score_substitutions_steps, score_variants_steps
from napari_seewhy.sequence.variants import read_variants
from napari_seewhy.tables import check_columns, read_table, write_table

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from napari_seewhy.progress import Task

_MUTANT = "mutant"
_VCF = (".vcf", ".vcf.gz")


class ScoreOptions(DeviceOptions):
    """What is scored beside what, and where it runs."""

    context_bp: int = Field(
        128,
        ge=24,
        le=100_000,
        title="Context (bp)",
        description="Bases on both sides of a change that are read with it.",
    )
    measured: str = Field(
        "",
        title="Measured",
        description="Column of the table with measured effects, to compare all scores with.",
    )
    others: str = Field(
        "",
        title="Other scores",
        description="Columns of the table with scores made elsewhere, such as by Evo or ESM, with "
        "commas between.",
    )
    seed: int = Field(
        0, ge=0, lt=2**32, title="Seed", description="Of which part of the table is learned from."
    )

    def list_others(self) -> list[str]:
        """Return the columns with scores made elsewhere."""
        return [name.strip() for name in self.others.split(",") if name.strip()]


@dataclass(frozen=True, eq=False)
class Scores:
    """Changes with their scores.

    Attributes
    ----------
    table
        One row per change; ``model`` is the log-likelihood ratio in nats, ``contexts`` that of
        counted contexts alone.
    agreement
        Spearman correlation of each score with what was measured; None where nothing was.
    model
        Name of the model.
    """

    table: pd.DataFrame
    agreement: pd.DataFrame | None
    model: str

    def describe(self) -> str:
        """Say how well each score agrees with what was measured, and what that means."""
        if self.agreement is None:
            return f"{len(self.table):,} changes scored by {self.model}."
        lines = [f"Spearman correlation with what was measured, {len(self.table):,} changes:"]
        lines += [
            f"  {row.score:44}{row.spearman:7.3f}  ({row.n:,})"
            for row in self.agreement.itertuples()
        ]
        return "\n".join([*lines, *self.warn()])

    def warn(self) -> list[str]:
        """Return the sentence that a person must read, where the model is no better than none."""
        if self.agreement is None:
            return []
        reached = dict(zip(self.agreement["score"], self.agreement["spearman"], strict=True))
        best = max(("BLOSUM62", "codon usage"), key=lambda name: reached[name])
        if reached["model"] > reached[best]:
            return []
        return [
            f"The model ({reached['model']:.3f}) is below {best} ({reached[best]:.3f}), which "
            "knows no genome: its score says nothing of what the protein does. Use it for "
            "composition, codons and repeats only."
        ]

    def to_grid(self) -> pd.DataFrame:
        """Return the model's scores of substitutions as a table: amino acid by place."""
        if _MUTANT not in self.table:
            raise DataError("Only substitutions of amino acids make a grid.")
        grid = self.table.pivot_table(index="to", columns="place", values="model")
        return grid.reindex(list(AMINO_ACIDS))


def score_changes_steps(
    model_path: Path,
    sequence: Path,
    options: ScoreOptions,
    given: Sequence[str] = (),
    file: Path | None = None,
) -> Task[Scores]:
    """Score changes of DNA or of a protein by the log-likelihood ratio of a language model.

    Parameters
    ----------
    model_path
        The model.
    sequence
        The genome of variants, or the coding sequence of substitutions; FASTA or GenBank.
    options
        How much is read, and what of the table is compared.
    given
        Variants such as ``chr1:1,234 A>G``, or substitutions such as ``H24A``.
    file
        Variants as a VCF; or a table of substitutions in a column ``mutant``, with measured effects
        or scores made elsewhere.

    Raises
    ------
    DataError
        If a change does not fit the sequence, or the table lacks a column.
    FileError
        If a file cannot be read.
    OptionError
        If there is nothing to score, or both kinds at once.
    """
    from napari_seewhy.models.running import choose_runtime
    from napari_seewhy.reading.language import load_language

    is_vcf = file is not None and file.name.endswith(_VCF)
    vcf = file if is_vcf else None
    frame = _read_measured(None if is_vcf else file, options)
    words = [*given, *(frame[_MUTANT] if frame is not None else ())]
    parsed = [parse_substitution(str(word)) for word in words]
    if any(parsed) and (vcf is not None or not all(parsed)):
        wrong = next((word for word, one in zip(words, parsed, strict=True) if one is None), vcf)
        raise OptionError(
            f"{wrong} is no substitution, but others are; score variants of DNA and substitutions "
            "of amino acids one after the other."
        )
    model, runtime = load_language(model_path), choose_runtime(options)
    runtime.place_network(model.network)
    if not any(parsed):
        variants = read_variants([str(word) for word in words], vcf)
        scored = yield from score_variants_steps(
            model, sequence, variants, options.context_bp, runtime
        )
        return Scores(scored, None, model.card.name)
    chosen = [one for one in parsed if one is not None]
    scored = yield from score_substitutions_steps(
        model, sequence, chosen, options.context_bp, runtime
    )
    agreement = None
    if frame is not None:
        extra = frame.drop(columns=_MUTANT)
        n = len(chosen) - len(frame)
        scored = scored.join(extra.set_axis(range(n, len(chosen)), axis=0))
        if options.measured:
            agreement = compare_scores(
                scored, options.measured, options.list_others(), options.seed
            )
    return Scores(scored, agreement, model.card.name)


def _read_measured(path: Path | None, options: ScoreOptions) -> pd.DataFrame | None:
    """Return the columns of the table that are needed."""
    named = [*([options.measured] if options.measured else []), *options.list_others()]
    if path is None:
        if named:
            raise OptionError(
                f"{named[0]} is a column, but no table was given; give one with --file."
            )
        return None
    table = read_table(path)
    check_columns(table, [_MUTANT, *named], str(path))
    for name in named:
        table[name] = pd.to_numeric(table[name], errors="coerce")
    return table[[_MUTANT, *named]].reset_index(drop=True)


def write_changes(
    out: Path, scores: Scores, options: ScoreOptions, inputs: list[Path]
) -> list[Path]:
    """Write the scores, how they agree with what was measured, the grid and the record.

    Raises
    ------
    FileError
        If they cannot be written.
    """
    paths = [out / "scores.csv"]
    write_table(paths[0], scores.table)
    if _MUTANT in scores.table:
        paths.append(out / "grid.csv")
        write_table(paths[-1], scores.to_grid().reset_index())
    results = {}
    if scores.agreement is not None:
        paths.append(out / "agreement.csv")
        write_table(paths[-1], scores.agreement)
        results = {"agreement": scores.agreement.to_dict("records")}
    record = make_record("sequence score", options, inputs, model=scores.model, **results)
    write_json(out / "scores.json", record)
    return paths
