"""`Explainer`: a model and what was chosen to explain it, which explains one batch at a time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import torch

from napari_seewhy.errors import OptionError
from napari_seewhy.explaining.layer_choice import choose_layer
from napari_seewhy.explaining.methods import METHODS, WITHOUT_GRADIENT
from napari_seewhy.explaining.probe import Probe
from napari_seewhy.models.running import as_predicting

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from napari_seewhy.explaining.explain_options import ExplainOptions
    from napari_seewhy.explaining.layers import Layer
    from napari_seewhy.models.files import Model
    from napari_seewhy.models.running import Runtime


@dataclass(frozen=True, slots=True)
class Explainer:
    """A model with everything that was chosen to explain it.

    Attributes
    ----------
    model
        Its network in the mode for prediction.
    layer
        The layer whose view is shown.
    options
        Method and class.
    """

    model: Model
    layer: Layer
    options: ExplainOptions

    def explain(
        self, pixels: NDArray[np.generic], runtime: Runtime, of: NDArray[np.int64] | None = None
    ) -> tuple[NDArray[np.float32], NDArray[np.int64], NDArray[np.float32]]:
        """Return heatmaps ``(n, h, w)``, explained class and probability of samples.

        Parameters
        ----------
        pixels
            Samples ``(n, C, H, W)`` as measured.
        runtime
            Where the network was placed.
        of
            ``(n,)`` place of the class to explain; None does what the options say.
        """
        method = self.options.method
        samples = runtime.place(self.model.normalise(pixels, runtime.device))
        with_gradient = method not in WITHOUT_GRADIENT
        with Probe(self.model.network, self.layer.name, with_gradient=with_gradient) as probe:
            with runtime.autocast():
                logits = probe.run(samples)
            probability = self.model.to_probability(logits.detach())
            target = self._find_target(probability) if of is None else torch.from_numpy(of)
            gradients = probe.gradients(logits, target.to(logits.device))
            activations = probe.activations
        with torch.no_grad():
            views = (self.layer.grid.apply(value).float() for value in (activations, gradients))
            grid = METHODS[method](*views).clamp(min=0)
        return grid.cpu().numpy(), target.cpu().numpy(), probability.cpu().numpy()

    def _find_target(self, probability: torch.Tensor) -> torch.Tensor:
        if not self.options.of:
            return probability.argmax(1)
        place = self.model.card.classes.index(self.options.of)
        return probability.new_full((len(probability),), place, dtype=torch.int64)


def prepare_explainer(
    model: Model, first: NDArray[np.generic], options: ExplainOptions
) -> Explainer:
    """Choose the layer on some first samples, and check the class.

    Raises
    ------
    OptionError
        If the class or the layer is not there, or the network sees no places.
    """
    classes = model.card.classes
    if options.of and options.of not in classes:
        raise OptionError(
            f"The model knows no class {options.of!r}; choose one of {', '.join(classes)}, or "
            "leave it empty for the class that it says."
        )
    with as_predicting(model.network):
        layer = choose_layer(model.network.cpu(), model.normalise(first, "cpu"), options.layer)
    return Explainer(model, layer, options)
