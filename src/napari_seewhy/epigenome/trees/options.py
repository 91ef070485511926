"""Which decisions a tree takes one after the other, and what each of them sees; needs no torch."""

from __future__ import annotations

from typing import Literal, Self

from pydantic import Field, model_validator

from napari_seewhy.epigenome.pictures import INDUCTION, NON_SIGNIFICANT, SUPPRESSION
from napari_seewhy.epigenome.sampling import InputKind
from napari_seewhy.options import Options

SIGNIFICANT = "significant"
"""The answer of the first stage that is decided further."""


class NodeOptions(Options):
    """One decision between two answers, each of them a class or the name of a later decision."""

    name: str = Field(
        min_length=1,
        pattern=r"^[^/\\]+$",
        title="Name",
        description="What the decision is called; one that refines an answer bears its name.",
    )
    negative: str = Field(min_length=1, title="Negative", description="The one answer.")
    positive: str = Field(min_length=1, title="Positive", description="The other answer.")
    input: InputKind = Field(
        "whole", title="Input", description="What of a picture the network of this decision sees."
    )

    @model_validator(mode="after")
    def _check_answers(self) -> Self:
        if len({self.name, self.negative, self.positive}) < 3:
            raise ValueError(f"the decision {self.name} must tell two other answers apart")
        return self


TWO_STAGES = (
    NodeOptions(name="stage one", negative=NON_SIGNIFICANT, positive=SIGNIFICANT),
    NodeOptions(name=SIGNIFICANT, negative=SUPPRESSION, positive=INDUCTION),
)
"""Non-significant or not; then suppression or induction: the two stages of the 2023 report."""


class TreeOptions(Options):
    """Which decisions are taken one after the other; the first one is put to every gene."""

    nodes: tuple[NodeOptions, ...] = Field(
        TWO_STAGES,
        min_length=1,
        title="Decisions",
        description="The first decides about every gene, the others about what it passed on.",
    )
    threshold: Literal["recall", "half"] = Field(
        "recall",
        title="Threshold",
        description="From which probability on an answer is positive: recall takes the one with "
        "the highest mean recall of the classes on the stop set, half takes 0.5.",
    )

    @model_validator(mode="after")
    def _check_tree(self) -> Self:
        check_nodes(self.nodes)
        return self

    def with_input(self, kind: InputKind) -> Self:
        """Return the same decisions, all of which see the same."""
        return self.change(nodes=tuple(node.change(input=kind) for node in self.nodes))


def check_nodes(nodes: tuple[NodeOptions, ...]) -> None:
    """Refuse decisions that are no tree.

    Raises
    ------
    ValueError
        If two bear one name, a class is reached twice, or a decision is never reached.
    """
    names = [node.name for node in nodes]
    answers = [answer for node in nodes for answer in (node.negative, node.positive)]
    twice = [name for name in {*names, *answers} if max(names.count(name), answers.count(name)) > 1]
    if twice:
        raise ValueError(f"{', '.join(sorted(twice))} stands twice in the tree")
    if names[0] in answers:
        raise ValueError(f"{names[0]} is the first decision, so it cannot be an answer")
    lost = [name for place, name in enumerate(names) if place and name not in answers[: 2 * place]]
    if lost:
        raise ValueError(f"no decision before it leads to {', '.join(lost)}")


def leaves(nodes: tuple[NodeOptions, ...], name: str) -> tuple[str, ...]:
    """Return the classes that a decision or an answer leads to, in the order of the tree.

    Examples
    --------
    >>> leaves(TWO_STAGES, "stage one")
    ('non-significant', 'suppression', 'induction')
    """
    by_name = {node.name: node for node in nodes}
    if name not in by_name:
        return (name,)
    node = by_name[name]
    return (*leaves(nodes, node.negative), *leaves(nodes, node.positive))
