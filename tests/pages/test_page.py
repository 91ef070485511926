"""What every page has in common: it stands alone, and no name becomes HTML."""

from __future__ import annotations

from napari_seewhy.pages.marks import Axes
from napari_seewhy.pages.page import draw_image, draw_table, figure, head, section, write_page
from napari_seewhy.pages.plots import draw_key, plot_reliability


def test_a_page_stands_alone_and_escapes_what_it_is_called(tmp_path):
    path = tmp_path / "page.html"
    parts = (head("<model>", "a & b"), section("Plots", figure("<svg/>", "c", "<d>")))
    write_page(path, "<model>", parts, ".mine { color: red; }")
    page = path.read_text(encoding="utf-8")
    assert page.startswith("<!doctype html>")
    assert "<model>" not in page
    assert page.count("&lt;model&gt;") == 2
    assert "a &amp; b" in page
    assert "<h3>&lt;d&gt;</h3><svg/><figcaption>c</figcaption>" in page
    assert ".mine { color: red; }" in page
    assert "http" not in page


def test_a_section_without_content_is_not_there():
    assert section("Plots", "") == ""


def test_the_last_cell_of_a_short_row_takes_the_rest():
    table = draw_table(["Class", "n", "a", "b"], [["G1", "3", "1", "2"], ["M", "0", "none"]])
    assert "<tr><th>G1</th><td>3</td><td>1</td><td>2</td></tr>" in table
    assert '<tr><th>M</th><td>0</td><td class="absent" colspan="2">none</td></tr>' in table


def test_a_picture_is_within_the_page():
    assert draw_image(b"png", '"x"') == (
        '<img src="data:image/png;base64,cG5n" alt="&quot;x&quot;">'
    )


def test_reliability_has_one_dot_for_each_bin_that_grows_with_its_number():
    plot = plot_reliability(
        [(0.1, 0.0, 1), (0.9, 1.0, 4)], Axes("a", "b"), "{n} of {said:.1f}", "c"
    )
    assert plot.count("<circle") == 2
    assert 'r="11"' in plot
    assert 'r="7"' in plot
    assert "4 of 0.9" in plot


def test_a_key_names_each_line():
    key = draw_key([("drawn <1>", "#000000", "2 3")])
    assert "drawn &lt;1&gt;</span>" in key
    assert 'stroke-dasharray="2 3"' in key
