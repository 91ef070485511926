from __future__ import annotations

import pytest

from napari_seewhy.genome.lists.identifiers import find_faults, is_date


@pytest.mark.parametrize("name", ["1-Mar", "2-Sep", "Sep-09", "2009-09-01", "1/3/2009", "MAR-01"])
def test_what_a_spreadsheet_makes_of_symbols_is_a_date(name):
    assert is_date(name)


@pytest.mark.parametrize("name", ["MARCH1", "SEPT9", "DEC1", "HLA-A", "NKX2-5", "7157", "Mar1"])
def test_symbols_are_no_dates(name):
    assert not is_date(name)


def test_each_fault_of_a_list_is_one_sentence():
    given = ["ENSG00000188681.7", "ENSG00000188681.9", "TP53", "7157", "1-Mar", "2-Sep"]

    dates, mixed, twice, versions = find_faults(given, "mine")

    assert "2 dates (1-Mar, 2-Sep)" in dates
    assert "2 Ensembl identifiers (human), 1 symbols, 1 numbers (Entrez)" in mixed
    assert "names 1 of its genes more than once (ENSG00000188681)" in twice
    assert "2 identifiers with a version" in versions
    assert find_faults(["TP53", "MYC"], "good") == []
