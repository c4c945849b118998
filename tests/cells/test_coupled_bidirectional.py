from __future__ import annotations

from typing import Any

import keras
import numpy as np
import pytest

from harnn.cells import CoupledBidirectional, LSTMCell


def _layer(dtype: str = "float64") -> CoupledBidirectional:
    layer = CoupledBidirectional(LSTMCell(4, dtype=dtype), dtype=dtype)
    layer.build((None, None, 3))
    generator = np.random.default_rng(3)
    for variable in layer.trainable_variables:
        variable.assign(generator.normal(scale=0.7, size=variable.shape))
    return layer


def test_ragged_sequences_agree_with_the_equations(
    numpy_lstm: Any, sequences: Any, lengths: Any
) -> None:
    layer = _layer()
    outputs = np.asarray(layer(sequences, lengths=lengths))
    for row, length in enumerate(lengths):
        real = sequences[row, :length]
        forward = numpy_lstm(layer.forward.cell, real)[0]
        backward = numpy_lstm(layer.backward.cell, real[::-1])[0][::-1]
        expected = np.concatenate([forward, backward], axis=-1)
        np.testing.assert_allclose(outputs[row, :length], expected, atol=1e-10)
        assert not outputs[row, length:].any()


def test_agrees_with_keras_bidirectional(sequences: Any, lengths: Any) -> None:
    layer = _layer("float32")
    theirs = keras.layers.Bidirectional(keras.layers.LSTM(4, return_sequences=True))
    x = sequences.astype("float32")
    theirs(x)
    theirs.set_weights(layer.get_weights())
    mask = np.arange(6) < lengths[:, None]
    outputs = np.asarray(layer(x, lengths=lengths))
    np.testing.assert_allclose(outputs[mask], np.asarray(theirs(x, mask=mask))[mask], atol=1e-6)
    np.testing.assert_allclose(layer(x), theirs(x), atol=1e-6)


def test_the_directions_share_no_weight() -> None:
    layer = _layer()
    assert len(layer.trainable_variables) == 6
    assert len({id(variable) for variable in layer.trainable_variables}) == 6


@pytest.mark.parametrize("seed", [None, 0])
def test_the_directions_start_with_weights_of_their_own(seed: int | None) -> None:
    layer = CoupledBidirectional(
        LSTMCell(
            4,
            kernel_initializer=keras.initializers.GlorotUniform(seed=seed),
            recurrent_initializer=keras.initializers.Orthogonal(seed=seed),
        )
    )
    layer.build((None, None, 3))
    weights = layer.get_weights()
    for forward, backward in zip(weights[:2], weights[3:5], strict=True):
        assert not np.allclose(forward, backward)


def test_a_sequence_alone_gives_what_it_gives_in_a_batch(sequences: Any, lengths: Any) -> None:
    layer = _layer()
    together = np.asarray(layer(sequences, lengths=lengths))
    for row, length in enumerate(lengths):
        if length:
            alone = np.asarray(layer(sequences[row : row + 1, :length]))
            np.testing.assert_allclose(together[row, :length], alone[0], atol=1e-12)


def test_a_model_of_it_survives_saving(tmp_path: Any, sequences: Any, lengths: Any) -> None:
    inputs = keras.Input((None, 3))
    ends = keras.Input((), dtype="int32")
    layer = CoupledBidirectional(LSTMCell(4, unit_forget_bias=False), name="reader")
    model = keras.Model([inputs, ends], layer(inputs, lengths=ends))
    for variable in model.trainable_variables:
        variable.assign(np.random.default_rng(0).normal(size=variable.shape))
    model.save(tmp_path / "model.keras")
    loaded = keras.models.load_model(tmp_path / "model.keras")
    copy = loaded.get_layer("reader")
    for ours, theirs in ((layer.forward, copy.forward), (layer.backward, copy.backward)):
        assert theirs.cell.get_config() == ours.cell.get_config()
    batch = [sequences.astype("float32"), lengths]
    np.testing.assert_array_equal(model(batch), loaded(batch))


def test_the_symbolic_shape_is_that_of_the_outputs(sequences: Any) -> None:
    layer = _layer("float32")
    assert layer(keras.Input((6, 3))).shape == (None, 6, 8)
    assert tuple(layer(sequences.astype("float32")).shape) == (5, 6, 8)
