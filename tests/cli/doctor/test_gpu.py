from __future__ import annotations

import pytest

from napari_seewhy.cli.doctor.gpu import GpuFacts, judge_card, judge_torch, parse_cuda

CARD = GpuFacts(True, ("NVIDIA H200",), "550.54", (12, 4))


def with_torch(version: str, cuda: tuple[int, int] | None, device: str = "cpu") -> GpuFacts:
    return GpuFacts(True, CARD.cards, CARD.driver, CARD.driver_cuda, version, cuda, device)


def test_no_nvidia_card_is_all_right_and_said_neutrally():
    check = judge_card(GpuFacts())
    assert (check.status, check.fix) == ("ok", "")
    assert "processor" in check.found


def test_a_card_is_named_with_its_driver():
    check = judge_card(CARD)
    assert check.status == "ok"
    assert check.found == "NVIDIA H200; driver 550.54, CUDA up to 12.4"


def test_a_card_whose_driver_does_not_answer_is_missing_a_driver():
    check = judge_card(GpuFacts(has_nvidia_card=True))
    assert check.status == "missing"
    assert check.fix


def test_pytorch_on_the_processor_is_fine_where_there_is_no_card():
    assert judge_torch(GpuFacts(torch="2.6.0+cpu")).status == "ok"


def test_pytorch_that_is_not_installed_is_only_a_note():
    check = judge_torch(CARD)
    assert check.status == "note"
    assert check.fix == "python -m pip install torch"


def test_pytorch_on_the_card_is_ok():
    check = judge_torch(with_torch("2.6.0+cu124", (12, 4), "cuda"))
    assert (check.status, check.fix) == ("ok", "")
    assert "cuda" in check.found


def test_a_build_for_the_processor_beside_a_card_gets_the_build_for_its_driver():
    check = judge_torch(with_torch("2.6.0+cpu", None))
    assert check.status == "missing"
    assert check.fix.endswith("https://download.pytorch.org/whl/cu126")
    assert "built for the processor" in check.found


def test_a_driver_too_old_for_the_build_is_told_from_a_build_without_cuda():
    check = judge_torch(with_torch("2.9.0", (13, 0)))
    assert check.status == "missing"
    assert "needs CUDA 13.0" in check.found
    assert "550.54" in check.found
    assert check.fix.endswith("whl/cu126")


def test_builds_of_the_drivers_own_generation_are_not_blamed_on_the_driver():
    assert "does not reach" in judge_torch(with_torch("2.8.0", (12, 8))).found


def test_pytorch_that_cannot_be_loaded_says_why():
    check = judge_torch(GpuFacts(torch_complaint="OSError: libcudart is gone"))
    assert check.status == "missing"
    assert "libcudart is gone" in check.found


@pytest.mark.parametrize(
    ("text", "version"),
    [
        ("| NVIDIA-SMI 535.104   Driver Version: 535.104   CUDA Version: 12.2 |", (12, 2)),
        ("| Driver Version: 590.44   CUDA UMD Version: 13.1 |", (13, 1)),
        ("12.6", (12, 6)),
        ("", None),
        ("no devices were found", None),
    ],
)
def test_the_cuda_version_is_read_from_what_the_driver_says(text, version):
    assert parse_cuda(text) == version
