"""A LIF file drawn by hand: no library writes them."""

from __future__ import annotations

import struct
import uuid
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from numpy.typing import NDArray


@pytest.fixture
def draw_lif() -> Callable[..., None]:
    """`write_lif`: takes a path, and per scene its name and pixels ``(C, Z, Y, X)``."""
    return write_lif


def write_lif(path: Path, scenes: dict[str, NDArray[Any]]) -> None:
    """Write ``(C, Z, Y, X)`` uint16 stacks as Leica does: XML in UTF-16, then a block per image."""
    elements, blocks = [], b""
    for number, (name, pixels) in enumerate(scenes.items()):
        n_channels, n_planes, height, width = pixels.shape
        plane, stack = 2 * height * width, 2 * height * width * n_planes
        channels = "".join(
            f'<ChannelDescription DataType="0" ChannelTag="0" Resolution="16" '
            f'NameOfMeasuredQuantity="" Min="0" Max="65535" Unit="" IsLUTInverted="0" '
            f'LUTName="{("Blue", "Green")[i]}" BytesInc="{i * stack}" BitInc="0"/>'
            for i in range(n_channels)
        )
        # Length is the way from the first pixel's centre to the last one's, in metres.
        axes = (
            (1, width, 2, 0.25e-6 * (width - 1)),
            (2, height, 2 * width, 0.25e-6 * (height - 1)),
            (3, n_planes, plane, 1.5e-6 * (n_planes - 1)),
        )
        sizes = "".join(
            f'<DimensionDescription DimID="{axis}" NumberOfElements="{length}" Origin="0" '
            f'Length="{extent}" Unit="m" BytesInc="{step}" BitInc="0"/>'
            for axis, length, step, extent in axes
        )
        elements.append(
            f'<Element Name="{name}" UniqueID="{uuid.UUID(int=number)}"><Data><Image>'
            f"<ImageDescription><Channels>{channels}</Channels><Dimensions>{sizes}</Dimensions>"
            f'</ImageDescription></Image></Data><Memory Size="{pixels.nbytes}" '
            f'MemoryBlockID="MemBlock_{number}"/></Element>'
        )
        block_id = f"MemBlock_{number}"
        described = struct.pack("<BQBI", 0x2A, pixels.nbytes, 0x2A, len(block_id))
        described += block_id.encode("utf-16-le")
        blocks += struct.pack("<II", 0x70, len(described)) + described + pixels.tobytes()
    xml = (
        '<LMSDataContainerHeader Version="2"><Element Name="drawn" UniqueID="0"><Memory Size="0" '
        f'MemoryBlockID="MemBlock_none"/><Children>{"".join(elements)}</Children></Element>'
        "</LMSDataContainerHeader>"
    )
    header = struct.pack("<BI", 0x2A, len(xml)) + xml.encode("utf-16-le")
    path.write_bytes(struct.pack("<II", 0x70, len(header)) + header + blocks)
