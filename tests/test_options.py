from __future__ import annotations

import pytest
from pydantic import Field

from napari_seewhy.errors import FileError, OptionError
from napari_seewhy.options import Options


class BlurOptions(Options):
    """How an image is smoothed."""

    sigma_px: float = Field(1.0, ge=0, title="Blur", description="Width of the Gaussian.")
    channel: str = Field("DNA", title="Channel", description="What is smoothed.")


def test_a_value_out_of_bounds_is_named_with_its_title_and_the_bound():
    with pytest.raises(OptionError, match=r"Blur \(sigma_px\) is -1; .*greater than or equal to 0"):
        BlurOptions(sigma_px=-1)


def test_an_unknown_option_is_refused_and_the_known_ones_are_listed():
    with pytest.raises(OptionError, match=r"sigma is no option here.*sigma_px, channel"):
        BlurOptions(sigma=2)


class CropOptions(Options):
    """What has no default must be given."""

    size_px: int = Field(title="Size", description="Edge of a crop.")


def test_what_is_missing_is_named():
    with pytest.raises(OptionError, match=r"^Size \(size_px\) is missing; give it\.$"):
        CropOptions()


def test_infinity_and_nan_are_refused():
    with pytest.raises(OptionError, match="finite"):
        BlurOptions(sigma_px=float("nan"))


def test_saved_options_come_back_equal(tmp_path):
    options = BlurOptions(sigma_px=2.5, channel="細胞")
    options.save(tmp_path / "options.json")
    assert BlurOptions.load(tmp_path / "options.json") == options


def test_change_checks_and_leaves_the_original_as_it_was():
    options = BlurOptions()
    assert options.change(sigma_px=3).sigma_px == 3
    assert options.sigma_px == 1
    with pytest.raises(OptionError):
        options.change(sigma_px=-3)


@pytest.mark.parametrize(
    ("text", "kind", "message"),
    [
        ("{", FileError, "no valid JSON"),
        ('{"sigma_px": "wide"}', OptionError, "sigma_px"),
        ('{"blur": 1}', OptionError, "blur is no option here"),
    ],
)
def test_a_file_that_does_not_fit_is_refused_in_a_sentence(tmp_path, text, kind, message):
    path = tmp_path / "options.json"
    path.write_text(text)
    with pytest.raises(kind, match=message):
        BlurOptions.load(path)


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(FileError, match=r"none\.json cannot be read: it does not exist"):
        BlurOptions.load(tmp_path / "none.json")
