"""`seewhy epigenome`: pictures of genes, from their tracks to what is said of them.

Each verb is loaded only when it is called.
"""

from cyclopts import App

app = App(name="epigenome", help="Draw, split, classify and explain pictures of genes.")
for _name, _help in {
    "draw": "Draw one picture per gene from tracks of chromatin and methylation.",
    "split": "Split pictures of genes into their chromatin and methylation halves.",
    "import": "Make a sample set of pictures of genes.",
    "train": "Train the networks of a tree of decisions on pictures of genes.",
    "classify": "Say of every gene which class it is.",
    "explain": "Say where the networks looked in every picture, and where that is in the genome.",
    "amplify": "Draw more pictures of a rare class, and say what they are worth.",
}.items():
    _verb = "import_pictures" if _name == "import" else _name
    app.command(f"napari_seewhy.cli.epigenome.{_verb}:{_verb}", name=_name, help=_help)
