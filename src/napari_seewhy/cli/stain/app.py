"""`seewhy stain`: train, apply or judge a virtual immunostaining."""

from cyclopts import App

_COMMANDS = {
    "train": "Train a network to see in phase contrast where a marker is.",
    "apply": "Stain images virtually: probability of the marker, mask, efficiency.",
    "evaluate": "Say how good a virtual immunostaining is, block by block and dish by dish.",
}

app = App(name="stain", help="Train, apply or judge a virtual immunostaining of phase contrast.")
for _name, _help in _COMMANDS.items():
    app.command(f"napari_seewhy.cli.stain.{_name}:{_name}", name=_name, help=_help)
