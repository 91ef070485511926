"""Reading lists of genes in the formats that other programs write."""

from __future__ import annotations

import io
import warnings
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

from napari_seewhy.errors import DataError, FileError, SeewhyWarning
from napari_seewhy.files import hash_file, read_text
from napari_seewhy.genome.dates import show_some
from napari_seewhy.genome.genes import read_genes
from napari_seewhy.genome.lists.gene_list import GeneList, GeneSet, ListedGene
from napari_seewhy.genome.lists.identifiers import strip_version
from napari_seewhy.genome.text_tables import is_number
from napari_seewhy.tables import restore_text

if TYPE_CHECKING:
    from collections.abc import Iterable

    import pandas as pd

_PLACES = (".bed", ".gtf", ".gff", ".gff3")
_ENDINGS = (".genelist", ".ensemble")
_COLUMNS = {
    "identifier": (
        "identifier", "gene_id", "ensembl_gene_id", "gene", "genes", "ensembl", "id", "symbol",
        "gene_symbol", "gene_name",
    ),
    "symbol": ("symbol", "gene_symbol", "gene_name", "hgnc_symbol"),
    "chromosome": ("chromosome", "chrom", "chr"),
    "start": ("start",),
    "end": ("end",),
    "strand": ("strand",),
    "class": ("class",),
    "score": ("score", "confidence", "weight"),
    "rank": ("rank",),
    "sources": ("sources",),
}  # fmt: skip
"""Fields of a gene and the columns that hold them, the best first."""


def read_gene_lists(path: Path) -> list[GeneList]:
    """Read the lists of a file; its ending says which format it has.

    Parameters
    ----------
    path
        ``.json`` (of this program), ``.csv``, ``.tsv``, ``.gmt``, ``.gmx``, ``.rnk``, ``.bed``,
        ``.gtf``, ``.gff3``, or text with one identifier per line.

    Returns
    -------
    list of GeneList
        One for each set of a GMT or GMX, else one.

    Raises
    ------
    FileError
        If the file cannot be read.
    DataError
        If it holds no gene, two sets of one name, or a broken line.

    Warns
    -----
    SeewhyWarning
        If numbers behind the genes of a set are left out.
    """
    path = Path(path)
    suffix = path.suffix.lower()
    name = path.name.removesuffix(".gz")
    if suffix == ".json":
        return [GeneList.load(path)]
    if name.lower().endswith(_PLACES):
        lists = [GeneList(name=Path(name).stem, genes=_read_places(path))]
    elif suffix in (".gmt", ".gmx"):
        lists = [
            GeneList(
                name=one.name,
                description=one.description,
                genes=tuple(ListedGene(identifier=gene) for gene in one.genes),
            )
            for one in read_gene_sets(path)
        ]
    else:
        stem = path.stem
        for ending in _ENDINGS:
            stem = stem.removesuffix(ending)
        lists = [_read_single(path, stem or path.name)]
    if not any(one.genes for one in lists):
        raise DataError(f"{path} holds no gene; wanted one identifier per line or a table.")
    source = {"file": str(path), "sha256": hash_file(path)}
    return [one.model_copy(update={"source": source}) for one in lists]


def read_one_list(path: Path, name: str = "") -> GeneList:
    """Read one list, of a file with several the one of this name.

    Raises
    ------
    DataError
        If there are several and none is named, or there is none of the name.
    """
    lists = read_gene_lists(path)
    if not name and len(lists) == 1:
        return lists[0]
    found = [one for one in lists if one.name == name]
    if not found:
        names = [one.name for one in lists]
        wanted = f"none called {name}" if name else "wanted one list"
        raise DataError(
            f"{path} holds {len(lists):,} sets ({show_some(names)}), {wanted}; name one of them."
        )
    return found[0]


def _read_places(path: Path) -> tuple[ListedGene, ...]:
    with warnings.catch_warnings():
        # What it says of twins is about pictures; the check of identifiers counts them.
        warnings.simplefilter("ignore", SeewhyWarning)
        table = read_genes(path, with_identifiers=True)
    columns = ("gene", "identifier", "chromosome", "start", "end", "strand")
    rows = zip(*(table[column].tolist() for column in columns), strict=True)
    return tuple(
        ListedGene(
            identifier=identifier or gene,
            symbol=gene if identifier and identifier != gene else "",
            chromosome=chromosome,
            start=start,
            end=end,
            strand=strand,
        )
        for gene, identifier, chromosome, start, end, strand in rows
    )


