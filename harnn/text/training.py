"""Trains the network of a problem: from what is known of the documents to a trained model."""

from __future__ import annotations

import math
from dataclasses import dataclass
from threading import Event
from typing import Any

import numpy as np

from harnn.quiet_keras import keras
from harnn.text.documents.batches import TrainingBatches
from harnn.text.labels.targets import path_targets
from harnn.text.linear_scores.term_scores_start import TermScoresStart, learn_term_scores
from harnn.text.linear_scores.term_share import tune_term_share
from harnn.text.losses import LevelBinaryCrossentropy, LevelCategoricalCrossentropy
from harnn.text.network import logits_view
from harnn.text.prediction.predictor import Predictor, length_multiple
from harnn.text.problem import Problem
from harnn.training.beside import Beside
from harnn.training.checkpoint import Checkpoint, FitState
from harnn.training.loop import fit_loop
from harnn.training.optimizer import build_optimizer, build_schedule

__all__ = ["TrainedNetwork", "train_network"]


@dataclass(frozen=True)
class TrainedNetwork:
    """The outcome of `train_network`.

    Attributes:
        predictor: Predicts with the trained network.
        state: Of the fit.
        interrupted: Whether Ctrl-C ended the fit.
        term_scores: The linear scores beside the network, if it has some.
    """

    predictor: Predictor
    state: FitState
    interrupted: bool
    term_scores: TermScoresStart | None


def train_network(
    problem: Problem, checkpoint_dir: str | None = None, verbose: bool = True
) -> TrainedNetwork:
    """Build and train the network of a problem.

    Args:
        problem: What to train on.
        checkpoint_dir: Where to keep the state after each epoch, and resume from.
        verbose: Whether to show progress.

    Returns:
        The trained network.
    """
    options = problem.options
    model = problem.build(
        problem.network,
        len(problem.vocabulary),
        problem.decoder.level_sizes,
        problem.activation,
        names=problem.names,
        seed=problem.seed,
    )
    term_scores = _set_starts(model, problem)
    logits = logits_view(model, problem.paths)
    batches = _batches(problem, _targets(list(logits.output), problem))
    trained = _compiled(logits, problem, len(batches))
    predictor = Predictor(model, problem.vocabulary, problem.decoder)
    checkpoint = None
    if checkpoint_dir is not None:
        checkpoint = Checkpoint(checkpoint_dir, problem.fingerprint())
    state, interrupted = fit_loop(
        trained,
        batches,
        lambda: problem.judge(predictor.probabilities_of(problem.validation_words)),
        rank=problem.rank,
        monitor=problem.monitor,
        epochs=options.training.epochs,
        patience=options.training.patience,
        checkpoint=checkpoint,
        verbose=verbose,
    )
    if options.decision.tune_term_share:
        tune_term_share(model, problem)
    return TrainedNetwork(predictor, state, interrupted, term_scores)


def _set_starts(model: Any, problem: Problem) -> TermScoresStart | None:
    """Give the embeddings, the words of the names and the linear scores their first weights.

    Word vectors and linear scores each take about a minute on one core, and neither needs the
    other: they are learnt side by side.
    """
    layers = {layer.name: layer for layer in model.layers}

    def term_scores(stop: Event) -> TermScoresStart | None:
        return learn_term_scores(problem, stop) if "terms" in layers else None

    with Beside(term_scores) as beside:
        if problem.start is not None:
            vectors = problem.start.compute()
            layers["document"].embedding.set_weights([vectors])
            if "names" in layers:
                layers["names"].set_name_vectors(vectors[list(problem.names.ids)])
        learnt = beside.result()
    if learnt is not None:
        layers["terms"].set_weights(learnt.weights)
    return learnt


def _targets(outputs: list[str], problem: Problem) -> dict[str, np.ndarray]:
    """Say what each output of the network should be."""
    targets = {}
    for output in outputs:
        if output == "paths":
            assert problem.paths is not None  # as there is a softmax over them
            targets[output] = path_targets(problem.levels, problem.paths)
        else:  # "local_2" and "global_2" are both judged by the second level
            targets[output] = problem.levels[int(output.rpartition("_")[2]) - 1]
    return targets


def _batches(problem: Problem, targets: dict[str, np.ndarray]) -> TrainingBatches:
    training = problem.options.training
    one_pass = math.ceil(len(problem.words) / training.batch_size)
    return TrainingBatches(
        problem.words,
        targets,
        training.batch_size,
        length_multiple(),
        problem.seed,
        passes=max(1, math.ceil(training.minimum_steps / (training.epochs * one_pass))),
    )


def _compiled(trained: Any, problem: Problem, steps_per_epoch: int) -> Any:
    training = problem.options.training
    loss = (
        LevelCategoricalCrossentropy if problem.activation == "softmax" else LevelBinaryCrossentropy
    )
    schedule = build_schedule(
        training.schedule,
        training.learning_rate,
        steps=training.epochs * steps_per_epoch,
        warmup=training.warmup,
    )
    trained.compile(
        build_optimizer(training.optimizer, schedule, training.clip_norm, training.weight_decay),
        loss={name: loss() for name in trained.output},
        # TensorFlow's recurrent loops are slower when XLA compiles them; JAX has no other way.
        jit_compile=keras.config.backend() == "jax",
    )
    return trained
