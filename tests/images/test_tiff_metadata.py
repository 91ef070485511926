from __future__ import annotations

import pytest

from napari_seewhy.images.tiff_metadata import pair_up, read_ome, to_um


@pytest.mark.parametrize(
    ("length", "unit", "um"),
    [
        ("0.5", "µm", 0.5),  # micro sign
        ("0.5", "\u03bcm", 0.5),  # Greek mu
        (500, "nm", 0.5),
        (5e-4, "mm", 0.5),
        (5000, "Å", 0.5),
        (1, "inch", 25_400.0),
    ],
)
def test_lengths_are_converted_to_micrometres(length: float | str, unit: str, um: float) -> None:
    assert to_um(length, unit) == pytest.approx(um)


@pytest.mark.parametrize(
    ("length", "unit"),
    [(1, "pixel"), (0, "um"), (-1, "um"), ("nan", "um"), ("inf", "um"), ("x", "um"), (None, "um")],
)
def test_what_is_no_length_is_unknown(length: float | str | None, unit: str) -> None:
    assert to_um(length, unit) is None


def test_one_known_edge_stands_for_both() -> None:
    assert pair_up(None, 0.3) == pair_up(0.3, None) == (0.3, 0.3)
    assert pair_up(None, None) is None


def test_damaged_ome_xml_is_refused() -> None:
    with pytest.raises(ValueError, match="damaged"):
        read_ome("<OME><Image>", 0, "")


def test_an_image_is_found_by_its_name_where_others_have_no_pixels() -> None:
    xml = (
        '<OME xmlns="x"><Image Name="a"/>'
        '<Image Name="b"><Pixels PhysicalSizeX="2"><Channel Name="DNA"/></Pixels></Image></OME>'
    )
    metadata = read_ome(xml, 0, "b")
    assert metadata.pixel_size_yx_um == (2.0, 2.0)
    assert list(metadata.channel_names) == ["DNA"]
    assert read_ome(xml, 0, "a").pixel_size_yx_um is None
