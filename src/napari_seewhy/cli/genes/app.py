"""`seewhy genes`: lists of genes that go from one program to the next."""

from cyclopts import App

_COMMANDS = {
    "convert": "Write lists of genes in another format.",
    "combine": "Unite, intersect or subtract lists of genes.",
    "enrich": "Find sets of genes that a list holds more of than chance would give.",
}

app = App(name="genes", help="Convert, combine and test lists of genes.")
for _name, _help in _COMMANDS.items():
    app.command(f"napari_seewhy.cli.genes.{_name}:{_name}", name=_name, help=_help)
