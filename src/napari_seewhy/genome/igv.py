"""Showing a stretch of the genome in IGV, which runs on the same computer."""

from __future__ import annotations

import socket
from typing import TYPE_CHECKING

from napari_seewhy.errors import TaskError

if TYPE_CHECKING:
    from napari_seewhy.genome.dna_windows import Interval

IGV_PORT = 60151
"""Where IGV desktop takes commands (its preferences, *Advanced*, *Enable port*)."""

_WAIT_S = 1.0


def show_in_igv(place: Interval, port: int = IGV_PORT) -> None:
    """Let IGV go to a stretch, in whatever genome and tracks it shows.

    Parameters
    ----------
    place
        The stretch.
    port
        Where IGV listens on this computer.

    Raises
    ------
    TaskError
        If IGV does not run, takes no commands, or refuses this one.

    References
    ----------
    .. [1] Robinson et al. 2011, Nature Biotechnology 29, 24-26; "Batch commands" of IGV's manual.
    """
    command = f"goto {place.chromosome}:{place.start + 1}-{place.end}\n"
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=_WAIT_S) as connection:
            connection.sendall(command.encode())
            answer = connection.recv(1024).decode(errors="replace").strip()
    except TimeoutError:
        raise TaskError(
            f"IGV does not answer at port {port}; it may still be loading. Try again."
        ) from None
    except OSError:
        raise TaskError(
            f"IGV does not listen at port {port} of this computer; start IGV, and enable the port "
            "in its preferences (Advanced)."
        ) from None
    if answer != "OK":
        raise TaskError(f"IGV did not go to {place}: {answer or 'it closed the connection'}.")
