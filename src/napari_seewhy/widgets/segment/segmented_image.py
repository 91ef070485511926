"""The layers of segmented cells in the viewer: put there, brought up to date, taken away."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

from napari_seewhy.layers import Grid, labels_layer, name_of_image
from napari_seewhy.widgets.parts.layers import find_layer, put_layer, remove_layer

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from napari_seewhy.cells.segmenting import Segmentation, SegmentOptions
    from napari_seewhy.images import CellImage


@dataclass(frozen=True, slots=True)
class SegmentedImage:
    """What the result needs of the image it was made from, even if that is closed meanwhile."""

    name: str
    parent: str
    grid: Grid
    pixel_size_um: float | None
    known: dict[str, Any]

    @classmethod
    def of(cls, layer: Any, axes: str, image: CellImage, options: SegmentOptions) -> Self:
        """Remember the layer with the nuclei, and what was chosen for it."""
        n_planes = image.pixels.shape[image.axes.index("Z")] if "Z" in image.axes else 1
        return cls(
            name=name_of_image(image) or layer.name,
            parent=layer.name,
            grid=Grid.of_layer(layer, axes).for_labels(n_planes),
            pixel_size_um=image.pixel_size_um,
            known={
                "source": image.source,
                "scene": image.scene,
                "parent": layer.name,
                "options": options.model_dump(mode="json"),
                "assumed": list(image.assumed),
            },
        )

    def is_gone(self, viewer: Any) -> bool:
        """Whether both the image and its nuclei were closed."""
        is_open = any(layer.name == self.parent for layer in viewer.layers)
        return not is_open and find_layer(viewer, "nuclei", self.parent) is None

    def show(self, viewer: Any, segmentation: Segmentation) -> None:
        """Bring the result layers up to date; how sure each nucleus is goes into its features."""
        sure = segmentation.list_confidence()
        self._show(viewer, "nuclei", segmentation.nuclei, sure)
        self._show(viewer, "cells", segmentation.cells, None)

    def _show(self, viewer: Any, role: str, labels: NDArray[Any] | None, table: Any | None) -> None:
        if labels is None:
            # Cells not asked for this time are out of date.
            remove_layer(viewer, role, self.parent)
            return
        name = f"{role} ({self.name})"
        data = labels_layer(labels, table, name=name, role=role, grid=self.grid, known=self.known)
        # Cells as outlines, so that the nuclei and the image are seen inside them.
        put_layer(viewer, data, contour=2 if role == "cells" else 0)

    def sum_up(self, segmentation: Segmentation) -> str:
        """Say what was found, and where, in one line above the button."""
        n_nuclei = segmentation.n_nuclei
        if not n_nuclei:
            return " ".join(("No nucleus was found.", *segmentation.warnings))
        size = f"{segmentation.diameter_px:.0f} px"
        if self.pixel_size_um is not None:
            size = f"{segmentation.diameter_px * self.pixel_size_um:.1f} µm"
        noun = "nucleus" if n_nuclei == 1 else "nuclei"
        where = f"; found on {segmentation.device}" if segmentation.device else ""
        said = f"{n_nuclei:,} {noun}, about {size} across{where}."
        return " ".join((said, *segmentation.warnings))
