from __future__ import annotations

import io
import sys

import pytest
from rich.console import Console

from napari_seewhy.cli.doctor.check import Check, ask_probe
from napari_seewhy.cli.doctor.command import show_checks
from napari_seewhy.cli.doctor.computer import check_binding, check_extras, check_room, check_screen
from napari_seewhy.sample_data import sample_folder


def shown(checks: list[Check], encoding: str = "utf-8", width: int = 60) -> str:
    stream = io.TextIOWrapper(io.BytesIO(), encoding=encoding)
    show_checks(checks, Console(file=stream, width=width))
    stream.seek(0)
    return stream.read()


def test_doctor_names_what_it_found(seewhy):
    done = seewhy("doctor", "--json")
    document = done.document
    assert done.status == document["status"]
    found = {check["name"]: check for check in document["checks"]}
    assert found["Python"]["found"].startswith(".".join(map(str, sys.version_info[:3])))
    assert {"Qt", "OpenGL", "Graphics card", "PyTorch", "Memory", "Disk", "napari"} <= set(found)
    assert found["Sample data"]["found"] == str(sample_folder())
    for check in document["checks"]:
        assert check["fix"] or check["status"] != "missing"
        assert "\n" not in check["fix"]


def test_a_line_to_copy_is_never_broken_and_given_once():
    line = "python -m pip install " + "x" * 90
    text = shown([Check("A", "note", "not there", line), Check("B", "missing", "gone", line)])
    assert text.count(line) == 1
    assert "A, B:" in text


def test_a_whole_computer_gets_no_list_of_lines():
    text = shown([Check("A", "ok", "there")])
    assert "A" in text
    assert "copy" not in text


def test_a_terminal_without_unicode_gets_plain_marks():
    assert shown([Check("A", "missing", "gone")], encoding="ascii").startswith("!")


def test_no_qt_binding_is_missing_and_two_are_a_note(monkeypatch):
    installed = {}
    monkeypatch.setattr(
        "napari_seewhy.cli.doctor.computer._version", lambda name: installed.get(name, "")
    )
    assert check_binding().status == "missing"
    assert "pyqt6" in check_binding().fix
    installed["PyQt5"] = "5.15"
    assert check_binding() == Check("Qt", "ok", "PyQt5 5.15")
    installed["PyQt6"] = "6.8"
    assert check_binding().status == "note"
    assert check_binding().fix.endswith("uninstall PyQt6")


@pytest.mark.skipif(sys.platform != "linux", reason="Only Linux may have no screen.")
def test_a_server_without_a_screen_is_nothing_to_mend(monkeypatch):
    monkeypatch.delenv("DISPLAY", raising=False)
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    check = check_screen()
    assert (check.status, check.fix) == ("note", "")


@pytest.mark.skipif(sys.platform != "linux", reason="Names a display of X11.")
def test_a_screen_that_cannot_be_opened_says_so_in_one_line(monkeypatch):
    monkeypatch.setenv("DISPLAY", ":59871")
    monkeypatch.setenv("QT_QPA_PLATFORM", "xcb")
    check = check_screen()
    assert check.status == "missing"
    assert "no window can open here" in check.found
    assert check.fix.startswith("sudo apt-get install")


@pytest.mark.widgets
def test_a_screen_is_asked_for_its_opengl():
    check = check_screen()
    assert check.status == "ok"
    assert float(check.found.split()[0]) >= 2


def test_missing_readers_and_segmenters_are_notes_with_a_line(monkeypatch):
    monkeypatch.setattr("napari_seewhy.cli.doctor.computer._version", lambda name: "")
    assert {check.status for check in check_extras()} == {"note"}
    assert all(check.fix for check in check_extras())


def test_little_disk_is_noted(monkeypatch, tmp_path):
    from shutil import _ntuple_diskusage

    full = _ntuple_diskusage(10**12, 10**12, 0)
    monkeypatch.setattr("shutil.disk_usage", lambda folder: full)
    (disk,) = (check for check in check_room(tmp_path) if check.name == "Disk")
    assert disk.status == "note"


def test_a_probe_that_breaks_gives_its_complaint():
    answer, complaint = ask_probe("napari_seewhy.cli._no_such_probe")
    assert answer is None
    assert "_no_such_probe" in complaint
