"""Which lines of a methylation table are 5mC of CpG; both strands of a site become one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from napari_seewhy.errors import DataError

if TYPE_CHECKING:
    from pathlib import Path

    import pandas as pd

_METHYLATION = ("m", "5mC", "27551")
_ANY = "C"
"""Any modification of a cytosine, as bisulfite sees it."""

_OTHERS = {
    **dict.fromkeys(("h", "5hmC", "76792"), "5hmC"),
    **dict.fromkeys(("f", "5fC", "76794"), "5fC"),
    **dict.fromkeys(("c", "5caC", "76793"), "5caC"),
    **dict.fromkeys(("a", "6mA", "28871"), "6mA"),
    **dict.fromkeys(("21839", "4mC"), "4mC"),
    **dict.fromkeys(("17802", "pseU"), "pseudouridine"),
    **dict.fromkeys(("17596", "inosine"), "inosine"),
    **{base: f"any modification of {base}" for base in "AGTU"},
}
"""Codes of the SAM specification (tag MM) and numbers of ChEBI for other modifications."""

_WHOLE = "Total"
_MOST_CLASHES = 0.01
"""Share of sites that cannot be CpG, above which a file is about all cytosines."""


def keep_methylation(table: pd.DataFrame, path: Path, notes: list[str]) -> pd.DataFrame:
    """Leave out other modifications than 5mC, and motifs other than CG.

    Parameters
    ----------
    table
        With a column ``kind``: a code, a number of ChEBI, or one with a motif (``m,CG,0``).
    path
        Its file.
    notes
        Gets a sentence for what was left out or assumed.

    Raises
    ------
    DataError
        If nothing is left, or the lines are about pairs of strands.
    """
    parts = (
        table["kind"]
        .str.split(",", expand=True)
        .reindex(columns=range(3), fill_value="")
        .fillna("")
    )
    codes = parts[0]
    is_paired = (parts[2] != "") & ~parts[2].str.isdigit()
    if is_paired.any():
        raise DataError(
            f"{path} holds patterns of both strands such as {table['kind'][is_paired].iloc[0]} "
            "(pileup-hemi of modkit), not levels of sites; give the table of modkit pileup."
        )
    known = {*_METHYLATION, _ANY, *_OTHERS}
    found = sorted(set(codes))
    # Elsewhere this column is a name, such as that of the sample.
    if known & set(found):
        wanted = _METHYLATION if set(_METHYLATION) & set(found) else (_ANY,)
        others = [code for code in found if code not in wanted]
        is_wanted = codes.isin(wanted)
        if not is_wanted.any():
            said = ", ".join(f"{code} ({_OTHERS.get(code, 'not known')})" for code in others)
            raise DataError(
                f"{path} holds lines of {said} and none of m (5mC); wanted methylation of CpG."
            )
        if others:
            shown = codes[is_wanted].iloc[0]
            notes.append(
                f"{path} holds lines of {', '.join(others[:5])} besides those of {shown} "
                f"({_say(shown)}); only these are read."
            )
        elif wanted == (_ANY,):
            notes.append(f"{path} holds lines of C ({_say(_ANY)}); they are taken as methylation.")
        table, parts = table[is_wanted], parts[is_wanted]
    if not (parts[1] != "").any():
        notes.append(say_no_context(path))
        return table
    at = parts[2].where(parts[2] != "", "0").astype(int)
    pairs = [motif[k : k + 2] for motif, k in zip(parts[1], at, strict=True)]
    return _keep_cpg(table, np.array([pair == "CG" for pair in pairs], bool), parts[1], path, notes)


def say_no_context(path: Path) -> str:
    """Say of a table that its sites are taken for CpG because it does not say what they are."""
    return (
        f"{path} does not say which cytosines are CpG; all its sites are taken for CpG, but those "
        "that cannot be."
    )


def keep_context(table: pd.DataFrame, path: Path, notes: list[str]) -> pd.DataFrame:
    """Leave out cytosines that are not CpG, by the column ``context``.

    Raises
    ------
    DataError
        If nothing is left.
    """
    is_cpg = table["context"].str.upper().str.startswith(("CG", "CPG")).to_numpy()
    return _keep_cpg(table, is_cpg, table["context"], path, notes)


def keep_haplotypes(table: pd.DataFrame, path: Path, notes: list[str]) -> pd.DataFrame:
    """Keep the lines about all reads; where there are none, those of both haplotypes."""
    is_whole = table["haplotype"] == _WHOLE
    if is_whole.any():
        return table[is_whole]
    notes.append(f"{path} holds haplotypes and no line of all reads; both are averaged by reads.")
    return table


def join_strands(table: pd.DataFrame, path: Path, notes: list[str]) -> pd.DataFrame:
    """Make one site of both strands of each CpG, its level averaged by reads.

    Parameters
    ----------
    table
        Columns ``chromosome``, ``start``, ``end``, ``value``, ``reads`` and ``strand`` ("" where
        nobody says it).
    path
        Its file.
    notes
        Gets a sentence for what was joined or left out.

    Returns
    -------
    DataFrame
        Sorted; columns ``chromosome``, ``start``, ``end``, ``value``, ``reads``. A site starts at
        the C of the plus strand.
    """
    strand = table["strand"].replace({"F": "+", "R": "-", "C": "+", "G": "-", "CG": ""})
    is_base = table["end"] - table["start"] == 1
    # On the minus strand the C of a CpG lies one base behind that of the plus strand.
    is_minus = is_base & (strand == "-") & (table["start"] > 0)
    table = table.assign(start=table["start"] - is_minus, strand=strand)
    table = table.sort_values(["chromosome", "start"], kind="stable")
    is_open = (is_base & (strand == "")).reindex(table.index)
    table = table.assign(start=table["start"] - _is_second(table, is_open))
    keys = ["chromosome", "start"]
    once = table.drop_duplicates([*keys, "end", "strand", "value", "reads"])
    joined = (
        once.assign(
            weighed=once["value"] * once["reads"],
            has_plus=once["strand"] == "+",
            has_minus=once["strand"] == "-",
        )
        .groupby(keys, as_index=False)
        .agg(
            end=("end", "max"),
            weighed=("weighed", "sum"),
            reads=("reads", "sum"),
            has_plus=("has_plus", "max"),
            has_minus=("has_minus", "max"),
        )
    )
    joined["value"] = joined.pop("weighed") / joined["reads"]
    if len(joined) < len(table):
        notes.append(
            f"{path} holds {len(table) - len(joined):,} lines about the other strand of a CpG, or "
            "about the same one; each CpG is one site, averaged by reads."
        )
    return _leave_out_others(joined, path, notes)


def _leave_out_others(sites: pd.DataFrame, path: Path, notes: list[str]) -> pd.DataFrame:
    """Leave out cytosines that cannot be CpG, for another one stands where their G would.

    Where there are many of these the file is about all cytosines. As nothing says which are CpG,
    only those that were seen on both strands are kept.
    """
    clashes = _find_clashes(sites)
    if not clashes.any():
        return sites
    is_paired = sites["has_plus"] & sites["has_minus"]
    if clashes.mean() / 2 > _MOST_CLASHES and is_paired.any():
        kept = sites[is_paired]
        reason = "nothing says which cytosines are CpG, so those seen on both strands are read"
    else:
        kept = sites[~clashes | is_paired]
        reason = "they cannot be CpG, for another cytosine stands next to them"
    # Two that both claim to be a CpG contradict each other.
    kept = kept[~_find_clashes(kept)]
    notes.append(f"{path}: {len(sites) - len(kept):,} cytosines are left out; {reason}.")
    return kept


def _find_clashes(sites: pd.DataFrame) -> pd.Series[bool]:
    """Say which sites start one base from another one, where both strands are known."""
    is_known = sites["has_plus"] | sites["has_minus"]
    is_second = (
        (sites["chromosome"] == sites["chromosome"].shift())
        & (sites["start"] == sites["start"].shift() + 1)
        & is_known
        & is_known.shift(fill_value=False)
    )
    return is_second | is_second.shift(-1, fill_value=False)


def _is_second(table: pd.DataFrame, is_base: pd.Series[bool]) -> pd.Series[bool]:
    """Say which bases are the second ones of a CpG, where no strand is said.

    Neighbouring bases can only be both strands of one site. Of a run with an odd number of them it
    is not known which base stands alone, so all do.
    """
    follows = (
        is_base
        & is_base.shift(fill_value=False)
        & (table["chromosome"] == table["chromosome"].shift())
        & (table["start"] == table["start"].shift() + 1)
    )
    run = (~follows).cumsum()
    place = run.groupby(run).cumcount()
    length = run.groupby(run).transform("size")
    return (length % 2 == 0) & (place % 2 == 1)


def _keep_cpg(
    table: pd.DataFrame,
    is_cpg: np.ndarray[tuple[int], np.dtype[np.bool_]],
    said: pd.Series[str],
    path: Path,
    notes: list[str],
) -> pd.DataFrame:
    others = ", ".join(sorted(set(said[~is_cpg]))[:5])
    if not is_cpg.any():
        raise DataError(f"{path} holds cytosines of {others} and no CpG; wanted CpG sites.")
    if others:
        notes.append(
            f"{path} holds {(~is_cpg).sum():,} lines about {others}; only CpG sites are read."
        )
    return table[is_cpg]


def _say(code: str) -> str:
    return "any modification of C, 5mC and 5hmC together" if code == _ANY else "5mC"
