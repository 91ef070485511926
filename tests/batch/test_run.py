"""Jobs are worked on, here or in processes; whatever happens to one, the others are done."""

from __future__ import annotations

import os
import pickle
import signal
import subprocess
import sys
import warnings
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from napari_seewhy.batch import run
from napari_seewhy.batch.outcome import Outcome, Result, count_outcomes
from napari_seewhy.batch.processes import Processes
from napari_seewhy.batch.run import run_steps
from napari_seewhy.errors import DataError, OptionError, SeewhyWarning
from napari_seewhy.progress import Step, finish


@dataclass(frozen=True)
class Named:
    title: str


JOBS = [Named(f"/in/{name}.tif") for name in ("good", "odd", "huge", "broken", "last")]
ERRORS = {"odd": DataError("It is odd."), "huge": MemoryError(), "broken": KeyError("axes")}


@dataclass
class Counting:
    """Work that fails in every way there is."""

    done: set[str] = field(default_factory=set)
    errors: dict[str, BaseException] = field(default_factory=lambda: ERRORS)

    def check(self) -> None:
        pass

    def is_done(self, job):
        return job.title in self.done

    def steps(self, job):
        yield Step(0, 1, "Working")
        name = Path(job.title).stem
        if name in self.errors:
            raise self.errors[name]
        warnings.warn(f"{name} is dim.", SeewhyWarning, stacklevel=1)
        self.done.add(job.title)
        return Result((f"{name}.csv",), {"n_cells": 7}, ("Look twice.",))


@dataclass(frozen=True)
class Marking:
    """Work that leaves a file per job, with the process that wrote it; one job kills its own."""

    out: Path
    killer: str = ""
    is_forgiving: bool = False

    def check(self) -> None:
        self.out.mkdir(exist_ok=True)

    def is_done(self, job):
        return (self.out / job.title).is_file()

    def steps(self, job):
        yield Step(0, 1)
        if job.title == self.killer:
            was_here = self.out / "was here"
            if not (self.is_forgiving and was_here.exists()):
                was_here.touch()
                os.kill(os.getpid(), signal.SIGKILL)
        (self.out / job.title).write_text(f"{os.getpid()}")
        return Result(figures={"process": os.getpid()})


NUMBERED = [Named(f"job{i:02d}") for i in range(12)]


def statuses(outcomes) -> list[str]:
    return [outcome.status for outcome in outcomes]


def test_no_failure_of_one_input_ends_the_others() -> None:
    outcomes = finish(run_steps(JOBS, Counting()))
    assert statuses(outcomes) == ["done", "failed", "failed", "failed", "done"]
    assert outcomes[0].outputs == ("good.csv",)
    assert outcomes[0].results == {"n_cells": 7}
    assert outcomes[0].warnings == ("Look twice.", "good is dim.")
    assert outcomes[1].explain() == "It is odd."
    assert outcomes[2].explain().startswith("The memory of this computer is not enough")
    assert outcomes[3].explain().startswith("KeyError: 'axes'. This is a fault of the program")
    assert [bool(outcome.traceback) for outcome in outcomes] == [False] * 3 + [True, False]
    assert "steps" in outcomes[3].traceback
    assert count_outcomes(outcomes) == "2 done, 3 failed"


def test_what_is_done_is_skipped_unless_all_is_wanted_again() -> None:
    work = Counting()
    for resume, wanted in ((True, "done"), (True, "skipped"), (False, "done")):
        assert finish(run_steps(JOBS[:1], work, resume=resume))[0].status == wanted


def test_an_interrupt_ends_the_batch() -> None:
    with pytest.raises(KeyboardInterrupt):
        finish(run_steps(JOBS, Counting(errors={"odd": KeyboardInterrupt()})))


def test_what_makes_every_input_fail_is_raised() -> None:
    class Refusing(Counting):
        def check(self) -> None:
            raise OptionError("No such model.")

    with pytest.raises(OptionError, match="No such model"):
        finish(run_steps(JOBS, Refusing()))


def test_steps_say_how_far_every_input_is() -> None:
    steps = list(run_steps(JOBS[:2], Counting()))
    assert statuses(steps[0].outcomes) == ["waiting", "waiting"]
    assert statuses(steps[1].outcomes) == ["running", "waiting"]
    assert steps[2].part == Step(0, 1, "Working")
    assert steps[2].message == "good.tif: Working"
    assert statuses(steps[-1].outcomes) == ["done", "failed"]
    assert [step.done for step in steps] == [0, 0, 0, 1, 1, 1, 2]


