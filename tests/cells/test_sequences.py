from __future__ import annotations

from typing import Any

import keras
import numpy as np
import pytest
import tensorflow as tf
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from harnn.cells.sequences import close_gaps, reopen_gaps, reverse_sequences, sequence_mask

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


# close_gaps, reopen_gaps ----------------------------------------------------------------------


@given(mask=hnp.arrays(bool, hnp.array_shapes(min_dims=2, max_dims=2, max_side=6)))
@settings(deadline=None, max_examples=60)
def test_the_real_steps_come_first_in_their_order_and_go_back_where_they_were(
    mask: np.ndarray,
) -> None:
    sequences = np.arange(mask.size * 2, dtype="float32").reshape(*mask.shape, 2)
    closed, lengths, order = (np.asarray(part) for part in close_gaps(sequences, mask))
    for row, real in enumerate(mask):
        expected = np.concatenate([sequences[row, real], sequences[row, ~real]])
        np.testing.assert_array_equal(closed[row], expected)
    assert lengths.tolist() == mask.sum(axis=1).tolist()
    np.testing.assert_array_equal(reopen_gaps(closed, order), sequences)


@pytest.mark.parametrize("dtype", ["bool", "int32", "float32"])
def test_a_mask_may_be_of_any_type(dtype: str, sequences: Any, gaps: Any) -> None:
    expected = close_gaps(sequences, gaps)
    for part, wanted in zip(close_gaps(sequences, gaps.astype(dtype)), expected, strict=True):
        np.testing.assert_array_equal(part, wanted)


def test_the_number_of_steps_may_be_unknown_until_it_runs(sequences: Any, gaps: Any) -> None:
    @tf.function(
        input_signature=[
            tf.TensorSpec((None, None, None), tf.float64),
            tf.TensorSpec((None, None), tf.bool),
        ]
    )
    def there_and_back(steps: Any, mask: Any) -> Any:
        closed, ends, order = close_gaps(steps, mask)
        return closed, ends, reopen_gaps(closed, order)

    for time in (6, 4):
        steps, mask = sequences[:, :time], gaps[:, :time]
        closed, ends, back = there_and_back(steps, mask)
        expected, lengths, _ = close_gaps(steps, mask)
        np.testing.assert_array_equal(closed, expected)
        np.testing.assert_array_equal(ends, lengths)
        np.testing.assert_array_equal(back, steps)
