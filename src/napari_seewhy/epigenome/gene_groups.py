"""Groups of pictures: what must not be torn apart when pictures are split for training."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from napari_seewhy.errors import DataError

if TYPE_CHECKING:
    import pandas as pd
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
        into stretches of about equal numbers of pictures, so that neighbours stay together.
    n_stretches
        How many of these.

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
            f"{table['gene'].iat[missing[0]]}; group by gene, or add columns chromosome and tss."
        )
    # Pictures of one place share one number, so that no place is torn apart.
    place = table.groupby(["chromosome", "tss"], sort=True).ngroup().to_numpy()
    pictures_before = np.concatenate([[0], np.cumsum(np.bincount(place))])[:-1]
    stretch = pictures_before[place] * n_stretches // len(table)
    names = [f"stretch {number:02d}" for number in range(1, n_stretches + 1)]
    named: NDArray[Any] = np.array(names, object)[stretch]
    return named
