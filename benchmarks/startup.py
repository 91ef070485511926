"""How long it takes until something is there: `python benchmarks/startup.py` (needs a screen).

CPU seconds (user and system) of fresh processes, the median of five; opening a widget is timed in a
viewer that is open already with an image and labels, as its first of ours, each in a process of its
own. Python's compiled files are there already, as after the first start of an installed program,
and the garbage of napari is collected before: collecting takes 0.14 s and would fall into one of
the widgets by chance.
"""

import os
import statistics
import subprocess
import sys
from pathlib import Path

WIDGETS = ("Segment cells", "Tidy cells", "Measure cells", "Crop cells")
SEEWHY = Path(sys.executable).with_name("seewhy")

OPEN = """
import gc, sys, time, napari, numpy
viewer = napari.Viewer(show=False)
viewer.add_image(numpy.eye(64))
viewer.add_labels(numpy.eye(64, dtype=int))
gc.collect()
start = time.process_time()
viewer.window.add_plugin_dock_widget("napari-seewhy", sys.argv[1])
print(time.process_time() - start)
viewer.close()
"""


def cpu_s(*command: object) -> float:
    """CPU seconds of a process and its children."""
    before = os.times()
    subprocess.run([str(part) for part in command], capture_output=True, check=True)
    after = os.times()
    return (after.children_user + after.children_system) - (
        before.children_user + before.children_system
    )


def median_cpu_s(*command: object) -> float:
    return statistics.median(cpu_s(*command) for _ in range(5))


def opening_s(widget: str) -> float:
    """CPU seconds until a widget is there, the median of three after one that compiles."""
    command = [sys.executable, "-c", OPEN, widget]
    keeping = {key: value for key, value in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"}
    said = [
        subprocess.run(command, capture_output=True, text=True, check=True, env=keeping)
        for _ in range(4)
    ]
    return statistics.median(float(done.stdout.split()[-1]) for done in said[1:])


def main() -> None:
    bare = median_cpu_s(sys.executable, "-c", "pass")
    rows = [
        (
            "import napari_seewhy",
            median_cpu_s(sys.executable, "-c", "import napari_seewhy") - bare,
            0.05,
        ),
        ("seewhy --help", median_cpu_s(SEEWHY, "--help"), 0.6),
        *((f"open {name}", opening_s(name), 0.3) for name in WIDGETS),
    ]
    for name, seconds, limit in rows:
        print(f"{name:24} {seconds:6.3f} s CPU  (wanted under {limit} s)")
    sys.exit(any(seconds > limit for _, seconds, limit in rows))


if __name__ == "__main__":
    main()
