"""Tables of methylation as programs write them, recognised by what their columns hold."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from napari_seewhy.errors import DataError
from napari_seewhy.genome.methylation.checks import (
    CONTEXT,
    HAS_VALUES,
    STRANDS,
    Check,
    among,
    apart,
    has_columns,
    has_columns_from,
    is_dss,
    is_methylkit,
    level,
    matches,
    same,
    share,
    whole,
    width,
)

if TYPE_CHECKING:
    from pathlib import Path

    from napari_seewhy.genome.text_tables import TextHead


@dataclass(frozen=True, slots=True)
class Dialect:
    """Where a program stores the values of a site; columns count from 0.

    Attributes
    ----------
    name
        The program and its kind of table.
    checks
        What holds of such a table. The first is about the number of columns.
    chromosome, start, end
        Columns of the position; without an end, a site is one base.
    first
        Number of the first base of a chromosome, 0 or 1.
    value, full
        Column of the level, and what full methylation is there; None where nobody says.
    reads
        Columns whose sum is the number of reads.
    methylated
        Column of the methylated reads; levels are counted from these where there is one.
    strand, kind, context, haplotype
        Columns of the strand, of the modification, of the bases about a cytosine, of the haplotype.
    is_cpg
        Whether such a table lists CpG sites and nothing else.
    """

    name: str
    checks: tuple[Check, ...]
    chromosome: int = 0
    start: int = 1
    end: int | None = 2
    first: int = 0
    value: int | None = None
    full: float | None = 100.0
    reads: tuple[int, ...] = ()
    methylated: int | None = None
    strand: int | None = None
    kind: int | None = None
    context: int | None = None
    haplotype: int | None = None
    is_cpg: bool = False


def find_dialect(path: Path, head: TextHead) -> Dialect:
    """Say which program's table this is.

    Raises
    ------
    DataError
        If it is none that is known; the nearest one is named, and in what it differs.
    """
    if not head.rows:
        raise DataError(f"{path} holds no line of values; wanted one for each site.")
    if (*head.names, head.rows[0][0])[0].lower().startswith(("fixedstep", "variablestep")):
        raise DataError(
            f"{path} is a wiggle file; convert it to a bigWig (wigToBigWig of UCSC) or a bedGraph."
        )
    failed = {d.name: [c for c in d.checks if not c.holds(head)] for d in DIALECTS}
    for dialect in DIALECTS:
        if not failed[dialect.name]:
            return dialect
    nearest = min(DIALECTS, key=lambda d: len(failed[d.name]) / len(d.checks))
    wanted = failed[nearest.name][0].words
    raise DataError(
        f"{path} has {head.n_columns} columns and is no table of methylation that is known; "
        f"nearest is {nearest.name}, in which {wanted}. A bigWig or a bedGraph with chromosome, "
        "start, end and level is read too."
    )


DIALECTS = (
    Dialect(
        "bedMethyl of modkit (2023)",
        (
            has_columns(20, 21),
            same(6, 1),
            among(9, "1"),
            among(10, "1"),
            among(11, "0"),
            whole(12),
            share(13, 14, 12),
        ),
        value=13,
        reads=(12,),
        methylated=14,
        strand=5,
        kind=3,
    ),
    Dialect(
        "bedMethyl of modkit",
        (has_columns(18), same(6, 1), among(5, *STRANDS), whole(9), share(10, 11, 9)),
        value=10,
        reads=(9,),
        methylated=11,
        strand=5,
        kind=3,
    ),
    Dialect(
        "bedMethyl",
        (
            has_columns(*range(11, 17)),
            width(1, 2),
            among(5, *STRANDS),
            whole(9),
            level(10, 100),
        ),
        value=10,
        reads=(9,),
        strand=5,
        kind=3,
    ),
    Dialect(
        "Bismark .cov",
        (has_columns(6), width(0), level(3, 100), whole(4), whole(5)),
        first=1,
        value=3,
        reads=(4, 5),
    ),
    Dialect(
        "Bismark merged_CpG_evidence.cov",
        (
            has_columns(6),
            width(1),
            matches(3, r"\d+\.\d{6}", "per cent with six decimals"),
            apart(2),
            whole(4),
            whole(5),
            share(3, 4, 4, 5),
        ),
        first=1,
        value=3,
        reads=(4, 5),
        methylated=4,
        is_cpg=True,
    ),
    Dialect(
        "MethylDackel or Bismark .zero.cov",
        (has_columns(6), width(1, 2), level(3, 100), whole(4), whole(5), share(3, 4, 4, 5)),
        value=3,
        reads=(4, 5),
        methylated=4,
    ),
    Dialect(
        "Bismark CpG_report",
        (
            has_columns(7),
            among(2, "+", "-"),
            whole(3),
            whole(4),
            matches(5, CONTEXT, "CG, CHG or CHH"),
        ),
        end=None,
        first=1,
        reads=(3, 4),
        methylated=3,
        strand=2,
        context=5,
    ),
    Dialect(
        "allc of methylpy",
        (
            has_columns(7),
            among(2, "+", "-"),
            matches(3, CONTEXT, "bases such as CGA"),
            whole(4),
            whole(5),
            among(6, "0", "1"),
        ),
        end=None,
        first=1,
        reads=(5,),
        methylated=4,
        strand=2,
        context=3,
    ),
    Dialect(
        "methylKit",
        (
            has_columns(7),
            Check("column 1 is chromosome.base", is_methylkit),
            among(3, "F", "R", "+", "-"),
            whole(4),
            level(5, 100),
        ),
        chromosome=1,
        start=2,
        end=None,
        first=1,
        value=5,
        reads=(4,),
        strand=3,
    ),
    Dialect(
        "gemBS",
        (
            has_columns(11),
            width(1, 2),
            among(3, "C", "G", "CG"),
            level(6, 1),
            whole(7),
            whole(8),
        ),
        value=6,
        full=1.0,
        reads=(7, 8),
        strand=3,
        is_cpg=True,
    ),
    Dialect(
        "dnmtools",
        (
            has_columns(6),
            among(2, "+", "-"),
            level(4, 1),
            whole(5),
            matches(3, r"C(pG|HH|XG|CG|HG|G)x?", "CpG, CHH, CXG or CCG"),
        ),
        end=None,
        value=4,
        full=1.0,
        reads=(5,),
        strand=2,
        context=3,
    ),
    Dialect(
        "BISCUIT",
        (has_columns(5), width(1, 2), level(3, 1), whole(4)),
        value=3,
        full=1.0,
        reads=(4,),
    ),
    Dialect(
        "BISCUIT with context",
        (has_columns(9), width(1, 2), among(4, "CG", "CHG", "CHH"), level(7, 1), whole(8)),
        value=7,
        full=1.0,
        reads=(8,),
        context=4,
    ),
    Dialect(
        "pb-CpG-tools",
        (
            has_columns_from(9),
            width(1, 2),
            level(3, 100),
            whole(5),
            among(4, "Total", "hap1", "hap2"),
        ),
        value=3,
        reads=(5,),
        haplotype=4,
        is_cpg=True,
    ),
    Dialect(
        "DSS",
        (has_columns(4), whole(2), whole(3), Check("the columns are chr, pos, N, X", is_dss)),
        end=None,
        first=1,
        reads=(2,),
        methylated=3,
    ),
    Dialect("bedGraph", (has_columns(4), whole(1), whole(2), HAS_VALUES), value=3, full=None),
)
"""In this order: the first whose checks all hold is taken."""
