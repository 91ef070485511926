"""DNA that a language model writes, as FASTA, with figures beside natural and shuffled DNA."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from napari_seewhy.errors import DataError, OptionError
from napari_seewhy.files import write_json, write_text
from napari_seewhy.genome import UNKNOWN_BASE, decode_letters, encode_letters
from napari_seewhy.progress import Step
from napari_seewhy.record import make_record
from napari_seewhy.sequence.language.statistics import describe_dna
from napari_seewhy.tables import write_table

if TYPE_CHECKING:
    from pathlib import Path

    import pandas as pd
    from numpy.typing import NDArray

    from napari_seewhy.progress import Task
    from napari_seewhy.reading.language import GenerateOptions

_LINE = 80
_WORDS = {
    "gc": "GC content",
    "stops_per_kb": "stop codons per kb",
    "orf_share": "in ORFs from 300 bp",
    "coding_share": "coding (Pyrodigal)",
    "longest_copy_bp": "longest copy (bp)",
}


@dataclass(frozen=True, eq=False)
class WrittenDna:
    """Sequences that a language model wrote.

    Attributes
    ----------
    prompt
        Letters that they follow.
    drawn
        ``(n_sequences, length)`` their codes.
    statistics
        Of `describe_dna`.
    model
        Name of the model.
    window_bp
        Length that it was trained on.
    """

    prompt: str
    drawn: NDArray[np.uint8]
    statistics: pd.DataFrame
    model: str
    window_bp: int

    def list_figures(self) -> list[tuple[str, tuple[str, ...]]]:
        """Return what each figure is, and its values for drawn, natural and shuffled DNA."""
        rows = []
        for key, words in _WORDS.items():
            values = self.statistics[key].tolist()
            if not all(np.isnan(value) for value in values):
                shown = tuple("-" if np.isnan(value) else f"{value:.4g}" for value in values)
                rows.append((words, shown))
        return rows

    def warn(self) -> str:
        """Say where the sequences are longer than the model knows; "" where they are not."""
        if self.drawn.shape[1] + len(self.prompt) <= self.window_bp:
            return ""
        return (
            f"The sequences are longer than the {self.window_bp:,} bp that the model learned from; "
            "what it holds on to fades with distance."
        )

    def describe(self) -> str:
        """Show the figures beside those of natural and shuffled DNA."""
        rows = [("", ("drawn", "natural", "shuffled")), *self.list_figures()]
        lines = [f"{words:28}" + "".join(f"{one:>12}" for one in shown) for words, shown in rows]
        return "\n".join([*lines, self.warn()]).rstrip()

    def to_json(self) -> list[dict[str, Any]]:
        """Return the figures; None where there is none."""
        known = self.statistics.notna()
        rows = self.statistics.astype(object).where(known, None).to_dict("records")
        return [{str(key): value for key, value in row.items()} for row in rows]

    def to_fasta(self) -> str:
        """Return the sequences without the prompt."""
        text = ""
        for number, codes in enumerate(self.drawn, 1):
            letters = decode_letters(codes)
            text += f">drawn{number} model={self.model}\n"
            text += "".join(f"{letters[i : i + _LINE]}\n" for i in range(0, len(letters), _LINE))
        return text


def write_dna_steps(model_path: Path, prompt: str, options: GenerateOptions) -> Task[WrittenDna]:
    """Let a language model write DNA, and compare it with natural and shuffled DNA.

    Parameters
    ----------
    model_path
        The model.
    prompt
        Letters that it should follow; may be empty.
    options
        How it writes.

    Raises
    ------
    OptionError
        If the prompt holds other letters than A, C, G and T.
    FileError
        If the model cannot be read.
    """
    from napari_seewhy.models.running import choose_runtime
    from napari_seewhy.reading.language import generate_steps, load_language

    codes = _check_prompt(prompt)
    model, runtime = load_language(model_path), choose_runtime(options)
    runtime.place_network(model.network)
    drawn = yield from generate_steps(model, codes, options, runtime)
    yield Step(0, 0, "Comparing with natural and shuffled DNA")
    statistics = describe_dna(list(drawn), model.network, options.seed)
    card = model.card
    return WrittenDna(decode_letters(codes), drawn, statistics, card.name, card.network.window_bp)


def _check_prompt(prompt: str) -> NDArray[np.uint8]:
    try:
        codes = encode_letters("".join(prompt.split()))
    except DataError as error:
        raise OptionError(f"The prompt is no DNA: {error}") from error
    if (codes == UNKNOWN_BASE).any():
        raise OptionError("The prompt holds letters that are not known; wanted A, C, G and T.")
    return codes


def write_written(
    out: Path, written: WrittenDna, options: GenerateOptions, inputs: list[Path]
) -> list[Path]:
    """Write the FASTA, the figures and the record.

    Raises
    ------
    FileError
        If they cannot be written.
    """
    paths = [out / "drawn.fa", out / "statistics.csv"]
    write_text(paths[0], written.to_fasta())
    write_table(paths[1], written.statistics)
    record = make_record(
        "sequence generate",
        options,
        inputs,
        prompt=written.prompt,
        statistics=written.to_json(),
    )
    write_json(out / "drawn.json", record)
    return paths
