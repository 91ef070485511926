"""The network that corrects counted contexts: long gated convolutions and near attention.

Every layer has two forms that say the same: over a whole window at once, by Fourier transform, and
letter by letter with a state, to generate. After Evo (Nguyen et al., 2024, Science 386, eado9336)
and Hyena (Poli et al., 2023, arXiv:2302.10866); the filters are sums of exponentials, as in
Massaroli et al., 2023 (arXiv:2310.18780), so that a state of fixed size carries them.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, cast

import torch
from torch import nn
from torch.nn import functional

if TYPE_CHECKING:
    from napari_seewhy.reading.language.options import LanguageNetworkOptions

NEAR_BP = 128
"""Bases that attention looks back."""

_N_POLES, _N_HEADS, _KERNEL = 8, 4, 3
_LONGEST_BP = 512.0
_N_LETTERS = 5

State = dict[str, torch.Tensor]


class LongConvolution(nn.Module):
    """Gates what a long filter carries from all bases before; see Hyena.

    A third of the exponentials of each filter turn once in three bases, the length of a codon.
    """

    def __init__(self, width: int) -> None:
        super().__init__()
        self.width = width
        self.norm = nn.RMSNorm(width)
        self.enter = nn.Linear(width, 3 * width, bias=False)
        bound = _KERNEL**-0.5
        self.near = nn.Parameter(torch.empty(_KERNEL, 3 * width).uniform_(-bound, bound))
        self.near_bias = nn.Parameter(torch.zeros(3 * width))
        rate = torch.linspace(math.log(1 / _LONGEST_BP), math.log(0.5), _N_POLES)
        angle = torch.zeros(_N_POLES)
        angle[::3] = 2 * math.pi / 3
        # Vectors and not matrices, so that the optimiser does not pull them towards 0.
        self.rate = nn.Parameter(rate.repeat(width))
        self.angle = nn.Parameter(angle.repeat(width))
        size = torch.sqrt(1 - torch.exp(-2 * self.rate.detach().exp())) / _N_POLES**0.5
        self.real = nn.Parameter(torch.randn(width * _N_POLES) * size)
        self.imaginary = nn.Parameter(torch.randn(width * _N_POLES) * size)
        self.direct = nn.Parameter(torch.ones(width))
        self.leave = nn.Linear(width, width, bias=False)

    def draw_filter(self, n: int) -> torch.Tensor:
        """Return the filters ``(width, n)``."""
        # A place is a multiple of some length and a rest, so that few powers make all of them.
        size = math.isqrt(n - 1) + 1
        places = torch.arange(size, device=self.rate.device)
        coarse = self._power(places * size) * torch.complex(self.real, self.imaginary)[:, None]
        coarse = coarse.view(self.width, _N_POLES, size).transpose(1, 2)
        fine = self._power(places).view(self.width, _N_POLES, size)
        drawn = coarse.real @ fine.real - coarse.imag @ fine.imag
        return drawn.reshape(self.width, size * size)[:, :n]

    def _power(self, places: torch.Tensor) -> torch.Tensor:
        """Return what is left of the exponentials after so many places ``(width * 8, n)``."""
        fading = torch.exp(-self.rate.exp()[:, None] * places)
        return torch.polar(fading, self.angle[:, None] * places)

    def _look_near(self, seen: torch.Tensor) -> torch.Tensor:
        """Weigh each place with the two before it, of ``(N, L + 2, 3 width)``."""
        n = seen.shape[1] - _KERNEL + 1
        # Three products are faster than a convolution of many groups, which learns slowly.
        return self.near_bias + sum(seen[:, i : i + n] * self.near[i] for i in range(_KERNEL))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Return what is added to `x` ``(N, L, width)``."""
        entered = functional.pad(self.enter(self.norm(x)), (0, 0, _KERNEL - 1, 0))
        query, key, value = self._look_near(entered).chunk(3, 2)
        held, n = (key * value).transpose(1, 2), x.shape[1]
        spectrum = torch.fft.rfft(held, 2 * n) * torch.fft.rfft(self.draw_filter(n), 2 * n)
        carried = torch.fft.irfft(spectrum, 2 * n)[..., :n] + self.direct[:, None] * held
        added: torch.Tensor = self.leave(query * carried.transpose(1, 2))
        return added

    def begin(self, n: int) -> State:
        """Return the state of `n` sequences before their first letter."""
        like = self.rate
        shape = (self.width, _N_POLES)
        return {
            "near": like.new_zeros(n, _KERNEL - 1, 3 * self.width),
            "held": torch.zeros((n, *shape), dtype=torch.complex64, device=like.device),
            # The same at every letter.
            "turn": self._power(torch.ones(1, device=like.device)).view(shape),
            "weight": torch.complex(self.real, self.imaginary).view(shape),
        }

    def step(self, x: torch.Tensor, state: State) -> torch.Tensor:
        """Return what is added to one letter ``(N, width)``; the state moves on."""
        seen = torch.cat([state["near"], self.enter(self.norm(x))[:, None]], 1)
        state["near"] = seen[:, 1:]
        query, key, value = self._look_near(seen)[:, 0].chunk(3, 1)
        held = key * value
        state["held"] = state["held"] * state["turn"] + held[..., None]
        carried = (state["held"] * state["weight"]).sum(2).real
        added: torch.Tensor = self.leave(query * (carried + self.direct * held))
        return added


