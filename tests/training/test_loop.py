from __future__ import annotations

import signal
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest

from harnn.training.checkpoint import Checkpoint, FitState
from harnn.training.loop import fit_loop
from harnn.training.optimizer import build_optimizer, build_schedule
from harnn.training.progress import FitProgress


class Batches:
    """A regression in four batches of eight, shuffled by the epoch alone."""

    def __init__(self, scale: float = 1.0) -> None:
        generator = np.random.default_rng(0)
        self.inputs = generator.normal(size=(32, 4)).astype("float32")
        self.targets = scale * self.inputs.sum(axis=1, keepdims=True)

    def __len__(self) -> int:
        return 4

    def example(self) -> tuple[Any, Any]:
        return self.inputs[:1], self.targets[:1]

    def epoch(self, number: int) -> Iterator[tuple[Any, Any]]:
        for rows in np.random.default_rng([0, number]).permutation(32).reshape(4, 8):
            yield self.inputs[rows], self.targets[rows]


def _model() -> Any:
    keras.utils.set_random_seed(0)
    model = keras.Sequential(
        [
            keras.Input((4,)),
            keras.layers.Dense(6, activation="relu"),
            keras.layers.Dropout(0.3, seed=1),
            keras.layers.Dense(1),
        ]
    )
    schedule = build_schedule("cosine", 0.05, steps=24, warmup=0.2)
    model.compile(build_optimizer("adamw", schedule, 1.0, 0.01), loss="mse")
    return model


def _fit(
    model: Any, validate: Callable[[], dict[str, float]], **options: Any
) -> tuple[FitState, bool]:
    defaults: dict[str, Any] = {
        "batches": Batches(),
        "rank": lambda figures: (figures["score"],),
        "monitor": "score",
        "epochs": 6,
        "patience": 6,
        "verbose": False,
    }
    settings = defaults | options
    return fit_loop(model, settings.pop("batches"), validate, **settings)


class Scores:
    """Gives prescribed scores, and notes the weights that were judged."""

    def __init__(self, model: Any, scores: list[float]) -> None:
        self.model = model
        self.scores = scores
        self.judged: list[list[np.ndarray]] = []

    def __call__(self) -> dict[str, float]:
        self.judged.append(self.model.get_weights())
        return {"score": self.scores[len(self.judged) - 1]}


def _assert_same(weights: list[np.ndarray], others: list[np.ndarray]) -> None:
    assert len(weights) == len(others)
    for a, b in zip(weights, others, strict=True):
        np.testing.assert_array_equal(a, b)


def test_the_loss_falls() -> None:
    model = _model()
    state, interrupted = _fit(model, Scores(model, [0.0] * 6))
    losses = [figures["loss"] for figures in state.history]
    assert losses[-1] < losses[0] / 2
    assert not interrupted


def test_the_weights_of_the_best_epoch_are_restored() -> None:
    model = _model()
    scores = Scores(model, [0.1, 0.3, 0.9, 0.2, 0.4, 0.5])
    state, _ = _fit(model, scores)
    assert (state.epoch, state.best_epoch, state.best_rank) == (6, 3, (0.9,))
    _assert_same(model.get_weights(), scores.judged[2])
    assert not np.array_equal(model.get_weights()[0], scores.judged[5][0])


def test_the_history_has_the_figures_of_every_epoch() -> None:
    model = _model()
    state, _ = _fit(model, Scores(model, [0.1, 0.3, 0.9]), epochs=3)
    assert [list(figures) for figures in state.history] == [
        ["epoch", "loss", "score", "seconds"]
    ] * 3
    assert [figures["epoch"] for figures in state.history] == [1, 2, 3]
    assert [figures["score"] for figures in state.history] == [0.1, 0.3, 0.9]
    assert all(figures["seconds"] > 0 for figures in state.history)


def test_stops_after_so_many_epochs_without_a_better_one() -> None:
    model = _model()
    scores = Scores(model, [0.5, 0.6, 0.1, 0.2, 0.9, 0.9])
    state, _ = _fit(model, scores, patience=2)
    assert (state.epoch, state.best_epoch) == (4, 2)
    _assert_same(model.get_weights(), scores.judged[1])


