from __future__ import annotations

import pandas as pd

from napari_seewhy.sequence.judging.page import plot_tracks


def test_tracks_that_share_a_name_are_dots_of_their_own():
    rows = [
        {"track": "RNA", "prediction": name, "pearson_log": r, "low_log": r - 0.1, "high_log": r}
        for name in ("network", "words of 5 letters")
        for r in (0.3, 0.5)
    ]

    drawn = plot_tracks(pd.DataFrame(rows))

    assert "RNA: network 0.300, linear 0.300" in drawn
    assert "RNA: network 0.500, linear 0.500" in drawn
