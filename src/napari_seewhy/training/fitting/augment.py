"""Augmentation: drawn first for a whole batch, then applied to it at once.

Turning, mirroring, moving and scaling are one resampling, so that a sample is blurred once and not
four times; corners and rims are filled by reflection.
"""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import torch
from torch.nn import functional

if TYPE_CHECKING:
    from napari_seewhy.training.fitting.augment_options import AugmentOptions


@dataclass(frozen=True, slots=True, eq=False)
class AugmentParams:
    """What was drawn for N samples; plain numbers as JSON.

    Attributes
    ----------
    angle
        ``(N,)`` turn in radians.
    mirror
        ``(N, 2)`` -1 where mirrored and else 1, in y and x.
    shift_px
        ``(N, 2)`` move in pixels, in y and x.
    zoom
        ``(N, 2)`` 1.1 makes objects a tenth larger, in y and x.
    brightness
        ``(N,)`` factor of what stands out from the background.
    noise
        ``(N,)`` standard deviation of the noise, in units of the channel's spread.
    blur_px
        ``(N,)`` standard deviation of the blur.
    noise_seed
        Seed of the noise itself.
    """

    angle: torch.Tensor
    mirror: torch.Tensor
    shift_px: torch.Tensor
    zoom: torch.Tensor
    brightness: torch.Tensor
    noise: torch.Tensor
    blur_px: torch.Tensor
    noise_seed: int

    def to_json(self) -> dict[str, Any]:
        """Return plain numbers and lists."""
        return {
            name: value.tolist() if isinstance(value, torch.Tensor) else value
            for name, value in asdict(self).items()
        }

    @classmethod
    def from_json(cls, values: dict[str, Any]) -> AugmentParams:
        """Return what `to_json` was made from."""
        drawn = {name: torch.tensor(value) for name, value in values.items()}
        return cls(**drawn | {"noise_seed": values["noise_seed"]})


def draw_augmentation(n: int, options: AugmentOptions, generator: torch.Generator) -> AugmentParams:
    """Draw how each of `n` samples is varied.

    Parameters
    ----------
    n
        Number of samples.
    options
        Bounds.
    generator
        Source of randomness; on the CPU, so that every device gets the same.
    """

    def draw(bound: float, *shape: int) -> torch.Tensor:
        return (2 * torch.rand(n, *shape, generator=generator) - 1) * bound

    mirror = torch.randint(0, 2, (n, 2), generator=generator) * 2.0 - 1
    is_mirrored = torch.tensor([options.flip, options.flip or options.mirror])
    shift_bound = torch.tensor([options.shift_px, options.shift_px + options.jitter_px])
    zoom_bound = torch.tensor([options.stretch_y, 0.0])
    return AugmentParams(
        angle=draw(math.pi if options.rotate else 0.0),
        mirror=torch.where(is_mirrored, mirror, 1.0),
        shift_px=draw(1.0, 2) * shift_bound,
        zoom=(1 + draw(options.scale))[:, None] * (1 + draw(1.0, 2) * zoom_bound),
        brightness=1 + draw(options.brightness),
        noise=draw(options.noise).abs(),
        blur_px=draw(options.blur_px).abs(),
        noise_seed=int(torch.randint(0, 2**62, (), generator=generator)),
    )


def apply_augmentation(samples: torch.Tensor, params: AugmentParams) -> torch.Tensor:
    """Vary samples as was drawn.

    The integrated intensity above the background, such as DNA content, is kept by turning,
    mirroring and blurring, is multiplied by exactly the drawn factor by `brightness`, and grows
    with the square of `zoom`. The background of a sample is the median of its outermost pixels.

    Parameters
    ----------
    samples
        ``(N, C, H, W)``, on any device.
    params
        From `draw_augmentation`.

    Returns
    -------
    torch.Tensor, shape ``(N, C, H, W)``
        A new tensor, or `samples` itself where nothing was drawn.
    """
    samples = _move(samples, params)
    if (params.blur_px > 0).any():
        samples = _blur(samples, params.blur_px.to(samples.device))
    if (params.brightness != 1).any():
        background = _find_background(samples)
        factor = params.brightness.to(samples)[:, None, None, None]
        samples = torch.lerp(background.expand_as(samples), samples, factor)
    if (params.noise > 0).any():
        generator = torch.Generator(samples.device).manual_seed(params.noise_seed)
        noise = torch.randn(samples.shape, generator=generator, device=samples.device)
        samples = samples + noise * params.noise.to(samples)[:, None, None, None]
    return samples


def _move(samples: torch.Tensor, params: AugmentParams) -> torch.Tensor:
    """Turn, mirror, move and scale in one resampling."""
    height, width = samples.shape[-2:]
    cos, sin = torch.cos(params.angle), torch.sin(params.angle)
    mirror_y, mirror_x = params.mirror.unbind(1)
    # From a place in the result to its place in the sample, in pixels about the centre, x first.
    turn = torch.stack([cos * mirror_x, -sin * mirror_y, sin * mirror_x, cos * mirror_y], 1)
    turn = turn.view(-1, 2, 2) / params.zoom.flip(1)[:, None, :]
    move = -(turn @ params.shift_px.flip(1)[:, :, None])
    still = torch.eye(2, 3).expand(len(turn), 2, 3)
    matrix = torch.cat([turn, move], 2)
    if torch.equal(matrix, still):
        return samples
    # The grid counts half widths and half heights.
    half = torch.tensor([width / 2, height / 2])
    matrix = torch.cat([turn * half / half[:, None], move / half[:, None]], 2)
    grid = functional.affine_grid(matrix.to(samples), list(samples.shape), align_corners=False)
    return functional.grid_sample(samples, grid, padding_mode="reflection", align_corners=False)


def _find_background(samples: torch.Tensor) -> torch.Tensor:
    """Return the median of the outermost pixels ``(N, C, 1, 1)``."""
    inner = samples[..., 1:-1, :]
    rim = torch.cat([samples[..., 0, :], samples[..., -1, :], inner[..., 0], inner[..., -1]], -1)
    return rim.median(-1).values[..., None, None]


def _blur(samples: torch.Tensor, sigma_px: torch.Tensor) -> torch.Tensor:
    """Blur each sample with a Gaussian of its own width, rows and columns one after the other."""
    n, n_channels, height, width = samples.shape
    radius = min(max(1, math.ceil(3 * float(sigma_px.max()))), height - 1, width - 1)
    offset = torch.arange(-radius, radius + 1, device=samples.device)
    kernel = torch.exp(-0.5 * (offset / sigma_px.clamp(min=1e-3)[:, None]) ** 2)
    kernel = (kernel / kernel.sum(1, keepdim=True)).repeat_interleave(n_channels, 0)[:, None]
    flat = samples.reshape(1, n * n_channels, height, width)
    for pad, shaped in (
        ((radius, radius, 0, 0), kernel[:, :, None, :]),
        ((0, 0, radius, radius), kernel[:, :, :, None]),
    ):
        padded = functional.pad(flat, pad, mode="reflect")
        flat = functional.conv2d(padded, shaped, groups=n * n_channels)
    return flat.view_as(samples)