def test_the_first_of_equal_epochs_is_kept() -> None:
    model = _model()
    scores = Scores(model, [0.5, 0.5, 0.5])
    state, _ = _fit(model, scores, epochs=3)
    assert state.best_epoch == 1
    _assert_same(model.get_weights(), scores.judged[0])


def test_the_second_figure_decides_where_the_first_is_equal() -> None:
    model = _model()
    losses = iter([0.9, 0.2, 0.5])
    state, _ = _fit(
        model,
        lambda: {"score": 0.5, "log_loss": next(losses)},
        rank=lambda figures: (figures["score"], -figures["log_loss"]),
        epochs=3,
    )
    assert (state.best_epoch, state.best_rank) == (2, (0.5, -0.2))


def test_training_follows_the_batches_of_each_epoch() -> None:
    asked: list[int] = []

    class Watched(Batches):
        def epoch(self, number: int) -> Iterator[tuple[Any, Any]]:
            asked.append(number)
            return super().epoch(number)

    model = _model()
    _fit(model, Scores(model, [0.0] * 3), epochs=3, batches=Watched())
    assert asked == [0, 1, 2]
    assert int(model.optimizer.iterations) == 3 * 4


@pytest.mark.parametrize("scale", [np.nan, np.inf])
def test_a_loss_that_is_no_number_is_refused(scale: float) -> None:
    model = _model()
    with pytest.raises(FloatingPointError, match=r"epoch 1, step 1: .*learning_rate or clip_norm"):
        _fit(model, Scores(model, [0.0] * 6), batches=Batches(scale))


