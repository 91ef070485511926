"""Groups of pictures: what must stay together when pictures are split for training."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import pandas as pd

from napari_seewhy.errors import DataError, SeewhyWarning

if TYPE_CHECKING:
    from numpy.typing import NDArray


def group_pictures(
    table: pd.DataFrame, by: Literal["gene", "compound", "stretch"], n_stretches: int = 20
) -> NDArray[Any]:
    """Say which group each picture is of.

    Parameters
    ----------
    table
        As of a `PictureSet`.
    by
        "gene" and "compound" as named; "stretch" cuts the genes, in the order of their positions,
        into stretches of about equal numbers of pictures, so that neighbours stay together. No
        border goes through a window: genes whose windows overlap are of one stretch.
    n_stretches
        How many of these; fewer come out, with a warning, where windows leave too few gaps.

    Returns
    -------
    ndarray, shape ``(N,)`` str

    Raises
    ------
    DataError
        If the compound or the position of a picture is not known.
    """
    if by == "stretch":
        return _stretches(table, n_stretches)
    known = table[by].to_numpy(object)
    missing = np.flatnonzero(known == "")
    if len(missing):
        raise DataError(
            f"The {by} of {len(missing):,} pictures is not known, such as of "
            f"{table['file'].iat[missing[0]]}; give a pattern of names that says it, or group by "
            "something else."
        )
    return known


def _stretches(table: pd.DataFrame, n_stretches: int) -> NDArray[Any]:
    missing = np.flatnonzero(table["tss"].isna())
    if len(missing):
        raise DataError(
            f"The position of {len(missing):,} genes is not known, such as of "
            f"{table['gene'].iat[missing[0]]}; give --group-by gene, which keeps all pictures of a "
            "gene together, or list the pictures in a table with columns chromosome and tss."
        )
    cluster = _cluster(table)
    pictures_before = np.concatenate([[0], np.cumsum(np.bincount(cluster))])[:-1]
    # Each border lies in the first gap at or behind the place that would make all equally large.
    wanted = pictures_before[cluster] * n_stretches // len(table)
    reached, stretch = np.unique(wanted, return_inverse=True)
    if len(reached) < n_stretches:
        warnings.warn(
            f"{n_stretches} stretches were asked for and {len(reached)} came out: genes whose "
            "windows overlap stay together, and between the others there are too few gaps; "
            "smaller windows leave more.",
            SeewhyWarning,
            stacklevel=1,
        )
    names = [f"stretch {number:02d}" for number in range(1, len(reached) + 1)]
    named: NDArray[Any] = np.array(names, object)[stretch]
    return named


def _cluster(table: pd.DataFrame) -> NDArray[np.int64]:
    """Give every picture a number by its place; windows that overlap, also in chains, share one.

    A picture whose window is not known counts as the start of its gene alone.
    """
    tss = table["tss"]
    start = table["start"].fillna(tss).clip(upper=tss).to_numpy(np.int64)
    end = table["end"].fillna(tss + 1).clip(lower=tss + 1).to_numpy(np.int64)
    # Chromosomes are laid one behind the other, so that no window reaches into the next.
    offset = pd.factorize(table["chromosome"], sort=True)[0] * (end.max() - start.min() + 1)
    start, end = start + offset, end + offset
    order = np.argsort(start, kind="stable")
    is_first = start[order][1:] >= np.maximum.accumulate(end[order])[:-1]
    cluster = np.empty(len(table), np.int64)
    cluster[order] = np.concatenate([[0], np.cumsum(is_first)])
    return cluster
