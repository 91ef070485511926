from __future__ import annotations

import pytest

from napari_seewhy.blocks.learning.job import StainTrainJob, train_job_steps
from napari_seewhy.blocks.marking.fields import FieldReader
from napari_seewhy.blocks.marking.options import StainThresholdOptions
from napari_seewhy.blocks.pairing.options import StainPairOptions
from napari_seewhy.errors import OptionError
from napari_seewhy.models.files.library import ModelLibrary
from napari_seewhy.progress import finish
from napari_seewhy.staining.stain_options import StainOptions

READER = FieldReader(
    StainPairOptions(phase_channel="phase", marker_channel="GFP"),
    StainThresholdOptions(threshold=500.0),
)
QUICK = StainOptions(
    block_px=16, width=8, epochs=2, n_windows=4, window_blocks=2, device="cpu", precision="fp32"
)


@pytest.fixture
def job(open_pair, tmp_path) -> StainTrainJob:
    return StainTrainJob((open_pair(0), open_pair(1)), READER, "gfp", QUICK, tmp_path)


def test_a_model_enters_the_library_at_the_end(job) -> None:
    steps = train_job_steps(job)
    for _ in range(3):
        next(steps)
    assert not job.place.exists()
    steps.close()
    stored = finish(train_job_steps(job))
    assert stored.path == job.place == ModelLibrary(job.library).find("gfp")
    assert len(stored.history) == 2
    assert 1 <= stored.best_epoch <= 2
    assert stored.left_out == ()
    assert not job.unfinished.exists()


def test_a_training_that_was_stopped_goes_on(job) -> None:
    assert not job.can_go_on
    steps = train_job_steps(job)
    while not job.can_go_on:
        next(steps)
    steps.close()
    assert not job.place.exists()
    stored = finish(train_job_steps(job, resume=True))
    assert len(stored.history) == 2
    assert not job.can_go_on


def test_a_name_that_no_file_can_have_is_refused(job, open_pair) -> None:
    nameless = StainTrainJob(job.pairs, READER, "a/b", QUICK, job.library)
    with pytest.raises(OptionError):
        _ = nameless.place
