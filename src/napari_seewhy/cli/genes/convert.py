"""`seewhy genes convert`: lists of genes in the format of another program."""

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from cyclopts import Group, Parameter

from napari_seewhy.cli.telling import DEFAULT_REPORTING, Reporting

_GROUP = Group("Changing the lists", sort_key=10)


@Parameter(name="*", group=_GROUP)
@dataclass(frozen=True)
class Changes:
    """What is chosen of the lists, and what is added to them.

    Attributes
    ----------
    set_name
        The set to take of a GMT or GMX with several.
    classes
        Keep genes of this class; may be given several times. All classified genes become the
        background.
    background_genes
        File with all genes that could have been selected.
    symbols
        Table with the columns gene_id and symbol (.csv, .tsv): identifiers become symbols.
    species
        Species of the genes, such as human.
    build
        Build of the genome, such as hg38.
    """

    set_name: str = ""
    classes: Annotated[tuple[str, ...], Parameter(name="--class")] = ()
    background_genes: Path | None = None
    symbols: Path | None = None
    species: Annotated[str, Parameter(name="--gene-species")] = ""
    build: str = ""


_NO_CHANGES = Changes()


def convert(
    lists: list[Path],
    /,
    *,
    out: Path,
    changes: Changes = _NO_CHANGES,
    reporting: Reporting = DEFAULT_REPORTING,
) -> int:
    """Write lists of genes in another format.

    Parameters
    ----------
    lists
        Lists of genes (.json, .csv, .tsv, .gmt, .gmx, .rnk, .bed, .gtf, .gff3, or text with one
        identifier per line). Several become a GMT or GMX.
    out
        File to write; its ending names the format: .json, .csv, .txt, .genelist.txt,
        .ensemble.txt, .gmt, .gmx, .rnk, .bed.
    """
    from napari_seewhy.genome.lists import (
        describe_loss,
        find_faults,
        keep_classes,
        name_by_symbols,
        read_gene_lists,
        read_one_list,
        with_background,
        write_gene_lists,
    )

    read = [
        one
        for path in lists
        for one in (
            [read_one_list(path, changes.set_name)] if changes.set_name else read_gene_lists(path)
        )
    ]
    background = read_one_list(changes.background_genes) if changes.background_genes else None
    table = read_one_list(changes.symbols) if changes.symbols else None
    told = {name: getattr(changes, name) for name in ("species", "build")}
    done, notes = [], []
    for one in read:
        new = one.model_copy(update={name: value for name, value in told.items() if value})
        notes += find_faults([gene.identifier for gene in new.genes], new.name)
        if changes.classes:
            new = keep_classes(new, changes.classes)
        if background is not None:
            new = with_background(new, background)
        if table is not None:
            new, sentence = name_by_symbols(new, table)
            notes.append(sentence)
        done.append(new)
    write_gene_lists(out, done)
    notes += filter(None, [describe_loss(out, done)])
    for note in notes:
        reporting.warn(note)
    n_genes = sum(len(one.genes) for one in done)
    reporting.say(f"{out}: {len(done):,} list(s), {n_genes:,} genes")
    reporting.give(
        {
            "verb": "genes convert",
            "status": 0,
            "out": str(out),
            "lists": {one.name: len(one.genes) for one in done},
            "warnings": notes,
        }
    )
    return 0
