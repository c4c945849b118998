"""Trains a network on encoded documents."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

import keras
import numpy as np

from harnn.text.batches import TrainingBatches
from harnn.text.decoding import BestPathDecoder, Decoder
from harnn.text.documents import EncodedDocuments
from harnn.text.implied_absences import with_implied_absences
from harnn.text.losses import LevelBinaryCrossentropy, LevelCategoricalCrossentropy
from harnn.text.name_vectors import name_vectors
from harnn.text.network import logits_view
from harnn.text.options import HARNNOptions
from harnn.text.predictor import Predictor, length_multiple
from harnn.text.self_training import has_gaps, with_gaps_filled
from harnn.text.targets import level_targets, path_targets
from harnn.text.training_documents import TrainingDocuments
from harnn.text.vocabulary import Vocabulary
from harnn.training.checkpoint import Checkpoint, FitState
from harnn.training.loop import fit_loop
from harnn.training.optimizer import build_optimizer, build_schedule

__all__ = ["NetworkBuilder", "Problem", "train_network"]

# As `harnn.text.network.build_network`.
NetworkBuilder = Callable[..., Any]


@dataclass(frozen=True)
class Problem:
    """What a network is trained on and how it is judged.

    Attributes:
        build: What builds the network.
        options: Of the network and its training.
        activation: ``"softmax"`` or ``"sigmoid"``.
        vocabulary: The words that have an id.
        vectors: What the word embeddings start from ``(ids, dims)``, if not from random numbers.
        decoder: From the network's output to decisions.
        documents: To train on and to validate on.
        seed: Of weights, masks and order.
    """

    build: NetworkBuilder
    options: HARNNOptions
    activation: str
    vocabulary: Vocabulary
    vectors: np.ndarray | None
    decoder: Decoder
    documents: TrainingDocuments
    seed: int

    def fingerprint(self) -> str:
        """Return a digest of everything that a resumed fit must share with the first one."""
        digest = hashlib.sha256(self.options.model_dump_json().encode())
        network = f"{self.build.__module__}.{self.build.__qualname__}"
        digest.update(f"{network} {self.activation} {self.seed} {keras.config.backend()}".encode())
        digest.update("\n".join(self.vocabulary.words).encode("utf-8", "surrogatepass"))
        digest.update(self.decoder.taxonomy.to_json().encode())
        for targets in (self.documents.targets, self.documents.validation.targets):
            digest.update(np.packbits(targets.indicator).tobytes())
            digest.update(np.packbits(targets.known).tobytes())
        for text in self.documents.texts:
            digest.update(text.encode("utf-8", "surrogatepass"))
        return digest.hexdigest()


def train_network(
    problem: Problem, checkpoint_dir: str | None = None, verbose: bool = True
) -> tuple[Predictor, FitState, bool]:
    """Build and train the network of a problem, once or, with self-training, once a round.

    Args:
        problem: What to train on.
        checkpoint_dir: Where to keep the state after each epoch, and resume from.
        verbose: Whether to show progress.

    Returns:
        What predicts with the network of the best round, the state of the fit, and whether it was
        interrupted. The state's epochs go on counting over the rounds.
    """
    documents = EncodedDocuments(problem.documents.texts, problem.vocabulary)
    levels = _known_levels(problem)
    paths = problem.decoder.outputs if isinstance(problem.decoder, BestPathDecoder) else None
    # Where documents may have several paths, or nothing is unknown, there is nothing to answer.
    again = paths is not None and has_gaps(levels, paths)
    rounds = 1 + (problem.options.training.self_training if again else 0)
    best: tuple[Predictor, FitState] | None = None
    for number in range(rounds):
        answer = None
        if best is not None:
            answer = partial(best[0].path_probabilities_of, documents)
        try:
            predictor, state, interrupted = _one_round(
                problem, documents, levels, answer, number, checkpoint_dir, verbose
            )
        except KeyboardInterrupt:
            # Before the end of the round's first epoch: what the rounds before found is kept.
            if best is None:
                raise
            return (*best, True)
        best = (predictor, state) if best is None else _better(best, (predictor, state))
        if interrupted:
            return (*best, True)
    assert best is not None  # there is at least one round
    return (*best, False)


def _better(
    before: tuple[Predictor, FitState], after: tuple[Predictor, FitState]
) -> tuple[Predictor, FitState]:
    """Return the better of two rounds, with the history of both."""
    done = before[1].epoch
    after_history = [{**row, "epoch": row["epoch"] + done} for row in after[1].history]
    history = [*before[1].history, *after_history]
    epoch = done + after[1].epoch
    if after[1].best_rank > before[1].best_rank:
        best_epoch = done + after[1].best_epoch
        return after[0], replace(after[1], epoch=epoch, best_epoch=best_epoch, history=history)
    return before[0], replace(before[1], epoch=epoch, history=history)


def _one_round(
    problem: Problem,
    documents: EncodedDocuments,
    levels: list[np.ndarray],
    answer: Callable[[np.ndarray], np.ndarray] | None,
    number: int,
    checkpoint_dir: str | None,
    verbose: bool,
) -> tuple[Predictor, FitState, bool]:
    """Build and train one network; ``answer`` fills the gaps of what is known."""
    options = problem.options
    seed = problem.seed + number
    model = problem.build(
        options.network,
        len(problem.vocabulary),
        problem.decoder.level_sizes,
        problem.activation,
        seed=seed,
    )
    if problem.vectors is not None:
        _start_from(model, problem, problem.vectors)
    paths = problem.decoder.outputs if isinstance(problem.decoder, BestPathDecoder) else None
    logits = logits_view(model, paths)
    targets = _targets(list(logits.output), levels, paths)
    if answer is not None:
        assert paths is not None  # as there are answers about paths
        targets = with_gaps_filled(targets, levels, paths, answer)
    batches = _batches(documents, targets, options, seed)
    trained = _compiled(logits, options, problem.activation, len(batches))
    predictor = Predictor(model, problem.vocabulary, problem.decoder)
    validation = EncodedDocuments(problem.documents.validation_texts, problem.vocabulary)
    checkpoint = None
    if checkpoint_dir is not None:
        folder = Path(checkpoint_dir, *([f"round-{number + 1}"] if number else []))
        checkpoint = Checkpoint(folder, f"{problem.fingerprint()} {number}")
    monitor = _monitor(problem)
    state, interrupted = fit_loop(
        trained,
        batches,
        lambda: _figures(problem, predictor.probabilities_of(validation)),
        # Scores on few documents are often equal: then the surer network is the better one.
        rank=lambda figures: (figures[monitor], -figures["log_loss"]),
        epochs=options.training.epochs,
        patience=options.training.patience,
        checkpoint=checkpoint,
        verbose=verbose,
        label=f"round {number + 1}, epoch" if number else "epoch",
    )
    return predictor, state, interrupted


def _start_from(model: Any, problem: Problem, vectors: np.ndarray) -> None:
    """Start the embeddings from vectors and, if asked for, the scores from the categories' names.

    A score is then larger from the first step where words near the category's name stand: beside
    the state of a word stands its vector, at the end of the features.
    """
    model.get_layer("document").embedding.set_weights([vectors])
    if not problem.options.vectors.name_vectors:
        return
    named = name_vectors(problem.decoder.taxonomy, problem.vocabulary, vectors)
    for level, directions in enumerate(named, start=1):
        scores = model.get_layer(f"scores_{level}")
        (kernel,) = scores.get_weights()
        # Where "the path has ended" is an output, it is the last one, and has no name.
        kernel[: len(directions), -vectors.shape[1] :] += directions
        scores.set_weights([kernel])


def _targets(
    outputs: list[str], levels: list[np.ndarray], paths: np.ndarray | None
) -> dict[str, np.ndarray]:
    """Say what each output of the network should be."""
    targets = {}
    for output in outputs:
        if output == "paths":
            assert paths is not None  # as there is a softmax over them
            targets[output] = path_targets(levels, paths)
        else:  # "local_2" and "global_2" are both judged by the second level
            targets[output] = levels[int(output.rpartition("_")[2]) - 1]
    return targets


def _batches(
    documents: EncodedDocuments, targets: dict[str, np.ndarray], options: HARNNOptions, seed: int
) -> TrainingBatches:
    training = options.training
    one_pass = math.ceil(len(documents) / training.batch_size)
    return TrainingBatches(
        documents,
        targets,
        training.batch_size,
        length_multiple(),
        seed,
        passes=max(1, math.ceil(training.minimum_steps / (training.epochs * one_pass))),
    )


def _known_levels(problem: Problem) -> list[np.ndarray]:
    """Return what is known of each level, one column a category."""
    taxonomy = problem.decoder.taxonomy
    # One column a category for a softmax too: where a level is not known, some may be left.
    levels = level_targets(
        problem.documents.targets, taxonomy, problem.decoder.level_sizes, "sigmoid"
    )
    if problem.options.training.unknown_levels == "implied":
        return with_implied_absences(levels, taxonomy)
    return levels


def _compiled(trained: Any, options: HARNNOptions, activation: str, steps_per_epoch: int) -> Any:
    training = options.training
    loss = LevelCategoricalCrossentropy if activation == "softmax" else LevelBinaryCrossentropy
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


def _figures(problem: Problem, probabilities: np.ndarray) -> dict[str, float]:
    """Judge the validation documents: the figures that early stopping can follow."""
    evaluation = problem.documents.validation.evaluate(problem.decoder.decide(probabilities))
    right = evaluation.complete.subset_accuracy
    return {
        "all_levels_right": 0.0 if right is None else right,
        "micro_f1": evaluation.micro.f1 or 0.0,
        "macro_f1": evaluation.macro.f1 or 0.0,
        "log_loss": problem.documents.validation.log_loss(probabilities),
    }


def _monitor(problem: Problem) -> str:
    monitor = problem.options.training.monitor
    if monitor != "auto":
        return monitor
    complete = problem.documents.validation.targets.known.all(axis=1).any()
    return "all_levels_right" if problem.documents.codec.one_path and complete else "micro_f1"
