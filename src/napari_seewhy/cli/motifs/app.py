"""`seewhy motifs`: sites of transcription factors in promoters, and which are conserved."""

from cyclopts import App

_COMMANDS = {
    "scan": "Find motifs in the promoters of each species.",
    "conserve": "Find motifs in promoters, and say which are conserved between species.",
    "promoters": "Cut the promoters of genes from a genome.",
    "enrich": "Find motifs that lie under peaks more often than under random stretches near by.",
}

app = App(name="motifs", help="Find motifs in aligned promoters, and which are conserved.")
for _name, _help in _COMMANDS.items():
    app.command(f"napari_seewhy.cli.motifs.commands:{_name}", name=_name, help=_help)
