from __future__ import annotations

import threading
import time
from threading import Event

import pytest

from harnn.training.beside import Beside, Stopped


def test_the_function_runs_in_a_thread_of_its_own() -> None:
    with Beside(lambda stop: threading.current_thread()) as beside:
        assert beside.result() is not threading.current_thread()


def test_an_error_of_the_function_is_raised_where_its_result_is_asked_for() -> None:
    def fails(stop: Event) -> None:
        raise ValueError("no such word")

    with pytest.raises(ValueError, match="no such word"), Beside(fails) as beside:
        beside.result()


@pytest.mark.parametrize("error", [KeyboardInterrupt, RuntimeError])
def test_a_block_that_fails_stops_the_function_and_waits_for_it(
    error: type[BaseException],
) -> None:
    ended = Event()

    def endless(stop: Event) -> None:
        while not stop.is_set():
            time.sleep(0.001)
        ended.set()
        raise Stopped

    with pytest.raises(error), Beside(endless):
        raise error
    assert ended.is_set()
