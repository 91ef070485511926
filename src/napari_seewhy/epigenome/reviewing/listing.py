"""The list of genes that a person looks through: what is known of each, and in which order."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, TypeAlias

import numpy as np

from napari_seewhy.epigenome.comparing import TESTS
from napari_seewhy.epigenome.sampling import CONSENSUS, HALVES
from napari_seewhy.errors import OptionError
from napari_seewhy.genome import match_chromosome, parse_place
from napari_seewhy.tables import read_table

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd
    from numpy.typing import NDArray

    from napari_seewhy.epigenome.pictures import PictureSet
    from napari_seewhy.epigenome.reviewing.review import Review

GeneOrder: TypeAlias = Literal["listed", "doubtful", "unsure", "halves", "readers"]
"""As listed; those first whose class the model finds least probable; of which it is least sure;
on which the models of the two halves differ most; on which readers differ."""

ALL, UNCALLED, DISPUTED, SPLIT = "all", "not called yet", "model disagrees", "readers disagree"
"""What may be kept in the list besides one class or one attention."""


SAYS, NOTES = " says", " notes"
"""What stands behind a reader's name in the columns that the consensus sees."""


def read_tests(pictures: PictureSet) -> pd.DataFrame | None:
    """Read the tests on replicates that stand beside pictures; None where there are none.

    Returns
    -------
    DataFrame or None
        One row per picture: ``test``, the class that the tests give, "" where unknown, and
        ``q_chromatin``, ``q_methylation``.

    Raises
    ------
    FileError, DataError
        If the table cannot be read or lacks a column.
    """
    path = pictures.root / TESTS
    if not path.is_file():
        return None
    keys = ["gene", "compound", "exposure"]
    wanted = [*keys, "test", "chromatin_q", "methylation_q"]
    table = read_table(path, wanted, text_columns=[*keys, "test"])[wanted]
    for name in (*keys, "test"):
        table[name] = table[name].astype(object).where(table[name].notna(), "")
    found = pictures.table[keys].merge(table.drop_duplicates(keys), on=keys, how="left")
    found["test"] = found["test"].astype(object).where(found["test"].notna(), "")
    names = {"chromatin_q": "q_chromatin", "methylation_q": "q_methylation"}
    return found.drop(columns=keys).rename(columns=names)


def list_genes(
    pictures: PictureSet, review: Review, reader: str, tests: pd.DataFrame | None = None
) -> pd.DataFrame:
    """List what is known of every picture without a model.

    Returns
    -------
    DataFrame
        One row per picture: ``gene``, ``compound``, ``exposure``; ``you``, what `reader` says;
        ``known``, the class of folders or tables; ``note``; ``readers``, in how many classes all
        readers put it; ``text``, what a search looks through. For the reader `CONSENSUS`, also
        ``<reader> says`` and ``<reader> notes`` of each other reader.
    """
    table = pictures.table[["gene", "compound", "exposure"]].copy()
    table["you"] = review.names(reader)
    table["known"] = pictures.table["class"]
    table["note"] = [review.call(reader, row).note for row in range(len(table))]
    said = np.array([review.names(name) for name in review.readers], object)
    table["readers"] = [len(set(names) - {""}) for names in said.T] if len(said) else 0
    for name in review.readers if reader == CONSENSUS else ():
        table[f"{name}{SAYS}"] = review.names(name)
        table[f"{name}{NOTES}"] = [review.call(name, row).note for row in range(len(table))]
    if tests is not None:
        table = table.assign(**{str(name): tests[name].to_numpy() for name in tests})
    # Whatever else a table says of a gene, such as its identifier, finds it too.
    words = pictures.table.select_dtypes(["object", "string"]).drop(columns=["gene", "class"])
    table["text"] = pictures.table["gene"].str.cat(words.astype(str), sep=" ").str.casefold()
    return table


def join_model(genes: pd.DataFrame, said: pd.DataFrame) -> pd.DataFrame:
    """Add the predictions of a model: every column of `said` that starts with one of ours.

    Parameters
    ----------
    genes
        As `list_genes`.
    said
        One row per picture in the same order: ``class``, ``confidence``, ``p_<class>``, and
        ``p_<class>_<half>`` or ``attention_<half>`` and ``looked_at`` where they are known.
    """
    columns = {"class": "model"}
    kept = [
        str(name)
        for name in said
        if name in ("class", "confidence", "looked_at") or str(name).startswith(("p_", "attention"))
    ]
    joined = genes.drop(columns=[columns.get(name, name) for name in kept], errors="ignore")
    return joined.assign(**{columns.get(name, name): said[name].to_numpy() for name in kept})


def filters(genes: pd.DataFrame) -> list[str]:
    """Return what may be kept in this list: all, one class, what is open, what is disputed."""
    classes = [name for name in ("you", "known", "model") if name in genes]
    names = sorted({str(name) for column in classes for name in genes[column]} - {""})
    looked_at = sorted(set(genes["looked_at"])) if "looked_at" in genes else []
    disputed = [DISPUTED] if "model" in genes else []
    return [ALL, UNCALLED, *disputed, SPLIT, *names, *(f"looked at {name}" for name in looked_at)]


