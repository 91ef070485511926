"""How genes are classified and explained by a tree of decisions; needs no torch."""

from __future__ import annotations

from pydantic import Field

from napari_seewhy.explaining import MethodName  # noqa: TC001  (pydantic reads the alias)
from napari_seewhy.models.running import PredictOptions


class ClassifyGenesOptions(PredictOptions):
    """How genes are classified by a tree of decisions."""


class ExplainGenesOptions(PredictOptions):
    """How it is found out where the networks of a tree looked."""

    method: MethodName = Field(
        "xgrad-cam",
        title="Method",
        description="xgrad-cam is that of the 2023 report; grad-cam is the usual one, layer-cam is "
        "finer, eigen-cam asks for no class.",
    )
    decision: str = Field(
        "",
        title="Decision",
        description="Name of the decision that is explained; empty takes the first one that sees "
        "whole pictures, which says what makes a gene stand out.",
    )
    both_from: float = Field(
        0.2,
        gt=0,
        lt=0.5,
        title="Both from",
        description="A gene was looked at in both halves if each has this share of the attention.",
    )
    peak_share: float = Field(
        0.5,
        gt=0,
        le=1,
        title="Peak",
        description="Attention peaks where it has at least this share of its highest value.",
    )
