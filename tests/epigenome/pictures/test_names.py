"""How names of files are read: only as a person said, and never half."""

from __future__ import annotations

import pytest

from napari_seewhy.epigenome.pictures.names import NamePattern, suggest_patterns
from napari_seewhy.errors import DataError, OptionError


def test_without_a_pattern_the_name_is_the_gene() -> None:
    assert NamePattern().read("deep/TP53.v2.png") == {"gene": "TP53.v2"}


def test_a_star_stands_for_anything_and_folders_are_read_with_a_slash() -> None:
    pattern = NamePattern("{class}/*_{gene}")
    assert pattern.read("induction/007_TP53.png") == {"class": "induction", "gene": "TP53"}
    assert pattern.read("TP53.png") is None


def test_a_regular_expression_reads_what_a_pattern_cannot() -> None:
    pattern = NamePattern(r"(?P<compound>[a-z]+)(?P<exposure>\d+)_(?P<gene>\w+)")
    assert pattern.read("bpa10_TP53.png") == {"compound": "bpa", "exposure": "10", "gene": "TP53"}


@pytest.mark.parametrize(
    "text", ["{compound}", "{gene}_{gene}", "{dose}_{gene}", "(?P<gene>", "(?P<other>.*)"]
)
def test_a_pattern_that_cannot_say_the_gene_is_refused(text) -> None:
    with pytest.raises(OptionError):
        NamePattern(text)


def test_a_name_that_does_not_fit_is_named() -> None:
    with pytest.raises(DataError, match=r"does not fit 1 of 2 pictures, such as readme\.png"):
        NamePattern("{compound}_{gene}").read_all(["a_b.png", "readme.png"])


def test_suggestions_fit_the_names_they_were_made_for() -> None:
    files = ["x/BPA_10uM_TP53.png", "x/PFOA_10uM_MYC.png"]
    suggested = suggest_patterns(files)
    assert "{class}/{compound}_{exposure}_{gene}" in suggested
    for text in suggested:
        assert all(NamePattern(text).read(file) for file in files)
