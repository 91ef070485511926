"""The model that a person named, and samples made to fit it."""

import contextlib
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from napari_seewhy.cli.telling import Reporting
from napari_seewhy.models.files import ModelLibrary
from napari_seewhy.progress import finish
from napari_seewhy.samples.storing import SampleSet

if TYPE_CHECKING:
    from napari_seewhy.models.cards import ModelCard


def find_model(given: str) -> Path:
    """Return the file of a model that was named by its path, or by its name in the library.

    Raises
    ------
    FileError
        If there is none.
    """
    return ModelLibrary().find(Path(given).expanduser())


@contextlib.contextmanager
def fitting_samples(
    samples: SampleSet, card: "ModelCard", reporting: Reporting, *, strict: bool
) -> Iterator[SampleSet]:
    """Compare samples with a model, and give them as the model wants them.

    Parameters
    ----------
    samples
        Open sample set.
    card
        Card of the model.
    reporting
        Who is told what is done to the samples.
    strict
        Whether samples that would have to be adapted are refused.

    Raises
    ------
    DataError
        If the model refuses the samples, or they differ and `strict` is set.
    """
    from napari_seewhy.models.preflight import AdaptedSamples, check_fit, gather_facts_steps

    with reporting.progress() as bar:
        facts = finish(gather_facts_steps(samples), bar.step)
    preflight = check_fit(card, facts)
    adaptation = preflight.check()
    if preflight.level == "green":
        yield samples
        return
    if not preflight.is_agreed("" if strict else None):
        preflight.refuse("The samples differ from those", "Omit --strict to continue nevertheless.")
    for line in preflight.describe().splitlines():
        reporting.warn(f"Notice: {line}")
    with AdaptedSamples(samples, card, adaptation) as adapted:
        yield adapted
