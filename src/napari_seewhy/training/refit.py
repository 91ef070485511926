"""Training anew on the samples of a split, for cross-validation and controls."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from napari_seewhy.models.predict import predict_steps
from napari_seewhy.models.predict_options import PredictOptions
from napari_seewhy.samples import SampleSet
from napari_seewhy.training.fit import fit_steps

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    from numpy.typing import NDArray

    from napari_seewhy.models.network_options import NetworkOptions
    from napari_seewhy.progress import Task
    from napari_seewhy.samples.split import Split
    from napari_seewhy.training.train_options import TrainOptions


class RetargetedSamples(SampleSet):
    """A sample set with other targets than those in its file, which stays as it is.

    Parameters
    ----------
    path
        HDF5 file of the samples.
    target
        ``(N,)`` places in `classes`, -1 where unknown.
    classes
        Names of the classes.
    """

    def __init__(self, path: Path, target: NDArray[np.int64], classes: Sequence[str]) -> None:
        super().__init__(path)
        self.target = target
        self.classes = tuple(classes)

    def __reduce__(self) -> Any:
        return type(self), (self.path, self.target, self.classes)


class Refit:
    """Trains a network on a split and says what its report set is; leaves no file behind.

    Parameters
    ----------
    samples
        The sample set of the splits.
    network
        Which network.
    options
        How it is trained, and on which device it then runs.
    channels
        Names of the channels; None takes all.
    """

    def __init__(
        self,
        samples: SampleSet,
        network: NetworkOptions,
        options: TrainOptions,
        channels: Sequence[str] | None = None,
    ) -> None:
        self._path = samples.path
        self._network = network
        self._options = options
        self._channels = channels

    def __call__(self, split: Split) -> Task[NDArray[np.float32]]:
        """Train and predict, one `Step` per batch; targets and classes are those of the split."""
        with (
            TemporaryDirectory(prefix="seewhy-") as folder,
            RetargetedSamples(self._path, split.target, split.classes) as samples,
        ):
            model = yield from fit_steps(
                samples,
                self._network,
                self._options,
                split,
                out=Path(folder) / "model.safetensors",
                channels=self._channels,
            )
            said = PredictOptions(device=self._options.device, precision=self._options.precision)
            return (yield from predict_steps(model, samples, said, rows=split.report))
