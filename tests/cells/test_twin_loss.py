from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import tensorflow as tf
from hypothesis import given, settings
from hypothesis import strategies as st

from harnn.cells.twin_loss import twin_loss

ALIGNMENTS = ("exclusive", "inclusive")


def _outputs(seed: int = 0, shape: tuple[int, ...] = (5, 6, 3)) -> tuple[np.ndarray, np.ndarray]:
    generator = np.random.default_rng(seed)
    return generator.normal(size=shape), generator.normal(size=shape)


def _expected(student: Any, teacher: Any, lengths: Any, alignment: str) -> float:
    """Return the loss by loops over the sequences and the steps ``t`` that are predicted."""
    of_sequences = []
    for forward, backward, n in zip(student, teacher, lengths, strict=True):
        exclusive = alignment == "exclusive"
        distances = [
            np.sum(
                (forward[t - 1] - backward[t + 1]) ** 2
                if exclusive
                else (forward[t] - backward[t]) ** 2
            )
            for t in (range(1, n - 1) if exclusive else range(n))
        ]
        of_sequences.append(sum(distances) / len(distances) if distances else 0.0)
    return sum(of_sequences) / len(of_sequences)


@pytest.mark.parametrize("alignment", ALIGNMENTS)
@given(
    lengths=st.lists(st.integers(0, 7), min_size=1, max_size=5),
    time=st.integers(0, 7),
    seed=st.integers(0, 99),
)
@settings(deadline=None, max_examples=60)
def test_ragged_sequences_agree_with_loops(
    alignment: str, lengths: list[int], time: int, seed: int
) -> None:
    ends = np.minimum(lengths, time).astype("int32")
    student, teacher = _outputs(seed, (len(ends), time, 3))
    loss = float(twin_loss(student, teacher, ends, alignment))
    assert loss == pytest.approx(_expected(student, teacher, ends, alignment), abs=1e-10)


@pytest.mark.parametrize("alignment", ALIGNMENTS)
@pytest.mark.parametrize("time", [0, 1, 2, 3, 6])
def test_without_lengths_all_steps_are_real(alignment: str, time: int) -> None:
    student, teacher = _outputs(shape=(5, time, 3))
    expected = _expected(student, teacher, [time] * 5, alignment)
    assert float(twin_loss(student, teacher, alignment=alignment)) == pytest.approx(expected)


def test_exclusive_is_the_default() -> None:
    student, teacher = _outputs()
    loss = float(twin_loss(student, teacher))
    assert loss == float(twin_loss(student, teacher, alignment="exclusive"))
    assert loss != float(twin_loss(student, teacher, alignment="inclusive"))


@pytest.mark.parametrize("alignment", ALIGNMENTS)
def test_padding_never_matters_not_even_a_nan(alignment: str, lengths: Any) -> None:
    student, teacher = _outputs()
    loss = float(twin_loss(student, teacher, lengths, alignment))
    padding = np.arange(6) >= lengths[:, None]
    student[padding] = teacher[padding] = np.nan
    with tf.GradientTape() as tape:
        watched = tf.constant(student)
        tape.watch(watched)
        again = twin_loss(watched, teacher, lengths, alignment)
    assert float(again) == loss
    gradient = tape.gradient(again, watched).numpy()
    assert np.isfinite(gradient).all()
    assert not gradient[padding].any()


@pytest.mark.parametrize("alignment", ALIGNMENTS)
def test_the_students_gradient_agrees_with_finite_differences(alignment: str, lengths: Any) -> None:
    start, teacher = _outputs()
    student = tf.Variable(start)
    with tf.GradientTape() as tape:
        loss = twin_loss(student, teacher, lengths, alignment)
    gradient = tape.gradient(loss, student).numpy()
    assert gradient.any()
    step = 1e-5
    for place in np.ndindex(start.shape):
        shift = np.zeros_like(start)
        shift[place] = step
        above, below = (
            float(twin_loss(start + sign * shift, teacher, lengths, alignment)) for sign in (1, -1)
        )
        assert gradient[place] == pytest.approx((above - below) / (2 * step), rel=1e-7, abs=1e-9)


@pytest.mark.parametrize("alignment", ALIGNMENTS)
def test_no_gradient_flows_into_the_teacher(alignment: str, lengths: Any) -> None:
    student, teacher = (tf.Variable(outputs) for outputs in _outputs())
    with tf.GradientTape() as tape:
        # Something else the teacher learns from, so that it has a gradient at all.
        loss = twin_loss(student, teacher, lengths, alignment) + tf.reduce_sum(teacher)
    np.testing.assert_array_equal(tape.gradient(loss, teacher), np.ones(teacher.shape))


@pytest.mark.parametrize("alignment", ALIGNMENTS)
def test_shapes_may_be_unknown_until_it_runs(alignment: str, lengths: Any) -> None:
    unknown = tf.TensorSpec((None, None, None), tf.float64)

    @tf.function(input_signature=[unknown, unknown, tf.TensorSpec((None,), tf.int32)])
    def ragged(student: Any, teacher: Any, ends: Any) -> Any:
        return twin_loss(student, teacher, ends, alignment)

    @tf.function(input_signature=[unknown, unknown])
    def full(student: Any, teacher: Any) -> Any:
        return twin_loss(student, teacher, alignment=alignment)

    for time in (1, 6):
        student, teacher = (direction[:, :time] for direction in _outputs())
        ends = np.minimum(lengths, time)
        expected = float(twin_loss(student, teacher, ends, alignment))
        assert float(ragged(student, teacher, ends)) == expected
        expected = float(twin_loss(student, teacher, alignment=alignment))
        assert float(full(student, teacher)) == expected


@pytest.mark.parametrize("dtype", ["float16", "bfloat16"])
def test_half_precision_is_summed_in_single(dtype: str) -> None:
    student = tf.fill((2, 6, 8), tf.cast(200.0, dtype))
    loss = twin_loss(student, -student, alignment="inclusive")
    assert loss.dtype == tf.float32
    assert float(loss) == 8 * 400.0**2


@pytest.mark.parametrize(
    ("student", "teacher"),
    [((2, 5, 4), (2, 5, 3)), ((2, 5, 4), (2, 4, 4)), ((2, 5), (2, 5))],
)
def test_outputs_of_different_shapes_are_refused(student: Any, teacher: Any) -> None:
    with pytest.raises(ValueError, match=r"student and teacher of one shape \(batch, time, units"):
        twin_loss(np.zeros(student), np.zeros(teacher))


def test_an_unknown_alignment_is_refused() -> None:
    with pytest.raises(ValueError, match="must be 'exclusive' or 'inclusive', not 'shifted'"):
        twin_loss(*_outputs(), alignment="shifted")
