"""Methylation from text files (bedGraph, bedMethyl, Bismark .cov), turned into bigWigs once."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Literal, NamedTuple, TypeAlias

from napari_seewhy.errors import DataError, SeewhyWarning
from napari_seewhy.files import writing
from napari_seewhy.genome.text_tables import check_order, count_columns, read_text_columns

if TYPE_CHECKING:
    from pathlib import Path

    import pandas as pd

TextFormat: TypeAlias = Literal["bedGraph", "bedMethyl", "Bismark .cov"]

_BIGWIG_MAGICS = (b"\x26\xfc\x8f\x88", b"\x88\x8f\xfc\x26")
_BED_METHYL_COLUMNS = 11


class _Columns(NamedTuple):
    """Where a format keeps value and reads, and from which number it counts positions."""

    value: int
    reads: tuple[int, ...]
    first_position: int
    kind: int | None = None


_FORMATS: dict[TextFormat, _Columns] = {
    "bedGraph": _Columns(3, (), 0),
    "Bismark .cov": _Columns(3, (4, 5), 1),
    "bedMethyl": _Columns(10, (9,), 0, kind=3),
}
_METHYLATION = "m"
"""What bedMethyl of long reads calls 5mC, where it tells several modifications of a base apart."""


def is_bigwig(path: Path) -> bool:
    """Say whether a file is a bigWig, by its first bytes; a missing one is said when it is read."""
    if not path.is_file():
        return True
    with path.open("rb") as stream:
        return stream.read(4) in _BIGWIG_MAGICS or path.suffix.lower() in (".bw", ".bigwig")


def find_format(path: Path) -> TextFormat:
    """Say which kind of text file this is, by its number of columns.

    Raises
    ------
    FileError
        If it cannot be read.
    DataError
        If it is none of those that are known.
    """
    n_columns = count_columns(path)
    if n_columns == 4:
        return "bedGraph"
    if n_columns == 6:
        return "Bismark .cov"
    if n_columns >= _BED_METHYL_COLUMNS:
        return "bedMethyl"
    raise DataError(
        f"{path} has {n_columns} columns parted by tabs; wanted bigWig, bedGraph (4), Bismark "
        ".cov (6) or bedMethyl (11 or more)."
    )


def convert_to_bigwig(path: Path, out: Path, min_reads: int = 1) -> None:
    """Write what a text file says as a bigWig, which can be read window by window.

    Lines need not be sorted; sites that stand there twice are averaged.

    Parameters
    ----------
    path
        bedGraph, bedMethyl or Bismark .cov, gzipped or not.
    out
        bigWig to write; values stay as they are, 0..1 or per cent.
    min_reads
        Sites with fewer reads are left out, where the file counts reads.

    Raises
    ------
    FileError
        If the file cannot be read, or is broken off.
    DataError
        If a line is broken or overlaps with another; it is named.

    Warns
    -----
    SeewhyWarning
        If the lines were not sorted, or there were fewer left than there.
    """
    import pybigtools

    sites = _read_sites(path, find_format(path), min_reads)
    # bigWig wants chromosomes in one order and all that is known of a length is its last site.
    lengths = {
        str(name): int(end) for name, end in sites.groupby("chromosome")["end"].max().items()
    }
    with writing(out) as part:
        # pybigtools writes only to names that end in .bw.
        made = part.with_suffix(".bw")
        columns = (sites[name].tolist() for name in ("chromosome", "start", "end", "value"))
        pybigtools.open(str(made), "w").write(lengths, zip(*columns, strict=True))
        made.replace(part)


def _read_sites(path: Path, kind: TextFormat, min_reads: int) -> pd.DataFrame:
    import pandas as pd

    columns = _FORMATS[kind]
    names = ["chromosome", "start", "end", "value", *(f"reads {i}" for i in columns.reads)]
    wanted = (0, 1, 2, columns.value, *columns.reads)
    if columns.kind is None:
        table = read_text_columns(path, wanted, names)
    else:
        table = read_text_columns(path, (*wanted, columns.kind), [*names, "kind"])
        table = _keep_methylation(table, path)
    numbers = table[names[3:]].apply(pd.to_numeric, errors="coerce")
    if numbers.isna().any(axis=None):
        line = numbers.isna().any(axis=1).idxmax()
        raise DataError(
            f"Line {line} of {path} has no number where a {kind} has its value; the file may be "
            "broken off: fetch it again."
        )
    value = numbers["value"].astype("float64")
    table = table.assign(value=value, start=table["start"] - columns.first_position)
    check_order(table, path)
    if columns.reads:
        table = table[numbers.iloc[:, 1:].sum(axis=1) >= min_reads]
    if table.empty:
        raise DataError(f"{path} holds no site with {min_reads} reads or more; ask for fewer.")
    return _sort_sites(table[names[:4]], path)


def _keep_methylation(table: pd.DataFrame, path: Path) -> pd.DataFrame:
    """Leave out other modifications, which stand in lines of their own (5hmC is "h")."""
    kinds = table["kind"].str.split(",").str[0]
    is_methylation = kinds == _METHYLATION
    if not is_methylation.any() or is_methylation.all():
        return table
    others = ", ".join(sorted(set(kinds[~is_methylation]))[:5])
    warnings.warn(
        f"{path} holds lines of {others} besides those of m (5mC); only these are read.",
        SeewhyWarning,
        stacklevel=4,
    )
    return table[is_methylation]


def _sort_sites(table: pd.DataFrame, path: Path) -> pd.DataFrame:
    keys = ["chromosome", "start"]
    ordered = table.sort_values(keys, kind="stable")
    if not ordered.index.equals(table.index) and _is_torn(table):
        warnings.warn(
            f"{path} is not sorted; it was sorted for this run.", SeewhyWarning, stacklevel=4
        )
    same = ordered.duplicated([*keys, "end"], keep=False)
    if same.any():
        ordered = ordered.groupby([*keys, "end"])["value"].mean().reset_index()
    before = ordered["end"].shift(fill_value=0)
    is_next = ordered["chromosome"] == ordered["chromosome"].shift()
    overlaps = is_next & (ordered["start"] < before)
    if overlaps.any():
        row = ordered[overlaps].iloc[0]
        raise DataError(
            f"{path} has intervals that overlap, such as {row['chromosome']}:{row['start']:,}-"
            f"{row['end']:,} and the one before it; wanted one value per base."
        )
    return ordered


def _is_torn(table: pd.DataFrame) -> bool:
    """Say whether lines of one chromosome are apart or run backwards."""
    is_next = table["chromosome"] == table["chromosome"].shift()
    runs_back = is_next & (table["start"] < table["start"].shift())
    return bool(runs_back.any() or (~is_next).sum() > table["chromosome"].nunique())
