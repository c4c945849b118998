from __future__ import annotations

from io import StringIO

import pytest
from rich.console import Console

from harnn.text.word_vectors import pretraining_progress as module
from harnn.text.word_vectors.pretraining_progress import PretrainingProgress


def _console(terminal: bool) -> Console:
    return Console(file=StringIO(), force_terminal=terminal, width=120, color_system=None)


def _run(console: Console, verbose: bool = True) -> str:
    with PretrainingProgress(verbose, console) as progress:
        progress.stage("reading the texts", total=None)
        progress.advance(10)
        progress.note("10 texts")
        progress.stage("epoch 1/2", total=8)
        progress.advance(4)
        progress.note("epoch 1/2", pace=True)
        progress.rename("epoch 2/2")
        progress.advance(4)
        progress.note("epoch 2/2", pace=True)
    assert isinstance(console.file, StringIO)
    return console.file.getvalue()


def test_without_a_terminal_there_are_plain_lines() -> None:
    assert _run(_console(terminal=False)).splitlines() == [
        "word vectors: 10 texts",
        "word vectors: epoch 1/2 (0:00 left)",
        "word vectors: epoch 2/2 (0:00 left)",
    ]


def test_on_a_terminal_there_is_a_bar_beside_the_same_lines() -> None:
    shown = _run(_console(terminal=True))
    assert "\x1b[" in shown  # the bar is redrawn in place
    assert "━" in shown
    assert "word vectors: reading the texts" in shown
    assert "100%" in shown
    assert "word vectors: epoch 2/2 (0:00 left)" in shown


@pytest.mark.parametrize("terminal", [False, True])
def test_silent_where_not_verbose(terminal: bool) -> None:
    assert _run(_console(terminal), verbose=False) == ""


def test_a_long_stage_is_not_silent_without_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    now = 0.0
    monkeypatch.setattr(module.time, "monotonic", lambda: now)
    console = _console(terminal=False)
    with PretrainingProgress(console=console) as progress:
        progress.stage("epoch 1/1", total=100)
        for _ in range(4):
            now += 20.0
            progress.advance(10)
        progress.stage("reading the texts", total=None)
        now += 40.0
        progress.advance(10)
    assert isinstance(console.file, StringIO)
    assert console.file.getvalue().splitlines() == [
        "word vectors: epoch 1/1 20 % (2:40 left)",
        "word vectors: epoch 1/1 40 % (2:00 left)",
        "word vectors: reading the texts (? left)",
    ]
