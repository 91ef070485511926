from __future__ import annotations

import sys
import threading

import pytest

from napari_seewhy.samples.storing.pixel_source import read_ahead


@pytest.fixture(autouse=True, params=[1, 4])
def n_readers(request, monkeypatch) -> int:
    """As on a small computer and as on a large one."""
    monkeypatch.setattr(sys.modules[read_ahead.__module__], "N_READERS", request.param)
    return request.param


def test_pieces_come_in_order_and_all_of_them():
    assert list(read_ahead(lambda n: n * n, range(20))) == [n * n for n in range(20)]


def test_nothing_gives_nothing():
    assert list(read_ahead(lambda n: n, [])) == []


def test_the_next_pieces_are_read_before_they_are_wanted():
    read = []
    third = threading.Event()

    def note(n: int) -> int:
        read.append(n)
        if n == 2:
            third.set()
        return n

    pieces = read_ahead(note, range(10), n_ahead=3)
    assert next(pieces) == 0
    assert third.wait(10)
    pieces.close()
    assert max(read) <= 3  # and no further than was asked for


def test_an_error_is_raised_when_its_turn_comes():
    def fail_at_two(n: int) -> int:
        if n == 2:
            raise ValueError("no third piece")
        return n

    pieces = read_ahead(fail_at_two, range(5))
    assert [next(pieces), next(pieces)] == [0, 1]
    with pytest.raises(ValueError, match="no third piece"):
        next(pieces)


def test_closing_leaves_no_thread_behind():
    before = threading.active_count()
    pieces = read_ahead(lambda n: n, range(100))
    next(pieces)
    pieces.close()
    assert threading.active_count() == before


def test_several_pieces_are_read_at_the_same_time_where_there_are_cores(n_readers):
    together = threading.Barrier(n_readers)

    def wait(n: int) -> int:
        together.wait(10)
        return n

    assert list(read_ahead(wait, range(4), n_ahead=4)) == [0, 1, 2, 3]
