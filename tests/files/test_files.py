from __future__ import annotations

import errno
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from napari_seewhy.errors import FileError, OptionError
from napari_seewhy.files import (
    check_output,
    hash_file,
    protecting,
    read_json,
    read_text,
    write_json,
    write_text,
    writing,
)


def break_off(path: Path, error: Exception) -> None:
    """Begin to write `path` and fail with `error` in the middle."""
    with writing(path) as part:
        part.write_text("ne")
        raise error


def test_the_file_appears_only_when_the_block_ends(tmp_path):
    path = tmp_path / "deep" / "table.csv"
    with writing(path) as part:
        part.write_text("whole")
        assert not path.exists()
    assert path.read_text() == "whole"
    assert list(path.parent.iterdir()) == [path]


def test_a_failure_leaves_the_old_file_and_no_trace(tmp_path):
    path = tmp_path / "table.csv"
    path.write_text("old")
    with pytest.raises(ValueError, match="half way"):
        break_off(path, ValueError("half way"))
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


def test_a_full_disk_is_said_in_a_sentence_and_the_old_file_stays(tmp_path):
    path = tmp_path / "table.csv"
    path.write_text("old")
    with pytest.raises(FileError, match=r"table\.csv cannot be written: the disk is full"):
        break_off(path, OSError(errno.ENOSPC, os.strerror(errno.ENOSPC)))
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no limit on a file's size to set")
def test_a_disk_that_takes_no_more_bytes_leaves_nothing_under_the_name(tmp_path):
    """The limit on a file's size stands in for a full disk: the write itself fails."""
    script = """
import resource, signal, sys
from pathlib import Path
from napari_seewhy.errors import FileError
from napari_seewhy.files import write_text
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))
try:
    write_text(Path(sys.argv[1]), "x" * 100_000)
except FileError as error:
    print(error)
"""
    path = tmp_path / "big.txt"
    done = subprocess.run(
        [sys.executable, "-c", script, str(path)], capture_output=True, text=True, check=True
    )
    assert "big.txt cannot be written" in done.stdout
    assert list(tmp_path.iterdir()) == []


def test_a_process_killed_in_mid_write_leaves_the_old_file(tmp_path):
    script = """
import sys
from pathlib import Path
from napari_seewhy.files import writing
with writing(Path(sys.argv[1])) as part:
    part.write_text("half")
    print("writing", flush=True)
    sys.stdin.read()
"""
    path = tmp_path / "table.csv"
    path.write_text("old")
    child = subprocess.Popen(
        [sys.executable, "-c", script, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert child.stdout.readline().strip() == b"writing"
    child.kill()
    child.communicate()
    assert child.returncode in (-signal.SIGTERM, -9, 1)
    assert path.read_text() == "old"
    assert [found for found in tmp_path.iterdir() if not found.name.endswith(".part")] == [path]


def test_a_path_with_spaces_and_other_scripts_is_written(tmp_path):
    path = tmp_path / "dish 1 細胞" / "表 é.txt"
    write_text(path, "µm")
    assert read_text(path) == "µm"


def test_a_folder_that_is_a_file_is_named(tmp_path):
    (tmp_path / "out").write_text("")
    with pytest.raises(FileError, match="part of its path is a file"):
        write_text(tmp_path / "out" / "table.csv", "")


def test_text_that_is_not_utf8_is_refused(tmp_path):
    path = tmp_path / "latin.csv"
    path.write_bytes("µ".encode("latin-1"))
    with pytest.raises(FileError, match="is not a UTF-8 text file"):
        read_text(path)


def test_json_comes_back_and_broken_json_is_named_with_its_line(tmp_path):
    path = tmp_path / "record.json"
    write_json(path, {"n": 1, "name": "日本"})
    assert read_json(path) == {"n": 1, "name": "日本"}
    path.write_text('{\n"n": }')
    with pytest.raises(FileError, match="line 2"):
        read_json(path)


def test_nan_never_reaches_a_json_file(tmp_path):
    with pytest.raises(ValueError, match="JSON"):
        write_json(tmp_path / "record.json", {"n": float("nan")})
    assert list(tmp_path.iterdir()) == []


def test_the_hash_is_the_sha256_of_the_bytes(tmp_path):
    path = tmp_path / "abc"
    path.write_bytes(b"abc")
    # FIPS 180-2, appendix B.1.
    assert hash_file(path) == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    with pytest.raises(FileError, match="does not exist"):
        hash_file(Path(tmp_path / "none"))


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("given.csv", r"given\.csv is an input, which would be lost"),
        ("other.txt", r"other\.txt does not end in \.csv or \.tsv"),
        ("folder.csv", r"folder\.csv is a folder"),
        ("a\0b.csv", "NUL"),
    ],
)
def test_an_output_that_would_be_wrong_is_refused(tmp_path, name, message):
    (tmp_path / "given.csv").write_text("kept")
    (tmp_path / "folder.csv").mkdir()
    with pytest.raises(OptionError, match=message):
        check_output(tmp_path / name, ".csv", ".tsv", inputs=[tmp_path / "given.csv"])


