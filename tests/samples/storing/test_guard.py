"""A sample set from anybody is read or refused in one sentence, whatever stands in it."""

from __future__ import annotations

import contextlib
import os
from typing import TYPE_CHECKING

import h5py
import numpy as np
import pytest

from napari_seewhy.errors import DataError, FileError
from napari_seewhy.samples import SampleSet

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

TEXT = h5py.string_dtype()
DEEP = "[" * 30_000 + "]" * 30_000


def write_whole(path: Path) -> None:
    """Three samples of one channel, as small as a sample set can be."""
    with h5py.File(path, "w") as file:
        file["pixels"] = np.zeros((3, 1, 8, 8), "u2")
        file["target"] = np.full(3, -1)
        file.create_dataset("group", data=["a"] * 3, dtype=TEXT)
        file.create_group("origin")["label"] = np.arange(3)
        file.attrs.update(kind="napari-seewhy samples", schema_version=1, pixel_size_um=np.nan)
        file.attrs["record"] = "{}"
        file.attrs["channels"] = np.array(["DNA"], object).astype(TEXT)
        file.attrs["classes"] = np.array(["a", "b"], object).astype(TEXT)


def put(name: str, value: object) -> Callable[[h5py.File], None]:
    def change(file: h5py.File) -> None:
        if name in file:
            del file[name]
        file[name] = value

    return change


def say(name: str, value: object) -> Callable[[h5py.File], None]:
    return lambda file: file.attrs.__setitem__(name, value)


def add_virtual(file: h5py.File) -> None:
    layout = h5py.VirtualLayout((3, 1, 8, 8), "u2")
    layout[:] = h5py.VirtualSource("secret.h5", "pixels", (3, 1, 8, 8))
    del file["pixels"]
    file.create_virtual_dataset("pixels", layout)


def add_external(file: h5py.File) -> None:
    del file["pixels"]
    file.create_dataset("pixels", (3, 1, 8, 8), "u1", external=[("/etc/hostname", 0, 192)])


def put_group(file: h5py.File) -> None:
    del file["pixels"]
    file.create_group("pixels")


def claim_much(file: h5py.File) -> None:
    del file["target"]
    file.create_dataset("target", (10**13,), "i8", chunks=(1000,))


MALFORMED: dict[str, Callable[[h5py.File], None]] = {
    "external link": put("pixels", h5py.ExternalLink("secret.h5", "/pixels")),
    "external link in origin": put("origin/label", h5py.ExternalLink("secret.h5", "/target")),
    "soft link nowhere": put("pixels", h5py.SoftLink("/no")),
    "soft link in a circle": put("pixels", h5py.SoftLink("/pixels")),
    "soft link to another": put("group", h5py.SoftLink("/origin/label")),
    "virtual": add_virtual,
    "raw bytes of another file": add_external,
    "more than it holds": claim_much,
    "origin a dataset": put("origin", np.zeros(3)),
    "origin of two dimensions": put("origin/x", np.zeros((3, 2))),
    "origin a number": put("origin/x", 5),
    "origin in origin": lambda file: file.create_group("origin/x/y"),
    "pixels a group": put_group,
    "pixels text": put("pixels", np.full((3, 1, 8, 8), "x", object).astype(TEXT)),
    "pixels complex": put("pixels", np.zeros((3, 1, 8, 8), complex)),
    "pixels without width": put("pixels", np.zeros((3, 1, 8, 0))),
    "no pixels at all": put("pixels", h5py.Empty("f4")),
    "target unsigned text": put("target", np.array(["a"] * 3, "S1")),
    "target negative": put("target", np.full(3, -7)),
    "target huge": put("target", np.full(3, 10**12)),
    "group numbers": put("group", np.zeros(3)),
    "channels fewer": say("channels", np.array([], object).astype(TEXT)),
    "channels one text": say("channels", "DNA"),
    "channels a number": say("channels", 5),
    "classes a number": say("classes", 3),
    "classes twice": say("classes", np.array(["a", "a"], object).astype(TEXT)),
    "version text": say("schema_version", "x"),
    "version an array": say("schema_version", np.ones(3)),
    "kind a number": say("kind", 3),
    "pixel size text": say("pixel_size_um", "abc"),
    "pixel size negative": say("pixel_size_um", -1.0),
    "pixel size infinite": say("pixel_size_um", np.inf),
    "record no JSON": say("record", "{"),
    "record a number": say("record", 5),
    "record a list": say("record", "[]"),
    "record of many digits": say("record", '{"a": ' + "9" * 5000 + "}"),
    "record deep": say("record", DEEP),
    "record less deep": say("record", '{"a":' * 300 + "1" + "}" * 300),
}


def read_all(path: Path) -> None:
    """Read all there is, as the commands do; a target is checked when it is read."""
    with SampleSet(path) as samples:
        assert len(samples.group) == len(samples.origin) == len(samples.read_pixels([0, 1, 2]))
        assert len(samples.target) == 3


@pytest.mark.parametrize("how", MALFORMED)
def test_what_is_malformed_is_refused(tmp_path, how):
    path = tmp_path / "samples.h5"
    write_whole(path)
    write_whole(tmp_path / "secret.h5")
    read_all(path)
    with h5py.File(path, "r+") as file:
        MALFORMED[how](file)
    with pytest.raises((FileError, DataError), match=r"is damaged|no sample set of ours"):
        read_all(path)


@pytest.mark.parametrize("seed", range(100))
def test_several_faults_at_once_are_refused_too(tmp_path, seed):
    """The seed draws which faults there are, where bytes are altered, and where the file ends."""
    path = tmp_path / "samples.h5"
    write_whole(path)
    rng = np.random.default_rng(seed)
    first, *others = rng.permutation(list(MALFORMED))[: rng.integers(2, 6)]
    with h5py.File(path, "r+") as file:
        MALFORMED[first](file)
        for how in others:
            with contextlib.suppress(KeyError, ValueError, RuntimeError, OSError, TypeError):
                MALFORMED[how](file)  # where the faults before leave a place for it
    if seed % 4 == 0:
        whole = path.read_bytes()
        path.write_bytes(whole[: rng.integers(len(whole))])
    with pytest.raises((FileError, DataError)) as refused:
        read_all(path)
    assert "\n" not in str(refused.value)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="Windows has no named pipes in folders")
def test_a_named_pipe_is_not_waited_for(tmp_path):
    os.mkfifo(tmp_path / "samples.h5")
    with pytest.raises(FileError, match="is a pipe or a device"):
        SampleSet(tmp_path / "samples.h5")


@pytest.mark.parametrize(
    ("name", "message"), [("a\0.h5", "NUL character"), ("x" * 300, "too long")]
)
def test_a_name_that_can_be_no_file_is_said(tmp_path, name, message):
    with pytest.raises(FileError, match=message):
        SampleSet(tmp_path / name)
