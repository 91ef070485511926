"""`seewhy stain`: train, apply or evaluate a virtual immunostaining."""

from cyclopts import App

_COMMANDS = {
    "train": "Train a network to predict a marker from phase contrast.",
    "apply": "Predict the marker in images: probability, mask, efficiency.",
    "evaluate": "Evaluate a virtual immunostaining, block by block and dish by dish.",
}

app = App(name="stain", help="Train, apply or evaluate a virtual immunostaining of phase contrast.")
for _name, _help in _COMMANDS.items():
    app.command(f"napari_seewhy.cli.stain.{_name}:{_name}", name=_name, help=_help)
