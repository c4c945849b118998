from __future__ import annotations

import os

import pytest

from harnn.comparison.own_process import in_own_process


def test_the_process_is_another_one_each_time():
    processes = {os.getpid(), in_own_process(os.getpid), in_own_process(os.getpid)}
    assert len(processes) == 3


def test_a_function_of_the_caller_sees_its_arguments_and_its_error_comes_back():
    def divided(number: int, by: int) -> float:
        return number / by

    assert in_own_process(divided, 6, 3) == 2.0
    with pytest.raises(ZeroDivisionError):
        in_own_process(divided, 6, 0)


def test_a_process_that_dies_is_told_of_and_harms_no_other():
    with pytest.raises(RuntimeError, match=r"its process died with exit code 9: .* memory"):
        in_own_process(os._exit, 9)
    assert in_own_process(max, 1, 2) == 2
