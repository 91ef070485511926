"""Writing lists of genes for other programs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from napari_seewhy.errors import DataError, OptionError
from napari_seewhy.files import write_text
from napari_seewhy.genome.lists.identifiers import find_kind
from napari_seewhy.tables import write_table

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from napari_seewhy.genome.lists.gene_list import GeneList, ListedGene

_COLUMNS = (
    "identifier", "gene_id", "symbol", "chromosome", "start", "end", "strand", "class", "score",
    "rank", "sources",
)  # fmt: skip


def write_gene_lists(path: Path, lists: Sequence[GeneList]) -> None:
    """Write lists in the format that the ending of the file says.

    Parameters
    ----------
    path
        ``.json`` keeps everything; ``.csv`` the genes; ``.gmt`` and ``.gmx`` sets, one or many;
        ``.rnk`` genes and scores; ``.bed`` intervals; ``.genelist.txt`` symbols where they are
        known; ``.ensemble.txt`` Ensembl identifiers without version; other ``.txt`` identifiers.
    lists
        One, or for GMT and GMX one or more.

    Raises
    ------
    OptionError
        If the ending is none of these.
    DataError
        If there are several lists for a format of one, two of one name, or the format wants what
        a gene does not have.
    """
    writers = {".json": _write_json, ".csv": _write_csv, ".rnk": _write_rnk, ".bed": _write_bed}
    suffix = path.suffix.lower()
    if suffix in (".gmt", ".gmx"):
        _write_sets(path, lists)
        return
    if suffix not in writers and suffix != ".txt":
        raise OptionError(
            f"{path.name} does not end in .json, .csv, .txt, .gmt, .gmx, .rnk or .bed; name the "
            "format by one of these."
        )
    if len(lists) != 1:
        raise DataError(f"{path.name} holds one list and {len(lists)} were given; write a .gmt.")
    writers.get(suffix, _write_lines)(path, lists[0])


def describe_loss(path: Path, lists: Sequence[GeneList]) -> str:
    """Say in one sentence what a format does not keep of some lists; "" where it keeps all."""
    suffix = path.suffix.lower()
    if suffix == ".json":
        return ""
    kept = {
        ".csv": {"class", "symbol", "score", "interval"},
        ".rnk": {"score"},
        ".bed": {"interval"},
    }
    parts = {
        "background": any(one.background for one in lists),
        "species or build": any(one.species or one.build for one in lists),
        "class": any(gene.gene_class for one in lists for gene in one.genes),
        "score": any(gene.score is not None for one in lists for gene in one.genes),
        "interval": any(gene.chromosome for one in lists for gene in one.genes),
        "symbol": any(gene.symbol for one in lists for gene in one.genes),
    }
    lost = [part for part, there in parts.items() if there and part not in kept.get(suffix, ())]
    if not lost:
        return ""
    return f"{path.name} does not keep: {', '.join(lost)}; a .json file does."


def _write_json(path: Path, genes: GeneList) -> None:
    genes.save(path)


def _write_csv(path: Path, genes: GeneList) -> None:
    import pandas as pd

    rows = [
        gene.model_dump(by_alias=True)
        | {"gene_id": gene.gene_id, "sources": "; ".join(gene.sources)}
        for gene in genes.genes
    ]
    table = pd.DataFrame(rows, columns=list(_COLUMNS))
    whole = dict.fromkeys(("start", "end", "rank"), "Int64")
    write_table(path, table.astype(whole))


def _write_rnk(path: Path, genes: GeneList) -> None:
    _check_have(genes, lambda gene: gene.score is not None, "score", path)
    write_text(path, "".join(f"{gene.identifier}\t{gene.score!r}\n" for gene in genes.genes))


def _write_bed(path: Path, genes: GeneList) -> None:
    _check_have(
        genes, lambda gene: bool(gene.chromosome) and gene.end is not None, "interval", path
    )
    lines = (
        f"{gene.chromosome}\t{gene.start}\t{gene.end}\t{gene.identifier}\t0\t{gene.strand or '.'}\n"
        for gene in genes.genes
    )
    write_text(path, "".join(lines))


def _check_have(genes: GeneList, has: Callable[[ListedGene], bool], what: str, path: Path) -> None:
    without = [gene.identifier for gene in genes.genes if not has(gene)]
    if without:
        raise DataError(
            f"{len(without):,} of {len(genes.genes):,} genes of {genes.name} have no {what}, such "
            f"as {without[0]}; {path.suffix} wants one for each."
        )


def _write_lines(path: Path, genes: GeneList) -> None:
    kind = path.stem.rpartition(".")[2].lower()
    names = [gene.identifier for gene in genes.genes]
    if kind == "genelist":
        names = [gene.symbol or gene.gene_id for gene in genes.genes]
    elif kind == "ensemble":
        _check_have(
            genes, lambda gene: find_kind(gene.identifier).startswith("Ensembl"),
            "Ensembl identifier", path.with_suffix(".ensemble"),
        )  # fmt: skip
        names = list(genes.ids)
    write_text(path, "".join(f"{name}\n" for name in dict.fromkeys(names)))


def _write_sets(path: Path, lists: Sequence[GeneList]) -> None:
    names = [one.name for one in lists]
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice is not None:
        raise DataError(f"Two lists are called {twice}; {path.suffix} wants a name for each.")
    rows = [[one.name, one.description or "na", *one.ids] for one in lists]
    if path.suffix.lower() == ".gmx":
        length = max(map(len, rows))
        rows = [[row[place] if place < len(row) else "" for row in rows] for place in range(length)]
    write_text(path, "".join("\t".join(row) + "\n" for row in rows))
