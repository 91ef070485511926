"""`seewhy sequence learn-language`: from a genome to a model that expects its next base."""

from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from napari_seewhy.cli.asking import check_model_path, with_figures
from napari_seewhy.cli.telling import DEFAULT_REPORTING, Reporting, flags
from napari_seewhy.progress import finish
from napari_seewhy.reading.language import LanguageOptions

_TRAINING = LanguageOptions()


def learn_language(
    genome: Path,
    /,
    *,
    out: Path,
    training: Annotated[LanguageOptions, flags("Training")] = _TRAINING,
    resume: Annotated[bool, Parameter(negative="")] = False,
    reporting: Reporting = DEFAULT_REPORTING,
) -> int:
    """Train a language model: a network that expects the next base of a genome.

    Parameters
    ----------
    genome
        FASTA or GenBank file, plain or gzipped.
    out
        Model to write, such as coli.safetensors.
    resume
        Continue a training that was stopped or killed.
    """
    from napari_seewhy.genome import join_chromosomes, read_dna
    from napari_seewhy.reading.language import learn_language_steps

    out = check_model_path(out)
    dna = read_dna(genome)
    name = ", ".join(list(dna)[:3])
    with reporting.progress() as bar:
        task = learn_language_steps(
            join_chromosomes(dna), training, out=out, genome=name, files=[genome], resume=resume
        )
        model = finish(task, lambda step: bar.step(with_figures(step)))
    card = model.card
    results = card.record["results"]
    reporting.say(f"{describe_bits(card.metrics)}\nModel: {out}")
    reporting.give(
        {"verb": "sequence learn-language", "status": 0, "model": str(out)}
        | {"metrics": card.metrics}
        | {key: results[key] for key in ("best_epoch", "history")}
    )
    return 0


def describe_bits(metrics: dict[str, float]) -> str:
    """Say how well held-out letters are expected, beside the counted contexts alone."""
    lines = [
        f"Bits per base of {metrics['n_held_out']:,} held-out letters; 2 is chance.",
        f"{'':18}{'all':>8}{'off repeats':>13}",
    ]
    for name, key in (("model", ""), ("counted contexts", "mixture_")):
        lines.append(f"{name:18}{metrics[key + 'bits']:8.4f}{metrics[key + 'bits_new']:13.4f}")
    gained = metrics["mixture_bits"] - metrics["bits"]
    if gained <= 0:
        lines.append(
            "The network adds nothing to the counted contexts; train longer, or on a longer genome."
        )
    return "\n".join(lines)
