"""Trains the network of a problem, in one round or several."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from harnn.text.predictor import Predictor
from harnn.text.problem import Problem
from harnn.text.self_training import has_gaps
from harnn.text.training_round import train_round
from harnn.training.checkpoint import FitState

__all__ = ["train_network"]


def train_network(
    problem: Problem, checkpoint_dir: str | None = None, verbose: bool = True
) -> tuple[Predictor, FitState, bool]:
    """Build and train the network of a problem: once or, with self-training, once a round.

    Args:
        problem: What to train on.
        checkpoint_dir: Where to keep the state after each epoch, and resume from.
        verbose: Whether to show progress.

    Returns:
        What predicts with the network of the best round, the state of the fit, and whether it was
        interrupted. The state's epochs go on counting over the rounds.
    """
    predictor, state, interrupted = train_round(problem, 0, None, checkpoint_dir, verbose)
    further = problem.options.training.self_training
    # Where documents may have several paths, or nothing is unknown, there is nothing to answer.
    if not further or problem.paths is None or not has_gaps(problem.levels, problem.paths):
        return predictor, state, interrupted
    for number in range(1, 1 + further):
        if interrupted:
            break
        answer = partial(predictor.path_probabilities_of, problem.words)
        try:
            after, state_after, interrupted = train_round(
                problem, number, answer, checkpoint_dir, verbose
            )
        except KeyboardInterrupt:
            # Before the end of the round's first epoch: what the rounds before found is kept.
            interrupted = True
        else:
            is_better = state_after.best_rank > state.best_rank
            state = _joined(state, state_after, is_better)
            predictor = after if is_better else predictor
    return predictor, state, interrupted


def _joined(before: FitState, after: FitState, is_better: bool) -> FitState:
    """Return the state of the better of two rounds, with the history of both."""
    done = before.epoch
    history = [*before.history, *({**row, "epoch": row["epoch"] + done} for row in after.history)]
    kept = replace(after, best_epoch=done + after.best_epoch) if is_better else before
    return replace(kept, epoch=done + after.epoch, history=history)
