from __future__ import annotations

from dataclasses import replace

import pytest
import torch
from torch import nn

from napari_seewhy.errors import OptionError, is_memory_short
from napari_seewhy.models.running import DeviceOptions, devices
from napari_seewhy.models.running.devices import (
    Runtime,
    choose_device,
    choose_runtime,
)


@pytest.fixture
def no_gpu(monkeypatch):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    monkeypatch.setattr(torch.backends.mps, "is_available", lambda: False)


def test_auto_takes_the_gpu_where_there_is_one(monkeypatch, no_gpu):
    assert choose_device("auto") == "cpu"
    monkeypatch.setattr(torch.backends.mps, "is_available", lambda: True)
    assert choose_device("auto") == "mps"
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    assert choose_device("auto") == "cuda"
    assert choose_device("cpu") == "cpu"


@pytest.mark.parametrize("device", ["cuda", "mps"])
def test_a_device_that_is_not_there_is_refused(no_gpu, device):
    with pytest.raises(OptionError, match=f"no {device} that torch can use; choose auto or cpu"):
        choose_device(device)


@pytest.fixture
def features(monkeypatch) -> dict[str, bool]:
    """What the processor is said to be able to do."""
    able = {"avx2": True, "avx512_bf16": False, "amx_bf16": False}
    monkeypatch.setattr(torch.cpu, "get_capabilities", lambda: able)
    devices.has_bf16.cache_clear()
    yield able
    devices.has_bf16.cache_clear()


@pytest.mark.parametrize("feature", ["avx512_bf16", "amx_bf16", "bf16", "sve_bf16"])
def test_a_network_learns_in_bf16_where_the_processor_has_it(no_gpu, features, feature):
    features[feature] = True
    assert choose_runtime(DeviceOptions(), learns=True) == Runtime("cpu", True, True)


def test_a_network_learns_in_fp32_where_the_processor_has_no_bf16(no_gpu, features):
    assert choose_runtime(DeviceOptions(), learns=True) == Runtime("cpu", False, True)


def test_the_processor_is_asked_once(no_gpu, features):
    chosen = [choose_runtime(DeviceOptions(), learns=True)]
    features["avx512_bf16"] = True
    assert choose_runtime(DeviceOptions(), learns=True) == chosen[0]


def test_a_torch_that_cannot_tell_and_a_gpu_without_bf16_count_in_fp32(monkeypatch, features):
    monkeypatch.delattr(torch.cpu, "get_capabilities")
    monkeypatch.setattr(torch.cuda, "is_bf16_supported", lambda *, including_emulation: False)
    assert not any(devices.has_bf16(device) for device in ("cpu", "cuda", "mps"))


@pytest.mark.parametrize("has_bf16", [False, True])
def test_a_network_answers_in_fp32_on_every_processor(no_gpu, features, has_bf16):
    features["avx512_bf16"] = has_bf16
    assert choose_runtime(DeviceOptions()) == Runtime("cpu", False, True)


@pytest.mark.parametrize("learns", [False, True])
@pytest.mark.parametrize("has_bf16", [False, True])
def test_a_precision_that_was_asked_for_is_kept(no_gpu, features, has_bf16, learns):
    features["avx512_bf16"] = has_bf16
    for precision in ("fp32", "bf16"):
        runtime = choose_runtime(DeviceOptions(precision=precision), learns=learns)
        assert runtime.use_bf16 == (precision == "bf16")


@pytest.fixture
def tf32():
    """Leave what torch allows as it was."""
    before = torch.backends.cudnn.allow_tf32, torch.backends.cuda.matmul.allow_tf32
    yield
    torch.backends.cudnn.allow_tf32, torch.backends.cuda.matmul.allow_tf32 = before


def test_float32_is_not_rounded_to_tf32_unless_it_is_asked_for(monkeypatch, tf32):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    torch.backends.cudnn.allow_tf32 = True  # as torch comes
    for precision, allowed in (("fp32", False), ("tf32", True), ("auto", False)):
        runtime = choose_runtime(DeviceOptions(precision=precision))
        assert runtime == Runtime("cuda", False, True, use_tf32=allowed)
        replace(runtime, device="cpu").place_network(nn.Linear(1, 1))
        assert torch.backends.cudnn.allow_tf32 is allowed
        assert torch.backends.cuda.matmul.allow_tf32 is allowed
    # A network that was placed before another one keeps its own precision.
    Runtime("cpu", use_tf32=True).place_network(nn.Linear(1, 1))
    with Runtime("cpu").autocast():
        assert not torch.backends.cudnn.allow_tf32


def test_tf32_is_refused_where_it_does_not_exist(no_gpu):
    with pytest.raises(OptionError, match="only a GPU of NVIDIA has, and this runs on cpu; choose"):
        choose_runtime(DeviceOptions(precision="tf32"))


def test_samples_and_networks_are_placed_in_the_layout():
    runtime = Runtime("cpu", use_channels_last=True)
    network = nn.Conv2d(3, 4, 3)
    runtime.place_network(network)
    assert network.weight.is_contiguous(memory_format=torch.channels_last)
    placed = runtime.place(torch.zeros(2, 3, 8, 8))
    assert placed.is_contiguous(memory_format=torch.channels_last)
    Runtime("cpu").place_network(network)
    assert network.weight.is_contiguous()


def test_bf16_is_used_in_products_only():
    runtime = Runtime("cpu", use_bf16=True)
    layer = nn.Linear(4, 4)
    with runtime.autocast():
        assert layer(torch.zeros(1, 4)).dtype == torch.bfloat16
    assert layer.weight.dtype == torch.float32
    assert runtime.describe() == "CPU, bf16"


def test_memory_that_is_short_is_known_from_other_errors():
    with pytest.raises(RuntimeError) as too_much:
        torch.empty(2**60)
    assert is_memory_short(too_much.value)
    assert is_memory_short(torch.OutOfMemoryError("CUDA error"))
    assert is_memory_short(RuntimeError("MPS backend out of memory (MPS allocated: 9 GB)"))
    with pytest.raises(RuntimeError) as other:
        torch.zeros(3) @ torch.zeros(4)
    assert not is_memory_short(other.value)


@pytest.mark.parametrize("shape", [(2, 5), (2, 4, 128), (2, 3, 8, 9), (2, 1, 3, 4, 5)])
def test_samples_of_any_number_of_axes_are_placed(shape):
    value = torch.arange(float(torch.Size(shape).numel())).reshape(shape)
    placed = Runtime("cpu", use_channels_last=True).place(value)
    assert torch.equal(placed, value)
    is_picture = len(shape) == 4
    assert placed.is_contiguous(memory_format=torch.channels_last) == is_picture
    assert placed.is_contiguous() != is_picture
