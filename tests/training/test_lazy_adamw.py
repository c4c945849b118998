from __future__ import annotations

from typing import Any

import keras
import numpy as np
import pytest

from harnn.training.lazy_adamw import LazyAdamW

ROWS, DIM = 6, 3


def _model(optimizer: Any, start: np.ndarray) -> tuple[Any, Any]:
    words = keras.layers.Embedding(ROWS, DIM)
    tokens = keras.Input((None,), dtype="int32")
    score = keras.layers.Dense(1, kernel_initializer="ones")(
        keras.layers.GlobalAveragePooling1D()(words(tokens))
    )
    model = keras.Model(tokens, score)
    words.set_weights([start])
    model.compile(optimizer, "mse")
    return model, words


def _batches(generator: np.random.Generator) -> list[tuple[np.ndarray, np.ndarray]]:
    """Words that stand in a batch several times, and words that no batch but one reads."""
    batches = [(generator.integers(0, 4, (5, 4)), generator.normal(size=(5, 1))) for _ in range(6)]
    batches[2][0][0, 0] = 5
    return [(tokens.astype("int32"), y.astype("float32")) for tokens, y in batches]


def test_rows_that_every_batch_reads_move_as_with_adamw() -> None:
    generator = np.random.default_rng(0)
    start = generator.normal(size=(ROWS, DIM)).astype("float32")
    every = np.tile(np.arange(ROWS, dtype="int32"), (5, 2))
    moved = []
    # Keras' Adam squares the slices of a repeated word one by one, unless clipping has made a
    # whole table of them before: a bound that nothing reaches.
    adam = keras.optimizers.Adam(0.05, global_clipnorm=1e9)
    for optimizer in (LazyAdamW(0.05, weight_decay=0.0), adam):
        model, words = _model(optimizer, start)
        for _ in range(5):
            model.train_on_batch(every, np.ones((5, 1), "float32"))
        moved.append(words.get_weights()[0])
    np.testing.assert_allclose(moved[0], moved[1], rtol=1e-5, atol=1e-6)
    assert np.abs(moved[0] - start).max() > 0.1


@pytest.mark.parametrize("clip", [None, 0.05])
def test_a_row_follows_adam_over_the_steps_that_read_it(clip: float | None) -> None:
    generator = np.random.default_rng(1)
    start = generator.normal(size=(ROWS, DIM)).astype("float32")
    batches = _batches(generator)
    optimizer = LazyAdamW(0.05, weight_decay=0.0, global_clipnorm=clip)
    model, words = _model(optimizer, start)
    dense = model.layers[-1]
    rows = start.astype("float64")
    first, second = np.zeros_like(rows), np.zeros_like(rows)
    for step, (tokens, y) in enumerate(batches, start=1):
        kernel, bias = (weight.astype("float64") for weight in dense.get_weights())
        mean = rows[tokens].mean(axis=1)
        error = 2.0 * (mean @ kernel + bias - y) / len(y)
        gradient = np.zeros_like(rows)
        np.add.at(gradient, tokens, (error @ kernel.T)[:, None, :] / tokens.shape[1])
        if clip is not None:
            norm = np.sqrt(
                (gradient**2).sum() + ((mean.T @ error) ** 2).sum() + (error.sum(0) ** 2).sum()
            )
            gradient *= min(1.0, clip / norm)
        read = np.unique(tokens)
        first[read] += 0.1 * (gradient[read] - first[read])
        second[read] += 0.001 * (gradient[read] ** 2 - second[read])
        rate = 0.05 * np.sqrt(1 - 0.999**step) / (1 - 0.9**step)
        rows[read] -= rate * first[read] / (np.sqrt(second[read]) + 1e-7)
        model.train_on_batch(tokens, y)
        np.testing.assert_allclose(words.get_weights()[0], rows, rtol=1e-4, atol=1e-5)
    np.testing.assert_array_equal(words.get_weights()[0][4], start[4])  # no batch read it


def test_everything_but_embeddings_is_adamw() -> None:
    generator = np.random.default_rng(2)
    x, y = generator.normal(size=(8, 4)).astype("float32"), np.ones((8, 1), "float32")
    trained = []
    for kind in (LazyAdamW, keras.optimizers.AdamW):
        model = keras.Sequential(
            [keras.Input((4,)), keras.layers.Dense(1, "tanh", kernel_initializer="ones")]
        )
        model.compile(kind(0.05, weight_decay=0.1, global_clipnorm=0.1), "mse")
        for _ in range(5):
            model.train_on_batch(x, y)
        trained.append(model.get_weights())
    for ours, theirs in zip(*trained, strict=True):
        np.testing.assert_array_equal(ours, theirs)


def test_its_config_builds_it_again() -> None:
    optimizer = LazyAdamW(0.05, beta_1=0.8, weight_decay=0.02, global_clipnorm=0.5)
    again = LazyAdamW.from_config(optimizer.get_config())
    assert again.get_config() == optimizer.get_config()
