from __future__ import annotations

import numpy as np
import pytest

from napari_seewhy.errors import OptionError
from napari_seewhy.genome import read_dna, reverse_complement
from napari_seewhy.progress import finish
from napari_seewhy.reading.language import GenerateOptions, load_language
from napari_seewhy.sequence.language import write_dna_steps, write_written
from napari_seewhy.sequence.language.statistics import describe_dna

OPTIONS = GenerateOptions(length_bp=300, n_sequences=2)


def test_drawn_dna_stands_beside_natural_and_shuffled(model_path, tmp_path):
    written = finish(write_dna_steps(model_path, "ACGTTGCA", OPTIONS))
    paths = write_written(tmp_path, written, OPTIONS, [model_path])

    dna = read_dna(paths[0])
    assert list(dna) == ["drawn1", "drawn2"]
    assert np.array_equal(np.stack(list(dna.values())), written.drawn)
    table = written.statistics.set_index("sequence")
    assert list(table.index) == ["drawn", "natural", "shuffled"]
    assert (table["n_bp"] == 600).all()
    assert table["gc"]["natural"] == table["gc"]["shuffled"]
    assert table["longest_copy_bp"]["drawn"] < 24
    assert "longer than the 256 bp that the model learned from" in written.describe()


def test_a_copy_of_the_training_letters_is_found_as_a_whole(model_path, letters):
    reader = load_language(model_path).network
    copied = np.concatenate(
        [letters[25_000:25_050], reverse_complement(letters[500:700]), letters[26_000:26_050]]
    )
    assert 198 <= reader.find_copy(copied) <= 204
    table = describe_dna([copied], reader, 0).set_index("sequence")
    assert table["longest_copy_bp"]["drawn"] == reader.find_copy(copied)


@pytest.mark.parametrize(
    ("prompt", "said"),
    [("ACGX!", "The prompt is no DNA: '!' at base 5"), ("ACNGT", "letters that are not known")],
)
def test_a_prompt_of_other_letters_is_refused(model_path, prompt, said):
    with pytest.raises(OptionError, match=said):
        finish(write_dna_steps(model_path, prompt, OPTIONS))
