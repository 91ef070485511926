"""`RepeatableSampler`: what a trial tries depends on its number and the trials before, alone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from optuna.samplers import BaseSampler, TPESampler

if TYPE_CHECKING:
    from optuna import Study
    from optuna.distributions import BaseDistribution
    from optuna.trial import FrozenTrial


class RepeatableSampler(BaseSampler):
    """The tree-structured Parzen estimator (Bergstra et al. 2011), with a new seed for each trial.

    Seeded once for a run, as is usual, a search that is resumed would try its first points again,
    and two computers on one study the same points.

    Parameters
    ----------
    seed
        Of the study.
    """

    def __init__(self, seed: int) -> None:
        self._seed = seed
        self._sampler = self._make(0)

    def before_trial(self, study: Study, trial: FrozenTrial) -> None:
        """Seed the estimator for this trial."""
        self._sampler = self._make(trial.number)

    def infer_relative_search_space(
        self, study: Study, trial: FrozenTrial
    ) -> dict[str, BaseDistribution]:
        """Return what is drawn together."""
        return self._sampler.infer_relative_search_space(study, trial)

    def sample_relative(
        self, study: Study, trial: FrozenTrial, search_space: dict[str, BaseDistribution]
    ) -> dict[str, Any]:
        """Draw values together."""
        return self._sampler.sample_relative(study, trial, search_space)

    def sample_independent(
        self,
        study: Study,
        trial: FrozenTrial,
        param_name: str,
        param_distribution: BaseDistribution,
    ) -> Any:
        """Draw one value."""
        return self._sampler.sample_independent(study, trial, param_name, param_distribution)

    def _make(self, number: int) -> TPESampler:
        seed = int(np.random.SeedSequence((self._seed, number)).generate_state(1)[0])
        # Points that other processes are trying count as bad, so that nobody tries them again.
        return TPESampler(seed=seed, multivariate=True, constant_liar=True)