def read_gene_sets(path: Path) -> list[GeneSet]:
    """Read a GMT (one set per line) or GMX (one set per column): name, description, genes.

    Raises
    ------
    FileError
        If the file cannot be read.
    DataError
        If a set is broken, or two have one name.

    Warns
    -----
    SeewhyWarning
        If weights behind genes are left out.
    """
    lines = [line.split("\t") for line in read_text(path).splitlines() if line.strip()]
    if path.suffix.lower() == ".gmx":
        width = max(map(len, lines), default=0)
        padded = [line + [""] * (width - len(line)) for line in lines]
        lines = [list(column) for column in zip(*padded, strict=True)]
    if not lines:
        raise DataError(f"{path} is empty; wanted sets of genes in the format GMT or GMX.")
    for number, line in enumerate(lines, 1):
        if len(line) < 3 or not line[0].strip():
            raise DataError(
                f"Set {number} of {path} has {len(line)} fields or no name; wanted a name, a "
                "description and genes, parted by tabs."
            )
    names = Counter(line[0].strip() for line in lines)
    name, n = names.most_common(1)[0]
    if n > 1:
        raise DataError(f"{path} has {n} sets called {name}; give each a name of its own.")
    weights: list[str] = []
    sets = [
        GeneSet(line[0].strip(), line[1].strip(), _name_genes(line[2:], weights)) for line in lines
    ]
    if weights:
        warnings.warn(
            f"{path} has weights behind {len(weights):,} genes, such as {weights[0]}; the sets are "
            "used without them.",
            SeewhyWarning,
            stacklevel=2,
        )
    return sets


def _name_genes(fields: Iterable[str], weights: list[str]) -> tuple[str, ...]:
    """Return the genes of a set, without the weights that Enrichr writes behind a comma."""
    genes: dict[str, None] = {}
    for field in fields:
        gene, comma, weight = field.strip().partition(",")
        if comma and is_number(weight):
            weights.append(field)
        elif comma:
            gene = field.strip()
        if gene:
            genes[strip_version(gene)] = None
    return tuple(genes)


def _read_single(path: Path, name: str) -> GeneList:
    """Read lines, a ranking or a table."""
    text = read_text(path)
    rows = [line for line in text.splitlines() if line.strip() and not line.startswith("#")]
    if not rows:
        raise DataError(f"{path} is empty; wanted one identifier per line or a table.")
    suffix, first = path.suffix.lower(), rows[0]
    if suffix == ".csv" or (suffix != ".rnk" and len(first.split("\t")) > 2):
        separator = "\t" if "\t" in first else ","
        return GeneList(name=name, genes=_read_table("\n".join(rows), separator, path))
    if _is_header(first):
        rows = rows[1:]
    genes = []
    for rank, row in enumerate(rows, 1):
        separator = "\t" if "\t" in row else ","
        fields = [field.strip() for field in row.split(separator)]
        score = float(fields[1]) if len(fields) == 2 and is_number(fields[1]) else None
        if len(fields) > 2 or (len(fields) == 2 and score is None) or not fields[0]:
            raise DataError(
                f"{path} has a line {row[:60]!r}; wanted one identifier per line, with a number "
                "behind it or nothing."
            )
        if suffix == ".rnk" and score is None:
            raise DataError(f"{path} gives {fields[0]} no score; wanted one for each gene.")
        genes.append(ListedGene(identifier=fields[0], score=score, rank=rank))
    return GeneList(name=name, genes=tuple(genes))


def _is_header(line: str) -> bool:
    return line.replace("\t", ",").split(",")[0].strip().lower() in _COLUMNS["identifier"]


def _read_table(text: str, separator: str, path: Path) -> tuple[ListedGene, ...]:
    import pandas as pd

    try:
        table = pd.read_csv(io.StringIO(text), sep=separator, dtype=str, keep_default_na=False)
    except ValueError as error:
        raise FileError(f"{path} is no table: {error}.") from error
    table = restore_text(table)
    known = {str(column).strip().lower(): column for column in table.columns}
    found = {
        field: next((known[name] for name in names if name in known), None)
        for field, names in _COLUMNS.items()
    }
    if found["identifier"] is None:
        raise DataError(
            f"{path} has no column of genes; wanted one called identifier, gene or symbol, and its "
            f"columns are {', '.join(map(str, table.columns))}."
        )
    used = {field: column for field, column in found.items() if column is not None}
    return _to_genes(table, used, path)


def _to_genes(table: pd.DataFrame, used: dict[str, Any], path: Path) -> tuple[ListedGene, ...]:
    fields = list(used)
    genes = []
    for number, row in enumerate(table[list(used.values())].itertuples(index=False), 2):
        values: dict[str, Any] = {
            field: value.strip()
            for field, value in zip(fields, row, strict=True)
            if isinstance(value, str) and value.strip()
        }
        if "sources" in values:
            values["sources"] = tuple(values["sources"].split("; "))
        try:
            genes.append(ListedGene(**values))
        except ValueError:
            said = ", ".join(f"{field} {value}" for field, value in values.items()) or "nothing"
            raise DataError(
                f"Line {number} of {path} says {said[:120]}; wanted a gene, and numbers for start, "
                "end, score and rank."
            ) from None
    return tuple(genes)
