"""A large image divided among processes: the labels of one process, and nothing left behind."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from functools import partial

import dask.array as da
import numpy as np
import pandas as pd
import pytest
from scipy.ndimage import gaussian_filter

from napari_seewhy.batch import Spread, run_steps
from napari_seewhy.cells.segmenting import ImageOutputs, SegmentOptions, SegmentWork
from napari_seewhy.engine import WorkerOptions, spread_steps
from napari_seewhy.errors import TaskError
from napari_seewhy.images import CellImage, ImageJob, read_labels, write_image
from napari_seewhy.models.files.library import SHIPPED_FOLDER
from napari_seewhy.models.running import DeviceOptions
from napari_seewhy.nuclei import plane, tiling
from napari_seewhy.nuclei.finder import Finder
from napari_seewhy.nuclei.spread import find_rows_steps
from napari_seewhy.progress import finish

MODEL = SHIPPED_FOLDER / "nuclei.safetensors"
ON_CPU = DeviceOptions(device="cpu", precision="fp32")


@pytest.fixture(scope="module")
def tall() -> np.ndarray:
    """Round nuclei of unlike brightness in a picture that is two rows of tiles high."""
    rng = np.random.default_rng(0)
    light = np.zeros((2000, 200))
    y, x = np.indices((25, 25)) - 12
    for top in range(10, 1970, 30):
        for left in range(10, 170, 30):
            down, right = top + rng.integers(6), left + rng.integers(6)
            is_inside = y**2 + x**2 < rng.uniform(8, 12) ** 2
            light[down : down + 25, right : right + 25][is_inside] = rng.uniform(60, 220)
    return rng.poisson(gaussian_filter(light, 1) + 20).astype(np.uint16)


@pytest.mark.parametrize("cluster", ["", "local"])
def test_one_large_image_is_divided_and_has_the_labels_of_one_process(
    tall, tmp_path, monkeypatch, cluster
):
    if cluster:
        pytest.importorskip("distributed", reason="The extra `cluster` is not installed.")
    monkeypatch.setattr("napari_seewhy.images.read.LARGE_BYTES", 0)
    write_image(tmp_path / "tall.ome.tif", CellImage(tall[None], "CYX", ("DNA",), 0.5))
    jobs = [ImageJob(tmp_path / "tall.ome.tif", 0, "tall")]
    options = SegmentOptions(device="cpu", diameter_px=22)
    said = {}
    for name, where in {
        "alone": WorkerOptions(),
        "spread": WorkerOptions(workers=2, cluster=cluster),
    }.items():
        work = SegmentWork(tmp_path / name, options)
        task = spread_steps(run_steps, jobs, work, where=where)
        (outcome,) = finish(task)
        assert outcome.status == "done", outcome
        outputs = ImageOutputs(tmp_path / name, "tall")
        said[name] = read_labels(outputs.labels).labels, pd.read_csv(outputs.cells)
        assert not list((tmp_path / name).glob("*tiles*"))
    assert said["alone"][0].max() > 300
    np.testing.assert_array_equal(said["spread"][0], said["alone"][0])
    pd.testing.assert_frame_equal(said["spread"][1], said["alone"][1])


def test_a_row_that_cannot_be_read_ends_the_work_with_its_reason(tall, tmp_path, monkeypatch):
    monkeypatch.setattr(tiling, "_CORE_UNITS", 4)
    # The levels are found from every second pixel, which misses the one that is wrong.
    monkeypatch.setattr(plane, "_SAMPLE_PX", 600 * 200 // 4)
    pixels = tall[:600].astype(np.float32)
    pixels[551, 151] = np.nan
    spread = Spread(ThreadPoolExecutor(1), tmp_path / "tiles")
    finder = Finder.open(MODEL, ON_CPU)
    lazy = da.from_array(pixels, chunks=(100, 200))
    elsewhere = partial(find_rows_steps, spread, MODEL, ON_CPU)
    with pytest.raises(TaskError, match="holds NaN or infinite pixels"):
        finish(finder.find_steps(lazy, 22.0, elsewhere))
    assert not list(tmp_path.iterdir())
    spread.executor.shutdown()