def keep_genes(genes: pd.DataFrame, text: str = "", kept: str = ALL) -> NDArray[np.bool_]:
    """Say which genes stay in the list.

    Parameters
    ----------
    genes
        As `list_genes`.
    text
        Words that must all stand in gene, compound, exposure or file; case does not matter.
    kept
        One of `filters`; a class is the reader's, else the one that was known, else the model's.

    Returns
    -------
    ndarray, shape ``(N,)`` bool
    """
    stays = np.ones(len(genes), bool)
    for word in text.casefold().split():
        stays &= genes["text"].str.contains(word, regex=False).to_numpy(bool)
    if kept == UNCALLED:
        stays &= (genes["you"] == "").to_numpy(bool)
    elif kept == DISPUTED:
        expert = expert_class(genes)
        stays &= (expert != "") & (expert != genes["model"].to_numpy(object))
    elif kept == SPLIT:
        stays &= (genes["readers"] > 1).to_numpy(bool)
    elif kept.startswith("looked at "):
        stays &= (genes["looked_at"] == kept.removeprefix("looked at ")).to_numpy(bool)
    elif kept != ALL:
        shown = expert_class(genes)
        if "model" in genes:
            shown = np.where(shown == "", genes["model"].to_numpy(object), shown)
        stays &= shown == kept
    return stays


def keep_places(table: pd.DataFrame, text: str) -> tuple[NDArray[np.bool_], str]:
    """Say which pictures lie where a search says, such as ``chr21:34,000,000-35,000,000``.

    Parameters
    ----------
    table
        Of a `PictureSet`.
    text
        Words of a search; a position counts from 1.

    Returns
    -------
    ndarray, shape ``(N,)`` bool
        Those that overlap each stretch that was named; all where none was.
    str
        The other words. A stretch of a chromosome that no picture lies on is one of them.
    """
    stays, words = np.ones(len(table), bool), []
    known = sorted(set(table["chromosome"]) - {""})
    for word in text.split():
        try:
            place = parse_place(word)
        except OptionError:
            words.append(word)
            continue
        chromosome = match_chromosome(place.chromosome, known)
        if chromosome is None:
            words.append(word)
            continue
        is_there = (table["start"] < place.end) & (table["end"] > place.start)
        stays &= ((table["chromosome"] == chromosome) & is_there.fillna(False)).to_numpy(bool)
    return stays, " ".join(words)


def order_genes(genes: pd.DataFrame, order: GeneOrder) -> NDArray[np.int64]:
    """Return the rows of the list in the order in which a person should look at them."""
    if order == "doubtful":
        return np.argsort(_belief(genes), kind="stable")
    if order == "unsure" and "confidence" in genes:
        return np.argsort(genes["confidence"].to_numpy(float), kind="stable")
    if order == "halves":
        return np.argsort(-halves_differ(genes), kind="stable")
    if order == "readers":
        return np.argsort(-genes["readers"].to_numpy(), kind="stable")
    return np.arange(len(genes))


def expert_class(genes: pd.DataFrame) -> NDArray[Any]:
    """Return the answers of a person for each gene: the reader, or else whoever named it before."""
    you = genes["you"].to_numpy(object)
    return np.where(you == "", genes["known"].to_numpy(object), you)


def settled_class(genes: pd.DataFrame) -> NDArray[Any]:
    """Return `expert_class`, but "" where readers disagree and nothing is said instead of them."""
    is_open = (genes["you"] == "") & (genes["readers"] > 1)
    return np.where(is_open, "", expert_class(genes))


def halves_differ(genes: pd.DataFrame) -> NDArray[np.float64]:
    """Return how far the models of the two halves differ on each gene.

    Returns
    -------
    ndarray, shape ``(N,)``
        Half the summed difference of their probabilities, 0 = none, 1 = they contradict each
        other; 0 everywhere where there are no models of halves.
    """
    classes = half_classes([str(name) for name in genes])
    both = [genes[[f"p_{name}_{half}" for name in classes]].to_numpy(float) for half in HALVES]
    distance: NDArray[np.float64] = np.abs(both[0] - both[1]).sum(axis=1) / 2
    return distance


def half_classes(columns: Sequence[str]) -> list[str]:
    """Return the classes of which both halves have a probability among these columns.

    Examples
    --------
    >>> half_classes(["p_x", "p_x_chromatin", "p_x_methylation", "p_y_chromatin"])
    ['x']
    """
    ends = [f"_{half}" for half in HALVES]
    names = [str(name).removesuffix(ends[0])[2:] for name in columns if str(name).endswith(ends[0])]
    return [name for name in names if f"p_{name}{ends[1]}" in columns]


def _belief(genes: pd.DataFrame) -> NDArray[np.float64]:
    """How probable the model finds what a person says: ``(N,)``, 2 where nobody has said."""
    expert = expert_class(genes)
    belief = np.full(len(genes), 2.0)
    for name in set(expert) - {""}:
        column = f"p_{name}"
        belief[expert == name] = genes.loc[expert == name, column] if column in genes else 1.0
    return belief
