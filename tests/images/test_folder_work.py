"""Images of a folder are worked on one by one; whatever happens to one, the others are done."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from napari_seewhy.errors import DataError
from napari_seewhy.images.folder_work import work_on_images_steps
from napari_seewhy.images.image_job import FileResult, ImageJob
from napari_seewhy.progress import Step, finish

JOBS = [ImageJob(Path(f"/in/{name}.tif"), 0, name) for name in ("good", "odd", "huge", "broken")]
ERRORS = {"odd": DataError("It is odd."), "huge": MemoryError(), "broken": KeyError("axes")}


@dataclass
class Counting:
    """Work that fails in every way there is."""

    done: set[str] = field(default_factory=set)

    def check(self) -> None:
        pass

    def is_done(self, job):
        return job.name in self.done

    def steps(self, job):
        yield Step(0, 1, "Working")
        if job.name in ERRORS:
            raise ERRORS[job.name]
        self.done.add(job.name)
        return FileResult((), {"n": 7}, ("Look twice.",))


def test_no_failure_of_one_image_ends_the_others() -> None:
    files = finish(work_on_images_steps(Counting(), JOBS, lambda result: f"{result.figures['n']}"))
    assert [file.status for file in files] == ["done", "failed", "failed", "failed"]
    assert (files[0].figure, files[0].said) == ("7", "Look twice.")
    said = [file.said for file in files[1:]]
    assert said[0] == "It is odd."
    assert said[1].startswith("The memory of this computer is not enough")
    assert said[2].startswith("KeyError: 'axes'. This is a fault of the program")


def test_images_that_are_done_are_skipped_unless_all_are_wanted_anew() -> None:
    work = Counting()
    for resume, wanted in ((True, "done"), (True, "skipped"), (False, "done")):
        task = work_on_images_steps(work, JOBS[:1], lambda _: "", resume=resume)
        assert finish(task)[0].status == wanted
