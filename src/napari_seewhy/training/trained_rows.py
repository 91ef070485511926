"""What a model's record says of its training: which classes it merged, which samples it saw."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from napari_seewhy.errors import DataError
from napari_seewhy.files import hash_file
from napari_seewhy.samples.classes import ClassMap, apply_class_map

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    from napari_seewhy.models.card import ModelCard
    from napari_seewhy.samples import SampleSet


class ReportRows(NamedTuple):
    """Rows to judge a model on, and what is to be known of them."""

    rows: NDArray[np.int64]
    alarms: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


def find_report_rows(
    card: ModelCard, samples: SampleSet, rows: ArrayLike | None = None
) -> ReportRows:
    """Find the samples to judge a model on.

    Parameters
    ----------
    card
        Card of the model.
    samples
        The sample set of its training, or another one.
    rows
        Rows that were asked for; None takes the report set of the training, or all samples of
        another file.

    Raises
    ------
    DataError
        If there is no such row.
    """
    seen = _find_split(card, samples)
    if rows is None and seen is not None:
        return ReportRows(np.asarray(seen["report"], np.int64))
    chosen = np.arange(len(samples)) if rows is None else np.asarray(rows, np.int64)
    if len(chosen) and not 0 <= chosen.min() <= chosen.max() < len(samples):
        raise DataError(f"{samples.path} holds samples 0 to {len(samples) - 1}; choose of those.")
    if seen is None:
        return ReportRows(
            chosen,
            notes=(
                "This is not the file of samples that the model was trained on; the figures hold "
                "only if no sample, field or well of it was.",
            ),
        )
    n_seen = int(np.isin(chosen, [*seen["train"], *seen["stop"]]).sum())
    alarm = (
        f"{n_seen} of the {len(chosen)} samples are among those that the model learned from or "
        "stopped by, so the figures are too good."
    )
    return ReportRows(chosen, alarms=(alarm,) if n_seen else ())


def _find_split(card: ModelCard, samples: SampleSet) -> dict[str, list[int]] | None:
    """Return the split of the training if it was on these samples, in this order."""
    inputs = card.record.get("inputs", [])
    split: dict[str, list[int]] | None = card.record.get("results", {}).get("split")
    if split is None or not inputs:
        return None
    # Annotating writes a new file of the same samples, which names the one it came from.
    before = samples.record.get("annotated", {}).get("inputs", [])
    known = {hash_file(samples.path), *(file["sha256"] for file in before)}
    return split if inputs[0]["sha256"] in known else None


def find_target(
    card: ModelCard, samples: SampleSet, classes: ClassMap | None = None
) -> NDArray[np.int64]:
    """Say of each sample which class of a model it is.

    Parameters
    ----------
    card
        Card of the model.
    samples
        The sample set.
    classes
        Which of its classes make up those of the model; None takes what the record says, or else
        the classes of the same names.

    Returns
    -------
    ndarray, shape ``(N,)``, int64
        Places in ``card.classes``, -1 where unknown or of no class of the model.

    Raises
    ------
    DataError
        If the classes are not those of the model.
    """
    target, names = samples.target, samples.classes
    class_map = classes
    recorded = card.record.get("options", {}).get("classes")
    if classes is None and recorded:
        merged = {name for old in recorded.values() for name in old}
        # A class of the model may bear the name of one of those that it was merged from.
        if merged <= set(names) or not set(card.classes) <= set(names):
            class_map = ClassMap(recorded)
    if class_map is not None:
        target, names = apply_class_map(target, names, class_map)
    strange = [name for name in names if name not in card.classes]
    missing = [name for name in card.classes if name not in names]
    if missing and (strange or len(missing) == len(card.classes)):
        raise DataError(
            f"The samples have the classes {', '.join(names) or 'none'}, and the model knows "
            f'{", ".join(card.classes)}; say which are which, as in "{missing[0]}=...".'
        )
    place = [card.classes.index(name) if name in card.classes else -1 for name in names]
    return np.array([*place, -1], np.int64)[target]
