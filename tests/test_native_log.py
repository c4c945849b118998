from __future__ import annotations

import os
import re

import pytest

from harnn.native_log import without_native_lines


def test_only_the_lines_that_match_are_dropped(capfd: pytest.CaptureFixture[str]) -> None:
    with without_native_lines(re.compile(rb"I\d+ ")):
        os.write(2, b"I0 started\nwarning: I1 stays\nI2 stopped\nlast")
    os.write(2, b" word\n")
    assert capfd.readouterr().err == "warning: I1 stays\nlast word\n"


def test_a_block_that_fails_shows_every_line(capfd: pytest.CaptureFixture[str]) -> None:
    def failing() -> None:
        with without_native_lines(re.compile(rb"I\d+ ")):
            os.write(2, b"I0 no such library\n")
            raise ImportError

    with pytest.raises(ImportError):
        failing()
    assert capfd.readouterr().err == "I0 no such library\n"


def test_a_process_without_standard_error_runs_the_block(monkeypatch: pytest.MonkeyPatch) -> None:
    def closed(number: int) -> int:
        raise OSError(9, "Bad file descriptor")

    monkeypatch.setattr(os, "dup", closed)
    done = []
    with without_native_lines(re.compile(rb"")):
        done.append(True)
    assert done
