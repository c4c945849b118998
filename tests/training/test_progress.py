from __future__ import annotations

from io import StringIO

import pytest
from rich.console import Console

from harnn.training import progress as module
from harnn.training.progress import FitProgress


def _console(terminal: bool) -> Console:
    return Console(file=StringIO(), force_terminal=terminal, width=120, color_system=None)


def _run(console: Console, verbose: bool = True, first_epoch: int = 0) -> str:
    with FitProgress(2, 3, first_epoch, verbose, console) as progress:
        for epoch in range(first_epoch, 2):
            for step in range(3):
                progress.step(epoch, loss=1.0 - 0.1 * step)
            progress.epoch_done(epoch + 1, {"loss": 0.8, "micro_f1": 0.5}, best=epoch == 0)
        progress.note("a note")
    assert isinstance(console.file, StringIO)
    return console.file.getvalue()


def test_without_a_terminal_every_epoch_is_a_plain_line() -> None:
    lines = _run(_console(terminal=False)).splitlines()
    assert lines == [
        "epoch 1/2: loss 0.8000, micro f1 0.5000 *  (0:00 left)",
        "epoch 2/2: loss 0.8000, micro f1 0.5000  (0:00 left)",
        "a note",
    ]


def test_on_a_terminal_there_is_a_bar_beside_the_same_lines() -> None:
    shown = _run(_console(terminal=True))
    assert "\x1b[" in shown  # the bar is redrawn in place
    assert "━" in shown
    assert "0/6" in shown
    assert "epoch 1/2: loss 0.8000, micro f1 0.5000 *  (0:00 left)" in shown
    assert "a note" in shown


def test_the_bar_shows_epoch_step_and_loss() -> None:
    console = _console(terminal=True)
    with FitProgress(2, 3, console=console) as progress:
        for _ in range(3):
            progress.step(0, loss=0.5)
        progress.step(1, loss=0.25)
    assert isinstance(console.file, StringIO)
    last = console.file.getvalue()
    assert "epoch 2/2" in last
    assert "4/6" in last
    assert "loss 0.2500" in last


@pytest.mark.parametrize("terminal", [False, True])
def test_silent_where_not_verbose(terminal: bool) -> None:
    assert _run(_console(terminal), verbose=False) == ""


def test_a_resumed_fit_begins_where_it_was() -> None:
    console = _console(terminal=True)
    with FitProgress(2, 3, first_epoch=1, console=console) as progress:
        progress.step(1, loss=0.5)
    assert isinstance(console.file, StringIO)
    assert "3/6" in console.file.getvalue()
    assert "4/6" in console.file.getvalue()
    assert "1/6" not in console.file.getvalue()


def test_a_long_epoch_is_not_silent_without_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    now = 0.0
    monkeypatch.setattr(module.time, "monotonic", lambda: now)
    console = _console(terminal=False)
    with FitProgress(1, 100, console=console) as progress:
        for _ in range(4):
            now += 20.0
            progress.step(0, loss=0.5)
    assert isinstance(console.file, StringIO)
    lines = console.file.getvalue().splitlines()
    assert lines
    assert lines[0].startswith("epoch 1/1: step 2/100, loss 0.5000, ")


def test_the_time_left_follows_from_the_pace_of_this_run(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [0.0]
    monkeypatch.setattr(module.time, "monotonic", lambda: now[0])
    console = _console(terminal=False)
    with FitProgress(5, 10, first_epoch=2, console=console) as progress:
        for _ in range(10):
            now[0] += 3.0
            progress.step(2, loss=0.5)
        progress.epoch_done(3, {"loss": 0.5}, best=True)
    assert isinstance(console.file, StringIO)
    # Ten steps of this run took 30 s; two epochs of ten steps are left.
    assert console.file.getvalue().splitlines()[-1].endswith("(1:00 left)")


def test_before_the_first_step_the_time_left_is_unknown() -> None:
    console = _console(terminal=False)
    with FitProgress(2, 3, console=console) as progress:
        progress.epoch_done(1, {"loss": 0.5}, best=False)
    assert isinstance(console.file, StringIO)
    assert console.file.getvalue() == "epoch 1/2: loss 0.5000  (? left)\n"


@pytest.mark.parametrize(
    ("epoch", "best", "said"),
    [
        (5, 4, "stopped early after epoch 5 of 8: micro f1 has not improved for 1 epoch; "),
        (8, 8, "all 8 epochs ran; epoch 8 is kept: micro f1 0.9110"),
    ],
)
def test_the_end_names_the_reason_and_the_epoch_that_is_kept(
    epoch: int, best: int, said: str
) -> None:
    console = _console(terminal=False)
    with FitProgress(8, 1, console=console) as progress:
        progress.fit_done(epoch, best, "micro_f1", 0.911)
    assert isinstance(console.file, StringIO)
    assert console.file.getvalue().startswith(said)
    assert f"epoch {best} is kept: micro f1 0.9110" in console.file.getvalue()


def test_the_end_names_the_network_that_was_trained() -> None:
    console = _console(terminal=False)
    with FitProgress(1, 1, console=console, label="teacher, epoch") as progress:
        progress.fit_done(1, 1, "mse", 0.25)
    assert isinstance(console.file, StringIO)
    assert console.file.getvalue() == ("teacher, the only epoch ran; epoch 1 is kept: mse 0.2500\n")


def test_the_end_is_silent_where_not_verbose() -> None:
    console = _console(terminal=False)
    with FitProgress(8, 1, console=console, verbose=False) as progress:
        progress.fit_done(8, 3, "mse", 0.25)
    assert isinstance(console.file, StringIO)
    assert console.file.getvalue() == ""
