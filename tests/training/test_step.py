from __future__ import annotations

from typing import Any

import keras
import numpy as np

from harnn.training.step import training_step


def _model() -> Any:
    keras.utils.set_random_seed(0)
    time = keras.Input((None, 3))
    model = keras.Model(time, keras.layers.Dense(1)(keras.layers.GlobalAveragePooling1D()(time)))
    model.compile(keras.optimizers.Adam(0.01, global_clipnorm=1.0), "mse")
    return model


def _batches() -> list[tuple[np.ndarray, np.ndarray]]:
    generator = np.random.default_rng(0)
    shapes = [(4, 5), (4, 7), (2, 5), (4, 5), (1, 1)]
    return [
        (
            generator.normal(size=(*shape, 3)).astype("float32"),
            generator.normal(size=(shape[0], 1)).astype("float32"),
        )
        for shape in shapes
    ]


def test_trains_as_keras_does_on_batches_of_any_shape() -> None:
    ours, theirs = _model(), _model()
    step = training_step(ours, *_batches()[0])
    for inputs, targets in _batches():
        ours.reset_metrics()
        loss = step(inputs, targets)
        expected = theirs.train_on_batch(inputs, targets)
        np.testing.assert_allclose(loss, expected, rtol=1e-5)
    for mine, keras_weight in zip(ours.get_weights(), theirs.get_weights(), strict=True):
        np.testing.assert_allclose(mine, keras_weight, atol=1e-6)


def test_is_traced_once_whatever_the_shapes() -> None:
    model = _model()
    calls = 0
    original = model.train_step

    def counted(data: Any) -> Any:
        nonlocal calls
        calls += 1
        return original(data)

    model.train_step = counted
    step = training_step(model, *_batches()[0])
    for inputs, targets in _batches():
        step(inputs, targets)
    assert calls == 1


def test_the_loss_is_the_mean_since_the_metrics_were_reset() -> None:
    model = _model()
    model.optimizer.learning_rate = 0.0
    (inputs, targets), (others, other_targets) = _batches()[:2]
    step = training_step(model, inputs, targets)
    model.reset_metrics()
    first = step(inputs, targets)
    both = step(others, other_targets)
    model.reset_metrics()
    assert np.isclose(both, (first + step(others, other_targets)) / 2, rtol=1e-5)