class NearAttention(nn.Module):
    """Attention of each base to the last 128, itself included, with rotary positions."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.width = width
        self.norm = nn.RMSNorm(width)
        self.enter = nn.Linear(width, 3 * width, bias=False)
        self.leave = nn.Linear(width, width, bias=False)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Return what is added to `x` ``(N, L, width)``."""
        n_samples, n, _ = x.shape
        n_chunks = -(-n // NEAR_BP)
        entered = functional.pad(self.enter(self.norm(x)), (0, 0, 0, n_chunks * NEAR_BP - n))
        query, key, value = self._split(entered)
        angles = self._turn(torch.arange(n_chunks * NEAR_BP), x)
        query, key = (_rotate(one, *angles) for one in (query, key))
        shape = (n_samples, _N_HEADS, n_chunks, NEAR_BP, -1)
        query = query.reshape(shape)
        keys, values = (
            torch.cat([functional.pad(one, (0, 0, 0, 0, 1, 0))[:, :, :-1], one], 3)
            for one in (key.reshape(shape), value.reshape(shape))
        )
        back = torch.arange(NEAR_BP)[:, None] + NEAR_BP - torch.arange(2 * NEAR_BP)
        is_seen = ((back >= 0) & (back < NEAR_BP)).repeat(n_chunks, 1, 1)
        is_seen[0, :, :NEAR_BP] = False
        seen = functional.scaled_dot_product_attention(
            query, keys, values, attn_mask=is_seen.to(x.device)
        )
        joined = seen.reshape(n_samples, _N_HEADS, n_chunks * NEAR_BP, -1)[:, :, :n]
        added: torch.Tensor = self.leave(joined.transpose(1, 2).reshape(x.shape))
        return added

    def begin(self, n: int) -> State:
        """Return the state of `n` sequences before their first letter."""
        like = self.leave.weight
        shape = (n, _N_HEADS, NEAR_BP, self.width // _N_HEADS)
        return {
            "keys": like.new_zeros(shape),
            "values": like.new_zeros(shape),
            "place": torch.zeros((), dtype=torch.int64),
        }

    def step(self, x: torch.Tensor, state: State) -> torch.Tensor:
        """Return what is added to one letter ``(N, width)``; the state moves on."""
        query, key, value = self._split(self.enter(self.norm(x))[:, None])
        place = int(state["place"])
        angles = self._turn(state["place"][None], x)
        query, key = (_rotate(one, *angles) for one in (query, key))
        state["keys"][:, :, place % NEAR_BP] = key[:, :, 0]
        state["values"][:, :, place % NEAR_BP] = value[:, :, 0]
        state["place"] = state["place"] + 1
        n = min(place + 1, NEAR_BP)
        seen = functional.scaled_dot_product_attention(
            query, state["keys"][:, :, :n], state["values"][:, :, :n]
        )
        added: torch.Tensor = self.leave(seen.transpose(1, 2).reshape(x.shape))
        return added

    def _split(self, entered: torch.Tensor) -> tuple[torch.Tensor, ...]:
        shape = (*entered.shape[:2], 3, _N_HEADS, self.width // _N_HEADS)
        return entered.view(shape).permute(2, 0, 3, 1, 4).unbind(0)

    def _turn(self, places: torch.Tensor, like: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        half = self.width // _N_HEADS // 2
        # In double precision, for a place far along would turn by too coarse an angle.
        rates = NEAR_BP ** -(torch.arange(half, dtype=torch.float64) / half)
        angles = places[:, None] * rates
        return angles.cos().to(like), angles.sin().to(like)


def _rotate(x: torch.Tensor, cos: torch.Tensor, sin: torch.Tensor) -> torch.Tensor:
    first, second = x.chunk(2, -1)
    return torch.cat([first * cos - second * sin, first * sin + second * cos], -1)


class Dense(nn.Module):
    """Two dense layers with a gate, on each base alone (SwiGLU, arXiv:2002.05202)."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.norm = nn.RMSNorm(width)
        self.enter = nn.Linear(width, 4 * width, bias=False)
        self.leave = nn.Linear(2 * width, width, bias=False)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Return what is added to `x` ``(..., width)``."""
        gate, value = self.enter(self.norm(x)).chunk(2, -1)
        added: torch.Tensor = self.leave(functional.silu(gate) * value)
        return added


class LanguageNetwork(nn.Module):
    """Corrects the log probabilities of a prior: logits = network + gate x prior.

    Fresh weights say what the prior says, so that a network is judged by what it adds.
    """

    def __init__(self, options: LanguageNetworkOptions) -> None:
        super().__init__()
        width = options.width
        self.letters = nn.Embedding(_N_LETTERS, width)
        self.prior = nn.Linear(5, width)
        kinds = {"h": LongConvolution, "a": NearAttention}
        self.mixing = nn.ModuleList(kinds[kind](width) for kind in options.layers)
        self.dense = nn.ModuleList(Dense(width) for _ in options.layers)
        self.norm = nn.RMSNorm(width)
        self.out = nn.Linear(width, 5)
        for weights in self.out.parameters():
            nn.init.zeros_(weights)

    @property
    def _layers(self) -> list[LongConvolution | NearAttention]:
        return cast("list[LongConvolution | NearAttention]", list(self.mixing))

    def _enter(
        self, letter: torch.Tensor, prior: torch.Tensor, before: torch.Tensor
    ) -> torch.Tensor:
        """Join the letter before each place, the prior there, and how it surprised the prior."""
        chances = torch.cat([before, torch.zeros_like(before[..., :1])], -1)
        surprise = -chances.gather(-1, letter[..., None])
        entered: torch.Tensor = self.letters(letter) + self.prior(torch.cat([prior, surprise], -1))
        return entered

    def _leave(self, x: torch.Tensor, prior: torch.Tensor) -> torch.Tensor:
        said = self.out(self.norm(x))
        logits: torch.Tensor = said[..., :4] + 2 * torch.sigmoid(said[..., 4:]) * prior
        return logits

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Return logits ``(N, 4, L)``.

        Parameters
        ----------
        x
            ``(N, 5, L)``: the code of the letter before each place, 4 where there is none, and the
            log probabilities of the four letters by the prior.
        """
        letter, prior = x[:, 0].long(), x[:, 1:].transpose(1, 2)
        before = functional.pad(prior, (0, 0, 1, 0))[:, :-1]
        h = self._enter(letter, prior, before)
        for mixing, dense in zip(self.mixing, self.dense, strict=True):
            h = h + mixing(h)
            h = h + dense(h)
        return self._leave(h, prior).transpose(1, 2)

    def begin(self, n: int) -> list[Any]:
        """Return the state of `n` sequences before their first letter."""
        before = self.out.weight.new_zeros(n, 4)
        return [{"before": before}, *(layer.begin(n) for layer in self._layers)]

    def step(self, letter: torch.Tensor, prior: torch.Tensor, state: list[Any]) -> torch.Tensor:
        """Return the logits of the next letter ``(N, 4)``; the state moves on.

        Parameters
        ----------
        letter
            ``(N,)`` code of the letter before it, 4 where there is none.
        prior
            ``(N, 4)`` log probabilities of it by the prior.
        state
            Of `begin`, changed in place.
        """
        h = self._enter(letter, prior, state[0]["before"])
        state[0]["before"] = prior
        for mixing, dense, kept in zip(self._layers, self.dense, state[1:], strict=True):
            h = h + mixing.step(h, kept)
            h = h + dense(h)
        return self._leave(h, prior)
