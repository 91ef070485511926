"""Put the figures of a report into the card of a model that stains, and ship it.

    python benchmarks/stain_dishes.py dishes.safetensors --json dishes.json
    python tools/ship_stains.py stain-simulated-dishes dishes.safetensors dishes.json

It lands in src/napari_seewhy/models/shipped under the name that is given.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from napari_seewhy.files import read_json
from napari_seewhy.models.files.library import SHIPPED_FOLDER
from napari_seewhy.models.files.weights_file import save_network
from napari_seewhy.staining.card import StainModel, load_stain


def name_file(path: str) -> str:
    """Name a file of the shared data from the repository on, wherever that stood."""
    return f"../shared/{path.partition('/shared/')[2]}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("name")
    parser.add_argument("model", type=Path)
    parser.add_argument("figures", type=Path)
    chosen = parser.parse_args()
    network, card = load_stain(chosen.model)
    figures = card.metrics | read_json(chosen.figures)
    inputs = [one | {"path": name_file(one["path"])} for one in card.record["inputs"]]
    record = card.record | {"inputs": inputs}
    shipped = StainModel(network, card.change(name=chosen.name, metrics=figures, record=record))
    path = SHIPPED_FOLDER / f"{chosen.name}.safetensors"
    save_network(path, *shipped)
    print(f"{path}: {path.stat().st_size / 2**20:.1f} MB")


if __name__ == "__main__":
    main()
