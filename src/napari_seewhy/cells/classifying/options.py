"""What can be chosen about classifying cells; needs no torch."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from pydantic import Field

from napari_seewhy.errors import OptionError
from napari_seewhy.models.running import PredictOptions

if TYPE_CHECKING:
    from napari_seewhy.models.cards import ModelCard


class ClassifyOptions(PredictOptions):
    """How the cells of an image are classified by a model.

    Examples
    --------
    >>> ClassifyOptions(border="leave out").border
    'leave out'
    """

    channels: tuple[str, ...] = Field(
        (),
        title="Channels",
        description="Channels of the image that are given to the model, in the order of its own; "
        "none finds them by their names.",
    )
    border: Literal["include", "leave out"] = Field(
        "include",
        title="Cells at the border",
        description="What becomes of cells that the border of the image cuts: their crops are "
        "mirrored, so their answers are less sure.",
    )

    def map_channels(self, card: ModelCard) -> dict[str, str]:
        """Return channel of the model -> channel of the image, as far as it was chosen.

        Raises
        ------
        OptionError
            If there are not as many channels as the model has.
        """
        if self.channels and len(self.channels) != len(card.channels):
            raise OptionError(
                f"{len(self.channels)} channels were given ({', '.join(self.channels)}) and the "
                f"model takes {len(card.channels)}: {', '.join(card.channel_names)}; give one for "
                "each, in this order."
            )
        return dict(zip(card.channel_names, self.channels, strict=False))
