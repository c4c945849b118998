from __future__ import annotations

import warnings
from typing import Any

import keras
import numpy as np
import pytest
import tensorflow as tf

from harnn.cells.border import check_sequences, check_states

EAGER = {"numpy": lambda array: array, "tensor": keras.ops.convert_to_tensor}


@pytest.fixture(params=EAGER)
def eager(request: pytest.FixtureRequest) -> Any:
    """Return what makes an array one of the kinds whose values can be read."""
    return EAGER[request.param]


def test_what_is_right_passes(eager: Any, sequences: Any, lengths: Any, gaps: Any) -> None:
    check_sequences("reader", eager(sequences), eager(lengths), eager(gaps))
    check_sequences("reader", eager(sequences), eager(lengths.astype("int64")))
    check_sequences("reader", eager(sequences), mask=eager(gaps.astype("float32")))
    check_sequences("reader", eager(sequences[:0]), eager(lengths[:0]), eager(gaps[:0]))
    check_sequences("reader", eager(np.zeros((2, 3, 1), "int32")))


@pytest.mark.parametrize("shape", [(5,), (5, 6), (5, 6, 3, 1)])
def test_sequences_of_another_rank_are_refused(shape: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match=r"reader: .*shape \(batch, time, features\), not \(5,"):
        check_sequences("reader", np.zeros(shape))


@pytest.mark.parametrize("shape", [(), (4,), (5, 1), (5, 6)])
def test_lengths_of_another_shape_are_refused(sequences: Any, shape: tuple[int, ...]) -> None:
    message = r"reader: lengths of shape .* first axes are \(5,\); the shape to give is \(batch,\)"
    with pytest.raises(ValueError, match=message):
        check_sequences("reader", sequences, np.zeros(shape, "int32"))


@pytest.mark.parametrize("wrong", [7, -1])
def test_a_length_outside_the_steps_names_its_sequence(
    eager: Any, sequences: Any, lengths: Any, wrong: int
) -> None:
    lengths[2] = wrong
    message = rf"sequence 2 has the length {wrong}; lengths lie between 0 and the 6 steps"
    with pytest.raises(ValueError, match=message):
        check_sequences("reader", eager(sequences), eager(lengths))


@pytest.mark.parametrize("dtype", ["float32", "bool"])
def test_lengths_that_are_no_integers_are_refused(
    eager: Any, sequences: Any, lengths: Any, dtype: str
) -> None:
    with pytest.raises(ValueError, match=f"lengths must be integers, not {dtype}"):
        check_sequences("reader", eager(sequences), eager(lengths.astype(dtype)))


@pytest.mark.parametrize("shape", [(5,), (6,), (5, 5), (4, 6)])
def test_a_mask_of_another_shape_is_refused(sequences: Any, shape: tuple[int, ...]) -> None:
    message = r"mask of shape .* first axes are \(5, 6\); the shape to give is \(batch, time\)"
    with pytest.raises(ValueError, match=message):
        check_sequences("reader", sequences, mask=np.ones(shape, bool))


def test_a_mask_of_features_is_refused_and_told_where_it_belongs(sequences: Any) -> None:
    with pytest.raises(ValueError, match=r"a value a feature.*an input of their own"):
        check_sequences("reader", sequences, mask=np.ones(sequences.shape, bool))


@pytest.mark.parametrize("strange", [np.nan, np.inf, -np.inf])
def test_the_first_value_that_is_not_finite_is_named(
    eager: Any, sequences: Any, strange: float
) -> None:
    sequences[3, 1, 2] = sequences[4, 0, 0] = strange
    message = rf"reader: sequence 3, step 1, feature 2 is {strange} \(2 such values\)"
    with pytest.raises(ValueError, match=message):
        check_sequences("reader", eager(sequences))


@pytest.mark.parametrize("dtype", ["float16", "bfloat16", "float32"])
def test_values_of_any_float_type_are_checked(sequences: Any, dtype: str) -> None:
    sequences[3, 1, 2] = np.nan
    with pytest.raises(ValueError, match="sequence 3, step 1, feature 2 is nan"):
        check_sequences("reader", keras.ops.cast(sequences, dtype))


def test_what_has_no_values_yet_is_checked_for_its_shape_alone() -> None:
    steps, ends, mask = keras.Input((None, 3)), keras.Input((), dtype="int32"), keras.Input((None,))
    check_sequences("reader", steps, ends, mask)
    with pytest.raises(ValueError, match="lengths of shape"):
        check_sequences("reader", steps, mask)
    with pytest.raises(ValueError, match="mask of shape"):
        check_sequences("reader", steps, mask=ends)


def test_a_traced_graph_runs_with_what_an_eager_call_refuses(sequences: Any) -> None:
    sequences[3, 1, 2] = np.nan

    @tf.function
    def traced(steps: Any, ends: Any) -> Any:
        check_sequences("reader", steps, ends)
        return steps

    with warnings.catch_warnings():
        warnings.simplefilter("error")
        np.testing.assert_array_equal(traced(sequences, np.full(5, 9)), sequences)


def test_sequences_without_a_step_are_refused() -> None:
    with pytest.raises(ValueError, match=r"reader: the sequences \(2, 0, 3\) have no step"):
        check_sequences("reader", np.zeros((2, 0, 3)))


@pytest.mark.parametrize("what", ["lengths", "mask"])
def test_a_list_is_refused(sequences: Any, what: str) -> None:
    message = rf"reader: {what} must be an array of shape \(batch.*, not a list"
    with pytest.raises(ValueError, match=message):
        check_sequences("reader", sequences, **{what: [1, 2, 3, 4, 5]})


@pytest.mark.parametrize(
    "shapes", [[(2, 4)], [(2, 4), (2, 4), (2, 4)], [(2, 4), (2, 3)], [(4,)] * 2]
)
def test_states_that_are_not_the_cells_are_refused(shapes: list[tuple[int, ...]]) -> None:
    message = r"reader: initial states of shapes .*; what is needed is 2, of widths \[4, 4\]"
    with pytest.raises(ValueError, match=message):
        check_states("reader", [np.zeros(shape) for shape in shapes], [4, 4])


def test_states_that_are_the_cells_pass() -> None:
    check_states("reader", [np.zeros((2, 4)), np.zeros((2, 3))], [4, 3])


def test_states_of_another_batch_are_refused() -> None:
    with pytest.raises(ValueError, match=r"needed is 1, of widths \[4\], for 3 sequences"):
        check_states("reader", [np.zeros((1, 4))], [4], batch=3)


def test_what_is_not_finite_may_stand_where_there_is_no_step(
    eager: Any, sequences: Any, lengths: Any, gaps: Any
) -> None:
    real = (np.arange(sequences.shape[1]) < lengths[:, None]) & gaps
    assert not real.all()
    sequences[~real] = np.nan
    check_sequences("reader", eager(sequences), eager(lengths), eager(gaps))
    with pytest.raises(ValueError, match="is nan"):
        check_sequences("reader", eager(sequences))


def test_lengths_that_are_no_integers_are_refused_before_they_have_values() -> None:
    steps, ends = keras.KerasTensor((None, 6, 3)), keras.KerasTensor((None,), dtype="float32")
    with pytest.raises(ValueError, match="lengths must be integers, not float32"):
        check_sequences("reader", steps, ends)
