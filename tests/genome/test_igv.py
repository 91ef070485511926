"""What IGV is told, and what a person is told where it does not listen."""

from __future__ import annotations

import socket
import threading

import pytest

from napari_seewhy.errors import TaskError
from napari_seewhy.genome import Interval, show_in_igv

PLACE = Interval("chr21", 9_500, 10_500)


@pytest.fixture
def igv():
    """A port of this computer that answers one command, and keeps it."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        heard: list[str] = []

        def listen(answer: bytes) -> threading.Thread:
            def serve() -> None:
                connection, _ = server.accept()
                with connection:
                    heard.append(connection.recv(1024).decode())
                    connection.sendall(answer)

            thread = threading.Thread(target=serve, daemon=True)
            thread.start()
            return thread

        yield server.getsockname()[1], listen, heard


def test_a_stretch_counts_from_1_there(igv) -> None:
    port, listen, heard = igv
    thread = listen(b"OK\n")
    show_in_igv(PLACE, port)
    thread.join()
    assert heard == ["goto chr21:9501-10500\n"]


def test_what_it_refuses_is_said(igv) -> None:
    port, listen, _ = igv
    listen(b"ERROR unknown chromosome\n")
    with pytest.raises(TaskError, match="did not go to chr21:9,501-10,500: ERROR unknown"):
        show_in_igv(PLACE, port)


def test_without_igv_a_person_is_told_what_to_do() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    with pytest.raises(TaskError, match=f"does not listen at port {port}.*enable the port"):
        show_in_igv(PLACE, port)
