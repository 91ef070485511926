"""The installed command, run as a user runs it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

SEEWHY = Path(sys.executable).parent / "seewhy"


@dataclass(frozen=True)
class Finished:
    """A run of the command that has ended."""

    status: int
    out: str
    err: str

    @cached_property
    def document(self) -> dict[str, Any]:
        """What `--json` wrote: one object in one line."""
        (line,) = self.out.splitlines()
        return json.loads(line)


@pytest.fixture
def seewhy(tmp_path) -> Callable[..., Finished]:
    """Run the installed `seewhy` in `tmp_path`."""

    def run(*words: object, **environment: str) -> Finished:
        done = subprocess.run(
            [SEEWHY, *map(str, words)],
            capture_output=True,
            encoding="utf-8",
            cwd=tmp_path,
            env=os.environ | {"PYTHONUTF8": "1"} | environment,
            check=False,
        )
        return Finished(done.returncode, done.stdout, done.stderr)

    return run


@pytest.fixture
def call(capsys) -> Callable[..., Finished]:
    """Run the command in this process, which is quicker."""
    from napari_seewhy.cli.main import main

    def run(*words: object) -> Finished:
        status = main([str(word) for word in words])
        captured = capsys.readouterr()
        return Finished(status, captured.out, captured.err)

    return run