@pytest.fixture
def ctrl_c() -> Iterator[None]:
    """Let Ctrl-C through: what runs in the background of a script starts with it ignored."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.usefixtures("ctrl_c")
@pytest.mark.parametrize("moment", ["step", "validation"])
def test_an_interrupt_keeps_the_best_weights_so_far(
    moment: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    model = _model()
    scores = Scores(model, [0.9, 0.1])
    _interrupt(monkeypatch, moment, epoch=2, scores=scores)
    checkpoint = Checkpoint(tmp_path, "abc")
    state, interrupted = _fit(model, scores, checkpoint=checkpoint)
    assert interrupted
    assert (state.epoch, state.best_epoch, len(state.history)) == (1, 1, 1)
    _assert_same(model.get_weights(), scores.judged[0])
    assert checkpoint.load() is not None  # a later call can go on from there


@pytest.mark.usefixtures("ctrl_c")
@pytest.mark.parametrize("moment", ["step", "validation"])
def test_an_interrupt_of_the_first_epoch_goes_through(
    moment: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    model = _model()
    scores = Scores(model, [0.9])
    _interrupt(monkeypatch, moment, epoch=1, scores=scores)
    checkpoint = Checkpoint(tmp_path, "abc")
    with pytest.raises(KeyboardInterrupt):
        _fit(model, scores, checkpoint=checkpoint)
    assert checkpoint.load() is None


def _interrupt(monkeypatch: pytest.MonkeyPatch, moment: str, epoch: int, scores: Scores) -> None:
    """Press Ctrl-C in an epoch, in its third step or while it is judged."""
    if moment == "validation":
        judge = Scores.__call__

        def judged(self: Scores) -> dict[str, float]:
            if len(self.judged) == epoch - 1:
                signal.raise_signal(signal.SIGINT)
            return judge(self)

        monkeypatch.setattr(Scores, "__call__", judged)
        return
    count = 0
    step = FitProgress.step

    def stepped(self: FitProgress, at: int, loss: float) -> None:
        nonlocal count
        count += 1
        if count == (epoch - 1) * 4 + 3:
            signal.raise_signal(signal.SIGINT)
        step(self, at, loss)

    monkeypatch.setattr(FitProgress, "step", stepped)


def _without_seconds(state: FitState) -> list[dict[str, Any]]:
    return [{k: v for k, v in figures.items() if k != "seconds"} for figures in state.history]


def _validation(model: Any) -> Callable[[], dict[str, float]]:
    batches = Batches()

    def validate() -> dict[str, float]:
        error = keras.ops.convert_to_numpy(model(batches.inputs)) - batches.targets
        return {"score": -float(np.mean(error**2))}

    return validate


@pytest.mark.parametrize("killed_at_step", [2 * 4 + 1, 2 * 4 + 3, 5 * 4 + 4])
def test_a_killed_fit_goes_on_as_if_nothing_had_happened(
    killed_at_step: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    through = _model()
    uninterrupted, _ = _fit(through, _validation(through))

    class Killed(Exception):
        pass

    count = 0

    def step(*_: Any) -> None:
        nonlocal count
        count += 1
        if count == killed_at_step:
            raise Killed

    first = _model()
    with monkeypatch.context() as patch:
        patch.setattr(FitProgress, "step", step)
        with pytest.raises(Killed):
            _fit(first, _validation(first), checkpoint=Checkpoint(tmp_path, "abc"))

    second = _model()
    for variable in second.trainable_variables:
        variable.assign(np.full(variable.shape, 9.0))  # all must come from the checkpoint
    resumed, interrupted = _fit(second, _validation(second), checkpoint=Checkpoint(tmp_path, "abc"))
    assert not interrupted
    _assert_same(second.get_weights(), through.get_weights())
    assert _without_seconds(resumed) == _without_seconds(uninterrupted)
    assert resumed.best_rank == uninterrupted.best_rank
    assert resumed.best_epoch == uninterrupted.best_epoch
    assert int(second.optimizer.iterations) == int(through.optimizer.iterations)


def test_a_fit_that_was_complete_only_restores_its_best(tmp_path: Path) -> None:
    model = _model()
    scores = Scores(model, [0.9, 0.1])
    _fit(model, scores, epochs=2, checkpoint=Checkpoint(tmp_path, "abc"))
    again = _model()

    def never() -> dict[str, float]:
        raise AssertionError("nothing was left to train")

    state, _ = _fit(again, never, epochs=2, checkpoint=Checkpoint(tmp_path, "abc"))
    assert state.epoch == 2
    _assert_same(again.get_weights(), scores.judged[0])


def test_the_state_of_another_model_is_refused(tmp_path: Path) -> None:
    model = _model()
    _fit(model, Scores(model, [0.0]), epochs=1, checkpoint=Checkpoint(tmp_path, "abc"))
    other = keras.Sequential([keras.Input((4,)), keras.layers.Dense(1)])
    other.compile("adam", loss="mse")
    with pytest.raises(ValueError, match=r"has \d+ variables where the model has \d+"):
        _fit(other, Scores(other, [0.0]), checkpoint=Checkpoint(tmp_path, "abc"))


def test_progress_is_plain_lines_without_a_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    model = _model()
    _fit(model, Scores(model, [0.25, 0.5]), epochs=2, verbose=True)
    captured = capsys.readouterr()
    assert captured.out == ""
    *lines, end = captured.err.splitlines()
    assert len(lines) == 2
    assert all("score" in line and line.count("*") == 1 for line in lines)
    assert end == "all 2 epochs ran; epoch 2 is kept: score 0.5000"


def test_early_stopping_says_why_it_stopped_and_which_epoch_is_kept(
    capsys: pytest.CaptureFixture[str],
) -> None:
    model = _model()
    _fit(model, Scores(model, [0.5, 0.75, 0.1, 0.2]), patience=2, verbose=True)
    assert capsys.readouterr().err.splitlines()[-1] == (
        "stopped early after epoch 4 of 6: score has not improved for 2 epochs; "
        "epoch 2 is kept: score 0.7500"
    )


def test_a_fit_that_was_complete_says_again_which_epoch_is_kept(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    model = _model()
    options = {"epochs": 3, "patience": 1, "verbose": True}
    _fit(model, Scores(model, [0.9, 0.1]), checkpoint=Checkpoint(tmp_path, "abc"), **options)
    end = capsys.readouterr().err.splitlines()[-1]
    again = _model()
    _fit(again, Scores(again, []), checkpoint=Checkpoint(tmp_path, "abc"), **options)
    assert end.startswith("stopped early after epoch 2 of 3")
    assert capsys.readouterr().err.splitlines() == ["resumed after epoch 2", end]


@pytest.mark.usefixtures("ctrl_c")
def test_an_interrupted_fit_does_not_say_that_it_stopped_early(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    model = _model()
    scores = Scores(model, [0.9, 0.1])
    _interrupt(monkeypatch, "step", epoch=2, scores=scores)
    _fit(model, scores, verbose=True)
    said = capsys.readouterr().err
    assert "interrupted: keeping the weights of epoch 1" in said
    assert "stopped early" not in said
