"""Groups of pictures: stretches that no window reaches across."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from napari_seewhy.epigenome.sampling.groups import group_pictures
from napari_seewhy.errors import SeewhyWarning


def make_table(tss, reach_bp: float, chromosome="chr21", n_compounds: int = 2) -> pd.DataFrame:
    """Pictures of genes in several compounds, in no order."""
    tss = np.asarray(tss, float)
    genes = pd.DataFrame(
        {
            "gene": [f"gene{i}" for i in range(len(tss))],
            "chromosome": chromosome,
            "tss": tss,
            "start": tss - reach_bp,
            "end": tss + reach_bp,
        }
    )
    table = pd.concat([genes] * n_compounds)
    return table.sample(frac=1, random_state=0).reset_index(drop=True)


def of_gene(table: pd.DataFrame, **chosen) -> pd.Series:
    """The stretch of each gene, in the order of positions; a gene has one."""
    found = table.assign(group=group_pictures(table, "stretch", **chosen))
    by_gene = found.groupby(["chromosome", "tss"])["group"]
    assert (by_gene.nunique() == 1).all()
    return by_gene.first()


@pytest.mark.parametrize("reach_bp", [5_000, np.nan])
def test_where_no_windows_overlap_stretches_are_equally_large(reach_bp) -> None:
    genes = of_gene(make_table(np.arange(40) * 10_000, reach_bp), n_stretches=8)
    assert genes.tolist() == [f"stretch {i // 5 + 1:02d}" for i in range(40)]


def test_no_window_reaches_across_a_border() -> None:
    tss = np.sort(np.random.default_rng(0).integers(0, 3_000_000, 200))
    table = make_table(tss, 5_000)
    table["group"] = group_pictures(table, "stretch", 10)
    assert table["group"].nunique() == 10
    seen = table.groupby("group").agg(start=("start", "min"), end=("end", "max"))
    seen = seen.sort_values("start")
    assert (seen["start"].to_numpy()[1:] >= seen["end"].to_numpy()[:-1]).all()
    assert table["group"].value_counts().between(30, 55).all()


def test_a_border_moves_behind_the_genes_that_overlap() -> None:
    tss = np.arange(12) * 10_000
    tss[3:5] = 32_000, 38_000
    genes = of_gene(make_table(tss, 5_000), n_stretches=3)
    assert genes.value_counts(sort=False).tolist() == [5, 3, 4]


def test_a_long_window_holds_those_behind_the_next_gene_too() -> None:
    table = make_table(np.arange(10) * 10_000, 2_000)
    table.loc[table["gene"] == "gene1", "end"] = 61_000
    with pytest.warns(SeewhyWarning, match="5 stretches were asked for and 3 came out"):
        genes = of_gene(table, n_stretches=5)
    assert genes.tolist() == ["stretch 01"] * 7 + ["stretch 02"] + ["stretch 03"] * 2


def test_chromosomes_do_not_overlap() -> None:
    tss = [1_000, 2_000, 3_000, 1_000, 2_000, 3_000]
    table = make_table(tss, 5_000, chromosome=["chr2"] * 3 + ["chr1"] * 3)
    genes = of_gene(table, n_stretches=2)
    assert genes["chr1"].unique().tolist() == ["stretch 01"]
    assert genes["chr2"].unique().tolist() == ["stretch 02"]


def test_windows_that_all_overlap_are_one_stretch_and_that_is_said() -> None:
    with pytest.warns(SeewhyWarning, match="asked for and 1 came out.*smaller windows leave more"):
        genes = of_gene(make_table(np.arange(30) * 1_000, 5_000), n_stretches=5)
    assert genes.unique().tolist() == ["stretch 01"]
