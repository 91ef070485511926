"""`seewhy epigenome`: pictures of genes, from their tracks to their classes.

Each verb is loaded only when it is called.
"""

from cyclopts import App

app = App(name="epigenome", help="Draw, split, classify and explain pictures of genes.")
for _name, _help in {
    "draw": "Draw one picture per gene from tracks of chromatin and methylation.",
    "compare": "Test for every gene whether replicates of treated and control differ.",
    "split": "Split pictures of genes into their chromatin and methylation halves.",
    "import": "Create a sample set from pictures of genes.",
    "train": "Train the networks of a tree of decisions on pictures of genes.",
    "classify": "Predict the class of every gene.",
    "explain": "Show which regions of every picture, and of the genome, the predictions depend on.",
    "amplify": "Generate pictures of a rare class, and measure what they are worth.",
}.items():
    _verb = "import_pictures" if _name == "import" else _name
    app.command(f"napari_seewhy.cli.epigenome.{_verb}:{_verb}", name=_name, help=_help)
