from __future__ import annotations

import pytest

from napari_seewhy.errors import DataError
from napari_seewhy.genome import read_islands


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("chr1\t100\t200\tCpG:_16\n", "CpG:_16"),
        ("585\tchr1\t100\t200\tCpG: 16\t100\t16\t60\n", "CpG: 16"),
        ("track name=x\nchr1\t100\t200\n", ""),
    ],
    ids=["bed", "ucsc", "unnamed"],
)
def test_islands_are_read_with_and_without_the_number_that_ucsc_puts_first(tmp_path, text, name):
    path = tmp_path / "islands.bed"
    path.write_text(text)

    found = read_islands(path)

    assert found.iloc[0].tolist() == ["chr1", 100, 200, name]


def test_what_holds_no_intervals_is_refused(tmp_path):
    path = tmp_path / "islands.bed"
    path.write_text("gene\tclass\nTP53\tinduction\n")

    with pytest.raises(DataError, match="wanted a BED of CpG islands"):
        read_islands(path)
