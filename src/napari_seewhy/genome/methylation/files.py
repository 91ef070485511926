"""Methylation from text files of many programs, turned into bigWigs once."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from napari_seewhy.errors import DataError, SeewhyWarning
from napari_seewhy.files import read_json, write_json
from napari_seewhy.genome.bigwig import Run, check_lengths, write_bigwig
from napari_seewhy.genome.chromosomes import check_one_spelling
from napari_seewhy.genome.methylation.checks import check_comments, is_unmeasured
from napari_seewhy.genome.methylation.dialects import find_dialect
from napari_seewhy.genome.methylation.sites import (
    join_strands,
    keep_context,
    keep_haplotypes,
    keep_methylation,
    say_no_context,
)
from napari_seewhy.genome.text_tables import (
    BLANKS,
    check_order,
    read_head,
    read_text_columns_steps,
)
from napari_seewhy.progress import Step, blocking

if TYPE_CHECKING:
    from pathlib import Path

    import pandas as pd

    from napari_seewhy.genome.methylation.dialects import Dialect
    from napari_seewhy.genome.text_tables import TextHead
    from napari_seewhy.progress import Task

_BIGWIG_MAGICS = (b"\x26\xfc\x8f\x88", b"\x88\x8f\xfc\x26")


class MethylationRead(NamedTuple):
    """How a text file was understood.

    Attributes
    ----------
    dialect
        The program and its kind of table.
    full
        What full methylation is in the bigWig; None where nobody says.
    notes
        What was left out or assumed, in sentences.
    """

    dialect: str
    full: float | None
    notes: tuple[str, ...]


def is_bigwig(path: Path) -> bool:
    """Say whether a file is a bigWig, by its first bytes; a missing one is said when it is read."""
    if not path.is_file():
        return True
    with path.open("rb") as stream:
        return stream.read(4) in _BIGWIG_MAGICS or path.suffix.lower() in (".bw", ".bigwig")


def find_format(path: Path) -> str:
    """Say which program's table this is, by what it holds.

    Raises
    ------
    FileError
        If it cannot be read.
    DataError
        If it is none of those that are known.
    """
    return find_dialect(path, read_head(path, BLANKS)).name


def convert_to_bigwig_steps(path: Path, out: Path, min_reads: int = 1) -> Task[MethylationRead]:
    """Write what a text file says as a bigWig, which can be read window by window.

    Lines need not be sorted. Both strands of a CpG, and sites that stand there twice, become one
    site whose level is averaged by reads. What was understood is kept beside `out` as JSON.

    Parameters
    ----------
    path
        One of the tables of ``docs/reference/genome-files.md``, gzipped or not.
    out
        bigWig to write; levels in per cent, or those of a bedGraph as they are.
    min_reads
        Sites with fewer reads are left out, where the file counts reads.

    Raises
    ------
    FileError
        If the file cannot be read.
    DataError
        If it is no table that is known or holds no CpG methylation; or if a line is broken or
        overlaps with another; it is named.

    Warns
    -----
    SeewhyWarning
        If something was left out or assumed.
    """
    sites, read = yield from _understand_steps(path, min_reads)
    yield Step(0, 0, f"Converting {path.name} to a bigWig")
    # bigWig wants chromosomes in one order and all that is known of a length is its last site.
    lengths = {
        str(name): int(end) for name, end in sites.groupby("chromosome")["end"].max().items()
    }
    check_lengths(lengths, path)
    check_one_spelling(lengths, path)
    runs = (
        Run(str(name), *(rows[column].to_numpy() for column in ("start", "end", "value")))
        for name, rows in sites.groupby("chromosome", sort=False)
    )
    write_bigwig(out, lengths, runs)
    write_json(out.with_suffix(".json"), read._asdict())
    _warn(read)
    return read


convert_to_bigwig = blocking(convert_to_bigwig_steps)


def read_sites_steps(path: Path, min_reads: int = 1) -> Task[pd.DataFrame]:
    """Read the sites of a text file with their reads.

    Parameters
    ----------
    path, min_reads
        As of `convert_to_bigwig`.

    Returns
    -------
    DataFrame
        Sorted; ``chromosome``, ``start``, ``end``, ``value`` (per cent), ``reads`` (1 where the
        file counts none).

    Raises
    ------
    FileError, DataError
        As `convert_to_bigwig`; also if nobody says what full methylation is.
    """
    sites, read = yield from _understand_steps(path, min_reads)
    if read.full is None:
        raise DataError(
            f"{path} does not say what full methylation is; give a table that counts reads, or a "
            "bigWig."
        )
    _warn(read)
    return sites


def _understand_steps(path: Path, min_reads: int) -> Task[tuple[pd.DataFrame, MethylationRead]]:
    head = read_head(path, BLANKS)
    dialect = find_dialect(path, head)
    check_comments(path, head)
    notes: list[str] = []
    table = yield from _read_lines_steps(path, dialect, head)
    yield Step(0, 0, f"Checking {path.name}")
    sites = _find_sites(table, path, dialect, min_reads, notes)
    full = None if dialect.full is None else 100.0
    return sites, MethylationRead(dialect.name, full, tuple(notes))


def read_conversion(out: Path) -> MethylationRead:
    """Return how the text file was understood from which an earlier call made a bigWig."""
    said = read_json(out.with_suffix(".json"))
    read = MethylationRead(said["dialect"], said["full"], tuple(said["notes"]))
    _warn(read)
    return read


def _warn(read: MethylationRead) -> None:
    for note in read.notes:
        warnings.warn(note, SeewhyWarning, stacklevel=3)


def _find_sites(
    table: pd.DataFrame, path: Path, dialect: Dialect, min_reads: int, notes: list[str]
) -> pd.DataFrame:
    """Make sites of the lines of a table: levels in per cent, sorted, each once."""
    for name, keep in (
        ("kind", keep_methylation),
        ("context", keep_context),
        ("haplotype", keep_haplotypes),
    ):
        if getattr(dialect, name) is not None:
            table = keep(table, path, notes)
    if dialect.kind is None and dialect.context is None and not dialect.is_cpg:
        notes.append(say_no_context(path))
    table = _read_levels(table, path, dialect, notes)
    check_order(table, path)
    if _is_torn(table):
        notes.append(f"{path} is not sorted; it was sorted for this run.")
    is_known = dialect.full is not None
    sites = join_strands(table, path, notes) if is_known else _average_twice(table)
    if dialect.reads:
        sites = sites[sites["reads"] >= min_reads]
    if sites.empty:
        raise DataError(f"{path} holds no site with {min_reads} reads or more; ask for fewer.")
    _check_overlaps(sites, path)
    return sites


def _read_lines_steps(path: Path, dialect: Dialect, head: TextHead) -> Task[pd.DataFrame]:
    """Read the columns that a dialect has, as text but for positions, which count from 0."""
    columns = {"chromosome": dialect.chromosome, "start": dialect.start}
    optional = {
        name: getattr(dialect, name)
        for name in ("end", "value", "methylated", "strand", "kind", "context", "haplotype")
    }
    columns |= {name: number for name, number in optional.items() if number is not None}
    columns |= {f"reads {number}": number for number in dialect.reads}
    numbers, names = list(columns.values()), list(columns)
    table = yield from read_text_columns_steps(path, numbers, names, head)
    table = table.assign(start=table["start"] - dialect.first)
    if dialect.end is None:
        table = table.assign(end=table["start"] + 1)
    return table if dialect.strand is not None else table.assign(strand="")


def _read_levels(
    table: pd.DataFrame, path: Path, dialect: Dialect, notes: list[str]
) -> pd.DataFrame:
    """Return levels in per cent and reads as numbers, without sites that were not measured."""
    import pandas as pd

    named = ["value" if dialect.value is not None else "methylated"]
    named += ["methylated"] if dialect.methylated is not None else []
    named += [f"reads {number}" for number in dialect.reads]
    text = table[list(dict.fromkeys(named))]
    nothing = text.apply(lambda column: column.map(is_unmeasured)).any(axis=1)
    numbers = text.apply(pd.to_numeric, errors="coerce")
    broken = numbers.isna().any(axis=1) & ~nothing
    if broken.any():
        line = broken.idxmax()
        name = numbers.columns[numbers.loc[line].isna()][0]
        raise DataError(
            f"Line {line} of {path} has no number but {str(table.at[line, name])!r} where a "
            f"{dialect.name} has its {name.split()[0]}; correct or remove the line."
        )
    reads = numbers[[f"reads {number}" for number in dialect.reads]].sum(axis=1)
    if not dialect.reads:
        reads = pd.Series(1.0, table.index)
    nothing |= reads <= 0
    if dialect.methylated is not None:
        value = 100 * numbers["methylated"] / reads.where(reads > 0)
    else:
        value = numbers["value"] * (1 if dialect.full is None else 100 / dialect.full)
    if nothing.any():
        notes.append(f"{path} holds {nothing.sum():,} lines about sites that were not measured.")
    kept = ["chromosome", "start", "end", "strand"]
    levels = table[kept].assign(value=value.astype("float64"), reads=reads)
    found: pd.DataFrame = levels[~nothing]
    if found.empty:
        raise DataError(f"{path} holds no site that was measured; wanted levels of CpG sites.")
    wrong = (dialect.full is not None) & ~found["value"].between(0, 100)
    if np.any(wrong):
        line, value = found.index[wrong][0], float(found["value"][wrong].iloc[0])
        raise DataError(
            f"Line {line} of {path} says a level of {value:g} per cent; wanted 0 to 100."
        )
    return found


def _average_twice(table: pd.DataFrame) -> pd.DataFrame:
    keys = ["chromosome", "start", "end"]
    ordered = table.sort_values(keys[:2], kind="stable")
    if ordered.duplicated(keys).any():
        ordered = ordered.groupby(keys)[["value", "reads"]].mean().reset_index()
    return ordered


def _check_overlaps(sites: pd.DataFrame, path: Path) -> None:
    before = sites["end"].shift(fill_value=0)
    is_next = sites["chromosome"] == sites["chromosome"].shift()
    overlaps = is_next & (sites["start"] < before)
    if overlaps.any():
        row = sites[overlaps].iloc[0]
        raise DataError(
            f"{path} has intervals that overlap, such as {row['chromosome']}:{row['start']:,}-"
            f"{row['end']:,} and the one before it; wanted one value per base."
        )


def _is_torn(table: pd.DataFrame) -> bool:
    """Say whether lines of one chromosome are apart or run backwards."""
    is_next = table["chromosome"] == table["chromosome"].shift()
    runs_back = is_next & (table["start"] < table["start"].shift())
    return bool(runs_back.any() or (~is_next).sum() > table["chromosome"].nunique())
