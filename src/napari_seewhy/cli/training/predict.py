"""`seewhy predict`: the predictions of a model for every sample, as a table."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from cyclopts import Parameter

from napari_seewhy.cli.asking import (
    DEFAULT_IMPORTING,
    Importing,
    find_model,
    fitting_samples,
    opening_samples,
)
from napari_seewhy.cli.telling import DEFAULT_REPORTING, Reporting, flags
from napari_seewhy.files import check_output, write_json
from napari_seewhy.models.running import PredictOptions
from napari_seewhy.progress import finish
from napari_seewhy.record import make_record
from napari_seewhy.tables import write_table

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    from napari_seewhy.samples.storing import SampleSet

VERB = "predict"

_PREDICTING = PredictOptions()
_DIGITS = 6


def predict(
    model: str,
    samples: Path,
    /,
    *,
    out: Path,
    strict: Annotated[bool, Parameter(negative="")] = False,
    predicting: Annotated[PredictOptions, flags("Predicting", sort_key=10)] = _PREDICTING,
    importing: Importing = DEFAULT_IMPORTING,
    reporting: Reporting = DEFAULT_REPORTING,
) -> int:
    """Predict the probability of each class for every sample.

    Parameters
    ----------
    model
        Model (.safetensors), or its name in the library.
    samples
        Sample set (.h5), or what `seewhy samples import` takes: .npz, class folders, .csv.
    out
        Table to write (.csv): where each sample came from, p_<class>, class, confidence.
    strict
        Refuse samples that would have to be adapted to the model.
    """
    from napari_seewhy.models.files import load_model
    from napari_seewhy.models.running import choose_runtime, predict_steps

    out = check_output(out, ".csv")
    path = find_model(model)
    loaded = load_model(path)
    with (
        opening_samples(samples, importing, reporting) as opened,
        fitting_samples(opened, loaded.card, reporting, strict=strict) as fitted,
    ):
        with reporting.progress() as bar:
            probability = finish(predict_steps(loaded, fitted, predicting), bar.step)
        table = make_table(fitted, probability, loaded.card.classes)
        device = choose_runtime(predicting).describe()
        inputs = [path, fitted.path]
        record = make_record(VERB, predicting, inputs, n_samples=len(table), device=device)
    write_table(out, table)
    write_json(out.with_name(f"{out.stem}_record.json"), record)
    counts = {name: int((table["class"] == name).sum()) for name in loaded.card.classes}
    said = ", ".join(f"{name} {n}" for name, n in counts.items())
    reporting.say(f"{out}: {len(table)} samples ({said}).")
    reporting.give(
        {"verb": VERB, "status": 0, "out": str(out), "n_samples": len(table), "classes": counts}
    )
    return 0


def make_table(
    samples: "SampleSet", probability: "NDArray[Any]", classes: tuple[str, ...]
) -> "pd.DataFrame":
    """Put what a model says beside where the samples came from.

    Parameters
    ----------
    samples
        The samples, N of them.
    probability
        ``(N, K)``.
    classes
        K names.

    Returns
    -------
    DataFrame
        Columns ``sample`` (row in the file, from 0), those of the origin, ``group``, ``p_<class>``,
        ``class`` and ``confidence``.
    """
    import numpy as np
    import pandas as pd

    said = pd.DataFrame(
        {f"p_{name}": probability[:, k].astype(np.float64) for k, name in enumerate(classes)}
    ).round(_DIGITS)
    answer = probability.argmax(axis=1)
    said["class"] = np.asarray(classes, object)[answer]
    said["confidence"] = probability.max(axis=1).astype(np.float64).round(_DIGITS)
    before = samples.origin.drop(columns=["sample", "group", *said], errors="ignore")
    before.insert(0, "sample", np.arange(len(before)))
    return pd.concat([before, pd.Series(samples.group, name="group"), said], axis=1)
