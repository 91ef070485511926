"""`seewhy sequence`: from DNA to coverage, and what each base is worth."""

from cyclopts import App

_COMMANDS = {
    "windows": "Cut a genome and its tracks into windows to learn from.",
    "train": "Train a network to predict coverage from DNA.",
    "evaluate": "Compare a model with simpler predictions of the same windows.",
    "predict": "Predict the coverage of a genome: one bigWig per track.",
    "explain": "Show what every base of a stretch is worth to the predictions.",
    "variants": "Predict what variants change.",
    "learn-language": "Train a language model: a network that expects the next base of a genome.",
    "adopt": "Have weights of Evo or Evo 2 answer, where their package and a GPU are.",
    "score": "Score changes of DNA or protein by a language model.",
    "entropy": "Show how sure a language model is of every base: one bigWig.",
    "generate": "Write new DNA with a language model.",
}

app = App(name="sequence", help="Predict coverage from DNA, and show what each base is worth.")
for _name, _help in _COMMANDS.items():
    _file = _name.replace("-", "_")
    app.command(f"napari_seewhy.cli.sequence.{_file}:{_file}", name=_name, help=_help)
