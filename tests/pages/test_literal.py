from __future__ import annotations

from napari_seewhy.pages import literal


def test_a_name_that_looks_like_html_is_shown_letter_by_letter():
    assert literal("day 1, dish 2") == "day 1, dish 2"
    assert literal('<img src="a">\nx & y') == (
        "<span>&lt;img src=&quot;a&quot;&gt;<br>x &amp; y</span>"
    )
