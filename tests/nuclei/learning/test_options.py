from __future__ import annotations

import pytest

from napari_seewhy.errors import OptionError
from napari_seewhy.nuclei.learning.options import SegmenterOptions
from napari_seewhy.training.learning import LoopOptions

SHARED = ("learning_rate", "weight_decay", "averaging", "patience")


@pytest.mark.parametrize("name", SHARED)
def test_an_option_with_a_default_of_its_own_says_and_refuses_the_same(name):
    here, there = SegmenterOptions.model_fields[name], LoopOptions.model_fields[name]
    assert here.default != there.default
    assert (here.title, here.description) == (there.title, there.description)
    assert here.json_schema_extra == there.json_schema_extra == {"advanced": True}
    for options in (SegmenterOptions, LoopOptions):
        with pytest.raises(OptionError, match=f"{there.title} \\({name}\\) is -1"):
            options(**{name: -1})
