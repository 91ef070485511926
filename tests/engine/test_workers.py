"""A batch runs the same on workers as in one process, whatever becomes of one of them."""

from __future__ import annotations

import asyncio
import errno
import gc
import os
import signal
import sys
from concurrent.futures import BrokenExecutor, Future
from dataclasses import dataclass
from types import SimpleNamespace
from typing import TYPE_CHECKING

import pytest

from napari_seewhy.batch import Processes, Result, run_steps
from napari_seewhy.engine import WorkerOptions, open_workers, spread_steps
from napari_seewhy.engine.cluster import _pass_on, open_cluster
from napari_seewhy.errors import FileError, OptionError, TaskError
from napari_seewhy.files import writing
from napari_seewhy.progress import Step, finish

if TYPE_CHECKING:
    from pathlib import Path

distributed = pytest.importorskip("distributed", reason="The extra `cluster` is not installed.")


@dataclass(frozen=True)
class Named:
    title: str


@dataclass(frozen=True)
class Marking:
    """Work that leaves a file per job and says who wrote it; some jobs kill their worker."""

    out: Path
    killers: tuple[str, ...] = ()
    often: int = 1
    lacks: str = ""
    full: tuple[str, ...] = ()

    def check(self) -> None:
        if self.lacks and os.getpid() != int(self.lacks):
            raise FileError("There is no such model.")

    def is_done(self, job):
        return (self.out / job.title).is_file()

    def steps(self, job):
        yield Step(0, 1)
        was_here = self.out / f"{job.title} was here"
        n_before = len(was_here.read_text()) if was_here.exists() else 0
        if job.title in self.killers and n_before < self.often:
            was_here.write_text("x" * (n_before + 1))
            os.kill(os.getpid(), signal.SIGKILL)
        with writing(self.out / job.title) as part:
            part.write_text(f"{job.title} is done")
            if job.title in self.full:
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return Result(
            figures={"process": os.getpid(), "threads": os.environ.get("OMP_NUM_THREADS")}
        )


NUMBERED = [Named(f"job{i:02d}") for i in range(12)]


@pytest.fixture(scope="module")
def workers():
    with open_cluster("local", 2) as found:
        yield found


