"""`seewhy genes enrich`: which sets of genes a list holds more of than chance would give."""

from pathlib import Path
from typing import Annotated

from napari_seewhy.cli.telling import DEFAULT_REPORTING, Reporting, flags
from napari_seewhy.errors import OptionError
from napari_seewhy.genome.lists import EnrichOptions

_TESTING = EnrichOptions()
_N_SHOWN = 5


def enrich(
    genes: Path,
    sets: Path,
    /,
    *,
    out: Path,
    background_genes: Path | None = None,
    testing: Annotated[EnrichOptions, flags("Testing")] = _TESTING,
    reporting: Reporting = DEFAULT_REPORTING,
) -> int:
    """Find sets of genes that a list holds more of than chance would give.

    Parameters
    ----------
    genes
        The list of genes.
    sets
        Sets of genes (.gmt, .gmx).
    out
        Table to write (.csv); a plot (.svg) and <out>_record.json stand beside it.
    background_genes
        File with all genes that could have been selected; not needed if the list (.json) has them.
    """
    from napari_seewhy.files import write_json, write_text
    from napari_seewhy.genome.lists import (
        draw_enrichment,
        enrich as enrich_list,
        read_gene_sets,
        read_one_list,
        with_background,
    )
    from napari_seewhy.record import make_record
    from napari_seewhy.tables import write_table

    if out.suffix.lower() != ".csv":
        raise OptionError(f"{out.name} does not end in .csv; name the table so.")
    listed = read_one_list(genes)
    if background_genes is not None:
        listed = with_background(listed, read_one_list(background_genes))
    enriched = enrich_list(listed, read_gene_sets(sets), testing)
    for note in enriched.notes:
        reporting.warn(note)
    table = enriched.table
    inputs = [genes, sets, *([background_genes] if background_genes else [])]
    figures = {"n_sets": len(table), "n_enriched": int((table["q"] < 0.05).sum())}
    plot = out.with_suffix(".svg")
    notes, names = list(enriched.notes), [out.name, plot.name]
    record = make_record("genes enrich", testing, inputs, **figures, notes=notes, outputs=names)
    write_table(out, table)
    write_text(plot, draw_enrichment(table, listed.name))
    write_json(out.with_name(f"{out.stem}_record.json"), record)
    lines = [
        f"{row.set}: {row.arithmetic}; p {row.p:.2g}, q {row.q:.2g}"
        for row in table.head(_N_SHOWN).itertuples()
    ]
    n_sets, n_enriched = figures.values()
    reporting.say(
        "\n".join([f"{out}: {n_enriched:,} of {n_sets:,} tested sets have q < 0.05", *lines])
    )
    reporting.give(
        {"verb": "genes enrich", "status": 0, "out": str(out), **figures} | {"warnings": notes}
    )
    return 0
