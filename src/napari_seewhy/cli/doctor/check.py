"""One line of what `seewhy doctor` says."""

from __future__ import annotations

import json
import platform
import subprocess
import sys
from dataclasses import dataclass
from typing import Any, Literal


@dataclass(frozen=True, slots=True)
class Check:
    """What was found of one thing, and how to fix it.

    Attributes
    ----------
    name
        What was looked at.
    status
        "ok"; "note": something that many do without is not there; "missing": something does not
        work as it should.
    found
        What is there, in a few words.
    fix
        One line to copy into a terminal; "" where there is nothing to fix.
    """

    name: str
    status: Literal["ok", "note", "missing"]
    found: str
    fix: str = ""


PIP = "python -m pip install"
"""How a line begins that installs a package; plain `pip` may be that of another Python."""

IS_LINUX = platform.system() == "Linux"

_PROBE_SECONDS = 60


def ask_probe(module: str) -> tuple[dict[str, Any] | None, str]:
    """Run a module in a process of its own, where it may crash, and read the JSON it prints.

    Parameters
    ----------
    module
        Name of a module that writes one JSON object to the standard output.

    Returns
    -------
    answer, complaint
        The object and "", or None and the line that says what went wrong.
    """
    try:
        done = subprocess.run(
            [sys.executable, "-m", module],
            capture_output=True,
            text=True,
            timeout=_PROBE_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return None, f"no answer within {_PROBE_SECONDS} s"
    lines = done.stdout.strip().splitlines()
    try:
        answer = json.loads(lines[-1]) if done.returncode == 0 and lines else None
    except json.JSONDecodeError:
        answer = None
    if isinstance(answer, dict):
        return answer, ""
    return None, _complaint(done.stderr) or f"it ended with status {done.returncode}"


def _complaint(text: str) -> str:
    """Return the line that says what went wrong: Qt's "could not", or else the last one."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    telling = [line for line in lines if "could not" in line.casefold()]
    return (telling or lines or [""])[-1]
