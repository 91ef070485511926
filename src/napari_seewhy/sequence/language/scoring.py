"""Scores of changes by a language model, beside what is known without one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd
from pydantic import Field

from napari_seewhy.errors import DataError, OptionError
from napari_seewhy.files import write_json
from napari_seewhy.genome import name_files
from napari_seewhy.models.running import DeviceOptions
from napari_seewhy.record import make_record
from napari_seewhy.sequence.language.agreement import compare_scores
from napari_seewhy.sequence.language.elsewhere import join_elsewhere
from napari_seewhy.sequence.language.proteins import AMINO_ACIDS, parse_substitution
from napari_seewhy.sequence.language.ratios import (
    list_substitutions,
    score_substitutions_steps,
    score_variants_steps,
)
from napari_seewhy.sequence.variants import read_variants
from napari_seewhy.tables import check_columns, read_table, write_table

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from napari_seewhy.progress import Task

_MUTANT = "mutant"
_VCF = (".vcf", ".vcf.gz")
_NAMES = ("BLOSUM62", "counted contexts")
"""How scores are called in the table of agreement."""


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
    every: bool = Field(
        False,
        title="Every substitution",
        description="Score every amino acid at every place of the coding sequence.",
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
    others
        Columns of scores made elsewhere.
    measured
        Column of what was measured; "" for none.
    """

    table: pd.DataFrame
    agreement: pd.DataFrame | None
    model: str
    others: tuple[str, ...] = ()
    measured: str = ""

    def describe(self) -> str:
        """Say how well each score agrees with what was measured, and what that means."""
        if self.agreement is None:
            known = [f"{self.table[name].notna().sum():,} by {name}" for name in self.others]
            return f"{', '.join([f'{len(self.table):,} changes scored by {self.model}', *known])}."
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
        simple = [name for name in ("BLOSUM62", "codon usage") if name in reached]
        best = max(simple, key=lambda name: reached[name], default="model")
        if best == "model" or reached["model"] > reached[best]:
            return []
        return [
            f"The model ({reached['model']:.3f}) is below {best} ({reached[best]:.3f}), which "
            "knows no genome: its score says nothing of what the protein does. Use it for "
            "composition, codons and repeats only."
        ]

    def list_grids(self) -> tuple[str, ...]:
        """Return the columns that make a table of amino acid by place; none for variants of DNA."""
        if _MUTANT not in self.table:
            return ()
        measured = (self.measured,) if self.measured else ()
        return ("model", *self.others, *measured, "blosum62")

    def to_grid(self, column: str = "model") -> pd.DataFrame:
        """Return scores of substitutions as a table: amino acid by place; NaN where there is none.

        Raises
        ------
        DataError
            If the changes are variants of DNA.
        """
        if _MUTANT not in self.table:
            raise DataError("Only substitutions of amino acids make a grid.")
        grid = self.table.pivot_table(index="to", columns="place", values=column)
        return grid.reindex(list(AMINO_ACIDS))


def score_changes_steps(
    model_path: Path,
    sequence: Path,
    options: ScoreOptions,
    given: Sequence[str] = (),
    file: Path | None = None,
    elsewhere: Path | None = None,
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
    elsewhere
        Another table of the same changes; all its columns of numbers are scores made elsewhere.

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
    every = list_substitutions(sequence) if options.every else []
    words = [*every, *given, *(frame[_MUTANT] if frame is not None else ())]
    parsed = [parse_substitution(str(word)) for word in words]
    if any(parsed) and (vcf is not None or not all(parsed)):
        wrong = next((word for word, one in zip(words, parsed, strict=True) if one is None), vcf)
        raise OptionError(
            f"{wrong} is no substitution, but others are; score variants of DNA and substitutions "
            "of amino acids one after the other."
        )
    model, runtime = load_language(model_path), choose_runtime(options)
    runtime.place_network(model.network)
    context, others = options.context_bp, tuple(options.list_others())
    changes: Sequence[object] = parsed
    if any(parsed):
        chosen = [one for one in parsed if one is not None]
        scored = yield from score_substitutions_steps(model, sequence, chosen, context, runtime)
    else:
        variants = read_variants([str(word) for word in words], vcf)
        scored = yield from score_variants_steps(model, sequence, variants, context, runtime)
        changes = variants
    if frame is not None:
        rows = range(len(scored) - len(frame), len(scored))
        scored = scored.join(frame.drop(columns=_MUTANT).set_axis(rows, axis=0))
    if elsewhere is not None:
        scored, found = join_elsewhere(scored, changes, elsewhere, _NAMES)
        others += found
    agreement = None
    if frame is not None and options.measured:
        agreement = compare_scores(scored, options.measured, others, options.seed)
    return Scores(scored, agreement, model.card.name, others, options.measured)


def list_columns(path: Path) -> list[str]:
    """Return the columns of numbers of a table of changes; none for a VCF.

    Raises
    ------
    FileError
        If it cannot be read.
    """
    if path.name.endswith(_VCF):
        return []
    return [str(name) for name in read_table(path).select_dtypes("number").columns]


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
        for name, file in zip(scores.others, name_files(scores.others), strict=True):
            paths.append(out / f"grid_{file}.csv")
            write_table(paths[-1], scores.to_grid(name).reset_index())
    results = {}
    if scores.agreement is not None:
        paths.append(out / "agreement.csv")
        write_table(paths[-1], scores.agreement)
        results = {"agreement": scores.agreement.to_dict("records")}
    record = make_record("sequence score", options, inputs, model=scores.model, **results)
    write_json(out / "scores.json", record)
    return paths