def test_an_output_may_be_new_or_replace_what_is_no_input(tmp_path):
    (tmp_path / "old.CSV").write_text("old")
    for name in ("new.csv", "old.CSV"):
        assert check_output(tmp_path / name, ".csv") == tmp_path / name


def test_protected_files_are_not_written_over_under_any_name(tmp_path):
    kept, link = tmp_path / "kept.txt", tmp_path / "link.txt"
    kept.write_text("kept")
    link.symlink_to(kept)
    with protecting([kept, tmp_path / "not there"]):
        for path in (kept, link, tmp_path / "." / "kept.txt"):
            with pytest.raises(FileError, match="is an input, which would be lost"):
                write_text(path, "other")
        write_text(tmp_path / "free.txt", "new")
    assert kept.read_text() == "kept"
    write_text(kept, "other")
    assert kept.read_text() == "other"


def test_what_a_killed_process_left_is_removed_by_the_next_and_nothing_else(tmp_path):
    """The kill leaves a part; another computer's part, and one that is written, stay."""
    script = """
import os, signal, sys
from pathlib import Path
from napari_seewhy.files import writing
with writing(Path(sys.argv[1])) as part:
    part.write_text("half")
    os.kill(os.getpid(), signal.SIGTERM)
"""
    path = tmp_path / "a.csv"
    subprocess.run([sys.executable, "-c", script, str(path)], check=False)
    (left,) = tmp_path.iterdir()
    assert left.name.endswith(".a.csv.part")
    foreign = tmp_path / f".00000000-{left.name.split('-', 1)[1]}"
    foreign.write_text("half")
    with writing(tmp_path / "b.csv") as part:
        part.write_text("whole")
        write_text(tmp_path / "c.csv", "whole")
        assert part.exists()
    assert {found.name for found in tmp_path.iterdir()} == {foreign.name, "b.csv", "c.csv"}


def test_a_name_as_long_as_the_system_allows_is_written_and_a_longer_one_is_said(tmp_path):
    path = tmp_path / f"{'x' * 250}.csv"
    write_text(path, "whole")
    assert path.read_text() == "whole"
    for too_long in (tmp_path / f"{'x' * 260}.csv", tmp_path / ("x" * 300) / "a.csv"):
        with pytest.raises(FileError, match="its name is too long"):
            write_text(too_long, "")
        with pytest.raises(OptionError, match="its name is too long"):
            check_output(too_long, ".csv")


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no named pipes among its files")
def test_a_named_pipe_is_not_waited_for(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    for read in (read_text, read_json, hash_file):
        with pytest.raises(FileError, match="is a pipe or a device"):
            read(tmp_path / "pipe")


def test_a_nul_character_in_a_path_is_said(tmp_path):
    for do in (read_text, hash_file, lambda path: write_text(path, "")):
        with pytest.raises(FileError, match="NUL character"):
            do(tmp_path / "a\0.csv")


def test_a_nul_character_within_a_text_is_said_with_its_line(tmp_path):
    (tmp_path / "a.csv").write_bytes(b"file,class\na\0.tif,G1\n")
    with pytest.raises(FileError, match=r"Line 2 of .* holds a NUL character; remove it"):
        read_text(tmp_path / "a.csv")


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("9" * 5000, "a number has 5000 digits"),
        ("[" * 100_000 + "]" * 100_000, "more than 100 levels"),
        ("[" * 150 + "]" * 150, "more than 100 levels"),
        ("NaN", "NaN is no number"),
        ('"\\ud800"', "half of a character"),
        ('"a\\u0000.tif"', "holds a NUL character"),
    ],
)
def test_json_that_cannot_be_worked_with_is_refused_in_a_sentence(tmp_path, text, reason):
    path = tmp_path / "record.json"
    path.write_text(text)
    with pytest.raises(FileError, match=reason):
        read_json(path)
