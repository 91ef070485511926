"""`seewhy sequence adopt`: weights of Evo or Evo 2 as a language model of the library."""

from pathlib import Path

from napari_seewhy.cli.asking import check_model_path, find_model
from napari_seewhy.cli.telling import DEFAULT_REPORTING, Reporting


def adopt(
    weights: str,
    /,
    *,
    out: Path,
    beside: str = "ecoli-k12",
    reporting: Reporting = DEFAULT_REPORTING,
) -> int:
    """Write a model file that lets weights of Evo or Evo 2 answer; asking it needs a GPU.

    Parameters
    ----------
    weights
        Their name, such as evo2_7b or evo-1-8k-base.
    out
        Model to write, such as evo2.safetensors.
    beside
        Language model of a genome, whose codon usage, contexts and letters are compared with.
    """
    from napari_seewhy.sequence.language import adopt_weights

    out = check_model_path(out)
    card = adopt_weights(weights, find_model(beside), out)
    reporting.say(f"{card.describe().sentence}\nModel: {out}")
    reporting.give({"verb": "sequence adopt", "status": 0, "model": str(out), "weights": weights})
    return 0
