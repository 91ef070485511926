"""A network for tracks and pictures of tracks: filters run along the genome and nowhere else."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import torch
from torch import nn
from torch.nn import functional

if TYPE_CHECKING:
    from napari_seewhy.models.networks.options import NetworkOptions

_STEM_KERNEL, _KERNEL = 5, 7
_N_HIDDEN = 64
_N_COORDINATES = 2


class TrackNetwork(nn.Module):
    """Filters that run along x, in horizontal bands that meet only in the last layers.

    In a picture of tracks a column is a place of the genome and a row is a value, so a column is
    read whole, as one vector, and nothing is gained by looking for the same shape higher or lower.
    Numeric tracks, which are one row of channels, are read in the same way. Two more inputs say how
    far a column lies from the middle (Liu et al. 2018, CoordConv), for a change at the start of a
    gene means other things than one far from it.

    Parameters
    ----------
    n_channels, n_classes
        Channels of a sample; classes to predict.
    size_px
        Height and width of a sample.
    options
        Filters of each band, halvings of the width, bands, dropout.

    Attributes
    ----------
    view
        Gives what every band saw, in its own rows of a grid that lies over the sample: what is
        asked where the network looked.
    """

    def __init__(
        self, n_channels: int, n_classes: int, size_px: tuple[int, int], options: NetworkOptions
    ) -> None:
        super().__init__()
        height, width_px = size_px
        self.n_bands = min(options.n_bands, height)
        self.rows_per_band = -(-height // self.n_bands)
        n_filters = options.width * self.n_bands
        n_inputs = (n_channels * self.rows_per_band + _N_COORDINATES) * self.n_bands
        halvings = min(options.n_stages, max(0, width_px.bit_length() - 3))
        widths = [n_filters] * (halvings + 2)
        stages: list[nn.Module] = [_make_filter(n_inputs, n_filters, _STEM_KERNEL, self.n_bands)]
        for place, (before, after) in enumerate(pairwise(widths)):
            stages.append(_make_filter(before, after, _KERNEL, self.n_bands))
            if place < halvings:
                stages.append(nn.AvgPool1d(2))
        self.stages = nn.Sequential(*stages)
        n_columns = width_px >> halvings
        self.view = BandView(self.n_bands, max(1, round(n_columns * height / width_px)))
        self.hidden = nn.Linear(n_filters, _N_HIDDEN)
        self.dropout = nn.Dropout(options.dropout)
        self.head = nn.Linear(_N_HIDDEN, n_classes)

    def forward(self, samples: torch.Tensor) -> torch.Tensor:
        """Turn samples ``(N, C, H, W)`` into logits ``(N, K)``."""
        seen = self.view(self.stages(self._fold(samples)))
        # Every filter is zero outside its band, so its sum over the rows is divided by its own.
        features = seen.mean((2, 3)) * self.view.rows_share
        logits: torch.Tensor = self.head(self.dropout(torch.relu(self.hidden(features))))
        return logits

    def _fold(self, samples: torch.Tensor) -> torch.Tensor:
        """Make every row of a band a channel, and add the coordinates to each band."""
        n, n_channels, height, width = samples.shape
        n_missing = self.n_bands * self.rows_per_band - height
        padded = functional.pad(samples, (0, 0, 0, n_missing)) if n_missing else samples
        bands = padded.reshape(n, n_channels, self.n_bands, self.rows_per_band, width)
        bands = bands.transpose(1, 2).flatten(2, 3)
        x = torch.linspace(-1, 1, width, device=samples.device, dtype=samples.dtype)
        places = torch.stack([x, x.abs()]).expand(n, self.n_bands, _N_COORDINATES, width)
        return torch.cat([bands, places], 2).flatten(1, 2)


class BandView(nn.Module):
    """Lays what each band saw ``(N, bands x F, w)`` over the sample ``(N, bands x F, h, w)``.

    Parameters
    ----------
    n_bands
        Number of bands.
    n_rows
        Rows of the grid; if they are fewer than the bands, all bands share them.
    """

    in_band: torch.Tensor

    def __init__(self, n_bands: int, n_rows: int) -> None:
        super().__init__()
        n_bands = n_bands if n_rows >= n_bands else 1
        band_of_row = torch.arange(n_rows) * n_bands // n_rows
        in_band = (band_of_row == torch.arange(n_bands)[:, None]).float()
        self.rows_share = n_bands
        self.register_buffer("in_band", in_band[:, None, :, None], persistent=False)

    def forward(self, features: torch.Tensor) -> torch.Tensor:
        """Spread the features over the rows of their bands; zero elsewhere."""
        n, n_filters, width = features.shape
        n_bands = len(self.in_band)
        bands = features.reshape(n, n_bands, n_filters // n_bands, 1, width)
        return (bands * self.in_band.to(features.dtype)).flatten(1, 2)


def _make_filter(before: int, after: int, kernel: int, n_bands: int) -> nn.Sequential:
    """Convolve along x, each band by itself."""
    return nn.Sequential(
        nn.Conv1d(before, after, kernel, padding=kernel // 2, groups=n_bands, bias=False),
        nn.BatchNorm1d(after),
        nn.ReLU(inplace=True),
    )
