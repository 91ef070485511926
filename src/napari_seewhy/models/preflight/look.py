"""Preflight: whether samples are what a model was trained on, asked before it predicts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, NoReturn, TypeAlias, TypeVar

from napari_seewhy.errors import DataError
from napari_seewhy.models.preflight.adaptation import Adaptation
from napari_seewhy.models.preflight.checks import (
    Finding,
    check_intensities,
    check_object_size,
    check_pixel_size,
    check_sample_size,
    match_channels,
)

if TYPE_CHECKING:
    from napari_seewhy.models.cards import ModelCard
    from napari_seewhy.models.preflight.facts import SampleFacts

Level: TypeAlias = Literal["green", "amber", "red"]

AnswerT = TypeVar("AnswerT")

_ALLOW = "Allow that, or take other images."


@dataclass(frozen=True, slots=True)
class Preflight:
    """What the comparison of samples with a model came to.

    Attributes
    ----------
    findings
        What differs, each in a sentence, with what would be done about it.
    adaptation
        What would be done to the samples, None where the model refuses them.
    """

    findings: tuple[Finding, ...]
    adaptation: Adaptation | None

    @property
    def level(self) -> Level:
        """green: continue; amber: ask whether to continue; red: refused."""
        levels = {finding.level for finding in self.findings}
        return "red" if "red" in levels else "amber" if "amber" in levels else "green"

    def describe(self) -> str:
        """Say all findings, one a line; "The samples fit the model." where there are none."""
        lines = [f"{finding.sentence} {finding.action}".strip() for finding in self.findings]
        return "\n".join(lines) or "The samples fit the model."

    def check(self) -> Adaptation:
        """Return what is to be done to the samples.

        Raises
        ------
        DataError
            If the model refuses them; the reasons are said.
        """
        reasons = [finding.sentence for finding in self.findings if finding.level == "red"]
        if reasons or self.adaptation is None:
            raise DataError(" ".join(reasons))
        return self.adaptation

    def is_agreed(self, agreed: str | None = None) -> bool:
        """Whether the model may be asked: nothing differs, or it was agreed to what does.

        Parameters
        ----------
        agreed
            What a person has read and agreed to, as `describe` said it; "" agrees to nothing, None
            to all that can be dealt with.
        """
        if self.level == "amber":
            return agreed is None or agreed == self.describe()
        return self.level == "green"

    def refuse(
        self, subject: str = "The image differs from those", remedy: str = _ALLOW
    ) -> NoReturn:
        """Say why the model is not asked.

        Raises
        ------
        DataError
            Always: with the reasons of the model, or with what nobody agreed to.
        """
        self.check()
        raise DataError(f"{subject} of the model. {' '.join(self.describe().split())} {remedy}")


def unless_refused(answer: AnswerT | Preflight) -> AnswerT:
    """Return what a model said.

    Raises
    ------
    DataError
        If it was not asked, with the reason.
    """
    if isinstance(answer, Preflight):
        answer.refuse()
    return answer


def check_fit(card: ModelCard, facts: SampleFacts) -> Preflight:
    """Compare samples with those that a model was trained on.

    Parameters
    ----------
    card
        Card of the model.
    facts
        What the samples are like, see `gather_facts`; of all their channels.

    Returns
    -------
    Preflight
        green where the model can be used as it is; amber where it can be used if a person agrees
        to what is said; red where it cannot.
    """
    matched = match_channels(card.channel_names, facts.channel_names)
    if matched is None:
        sentence = (
            f"The model takes the channels {', '.join(card.channel_names)} and the samples have "
            f"{', '.join(facts.channel_names)}; cut samples with those channels, or name them so."
        )
        return Preflight((Finding("red", sentence),), None)
    places = tuple(facts.channel_names.index(name) for name in matched.values())
    chosen = [facts.channels[place] for place in places]
    scale, size_findings = check_pixel_size(card, facts.pixel_size_um)
    gains, offsets, intensity_findings = check_intensities(card, chosen, facts.dtype)
    adaptation = Adaptation(places, scale, gains, offsets, card.size_px)
    findings = (
        *_check_channels(matched, places),
        *size_findings,
        *check_sample_size(adaptation, facts),
        *check_object_size(card, chosen, scale),
        *intensity_findings,
    )
    return Preflight(findings, adaptation)


def _check_channels(matched: dict[str, str], places: tuple[int, ...]) -> list[Finding]:
    renamed = [f"{other} for {name}" for name, other in matched.items() if other != name]
    if renamed:
        sentence = "The names of the channels differ."
        return [Finding("amber", sentence, f"Use {', '.join(renamed)}.")]
    if list(places) != sorted(places):
        sentence = "The channels come in another order."
        return [Finding("amber", sentence, f"Reorder them to {', '.join(matched)}.")]
    return []
