"""Time StarDist on images; run by `segment_speed.py` with the Python of another environment."""

import json
import sys
import time

import numpy as np


def main() -> None:
    given, answer, n_threads, model = sys.argv[1:]
    import tensorflow as tf

    tf.config.threading.set_intra_op_parallelism_threads(int(n_threads))
    tf.config.threading.set_inter_op_parallelism_threads(1)
    from stardist.models import Config2D, StarDist2D

    network = (
        StarDist2D.from_pretrained(model)
        if model
        else StarDist2D(Config2D(n_rays=32, grid=(2, 2)), name="random", basedir=None)
    )
    with np.load(given) as images:
        pixels = [images[name] for name in images.files]
    # Random weights see nuclei anywhere; none should count, so that the network alone is timed.
    threshold = None if model else 1.0
    find(network, pixels[0], threshold)  # what is loaded on first use should not count
    wall, cpu = time.perf_counter(), time.process_time()
    found = [find(network, one, threshold) for one in pixels]
    said = {"wall": time.perf_counter() - wall, "cpu": time.process_time() - cpu}
    np.savez(answer, *found)
    print(json.dumps(said | {"weights": model or "random weights"}))


def find(network: object, pixels: np.ndarray, threshold: float | None) -> np.ndarray:
    """Scale as StarDist's examples do, and predict."""
    dark, bright = np.percentile(pixels, (1, 99.8))
    scaled = (pixels - dark) / max(bright - dark, 1e-20)
    given = scaled.astype(np.float32)
    return network.predict_instances(given, prob_thresh=threshold)[0].astype(np.int32)


if __name__ == "__main__":
    main()
