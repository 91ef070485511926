"""`GeneList`: a named, ordered list of genes, with the genes it was chosen from."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from napari_seewhy.errors import DataError, FileError
from napari_seewhy.files import read_json, write_json
from napari_seewhy.genome.dna_windows import Interval
from napari_seewhy.genome.lists.identifiers import strip_version

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

SCHEMA_VERSION = 1


class ListedGene(BaseModel):
    """One gene of a list.

    Attributes
    ----------
    identifier
        As it was given, with its version where it has one.
    symbol
        Its short name; "" where it is not known.
    chromosome, start, end, strand
        Where it lies: 0-based, half-open; "" and None where that is not known.
    gene_class
        What it was classified as; "class" in files.
    score, rank
        Its number by which the list was made, and its place in it.
    sources
        Names of the lists it came from.
    """

    model_config = ConfigDict(frozen=True, populate_by_name=True, allow_inf_nan=False)

    identifier: str = Field(min_length=1)
    symbol: str = ""
    chromosome: str = ""
    start: int | None = Field(None, ge=0)
    end: int | None = Field(None, ge=0)
    strand: str = ""
    gene_class: str = Field("", alias="class")
    score: float | None = None
    rank: int | None = None
    sources: tuple[str, ...] = ()

    @property
    def gene_id(self) -> str:
        """The identifier without its version, by which genes are compared."""
        return strip_version(self.identifier)


class GeneSet(NamedTuple):
    """A set of genes to test lists against.

    Attributes
    ----------
    name, description
        As a GMT says them.
    genes
        Identifiers without version, each once.
    """

    name: str
    description: str
    genes: tuple[str, ...]


class GeneList(BaseModel):
    """A named, ordered list of genes.

    Attributes
    ----------
    name
        Its name.
    genes
        The genes, in their order.
    description
        A sentence or an address.
    species, build
        Such as "human" and "hg38"; "" where nobody says.
    score_name
        What the score of the genes is.
    background
        Identifiers of all genes that could have been chosen; empty where nobody says.
    source
        Where the list came from: plain values of JSON, such as file and SHA-256.

    Examples
    --------
    >>> genes = (ListedGene(identifier="ENSG00000188681.7"), ListedGene(identifier="TP53"))
    >>> GeneList(name="induced", genes=genes).ids
    ('ENSG00000188681', 'TP53')
    """

    model_config = ConfigDict(frozen=True, allow_inf_nan=False)

    name: str = Field(min_length=1)
    genes: tuple[ListedGene, ...]
    description: str = ""
    species: str = ""
    build: str = ""
    score_name: str = ""
    background: tuple[str, ...] = ()
    source: dict[str, Any] = {}

    @property
    def ids(self) -> tuple[str, ...]:
        """The genes without version, each once, in their order."""
        return tuple(dict.fromkeys(gene.gene_id for gene in self.genes))

    @property
    def symbols(self) -> tuple[str, ...]:
        """The symbols of the genes, each once; genes without one are left out."""
        return tuple(dict.fromkeys(gene.symbol for gene in self.genes if gene.symbol))

    @property
    def placed(self) -> Self:
        """The list without the genes of which no interval is known."""
        kept = (gene for gene in self.genes if gene.chromosome and gene.end is not None)
        return self.model_copy(update={"genes": tuple(kept)})

    @property
    def intervals(self) -> tuple[Interval, ...]:
        """The intervals of the genes, as far as they are known."""
        return tuple(
            Interval(gene.chromosome, gene.start or 0, gene.end or 0) for gene in self.placed.genes
        )

    def save(self, path: Path) -> None:
        """Write the whole list as JSON."""
        document = self.model_dump(mode="json", exclude={"genes"})
        genes = [
            {"gene_id": gene.gene_id}
            | gene.model_dump(mode="json", by_alias=True, exclude_defaults=True)
            for gene in self.genes
        ]
        write_json(path, {"schema_version": SCHEMA_VERSION, **document, "genes": genes})

    @classmethod
    def load(cls, path: Path) -> Self:
        """Read a list that `save` wrote.

        Raises
        ------
        FileError
            If the file cannot be read, or has another shape.
        """
        document = read_json(path)
        try:
            return cls.model_validate(document)
        except ValidationError as error:
            first = error.errors(include_url=False, include_context=False, include_input=False)[0]
            place = ".".join(str(part)[:40] for part in first["loc"]) or "all of it"
            raise FileError(
                f"{path} is no gene list of this program ({place}: {first['msg']}); give a list "
                "that it wrote, or one identifier per line as .txt."
            ) from None


def with_background(genes: GeneList, background: GeneList) -> GeneList:
    """Return a list whose background are the genes of another, in the names that fit better.

    Raises
    ------
    DataError
        If the two are of different builds.
    """
    check_one_build([genes, background])
    wanted = {*genes.ids, *genes.symbols}
    spelled = background.ids, background.symbols
    names = max(spelled, key=lambda one: len(wanted.intersection(one)))
    return genes.model_copy(update={"background": names})


def keep_classes(genes: GeneList, classes: Sequence[str]) -> GeneList:
    """Keep the genes of some classes; all genes that have a class become the background.

    Raises
    ------
    DataError
        If no gene has such a class.
    """
    known = dict.fromkeys(gene.gene_class for gene in genes.genes if gene.gene_class)
    missing = [one for one in classes if one not in known]
    if missing:
        raise DataError(
            f"{genes.name} has no gene of the class {', '.join(missing)}; its classes are "
            f"{', '.join(known) or 'not told'}."
        )
    kept = tuple(gene for gene in genes.genes if gene.gene_class in classes)
    background = tuple(dict.fromkeys(gene.gene_id for gene in genes.genes if gene.gene_class))
    source = genes.source | {"classes": list(classes)}
    changes = {"genes": kept, "background": background, "source": source}
    return genes.model_copy(update=changes)


def check_one_build(lists: Sequence[GeneList]) -> None:
    """Refuse lists of different species or builds.

    Raises
    ------
    DataError
        Naming the first two that differ.
    """
    for what in ("species", "build"):
        told = [one for one in lists if getattr(one, what)]
        for one in told[1:]:
            first, other = getattr(told[0], what), getattr(one, what)
            if first.lower() != other.lower():
                raise DataError(
                    f"{told[0].name} is of the {what} {first} and {one.name} of {other}; give "
                    "lists of one."
                )


def name_by_symbols(genes: GeneList, table: GeneList) -> tuple[GeneList, str]:
    """Replace the identifiers of a list and of its background by symbols.

    Parameters
    ----------
    genes
        The list.
    table
        Genes with identifier and symbol.

    Returns
    -------
    tuple of GeneList and str
        The list, and a sentence about how many genes have a symbol; the others stay as they are.

    Raises
    ------
    DataError
        If the table has no symbol for any gene of the list.
    """
    known = {gene.gene_id: gene.symbol for gene in table.genes if gene.symbol}
    found = [gene for gene in genes.genes if gene.gene_id in known]
    if not found:
        raise DataError(
            f"{table.name} has a symbol for none of the {len(genes.genes):,} genes of "
            f"{genes.name}; wanted the columns gene_id and symbol, and identifiers of one kind."
        )
    renamed = tuple(
        gene.model_copy(update={"identifier": known[gene.gene_id], "symbol": known[gene.gene_id]})
        if gene.gene_id in known
        else gene
        for gene in genes.genes
    )
    background = tuple(
        dict.fromkeys(known.get(strip_version(one), one) for one in genes.background)
    )
    sentence = f"{len(found):,} of {len(genes.genes):,} genes of {genes.name} have a symbol."
    return genes.model_copy(update={"genes": renamed, "background": background}), sentence