def test_a_cluster_does_what_one_process_does_and_resumes(workers, tmp_path) -> None:
    (tmp_path / "job03").write_text("from before")
    steps = list(run_steps(NUMBERED, Marking(tmp_path), workers))
    outcomes = steps[-1].outcomes
    assert [one.input for one in outcomes] == [job.title for job in NUMBERED]
    assert [one.status for one in outcomes] == ["done"] * 3 + ["skipped"] + ["done"] * 8
    ran = [one.results for one in outcomes if one.results]
    assert {one["threads"] for one in ran} == {str(max(1, (os.cpu_count() or 1) // 2))}
    assert os.getpid() not in {one["process"] for one in ran}
    assert [path.name for path in sorted(tmp_path.iterdir())] == [job.title for job in NUMBERED]


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no kill -9.")
def test_a_killed_worker_costs_its_job_a_retry_and_the_second_kill_the_job(
    workers, tmp_path
) -> None:
    once = finish(run_steps(NUMBERED, Marking(tmp_path, ("job02",)), workers))
    assert [one.status for one in once] == ["done"] * 12
    assert (tmp_path / "job02 was here").read_text() == "x"
    more = [Named("other"), Named("killer"), Named("last")]
    twice = finish(run_steps(more, Marking(tmp_path, ("killer",), 9), workers))
    assert [one.status for one in twice] == ["done", "failed", "done"]
    assert "ended twice" in twice[1].reason
    assert (tmp_path / "killer was here").read_text() == "xx"


def test_an_answer_counts_though_its_worker_was_killed_after_it_came(workers) -> None:
    """Dask's own executor takes the answer, sees that it would have to be computed again, fails."""

    class Told:
        status = "pending"

        async def _result(self, raiseit: bool) -> str:
            return "done"

    ended: Future[str] = Future()
    asyncio.run(_pass_on(ended, Told()))
    assert ended.result(0) == "done"


@pytest.mark.parametrize("is_raised", [True, False])
def test_a_call_that_was_given_up_is_broken(workers, is_raised) -> None:
    error = distributed.KilledWorker("job", SimpleNamespace(address="tcp://gone"), 0)

    class Told:
        async def _result(self, raiseit: bool) -> object:
            if is_raised:
                raise error
            return type(error), error, None

    ended: Future[str] = Future()
    asyncio.run(_pass_on(ended, Told()))
    assert isinstance(ended.exception(0), BrokenExecutor)


def test_a_full_disk_on_a_worker_fails_its_job_alone(workers, tmp_path) -> None:
    outcomes = finish(run_steps(NUMBERED, Marking(tmp_path, full=("job05",)), workers))
    assert [i for i, one in enumerate(outcomes) if one.status == "failed"] == [5]
    assert "the disk is full" in outcomes[5].reason
    assert len(list(tmp_path.iterdir())) == 11


def test_a_stopped_batch_leaves_the_workers_for_the_next(workers, tmp_path) -> None:
    task = run_steps(NUMBERED, Marking(tmp_path), workers, resume=False)
    while next(task).done < 2:
        pass
    task.close()
    outcomes = finish(run_steps(NUMBERED, Marking(tmp_path), workers))
    said = [one.status for one in outcomes]
    assert said.count("skipped") >= 2
    assert said.count("done") + said.count("skipped") == 12
    assert [path.name for path in sorted(tmp_path.iterdir())] == [job.title for job in NUMBERED]


def test_workers_that_cannot_do_the_work_are_refused(workers, tmp_path, monkeypatch) -> None:
    with pytest.raises(FileError, match=r"On the worker at tcp://.* There is no such model"):
        finish(run_steps(NUMBERED, Marking(tmp_path, lacks=f"{os.getpid()}"), workers))
    monkeypatch.setattr("napari_seewhy.engine.cluster.__version__", "9.9")
    with pytest.raises(TaskError, match=r"has napari-seewhy \d.*, and this computer 9\.9"):
        finish(run_steps(NUMBERED, Marking(tmp_path), workers))
    assert list(tmp_path.iterdir()) == []


def test_a_running_scheduler_is_used_and_one_without_workers_refused(
    workers, tmp_path, monkeypatch
) -> None:
    def run_at(address: str):
        where = WorkerOptions(cluster=address)
        return finish(spread_steps(run_steps, NUMBERED[:3], Marking(tmp_path), where=where))

    assert [one.status for one in run_at(workers._client.scheduler.address)] == ["done"] * 3
    monkeypatch.setattr("napari_seewhy.engine.cluster._REACH_S", 1)
    with (
        distributed.LocalCluster(n_workers=0, processes=False, dashboard_address=":0") as empty,
        pytest.raises(TaskError, match="has no worker; start one with `dask worker"),
    ):
        run_at(empty.scheduler_address)


def test_what_is_no_cluster_is_refused(monkeypatch) -> None:
    monkeypatch.setattr("napari_seewhy.engine.cluster._REACH_S", 1)
    with pytest.raises(OptionError, match="'nowhere' is no cluster"), open_cluster("nowhere", 1):
        pass
    with (
        pytest.raises(TaskError, match="no Dask scheduler at tcp://127"),
        open_cluster("tcp://127.0.0.1:9", 1),
    ):
        pass


def test_processes_of_this_computer_need_no_cluster(tmp_path) -> None:
    with open_workers(WorkerOptions()) as none:
        assert none is None
    with open_workers(WorkerOptions(workers=2)) as two:
        assert isinstance(two, Processes)
        outcomes = finish(run_steps(NUMBERED, Marking(tmp_path), two))
    ran = [one.results for one in outcomes]
    assert {one["threads"] for one in ran} == {str(max(1, (os.cpu_count() or 1) // 2))}


@pytest.mark.skipif(sys.platform == "win32", reason="The stand-in for SLURM is a shell script.")
# dask-jobqueue leaves behind what it could not make.
@pytest.mark.filterwarnings("ignore:unclosed cluster:ResourceWarning")
def test_jobs_of_a_queue_become_workers(tmp_path, monkeypatch) -> None:
    pytest.importorskip("dask_jobqueue", reason="The extra `cluster` is not installed.")
    import dask

    stand_ins = {
        # SLURM copies the script, which is deleted afterwards.
        "sbatch": f'cp "$1" {tmp_path}/job.sh; setsid sh {tmp_path}/job.sh > {tmp_path}/log 2>&1 & '
        'echo "Submitted batch job $!"',
        "scancel": 'kill -TERM -- -"$1"',
    }
    for name, line in stand_ins.items():
        (tmp_path / name).write_text(f"#!/bin/sh\n{line}\n")
        (tmp_path / name).chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    with pytest.raises(OptionError, match="give the cores, memory and time"):
        finish(spread_steps(run_steps, [], Marking(tmp_path), where=WorkerOptions(cluster="slurm")))
    gc.collect()
    given = {"cores": 1, "memory": "1GB", "walltime": "00:10:00", "log-directory": f"{tmp_path}"}
    with dask.config.set({f"jobqueue.slurm.{key}": value for key, value in given.items()}):
        where = WorkerOptions(cluster="slurm", workers=1)
        task = spread_steps(run_steps, NUMBERED, Marking(tmp_path / "out"), where=where)
        outcomes = finish(task)
    assert {one.status for one in outcomes} == {"done"}
    assert {one.results["process"] for one in outcomes} - {os.getpid()}
