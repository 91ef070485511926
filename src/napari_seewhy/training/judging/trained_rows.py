"""The training of a model from its record: which classes it merged, which samples it saw."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple

import numpy as np

from napari_seewhy.errors import DataError
from napari_seewhy.files import hash_file
from napari_seewhy.samples.targeting import ClassMap, apply_class_map
from napari_seewhy.training.judging.learned_places import find_learned

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    from napari_seewhy.models.cards import ModelCard
    from napari_seewhy.samples.storing import SampleSet


class ReportRows(NamedTuple):
    """Rows to judge a model on, and what is to be known of them.

    Attributes
    ----------
    rows
        Row numbers.
    which
        Their kind: the "report set" of the training; those "not learned from" in a file of the
        same images that was cut again; "all" of another file; or "chosen" by a person.
    alarms, notes
        Sentences about them.
    """

    rows: NDArray[np.int64]
    which: Literal["report set", "not learned from", "all", "chosen"]
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
        Rows that were asked for. None takes the report set of the training; where the samples were
        cut again, all that lie elsewhere than those which it learned from; all of another file.

    Raises
    ------
    DataError
        If there is no such row, or the model learned from all of them.
    """
    split = _find_split(card, samples)
    is_learned = _find_learned(card, samples, split)
    if rows is not None:
        return _take_chosen(samples, np.asarray(rows, np.int64), is_learned)
    if split is not None:
        return ReportRows(np.asarray(split["report"], np.int64), "report set")
    n_learned = int(is_learned.sum())
    if n_learned == len(samples) > 0:
        raise DataError(
            f"The model learned from all of {samples.path}, or from other samples of the same "
            "groups; judge it on samples of other images."
        )
    rest = np.flatnonzero(~is_learned)
    if not n_learned:
        return ReportRows(rest, "all", notes=(_ANOTHER_FILE,))
    note = (
        f"The samples were cut again since the training. {n_learned} of {len(samples)} lie where "
        "it learned or stopped, or are of the same groups; they are left out."
    )
    return ReportRows(rest, "not learned from", notes=(note,))


_ANOTHER_FILE = (
    "This is not the file of samples that the model was trained on; the figures hold only if no "
    "sample, field or well of it was."
)


def _take_chosen(
    samples: SampleSet, rows: NDArray[np.int64], is_learned: NDArray[np.bool_]
) -> ReportRows:
    if len(rows) and not 0 <= rows.min() <= rows.max() < len(samples):
        raise DataError(f"{samples.path} holds samples 0 to {len(samples) - 1}; choose of those.")
    n_learned = int(is_learned[rows].sum())
    alarm = (
        f"{n_learned} of the {len(rows)} samples are among those that the model learned from or "
        "stopped by, so the figures are too good."
    )
    if n_learned:
        return ReportRows(rows, "chosen", alarms=(alarm,))
    return ReportRows(rows, "chosen", notes=() if is_learned.any() else (_ANOTHER_FILE,))


def _find_learned(
    card: ModelCard, samples: SampleSet, split: dict[str, list[int]] | None
) -> NDArray[np.bool_]:
    """Find for each sample whether the model learned from it or stopped by it."""
    is_learned = np.zeros(len(samples), bool)
    if split is not None:
        is_learned[[*split["train"], *split["stop"]]] = True
        return is_learned
    described = card.record.get("results", {}).get("learned_places", {})
    return is_learned | find_learned(described, samples, min(card.size_px) / 4)


def _find_split(card: ModelCard, samples: SampleSet) -> dict[str, list[int]] | None:
    """Return the split of the training if it was on these samples, in this order."""
    inputs = card.record.get("inputs", [])
    split: dict[str, list[int]] | None = card.record.get("results", {}).get("split")
    if split is None or not inputs:
        return None
    # Annotating writes a new file of the same samples, which names the one it came from.
    before = samples.record.get("annotated", {}).get("inputs", [])
    known = {hash_file(samples.path), *(file["sha256"] for file in before)}
    if inputs[0]["sha256"] not in known:
        return None
    is_usable = {"train", "stop", "report"} <= set(split) and all(
        isinstance(row, int) and 0 <= row < len(samples) for rows in split.values() for row in rows
    )
    return split if is_usable else None


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
    placed: NDArray[np.int64] = np.array([*place, -1], np.int64)[target]
    return placed
