from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import hypergeom

from napari_seewhy.errors import DataError
from napari_seewhy.genome.lists import EnrichOptions, enrich, read_one_list, with_background
from napari_seewhy.genome.lists.gene_list import GeneList, GeneSet, ListedGene

UNIVERSE = [f"G{number}" for number in range(1000)]


def make(genes, background=UNIVERSE, **more) -> GeneList:
    listed = tuple(ListedGene(identifier=gene) for gene in genes)
    return GeneList(name="mine", genes=listed, background=tuple(background), **more)


@pytest.fixture
def sets() -> list[GeneSet]:
    generator = np.random.default_rng(0)
    drawn = [generator.choice(UNIVERSE, int(generator.integers(10, 200)), False) for _ in range(60)]
    return [GeneSet(f"set {n}", "na", tuple(genes)) for n, genes in enumerate(drawn)] + [
        GeneSet("planted", "na", tuple(UNIVERSE[:40]))
    ]


def test_p_is_that_of_scipy_and_q_counts_sets_without_overlap(sets):
    selected = UNIVERSE[:5]

    table = enrich(make(selected), sets).table

    assert len(table) == len(sets)
    assert (table["n_overlap"] == 0).sum() > 10
    for row in table.itertuples():
        members = next(one for one in sets if one.name == row.set).genes
        k, size = len(set(selected) & set(members)), len(members)
        assert row.p == hypergeom.sf(k - 1, 1000, size, 5)
        assert (row.n_overlap, row.n_set, row.n_selected, row.n_background) == (k, size, 5, 1000)
    p = table["p"].to_numpy()
    stepped = p * len(p) / np.arange(1, len(p) + 1)
    expected = np.minimum.accumulate(stepped[::-1])[::-1].clip(max=1)
    np.testing.assert_allclose(table["q"], expected, rtol=1e-12)
    assert table["set"][0] == "planted"
    assert table["arithmetic"][0] == "5 of 5 selected, 40 of 1,000 background; 0.2 expected"
    assert table["genes"][0] == "G0; G1; G2; G3; G4"


def test_genes_outside_the_background_and_untested_sizes_are_said(sets):
    wide = [*sets, GeneSet("everything", "na", tuple(UNIVERSE))]
    found = enrich(make([*UNIVERSE[:20], "G0", "1-Mar", "nobody"]), wide)
    assert set(found.table["n_selected"]) == {20}
    said = " ".join(found.notes)
    assert "2 of the 22 genes of mine are not in the background (1-Mar, nobody)" in said
    assert "1 name that looks like a date" in said
    assert "names 1 of its genes more than once (G0)" in said
    assert "1 of 62 sets have fewer than 10 or more than 500 genes" in said


def test_sets_are_counted_in_the_background():
    one = GeneSet("half known", "na", (*UNIVERSE[:10], *(f"X{n}" for n in range(90))))
    table = enrich(make(UNIVERSE[5:15]), [one]).table
    assert (table["n_set"][0], table["n_overlap"][0]) == (10, 5)


def test_versions_are_left_out_of_list_background_and_sets():
    ids = [f"ENSG{n:011d}" for n in range(100)]
    one = GeneSet("first", "na", tuple(ids[:20]))
    genes = make([f"{gene}.3" for gene in ids[:4]], [f"{gene}.2" for gene in ids])
    assert enrich(genes, [one]).table["n_overlap"][0] == 4


def test_the_symbols_of_a_list_are_used_where_the_background_has_symbols():
    listed = tuple(
        ListedGene(identifier=f"ENSG{n:011d}", symbol=gene) for n, gene in enumerate(UNIVERSE[:8])
    )
    genes = GeneList(name="mine", genes=listed, background=tuple(UNIVERSE))
    one = GeneSet("first", "na", tuple(UNIVERSE[:10]))
    assert enrich(genes, [one]).table["n_overlap"][0] == 8


def test_mouse_symbols_that_mostly_miss_human_sets_are_said():
    mouse = [f"Gene{n}" for n in range(100)]
    one = GeneSet("first", "na", (*(gene.upper() for gene in mouse[:30]), "Gene0", "Gene50"))
    notes = enrich(make(mouse[:20], mouse), [one], EnrichOptions(smallest_set=1)).notes
    assert "19 would match without regard to capitals (Gene1, Gene2, Gene3, ...)" in " ".join(notes)


@pytest.mark.parametrize(
    ("genes", "background", "said"),
    [
        ([], UNIVERSE, "mine is empty"),
        (["G1"], [], "does not say which genes could have been selected"),
        (["G1", "A", "B"], UNIVERSE, r"1 of the 3 genes of mine are in its background"),
        (["g1", "g2"], ["g1", "g2", "g3"], "2 would match without regard to capitals"),
        (
            ["ENSG00000188681.7"],
            ["ENSG00000188681"],
            r"the list holds Ensembl identifiers \(human\) and the sets symbols",
        ),
        (UNIVERSE[:9], UNIVERSE[:9], "None of the 1 sets has 10 to 500 genes in the background"),
    ],
)
def test_what_cannot_be_tested_is_refused(genes, background, said):
    with pytest.raises(DataError, match=said):
        enrich(make(genes, background), [GeneSet("first", "na", tuple(UNIVERSE[:20]))])


@pytest.mark.realdata
def test_genes_with_ensembl_identifiers_match_no_set_of_symbols(real_data):
    genes = read_one_list(real_data / "epigenome" / "lung_chr21_genes_rpkm.bed")
    assert len(genes.ids) == 720
    symbols = GeneSet("symbols", "na", tuple(UNIVERSE[:20]))
    with pytest.raises(DataError, match=r"None of the 720 genes .* \(human\) and the sets symbols"):
        enrich(with_background(genes, genes), [symbols])
