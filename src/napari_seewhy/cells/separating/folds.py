"""Dividing cells into parts, each of which is judged by what the others teach."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from napari_seewhy.cells.separating.options import SeparationOptions

Folds: TypeAlias = "list[tuple[NDArray[np.intp], NDArray[np.intp]]]"
"""Pairs of places: cells to learn from, cells to judge."""


def fold_cells(
    is_of: NDArray[np.bool_], group: NDArray[np.object_] | None, options: SeparationOptions
) -> tuple[Folds, bool, str]:
    """Divide cells so that each is judged once, whole groups together where that can be.

    Parameters
    ----------
    is_of
        ``(N,)`` which of two classes each cell is; each has at least two.
    group
        ``(N,)`` what must not be torn apart; None or one value only = nothing.
    options
        Number of folds and seed.

    Returns
    -------
    folds, is_grouped, warning
        Whether groups stayed whole; a sentence where they should have and could not.
    """
    from sklearn.model_selection import StratifiedGroupKFold, StratifiedKFold

    most = min(options.n_folds, int(is_of.sum()), int((~is_of).sum()))
    places = np.zeros(len(is_of))
    warning = ""
    n_groups = 1 if group is None else len(set(group))
    if n_groups > 1:
        shared = StratifiedGroupKFold(min(most, n_groups), shuffle=True, random_state=options.seed)
        folds: Folds = list(shared.split(places, is_of, group))
        if _can_teach(folds, is_of):
            return folds, True, ""
        warning = (
            f"The classes do not lie in several values of {options.group} each, so cells were "
            "divided without regard to it: a difference between the images may look like one "
            "between the classes."
        )
    plain = StratifiedKFold(most, shuffle=True, random_state=options.seed)
    return list(plain.split(places, is_of)), False, warning


def _can_teach(folds: Folds, is_of: NDArray[np.bool_]) -> bool:
    """Whether both classes are learned from in every fold, and judged in one at least."""
    both = [[len(set(is_of[rows])) == 2 for rows in fold] for fold in folds]
    return all(learned for learned, _ in both) and any(judged for _, judged in both)
