from __future__ import annotations

from typing import Any

import keras
import numpy as np
import pytest
import tensorflow as tf
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from harnn.cells import LSTMCell, Recurrent, reverse_sequences, sequence_mask


def _layer(go_backwards: bool = False, dtype: str = "float64") -> Recurrent:
    layer = Recurrent(LSTMCell(4, dtype=dtype), go_backwards=go_backwards, dtype=dtype)
    layer.build((None, None, 3))
    generator = np.random.default_rng(3)
    for variable in layer.trainable_variables:
        variable.assign(generator.normal(scale=0.7, size=variable.shape))
    return layer


def _expected(numpy_lstm: Any, layer: Recurrent, sequence: np.ndarray, **state: Any) -> np.ndarray:
    if layer.go_backwards:
        return numpy_lstm(layer.cell, sequence[::-1], **state)[0][::-1]
    return numpy_lstm(layer.cell, sequence, **state)[0]


@pytest.mark.parametrize("go_backwards", [False, True])
def test_ragged_sequences_agree_with_the_equations(
    go_backwards: bool, numpy_lstm: Any, sequences: Any, lengths: Any
) -> None:
    layer = _layer(go_backwards)
    outputs = np.asarray(layer(sequences, lengths=lengths))
    for row, length in enumerate(lengths):
        expected = _expected(numpy_lstm, layer, sequences[row, :length])
        np.testing.assert_allclose(outputs[row, :length], expected, atol=1e-10)
        assert not outputs[row, length:].any()


@pytest.mark.parametrize("go_backwards", [False, True])
def test_without_lengths_all_steps_are_real(
    go_backwards: bool, numpy_lstm: Any, sequences: Any
) -> None:
    layer = _layer(go_backwards)
    outputs = np.asarray(layer(sequences))
    for row, sequence in enumerate(sequences):
        expected = _expected(numpy_lstm, layer, sequence)
        np.testing.assert_allclose(outputs[row], expected, atol=1e-10)


@pytest.mark.parametrize("go_backwards", [False, True])
def test_starts_from_the_initial_state(
    go_backwards: bool, numpy_lstm: Any, sequences: Any, lengths: Any
) -> None:
    layer = _layer(go_backwards)
    hidden, memory = np.random.default_rng(1).normal(size=(2, 5, 4))
    outputs = np.asarray(layer(sequences, lengths=lengths, initial_state=[hidden, memory]))
    for row, length in enumerate(lengths):
        expected = _expected(
            numpy_lstm, layer, sequences[row, :length], hidden=hidden[row], memory=memory[row]
        )
        np.testing.assert_allclose(outputs[row, :length], expected, atol=1e-10)


@pytest.mark.parametrize("go_backwards", [False, True])
def test_agrees_with_keras_lstm_and_its_mask(
    go_backwards: bool, sequences: Any, lengths: Any
) -> None:
    layer = _layer(go_backwards, dtype="float32")
    theirs = keras.layers.LSTM(4, return_sequences=True, go_backwards=go_backwards)
    x = sequences.astype("float32")
    theirs(x)
    theirs.set_weights(layer.get_weights())
    mask = np.arange(6) < lengths[:, None]
    if go_backwards:
        # Keras reads the padding first, and gives the outputs in the order of reading.
        expected = np.asarray(theirs(x, mask=mask))[:, ::-1]
    else:
        expected = np.asarray(theirs(x, mask=mask))
    outputs = np.asarray(layer(x, lengths=lengths))
    np.testing.assert_allclose(outputs[mask], expected[mask], atol=1e-6)


def test_what_stands_on_padding_never_matters(sequences: Any, lengths: Any) -> None:
    other = sequences.copy()
    other[np.arange(6) >= lengths[:, None]] = 1e3
    for go_backwards in (False, True):
        layer = _layer(go_backwards)
        np.testing.assert_array_equal(
            layer(sequences, lengths=lengths), layer(other, lengths=lengths)
        )


@pytest.mark.parametrize("go_backwards", [False, True])
def test_gradients_agree_with_finite_differences(
    go_backwards: bool, sequences: Any, lengths: Any
) -> None:
    layer = _layer(go_backwards)
    direction = np.random.default_rng(5).normal(size=(5, 6, 4))

    def objective() -> Any:
        return tf.reduce_sum(layer(inputs, lengths=lengths) * direction)

    inputs = tf.Variable(sequences)
    variables = [*(v.value for v in layer.trainable_variables), inputs]
    with tf.GradientTape() as tape:
        value = objective()
    gradients = tape.gradient(value, variables)
    generator = np.random.default_rng(6)
    for variable, gradient in zip(variables, gradients, strict=True):
        start = variable.numpy()
        along = generator.normal(size=start.shape)
        step = 1e-6
        variable.assign(start + step * along)
        above = objective()
        variable.assign(start - step * along)
        below = objective()
        variable.assign(start)
        slope = float(above - below) / (2 * step)
        assert slope != 0.0
        assert np.sum(gradient.numpy() * along) == pytest.approx(slope, rel=1e-6, abs=1e-8)


