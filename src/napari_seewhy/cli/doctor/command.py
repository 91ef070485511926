"""`seewhy doctor`: what this computer has, and one line to fix each thing that is missing."""

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from rich.console import Console
from rich.table import Table
from rich.text import Text

from napari_seewhy.cli.doctor.check import Check
from napari_seewhy.cli.doctor.computer import (
    check_binding,
    check_extras,
    check_programs,
    check_room,
    check_samples,
    check_screen,
)
from napari_seewhy.cli.doctor.gpu import check_gpu
from napari_seewhy.cli.telling import DEFAULT_REPORTING, Reporting

_MARKS = {"ok": ("✓", "ok", "green"), "note": ("–", "-", "cyan"), "missing": ("✗", "!", "yellow")}


def doctor(*, reporting: Reporting = DEFAULT_REPORTING) -> int:
    """Check this computer: what it has, and how to fix what is missing.

    The status is 0 where everything that is needed works, else 1; optional things do not count.
    """
    checks = [
        *check_programs(),
        check_binding(),
        check_screen(),
        *check_gpu(),
        *check_room(Path.cwd()),
        check_samples(),
        *check_extras(),
    ]
    status = int(any(check.status == "missing" for check in checks))
    if not (reporting.quiet or reporting.as_json):
        show_checks(checks, Console())
    reporting.give(
        {"verb": "doctor", "status": status, "checks": [asdict(check) for check in checks]}
    )
    return status


def show_checks(checks: Sequence[Check], console: Console) -> None:
    """Show a table of what was found, and below it the lines that fix what is missing."""
    table = Table(box=None, show_header=False, pad_edge=False)
    for check in checks:
        mark, plain_mark, style = _MARKS[check.status]
        shown = mark if console.encoding.startswith("utf") else plain_mark
        table.add_row(Text(shown, style), Text(check.name), Text(check.found))
    console.print(table)
    names_by_fix: dict[str, list[str]] = {}
    for check in checks:
        if check.fix:
            names_by_fix.setdefault(check.fix, []).append(check.name)
    if names_by_fix:
        console.print("\nTo fix or to add something, copy its line into a terminal.")
    for fix, names in names_by_fix.items():
        text = f"{', '.join(names)}:\n    {fix}"
        console.print(text, markup=False, emoji=False, highlight=False, soft_wrap=True)
