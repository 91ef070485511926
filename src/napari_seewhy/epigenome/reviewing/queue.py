"""`GeneQueue`: which gene a reader looks at, which come next, and their classes."""

from __future__ import annotations

from functools import cached_property
from itertools import combinations
from typing import TYPE_CHECKING, Any

import numpy as np

from napari_seewhy.epigenome.pictures import GENE_CLASSES, open_tracks
from napari_seewhy.epigenome.reviewing.listing import (
    ALL,
    GeneOrder,
    filters,
    half_classes,
    join_model,
    keep_genes,
    keep_places,
    list_genes,
    order_genes,
    read_tests,
    settled_class,
)
from napari_seewhy.epigenome.reviewing.review import Review
from napari_seewhy.epigenome.sampling import CONSENSUS, HALVES
from napari_seewhy.errors import DataError
from napari_seewhy.genome.lists import match_genes

if TYPE_CHECKING:
    from pathlib import Path

    import pandas as pd
    from numpy.typing import NDArray

    from napari_seewhy.epigenome.pictures import PictureSet, PictureTracks
    from napari_seewhy.genome.lists import GeneList, GeneMatch


class GeneQueue:
    """The pictures of a set in the order in which a reader looks at them, one of them the current.

    Parameters
    ----------
    pictures
        The pictures.
    reader
        Who reads.

    Attributes
    ----------
    pictures, review
        The pictures, and the answers of all readers for them.
    reader
        Who reads.
    genes
        What is known of every picture, see `list_genes`.
    rows
        Those that are kept in the list, in their order; it stays while answers come, so that none
        jumps about.
    row
        The current picture.
    tree
        Folder of the tree whose predictions are shown, None while nobody said.
    text, kept, order
        What is sought, kept, and comes first.

    Raises
    ------
    FileError, DataError
        If the review beside the pictures cannot be read.
    """

    def __init__(self, pictures: PictureSet, reader: str) -> None:
        self.pictures = pictures
        self.review = Review(pictures)
        self.reader = reader
        self.text, self.kept = "", ALL
        self._sent: dict[str, frozenset[str]] = {}
        self.order: GeneOrder = "listed"
        self._tests = read_tests(pictures)
        self.genes: pd.DataFrame = list_genes(pictures, self.review, reader, self._tests)
        self.rows: NDArray[np.int64] = np.arange(len(pictures))
        self.row = 0
        self.tree: Path | None = None
        self._said: pd.DataFrame | None = None

    @cached_property
    def tracks(self) -> PictureTracks:
        """The numbers beside the pictures, read when they are first asked for.

        Raises
        ------
        FileError, DataError
            As `open_tracks`.
        """
        return open_tracks(self.pictures)

    @property
    def n_called(self) -> int:
        """Number of pictures of which the reader has said the class."""
        return int((self.genes["you"] != "").sum())

    @property
    def choices(self) -> list[str]:
        """What may be kept in the list, the gene lists that were sent at the end."""
        return [*filters(self.genes), *self._sent]

    def take_list(self, genes: GeneList) -> GeneMatch:
        """Keep the genes of a list alone, and offer it among the `choices`.

        Raises
        ------
        DataError
            If none of them has a picture.
        """
        found = match_genes(genes, map(str, self.genes["gene"]))
        if not found.matched:
            raise DataError(f"{found.describe('Pictures')} Send genes of these pictures.")
        name = f"list {genes.name}"
        self._sent[name] = frozenset(found.matched)
        self.list_anew(kept=name)
        return found

    def count_classes(self) -> dict[str, int]:
        """Count the pictures of each of the three classes, as `classes` has them."""
        return {name: int((self.classes == name).sum()) for name in GENE_CLASSES}

    @property
    def classes(self) -> NDArray[Any]:
        """The class of every picture to train on, see `settled_class`."""
        return settled_class(self.genes)

    def describe_agreement(self) -> str:
        """Say how far the reader agrees with each of the others, or all do with each other."""
        readers = self.review.readers
        if self.reader == CONSENSUS:
            said = [f"{a} and {b}: {self._compare(a, b)}" for a, b in combinations(readers, 2)]
        else:
            others = (name for name in readers if name != self.reader)
            said = [f"With {name}: {self._compare(self.reader, name)}" for name in others]
        return " ".join(said)

    def _compare(self, first: str, second: str) -> str:
        return self.review.compare(first, second).describe()

    def set_reader(self, reader: str) -> None:
        """Continue as another reader; only the consensus sees what others say."""
        self.reader = reader
        self._list()
        self.list_anew()

    def set_model(self, said: pd.DataFrame, tree: Path | None = None) -> None:
        """Take the predictions of a tree for every picture; those of another tree are dropped."""
        known = self._said if tree == self.tree else None
        self.tree = tree
        self._said = said if known is None else said.combine_first(known)
        self._list()
        self.list_anew()

    def list_anew(
        self, text: str | None = None, kept: str | None = None, order: GeneOrder | None = None
    ) -> None:
        """Search, filter and sort again; the current picture stays if it is still in the list."""
        self.text = self.text if text is None else text
        self.kept = kept or self.kept
        self.order = order or self.order
        sent = self._sent.get(self.kept)
        stays, words = keep_places(self.pictures.table, self.text)
        stays &= keep_genes(self.genes, words, ALL if sent is not None else self.kept)
        if sent is not None:
            stays &= self.genes["gene"].isin(sent).to_numpy(bool)
        ordered = order_genes(self.genes, self.order)
        self.rows = ordered[stays[ordered]]
        is_first_wanted = order is not None and order != "listed"
        if len(self.rows) and (is_first_wanted or self.row not in self.rows):
            self.row = int(self.rows[0])

    def sort_by(self, column: str, *, rising: bool = True) -> None:
        """Order the list by a column; rows without a value come last."""
        values = self.genes[column].iloc[self.rows].reset_index(drop=True)
        values = values.mask(values.astype(str) == "")
        order = values.sort_values(ascending=rising, na_position="last", kind="stable").index
        self.rows = self.rows[order.to_numpy()]

    def say(self, name: str) -> None:
        """Assign a class to the current picture, "" for none, and continue to the next.

        Raises
        ------
        SeewhyError
            As `Review.say`; then the current picture stays.
        """
        self.review.say(self.reader, self.row, name)
        self._update(self.row)
        if name:
            self.step(1)

    def take_note(self, note: str) -> None:
        """Write a note about the current picture.

        Raises
        ------
        SeewhyError
            As `Review.take_note`.
        """
        self.review.take_note(self.reader, self.row, note)
        self._update(self.row)

    def undo(self) -> None:
        """Take the last word back and go to its picture; nothing where there is none."""
        if (row := self.review.undo()) is not None:
            self._update(row)
            self.row = row

    def step(self, n: int) -> None:
        """Advance by some pictures of the list, or back; it ends at the first and the last."""
        if not len(self.rows):
            return
        found = np.flatnonzero(self.rows == self.row)
        place = int(found[0]) + n if len(found) else 0
        self.row = int(self.rows[min(max(place, 0), len(self.rows) - 1)])

    def go_to(self, row: int) -> None:
        """Look at another picture."""
        self.row = int(row)

    def tabulate(self, rows: NDArray[np.int64]) -> pd.DataFrame:
        """Return what is known of some pictures, with their files and positions, as is saved."""
        about = self.pictures.table[["file", "chromosome", "start", "end", "tss", "strand"]]
        known = self.genes.drop(columns=["text", "readers"])
        return known.join(about).iloc[rows].rename(columns={"you": "reader", "known": "named"})

    def describe(self) -> str:
        """Say what is known of the current picture, in a few sentences."""
        gene = self.genes.iloc[self.row]
        of = ", ".join(filter(None, (gene["compound"], gene["exposure"])))
        by = "not decided" if self.reader == CONSENSUS else "not called by you"
        said = [f"{gene['gene']}{f' ({of})' if of else ''}: {gene['you'] or by}."]
        if self.reader == CONSENSUS:
            said += [self._say_reader(name) for name in self.review.readers]
        if gene["known"]:
            said.append(f"Named {gene['known']} before.")
        if gene.get("test"):
            said.append(_say_test(gene))
        if gene.get("model"):
            said.append(self._say_model(gene))
            said += [_say_half(gene, half) for half in HALVES if half_classes(list(gene.index))]
        if gene.get("looked_at"):
            share = _percent(gene["attention_chromatin"])
            said.append(f"It looked at {gene['looked_at']}: attention on chromatin {share}.")
        return " ".join(said)

    def _say_reader(self, name: str) -> str:
        """Say what one reader thinks of the current picture."""
        call = self.review.call(name, self.row)
        note = f' ("{call.note}")' if call.note else ""
        return f"{name}: {call.name or 'not called'}{note}."

    def _say_model(self, gene: pd.Series[Any]) -> str:
        """Say the class that the tree decides, and the most probable one where that is another."""
        who = f"The tree {self.tree.name}" if self.tree else "The model"
        names = {name: gene[f"p_{name}"] for name in GENE_CLASSES if f"p_{name}" in gene}
        best = max(names, key=lambda name: names[name], default=gene["model"])
        sure = _percent(gene["confidence"])
        if best == gene["model"]:
            return f"{who} says {gene['model']}, {sure} probable."
        return (
            f"{who} decides {gene['model']} by its thresholds ({sure} probable); most probable is "
            f"{best} ({_percent(names[best])})."
        )

    def _list(self) -> None:
        self.genes = list_genes(self.pictures, self.review, self.reader, self._tests)
        if self._said is not None:
            self.genes = join_model(self.genes, self._said)

    def _update(self, row: int) -> None:
        names = {self.review.call(name, row).name for name in self.review.readers} - {""}
        self.genes.at[row, "you"] = self.review.names(self.reader)[row]
        self.genes.at[row, "note"] = self.review.call(self.reader, row).note
        self.genes.at[row, "readers"] = len(names)


def _say_test(gene: pd.Series[Any]) -> str:
    """Say what the test on replicates came to, with its q-values."""
    found = {half: gene[f"q_{half}"] for half in HALVES if np.isfinite(gene[f"q_{half}"])}
    qs = ", ".join(f"{half} q {value:.2g}" for half, value in found.items())
    return f"The replicates say {gene['test']} ({qs or 'nothing was measured'})."


def _say_half(gene: pd.Series[Any], half: str) -> str:
    """Say what the model of one half finds most probable."""
    said = {name: gene[f"p_{name}_{half}"] for name in half_classes(list(gene.index))}
    best = max(said, key=lambda name: said[name])
    return f"{half.capitalize()} alone says {best}, {_percent(said[best])} probable."


def _percent(share: float) -> str:
    return f"{100 * share:.0f} %"
