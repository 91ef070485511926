"""The sample sets of a tree: one per input, of the same pictures in the same order."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, TypeAlias

from napari_seewhy.errors import DataError, OptionError
from napari_seewhy.samples.storing import SampleSet

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

    import numpy as np
    from numpy.typing import NDArray

    from napari_seewhy.epigenome.sampling import InputKind
    from napari_seewhy.training.fitting import AugmentOptions

TreeInputs: TypeAlias = "Mapping[InputKind, SampleSet]"
"""What of the pictures -> the samples of it; row i is the same picture in all of them."""

_SAME = ("gene", "compound", "exposure", "file")


@contextlib.contextmanager
def opening_inputs(paths: Iterable[Path]) -> Iterator[TreeInputs]:
    """Open sample sets that `seewhy epigenome import` made of the same pictures.

    Raises
    ------
    FileError
        If one cannot be read.
    OptionError
        If one was not made of pictures of genes, or two are of the same input.
    DataError
        If they are not of the same pictures, or their classes differ.
    """
    with contextlib.ExitStack() as stack:
        inputs: dict[InputKind, SampleSet] = {}
        for path in paths:
            samples = stack.enter_context(SampleSet(path))
            kind = read_kind(samples)
            if kind in inputs:
                raise OptionError(
                    f"{inputs[kind].path} and {path} are both of the input {kind}; give one of "
                    "each."
                )
            inputs[kind] = samples
        check_same_pictures(inputs)
        yield inputs


def read_kind(samples: SampleSet) -> InputKind:
    """Return what of the pictures a sample set holds, as its record says.

    Raises
    ------
    OptionError
        If it was not made of pictures of genes.
    """
    kind: InputKind | None = samples.record.get("options", {}).get("input")
    if samples.record.get("verb") != "epigenome import" or kind is None:
        raise OptionError(
            f"{samples.path} was not made of pictures of genes; make it with seewhy epigenome "
            "import."
        )
    return kind


def check_same_pictures(inputs: TreeInputs) -> None:
    """Refuse sample sets whose rows are not the same pictures, or whose classes differ.

    Raises
    ------
    DataError
        If they are not.
    """
    first, *others = inputs.values()
    for other in others:
        columns = [name for name in _SAME if name in first.origin and name in other.origin]
        if len(first) != len(other) or not _is_same(first, other, columns):
            raise DataError(
                f"{first.path} and {other.path} do not hold the same pictures in the same order; "
                "import both from the same folder."
            )
        if first.classes != other.classes or (first.target != other.target).any():
            raise DataError(
                f"{first.path} and {other.path} say other classes of the same pictures; import "
                "both with the same classes."
            )


def check_augmentation(inputs: TreeInputs, augment: AugmentOptions) -> None:
    """Refuse to vary pictures of genes in a way that makes another gene of them.

    Raises
    ------
    OptionError
        If they are to be turned or flipped, or mirrored although genes of the minus strand are not
        drawn in their own direction.
    """
    if augment.rotate or augment.flip:
        raise OptionError(
            "Pictures of genes cannot be turned or flipped: up is chromatin, and left is upstream. "
            "Choose the augmentation gene, or gene-mirrored."
        )
    for samples in inputs.values() if augment.mirror else ():
        origin = samples.origin
        if not {"strand", "is_mirrored"} <= set(origin):
            continue
        n_against = int(((origin["strand"] == "-") & ~origin["is_mirrored"].astype(bool)).sum())
        if n_against:
            raise OptionError(
                f"{n_against:,} genes of the minus strand in {samples.path} are not drawn in their "
                "own direction, so mirrored pictures would be mixed up with them; choose the "
                "augmentation gene, or draw the pictures in the direction of the strand."
            )


def _is_same(first: SampleSet, other: SampleSet, columns: list[str]) -> bool:
    same: NDArray[np.bool_] = first.origin[columns].to_numpy() == other.origin[columns].to_numpy()
    return bool(same.all())
