"""`seewhy genes combine`: union, intersection and difference of lists of genes."""

from pathlib import Path
from typing import Literal

from napari_seewhy.cli.telling import DEFAULT_REPORTING, Reporting


def combine(
    operation: Literal["union", "intersection", "difference"],
    lists: list[Path],
    /,
    *,
    out: Path,
    name: str = "",
    reporting: Reporting = DEFAULT_REPORTING,
) -> int:
    """Unite, intersect or subtract lists of genes.

    Parameters
    ----------
    operation
        union: genes of any list; intersection: genes of all; difference: genes of the first list
        and of no other.
    lists
        Two or more lists; all sets of a GMT or GMX count as lists.
    out
        File to write; its ending names the format, and .json and .csv keep which lists each gene
        came from.
    name
        Name of the new list.
    """
    from napari_seewhy.genome.lists import (
        combine as combine_lists,
        describe_loss,
        find_faults,
        read_gene_lists,
        write_gene_lists,
    )

    read = [one for path in lists for one in read_gene_lists(path)]
    notes = [
        note
        for one in read
        for note in find_faults([gene.identifier for gene in one.genes], one.name)
    ]
    combined = combine_lists(operation, read, name)
    write_gene_lists(out, [combined])
    notes += filter(None, [describe_loss(out, [combined])])
    for note in notes:
        reporting.warn(note)
    counts = ", ".join(f"{one.name} {len(one.ids):,}" for one in read)
    reporting.say(f"{out}: {operation} of {counts}: {len(combined.genes):,} genes")
    reporting.give(
        {
            "verb": "genes combine",
            "status": 0,
            "out": str(out),
            "n_genes": len(combined.genes),
            "n_background": len(combined.background),
            "warnings": notes,
        }
    )
    return 0
