"""Trains a network on encoded documents."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Callable
from dataclasses import dataclass, replace
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
from harnn.text.self_training import SelfTrainingBatches
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
    """Build and train the network of a problem.

    Args:
        problem: What to train on.
        checkpoint_dir: Where to keep the state after each epoch, and resume from.
        verbose: Whether to show progress.

    Returns:
        What predicts with the trained network, the state of the fit, and whether it was
        interrupted.
    """
    options = problem.options
    model = problem.build(
        options.network,
        len(problem.vocabulary),
        problem.decoder.level_sizes,
        problem.activation,
        seed=problem.seed,
    )
    if problem.vectors is not None:
        _start_from(model, problem, problem.vectors)
    paths = problem.decoder.outputs if isinstance(problem.decoder, BestPathDecoder) else None
    logits = logits_view(model, paths)
    predictor = Predictor(model, problem.vocabulary, problem.decoder)
    batches = _batches(problem, list(logits.output), paths, predictor)
    trained = _compiled(logits, options, problem.activation, len(batches))
    validation = EncodedDocuments(problem.documents.validation_texts, problem.vocabulary)
    checkpoint = Checkpoint(checkpoint_dir, problem.fingerprint()) if checkpoint_dir else None
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


def _batches(
    problem: Problem, outputs: list[str], paths: np.ndarray | None, predictor: Predictor
) -> TrainingBatches | SelfTrainingBatches:
    """Put the training documents beside what each output of the network should be."""
    training = problem.options.training
    levels = _known_levels(problem)
    targets = {}
    for output in outputs:
        if output == "paths":
            assert paths is not None  # as there is a softmax over them
            targets[output] = path_targets(levels, paths)
        else:  # "local_2" and "global_2" are both judged by the second level
            targets[output] = levels[int(output.rpartition("_")[2]) - 1]
    documents = EncodedDocuments(problem.documents.texts, problem.vocabulary)
    one_pass = math.ceil(len(documents) / training.batch_size)
    batches = TrainingBatches(
        documents,
        targets,
        training.batch_size,
        length_multiple(),
        problem.seed,
        passes=max(1, math.ceil(training.minimum_steps / (training.epochs * one_pass))),
    )
    if not training.self_training or paths is None:
        return batches
    # Shares of belief, at two bytes each: there is one for every document and path.
    shares = {output: target.astype(np.float16) for output, target in targets.items()}
    return SelfTrainingBatches(
        replace(batches, targets=shares),
        levels,
        paths,
        first=training.epochs - int(training.self_training * training.epochs),
        answer=lambda rows: predictor.path_probabilities_of(documents, rows),
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