def test_processes_do_what_one_does_and_keep_the_order(tmp_path) -> None:
    with Processes(2) as executor:
        steps = list(task := run_steps(NUMBERED, work := Marking(tmp_path / "out"), executor))
        assert statuses(steps[-1].outcomes) == ["done"] * 12
        assert [outcome.input for outcome in steps[-1].outcomes] == [job.title for job in NUMBERED]
        by = {outcome.results["process"] for outcome in steps[-1].outcomes}
        assert os.getpid() not in by
        again = finish(run_steps(NUMBERED, work, executor))
    assert statuses(again) == ["skipped"] * 12
    assert next(task, None) is None


def test_a_stopped_batch_is_resumed(tmp_path) -> None:
    work = Marking(tmp_path / "out")
    with Processes(1) as executor:
        task = run_steps(NUMBERED, work, executor)
        while next(task).done < 3:
            pass
        task.close()
    written = len(list(work.out.iterdir()))
    assert 3 <= written < 12
    outcomes = finish(run_steps(NUMBERED, work))
    assert statuses(outcomes).count("skipped") == written


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no kill -9.")
@pytest.mark.parametrize("is_forgiving", [True, False])
def test_a_killed_process_costs_its_job_one_retry(tmp_path, is_forgiving) -> None:
    work = Marking(tmp_path / "out", "job05", is_forgiving)
    with Processes(2) as executor:
        outcomes = finish(run_steps(NUMBERED, work, executor))
    others = [outcome.status for outcome in outcomes if outcome.input != "job05"]
    assert others == ["done"] * 11
    assert outcomes[5].status == ("done" if is_forgiving else "failed")
    assert is_forgiving or "ended twice" in outcomes[5].reason


@dataclass(frozen=True)
class DyingLate(Marking):
    """Work whose process is killed once, between the file of a job and its report."""

    def steps(self, job):
        result = yield from Marking(self.out).steps(job)
        was_here = self.out / "was here"
        if job.title == self.killer and not was_here.exists():
            was_here.touch()
            os.kill(os.getpid(), signal.SIGKILL)
        return result


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no kill -9.")
def test_what_was_written_before_a_kill_is_done_and_what_was_there_before_is_skipped(
    tmp_path,
) -> None:
    work = DyingLate(tmp_path / "out", "job05")
    work.check()
    (work.out / "job00").touch()
    with Processes(2) as executor:
        outcomes = finish(run_steps(NUMBERED, work, executor))
    assert statuses(outcomes) == ["skipped"] + ["done"] * 11
    assert all(outcome.results["process"] for outcome in outcomes[1:])
    assert (work.out / "job00").read_text() == ""


def test_a_process_keeps_the_work_until_another_comes(tmp_path, monkeypatch) -> None:
    monkeypatch.setattr(run, "_kept", None)
    works = [pickle.loads(pickle.dumps(Marking(tmp_path))) for _ in range(2)]
    run._run_there(NUMBERED[0], works[0], True)
    run._run_there(NUMBERED[1], works[1], True)
    assert run._kept is works[0]
    run._run_there(NUMBERED[2], Marking(tmp_path, "nobody"), True)
    assert run._kept == Marking(tmp_path, "nobody")


def test_an_outcome_says_its_warnings() -> None:
    assert Outcome("/in/a.tif", "done", warnings=("Dim.", "Small.")).explain() == "Dim. Small."
    assert Outcome("/in/a.tif", "skipped").explain() == "Its outputs are there and whole."
    assert Outcome("/in/a.tif").name == "a.tif"


def test_processes_end_with_the_one_that_started_them(tmp_path):
    script = tmp_path / "start.py"
    script.write_text(
        "import os\n"
        "from napari_seewhy.batch import Processes\n"
        "if __name__ == '__main__':\n"
        "    executor = Processes(2)\n"
        "    waiting = [executor.submit(abs, -3), executor.submit(abs, -4)]\n"
        "    print([one.result() for one in waiting], flush=True)\n"
        "    os._exit(9)\n"
    )

    # It returns when all who could still write have ended.
    done = subprocess.run([sys.executable, script], capture_output=True, timeout=120, check=False)

    assert done.returncode == 9
    assert done.stdout.split() == [b"[3,", b"4]"]
