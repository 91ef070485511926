"""`Adversaries`: the network that draws and the one that judges, learning against each other."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, NamedTuple

import torch
from torch.nn import functional
from torch.optim.swa_utils import update_bn

from napari_seewhy.errors import TaskError, is_memory_short
from napari_seewhy.generating.augment import apply_variation, draw_variation
from napari_seewhy.generating.discriminator import Discriminator, draw_part, measure_redrawing
from napari_seewhy.generating.picture_network import PictureNetwork
from napari_seewhy.models.running import release_memory
from napari_seewhy.training.learning import copy_weights, seeded

if TYPE_CHECKING:
    from collections.abc import Iterator

    from napari_seewhy.generating.generate_options import GeneratorOptions
    from napari_seewhy.models.running import Runtime
    from napari_seewhy.training.learning import Weights

_LEAST_SURE = 0.8
"""Least that an answer has to be away from 0 on the right side."""

_BETAS = (0.5, 0.999)
"""How slowly Adam forgets, as in the program of Liu et al. 2021."""

_BRIGHTEST = 0.95
"""Nearer to the ends of the range a picture would hardly change any more."""

_N_SETTLING = 64
"""Batches over which the averaged network measures the means that it normalises by."""


class Losses(NamedTuple):
    """How a step went.

    Attributes
    ----------
    judging
        Hinge loss of the judge: 2 where it cannot tell, 0 where it is sure and right.
    redrawing
        How far it is from drawing again what it saw.
    drawing
        Minus the mean answer to drawn pictures.
    """

    judging: float
    redrawing: float
    drawing: float


class Adversaries:
    """Two networks, their optimisers, and the running average of the one that draws.

    Parameters
    ----------
    shape
        ``(C, H, W)`` of a picture.
    options
        Width, noise, learning rate, averaging, variation, seed.
    runtime
        Device, precision and layout.

    Attributes
    ----------
    runtime
        As given.
    average
        The network that draws, with the running average of its weights.

    Raises
    ------
    DataError
        If the pictures are too small.
    """

    def __init__(
        self, shape: tuple[int, int, int], options: GeneratorOptions, runtime: Runtime
    ) -> None:
        n_channels, height, width = shape
        with seeded(options.seed):
            self._draws = PictureNetwork(
                n_channels, (height, width), width=options.width, n_noise=options.n_noise
            )
            # Both have as many maps at full resolution.
            self._judges = Discriminator(n_channels, (height, width), width=options.width // 2)
        self._options = options
        self.runtime = runtime
        self.average = copy.deepcopy(self._draws).requires_grad_(False)
        for network in (self._draws, self._judges, self.average):
            runtime.place_network(network)
        self._drawing, self._judging = (
            torch.optim.Adam(network.parameters(), lr=options.learning_rate, betas=_BETAS)
            for network in (self._draws, self._judges)
        )

    @torch.no_grad()
    def begin_at(self, color: torch.Tensor) -> None:
        """Have the first pictures be of this color ``(C,)``, -1 .. 1, which need not be found out.

        Most of a picture of tracks is empty, and empty is at the end of the range.
        """
        for network in (self._draws, self.average):
            network.get_parameter("end.bias").copy_(
                torch.atanh(color.clamp(-_BRIGHTEST, _BRIGHTEST))
            )

    def learn(self, real: torch.Tensor, seed: int) -> Losses:
        """Take one step of each network.

        Parameters
        ----------
        real
            ``(N, C, H, W)`` real pictures from -1 to 1, on the device.
        seed
            Of all that is random in this step.

        Raises
        ------
        TaskError
            If there is not enough memory for the batch.
        """
        try:
            with seeded(seed):
                return self._learn(real, torch.Generator().manual_seed(seed))
        except RuntimeError as error:
            if not is_memory_short(error):
                raise
        release_memory()
        raise TaskError(
            f"There is not enough memory for {len(real)} pictures at once; choose a smaller batch, "
            "a smaller width, or the device cpu."
        )

    def _learn(self, real: torch.Tensor, generator: torch.Generator) -> Losses:
        n, options = len(real), self._options
        self._draws.train()
        self._judges.train()
        noise = torch.randn(n, options.n_noise, generator=generator).to(real.device)
        shown = [draw_variation(n, real.shape[-1], options, generator) for _ in ("real", "drawn")]
        part = draw_part(generator)
        with self.runtime.autocast():
            drawn = apply_variation(self._draws(noise), shown[1])
            varied = self.runtime.place(apply_variation(real, shown[0]))
            of_real = self._judges(varied)
            of_drawn = self._judges(drawn.detach())
            redrawing = measure_redrawing(self._judges, of_real, varied, part)
            rights = of_real.logits.float(), -of_drawn.logits.float()
            real_loss, drawn_loss = (judge_loss(r, draw_margins(r, generator)) for r in rights)
            judging = real_loss + drawn_loss
        _step(self._judging, judging + redrawing)
        # The judge is asked, and learns nothing from the answer.
        self._judges.requires_grad_(False)
        with self.runtime.autocast():
            drawing = drawing_loss(self._judges(drawn).logits.float())
        _step(self._drawing, drawing)
        self._judges.requires_grad_(True)
        self._follow()
        return Losses(*(float(loss.detach()) for loss in (judging, redrawing, drawing)))

    @torch.no_grad()
    def _follow(self) -> None:
        """Let the running average follow the weights."""
        now = self._draws.state_dict()
        for name, kept in self.average.state_dict().items():
            if kept.is_floating_point():
                kept.lerp_(now[name], 1 - self._options.averaging)
            else:
                kept.copy_(now[name])

    def settle(self) -> PictureNetwork:
        """Return the averaged network, its normalising layers fitted to its own weights, for use.

        The means by which layers normalise were those of networks that are gone.
        """
        with seeded(self._options.seed, _N_SETTLING):
            update_bn(self._make_noise(), self.average)
        return self.average.cpu().to(memory_format=torch.contiguous_format).eval()

    def _make_noise(self) -> Iterator[torch.Tensor]:
        for _ in range(_N_SETTLING):
            noise = torch.randn(self._options.batch_size, self._options.n_noise)
            yield noise.to(self.runtime.device)

    def weights(self) -> Weights:
        """Return all that learning changes, by name, to be kept in a checkpoint."""
        kept = {
            f"{name}.{key}": value
            for name, network in self._networks().items()
            for key, value in network.state_dict().items()
        }
        for name, optimizer in self._optimizers().items():
            for number, state in optimizer.state_dict()["state"].items():
                kept |= {f"{name}.{number}.{key}": value for key, value in state.items()}
        return copy_weights(kept)

    def load_weights(self, weights: Weights) -> None:
        """Continue from what `weights` returned."""
        for name, network in self._networks().items():
            network.load_state_dict(_choose(weights, f"{name}."))
        for name, optimizer in self._optimizers().items():
            states: dict[int, Weights] = {}
            for place, value in _choose(weights, f"{name}.").items():
                number, key = place.split(".", 1)
                states.setdefault(int(number), {})[key] = value
            groups = optimizer.state_dict()["param_groups"]
            optimizer.load_state_dict({"state": states, "param_groups": groups})

    def _networks(self) -> dict[str, torch.nn.Module]:
        return {"draws": self._draws, "judges": self._judges, "average": self.average}

    def _optimizers(self) -> dict[str, torch.optim.Optimizer]:
        return {"drawing": self._drawing, "judging": self._judging}


# The hinge loss (equations 3 and 4 of Liu et al. 2021). How sure the judge has to be is drawn for
# every answer, from 0.8 to 1, as in the program of the paper; the paper itself has 1 everywhere.
def draw_margins(logits: torch.Tensor, generator: torch.Generator) -> torch.Tensor:
    """Draw how sure each answer has to be.

    Parameters
    ----------
    logits
        ``(N, 1, h, w)`` answers.
    generator
        Source of randomness; on the CPU, so that every device gets the same.

    Returns
    -------
    torch.Tensor, shape ``(N, 1, h, w)``
        From 0.8 to 1, on the device of the answers.
    """
    shares = torch.rand(logits.shape, generator=generator).to(logits.device)
    return _LEAST_SURE + (1 - _LEAST_SURE) * shares


def judge_loss(right: torch.Tensor, margins: torch.Tensor) -> torch.Tensor:
    """Return how wrong the judge is, one number; 0 where it is right and sure of every part.

    Parameters
    ----------
    right
        ``(N, 1, h, w)`` how sure it is of what is right: its logits of real pictures, or minus
        those of drawn ones.
    margins
        ``(N, 1, h, w)`` how sure it has to be, from `draw_margins`.
    """
    return functional.relu(margins - right).mean()


def drawing_loss(of_drawn: torch.Tensor) -> torch.Tensor:
    """Return how little the judge takes drawn pictures for real, one number.

    Parameters
    ----------
    of_drawn
        ``(N, 1, h, w)`` logits of drawn pictures.
    """
    return -of_drawn.mean()


def _step(optimizer: torch.optim.Optimizer, loss: torch.Tensor) -> None:
    optimizer.zero_grad()
    torch.autograd.backward(loss)
    optimizer.step()


def _choose(weights: Weights, prefix: str) -> Weights:
    return {
        name.removeprefix(prefix): value
        for name, value in weights.items()
        if name.startswith(prefix)
    }