def test_nothing_flows_back_into_padding(sequences: Any, lengths: Any) -> None:
    for go_backwards in (False, True):
        inputs = tf.Variable(sequences)
        with tf.GradientTape() as tape:
            total = tf.reduce_sum(_layer(go_backwards)(inputs, lengths=lengths))
        gradient = tape.gradient(total, inputs).numpy()
        real = np.arange(6) < lengths[:, None]
        assert not gradient[~real].any()
        assert (np.abs(gradient[real]).sum(axis=-1) > 0).all()


@pytest.mark.parametrize("shape", [(5, 3), (2, 5, 3, 1)])
def test_inputs_of_another_rank_are_refused(shape: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match=r"expected sequences of shape \(batch, time, features\)"):
        Recurrent(LSTMCell(4))(np.zeros(shape, "float32"))


def test_a_model_of_it_survives_saving(tmp_path: Any, sequences: Any, lengths: Any) -> None:
    inputs = keras.Input((None, 3))
    ends = keras.Input((), dtype="int32")
    layer = Recurrent(LSTMCell(4, unit_forget_bias=False), go_backwards=True, name="reader")
    model = keras.Model([inputs, ends], layer(inputs, lengths=ends))
    for variable in model.trainable_variables:
        variable.assign(np.random.default_rng(0).normal(size=variable.shape))
    model.save(tmp_path / "model.keras")
    loaded = keras.models.load_model(tmp_path / "model.keras")
    copy = loaded.get_layer("reader")
    assert copy.go_backwards
    assert copy.cell.get_config() == layer.cell.get_config()
    batch = [sequences.astype("float32"), lengths]
    np.testing.assert_array_equal(model(batch), loaded(batch))


def test_the_symbolic_shape_is_that_of_the_outputs(sequences: Any) -> None:
    layer = _layer(dtype="float32")
    assert layer(keras.Input((6, 3))).shape == (None, 6, 4)
    assert tuple(layer(sequences.astype("float32")).shape) == (5, 6, 4)


# reverse_sequences ----------------------------------------------------------------------------


@pytest.fixture(params=["tensorflow", "ops"])
def path(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Take TensorFlow's own kernel, or what the other backends take."""
    _take_path(request.param, monkeypatch)
    return request.param


def _take_path(path: str, monkeypatch: pytest.MonkeyPatch) -> None:
    if path == "ops":
        monkeypatch.setattr(keras.config, "backend", lambda: "another")


@st.composite
def _ragged(draw: st.DrawFn) -> tuple[np.ndarray, np.ndarray]:
    batch, time, features = (draw(st.integers(1, 5)) for _ in range(3))
    sequences = draw(
        hnp.arrays(np.float32, (batch, time, features), elements=st.floats(-9, 9, width=32))
    )
    lengths = draw(hnp.arrays(np.int32, (batch,), elements=st.integers(0, time)))
    return sequences, lengths


@pytest.mark.parametrize("chosen", ["tensorflow", "ops"])
@given(ragged=_ragged())
@settings(deadline=None, max_examples=40)
def test_reversal_is_that_of_each_real_part_and_its_own_inverse(
    chosen: str, ragged: tuple[np.ndarray, np.ndarray]
) -> None:
    sequences, lengths = ragged
    with pytest.MonkeyPatch.context() as monkeypatch:
        _take_path(chosen, monkeypatch)
        turned = np.asarray(reverse_sequences(sequences, lengths))
        back = np.asarray(reverse_sequences(turned, lengths))
    for row, length in enumerate(lengths):
        np.testing.assert_array_equal(turned[row, :length], sequences[row, :length][::-1])
        np.testing.assert_array_equal(turned[row, length:], sequences[row, length:])
    np.testing.assert_array_equal(back, sequences)


def test_without_lengths_the_whole_time_axis_is_reversed(path: str, sequences: Any) -> None:
    np.testing.assert_array_equal(reverse_sequences(sequences), sequences[:, ::-1])


@pytest.mark.parametrize("dtype", ["int32", "int64"])
def test_lengths_may_be_of_either_integer_type(
    path: str, dtype: str, sequences: Any, lengths: Any
) -> None:
    turned = np.asarray(reverse_sequences(sequences, lengths.astype(dtype)))
    np.testing.assert_array_equal(turned[1, :3], sequences[1, :3][::-1])


def test_both_paths_have_the_same_gradient(
    monkeypatch: pytest.MonkeyPatch, sequences: Any, lengths: Any
) -> None:
    gradients = []
    for chosen in ("tensorflow", "ops"):
        _take_path(chosen, monkeypatch)
        inputs = tf.constant(sequences)
        with tf.GradientTape() as tape:
            tape.watch(inputs)
            total = tf.reduce_sum(reverse_sequences(inputs, lengths) * sequences[:, ::-1])
        gradients.append(tape.gradient(total, inputs).numpy())
    np.testing.assert_array_equal(*gradients)


# sequence_mask --------------------------------------------------------------------------------


@given(lengths=st.lists(st.integers(0, 12), min_size=1, max_size=6), time=st.integers(1, 9))
@settings(deadline=None, max_examples=40)
def test_the_mask_marks_the_steps_before_the_end(lengths: list[int], time: int) -> None:
    mask = np.asarray(sequence_mask(np.array(lengths, dtype=np.int32), time))
    assert mask.tolist() == [[t < length for t in range(time)] for length in lengths]
