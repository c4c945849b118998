from __future__ import annotations

import dataclasses
import json
import os
import subprocess
import sys
from typing import Any

import keras
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from keras import ops

from harnn.cells.elman_cell import ElmanCell
from harnn.cells.gradient_flow import GradientFlow, gradient_flow
from harnn.cells.gradient_flow_plot import plot_gradient_flow
from harnn.cells.gru_cell import GRUCell
from harnn.cells.jordan_cell import JordanCell
from harnn.cells.lstm_cell import LSTMCell
from harnn.cells.recurrent import Recurrent

LAGS = 6


def _linear(recurrent_kernel: np.ndarray, features: int = 3) -> Any:
    """Return ``h_t = x_t W + h_{t-1} U`` with a given U."""
    cell = keras.layers.SimpleRNNCell(
        len(recurrent_kernel), activation="linear", dtype="float64", use_bias=False
    )
    cell.build((None, features))
    cell.recurrent_kernel.assign(recurrent_kernel)
    return cell


def _random(cell: Any, features: int = 3, scale: float = 0.7, seed: int = 3) -> Any:
    cell.build((None, features))
    generator = np.random.default_rng(seed)
    for variable in cell.trainable_variables:
        variable.assign(generator.normal(scale=scale, size=variable.shape))
    return cell


def _orthogonal(size: int) -> np.ndarray:
    return np.linalg.qr(np.random.default_rng(7).normal(size=(size, size)))[0]


def _powers_norms(matrix: np.ndarray, lags: int) -> list[float]:
    return [
        float(np.linalg.norm(np.linalg.matrix_power(matrix, lag), 2)) for lag in range(lags + 1)
    ]


# What the norms are ----------------------------------------------------------------------------


def test_a_linear_cell_has_the_norms_of_its_matrix_powers(sequences: Any) -> None:
    matrix = np.random.default_rng(0).normal(scale=0.4, size=(5, 5))
    flow = gradient_flow(_linear(matrix), sequences)
    assert flow.lags.tolist() == list(range(LAGS + 1))
    for norms in (flow.output_norms, flow.state_norms, *flow.state_norms_by_sequence):
        np.testing.assert_allclose(norms, _powers_norms(matrix, LAGS), rtol=1e-10)


def test_an_elman_cell_has_the_norms_of_its_equation(sequences: Any) -> None:
    cell = _random(ElmanCell(4, dtype="float64"))
    kernel, recurrent_kernel, bias = cell.get_weights()
    flow = gradient_flow(cell, sequences)
    for row, sequence in enumerate(sequences):
        hidden, jacobians = np.zeros(4), []
        for x in sequence:
            hidden = np.tanh(x @ kernel + hidden @ recurrent_kernel + bias)
            jacobians.append(np.diag(1 - hidden**2) @ recurrent_kernel.T)
        product = np.eye(4)
        for lag, jacobian in enumerate(reversed(jacobians), start=1):
            product = product @ jacobian
            expected = np.linalg.norm(product, 2)
            assert flow.state_norms_by_sequence[row, lag] == pytest.approx(expected, rel=1e-10)


def test_an_lstm_agrees_with_finite_differences(
    numpy_lstm: Any, sequences: Any, lengths: Any
) -> None:
    cell = _random(LSTMCell(4, dtype="float64"))
    flow = gradient_flow(cell, sequences, lengths)
    step = 1e-6
    for row, length in enumerate(lengths):
        for lag in range(1, length + 1):
            before, after = np.split(sequences[row, :length], [length - lag])
            _, *state = numpy_lstm(cell, before)
            state = np.concatenate(state)

            def last(state: np.ndarray, after: np.ndarray = after) -> np.ndarray:
                _, *end = numpy_lstm(cell, after, hidden=state[:4], memory=state[4:])
                return np.concatenate(end)

            columns = [
                (last(state + step * along) - last(state - step * along)) / (2 * step)
                for along in np.eye(8)
            ]
            jacobian = np.stack(columns, axis=1)
            whole = flow.state_norms_by_sequence[row, lag]
            block = flow.output_norms_by_sequence[row, lag]
            assert whole == pytest.approx(np.linalg.norm(jacobian, 2), rel=1e-6, abs=1e-9)
            assert block == pytest.approx(np.linalg.norm(jacobian[:4, :4], 2), rel=1e-6, abs=1e-9)


@pytest.mark.parametrize(
    "cell",
    [
        GRUCell(4, dtype="float64"),
        GRUCell(4, reset_after=False, dtype="float64"),
        GRUCell(4, layer_norm=True, dtype="float64"),
        JordanCell(4, outputs=2, dtype="float64"),
        keras.layers.GRUCell(4, dtype="float64"),
    ],
    ids=["gru", "gru_reset_before", "gru_layer_norm", "jordan", "keras_gru"],
)
def test_any_cell_agrees_with_finite_differences_from_its_initial_state(
    cell: Any, sequences: Any
) -> None:
    _random(cell)
    sizes = cell.state_size if isinstance(cell.state_size, list) else [cell.state_size]
    ends = np.cumsum(sizes)
    start = np.random.default_rng(1).normal(size=ends[-1])

    def last(state: np.ndarray) -> np.ndarray:
        states: Any = np.split(state[None], ends[:-1], axis=-1)
        for x in sequences[0]:
            _, states = cell(x[None], states)
        return np.concatenate([np.asarray(part)[0] for part in states])

    step = 1e-6
    columns = [
        (last(start + step * along) - last(start - step * along)) / (2 * step)
        for along in np.eye(ends[-1])
    ]
    expected = np.linalg.norm(np.stack(columns, axis=1), 2)
    flow = gradient_flow(
        cell, sequences[:1], initial_state=np.split(start[None], ends[:-1], axis=-1)
    )
    assert flow.state_norms[-1] == pytest.approx(expected, rel=1e-6, abs=1e-9)


def test_a_mean_is_over_the_sequences_that_are_long_enough(sequences: Any, lengths: Any) -> None:
    flow = gradient_flow(_random(LSTMCell(4)), sequences, lengths)
    for mean, norms in (
        (flow.output_norms, flow.output_norms_by_sequence),
        (flow.state_norms, flow.state_norms_by_sequence),
    ):
        assert norms.shape == (5, LAGS + 1)
        for row, length in enumerate(lengths):
            known = [length > 0 and lag <= length for lag in range(LAGS + 1)]
            np.testing.assert_array_equal(~np.isnan(norms[row]), known)
        for lag in range(LAGS + 1):
            column = norms[~np.isnan(norms[:, lag]), lag]
            assert mean[lag] == pytest.approx(column.sum() / len(column), rel=1e-12)


def test_the_state_of_a_cell_without_a_separate_memory_is_its_output(sequences: Any) -> None:
    flow = gradient_flow(_random(GRUCell(4)), sequences)
    np.testing.assert_array_equal(flow.output_norms, flow.state_norms)
    lstm = gradient_flow(_random(LSTMCell(4)), sequences)
    assert (lstm.output_norms[1:] < lstm.state_norms[1:]).all()


def test_a_cell_that_forgets_everything_has_no_gradient(sequences: Any) -> None:
    class Forgetful(keras.layers.Layer):
        state_size = 3

        def call(self, inputs: Any, states: Any, training: bool = False) -> Any:
            return inputs, [inputs]

        def get_initial_state(self, batch_size: Any = None) -> Any:
            return ops.zeros((batch_size, 3))

    flow = gradient_flow(Forgetful(), sequences)
    assert flow.state_norms.tolist() == [1.0] + LAGS * [0.0]
    assert flow.rate == 0.0
    assert flow.verdict == "vanishing"


# Rate and verdict -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("factor", "verdict"),
    [
        (1.0, "stable"),
        (0.96, "stable"),
        (1.04, "stable"),
        (0.5, "vanishing"),
        (0.94, "vanishing"),
        (1.5, "exploding"),
        (1.06, "exploding"),
    ],
)
def test_the_rate_of_a_scaled_orthogonal_matrix_is_its_scale(
    factor: float, verdict: str, sequences: Any
) -> None:
    flow = gradient_flow(_linear(factor * _orthogonal(5)), sequences)
    assert flow.rate == pytest.approx(factor, rel=1e-9)
    assert flow.verdict == verdict
    np.testing.assert_allclose(flow.state_norms, factor**flow.lags, rtol=1e-10)


@pytest.mark.parametrize(("factor", "end"), [(1e-3, 0.0), (1e3, np.inf)])
def test_the_rate_is_known_where_the_norms_leave_the_range_of_floats(
    factor: float, end: float
) -> None:
    flow = gradient_flow(_linear(factor * _orthogonal(2)), np.zeros((2, 130, 3)))
    assert flow.state_norms[-1] == end
    assert flow.rate == pytest.approx(factor, rel=1e-9)


def test_what_dies_after_some_steps_vanishes(sequences: Any) -> None:
    flow = gradient_flow(_linear(np.eye(4, k=1)), sequences)
    np.testing.assert_allclose(flow.state_norms, [1, 1, 1, 1, 0, 0, 0], rtol=1e-12)
    assert flow.rate == 0.0


@pytest.mark.parametrize("steps", [1, 2])
def test_few_steps_are_enough_for_a_rate(steps: int) -> None:
    flow = gradient_flow(_linear(0.5 * _orthogonal(2)), np.zeros((1, steps, 3)))
    assert flow.rate == pytest.approx(0.5)


def test_a_high_forget_bias_keeps_more_than_a_low_one_and_than_an_elman_cell() -> None:
    steps = np.random.default_rng(0).normal(size=(4, 20, 3))
    elman = gradient_flow(_random(ElmanCell(6), scale=0.1), steps)
    lstm = {}
    for forget in (-5.0, 5.0):
        cell = _random(LSTMCell(6), scale=0.1)
        cell.bias.assign(np.repeat([0, forget, 0, 0], 6))
        lstm[forget] = gradient_flow(cell, steps)
    assert elman.verdict == lstm[-5.0].verdict == "vanishing"
    assert lstm[5.0].verdict != "vanishing"
    for vanished in (elman, lstm[-5.0]):
        assert lstm[5.0].state_norms[-1] > 1 > 1e3 * vanished.state_norms[-1]
        assert (lstm[5.0].output_norms[5:] > vanished.output_norms[5:]).all()


# Hochreiter's bound -----------------------------------------------------------------------------


@given(
    activation=st.sampled_from(["tanh", "relu"]),
    scale=st.floats(0.05, 1.5),
    seed=st.integers(0, 1000),
)
@settings(deadline=None, max_examples=20)
def test_no_elman_cell_exceeds_the_bound(activation: str, scale: float, seed: int) -> None:
    cell = _random(ElmanCell(4, activation=activation, dtype="float64"), scale=scale, seed=seed)
    flow = gradient_flow(cell, np.random.default_rng(seed).normal(size=(3, 8, 3)))
    assert flow.recurrent_norm == pytest.approx(
        np.linalg.norm(cell.recurrent_kernel.numpy(), 2), rel=1e-12
    )
    assert flow.hochreiter_bound is not None
    np.testing.assert_allclose(flow.hochreiter_bound, flow.recurrent_norm**flow.lags, rtol=1e-12)
    assert (flow.state_norms_by_sequence <= flow.hochreiter_bound * (1 + 1e-9)).all()


def test_the_bound_of_a_sigmoid_has_a_quarter_of_the_norm(sequences: Any) -> None:
    cell = _random(keras.layers.SimpleRNNCell(4, activation="sigmoid", dtype="float64"))
    flow = gradient_flow(cell, sequences)
    assert flow.recurrent_norm is not None
    assert flow.hochreiter_bound is not None
    expected = (flow.recurrent_norm / 4) ** flow.lags
    np.testing.assert_allclose(flow.hochreiter_bound, expected, rtol=1e-12)
    assert (flow.state_norms <= flow.hochreiter_bound * (1 + 1e-9)).all()


@pytest.mark.parametrize(
    "cell", [LSTMCell(4), GRUCell(4), JordanCell(4)], ids=["lstm", "gru", "jordan"]
)
def test_cells_of_another_kind_have_no_bound(cell: Any, sequences: Any) -> None:
    flow = gradient_flow(cell, sequences)
    assert flow.recurrent_norm is None
    assert flow.hochreiter_bound is None
    assert "bound" not in flow.text()


@pytest.mark.parametrize(
    "cell",
    [ElmanCell(4, layer_norm=True), keras.layers.SimpleRNNCell(4, activation="gelu")],
    ids=["layer_norm", "gelu"],
)
def test_where_the_gain_is_not_known_there_is_a_norm_but_no_bound(
    cell: Any, sequences: Any
) -> None:
    flow = gradient_flow(cell, sequences)
    assert flow.recurrent_norm == pytest.approx(1.0, rel=1e-5)  # orthogonal
    assert flow.hochreiter_bound is None


# What it runs on ---------------------------------------------------------------------------------


def test_what_stands_on_padding_never_matters(sequences: Any, lengths: Any) -> None:
    cell = _random(LSTMCell(4))
    other = sequences.copy()
    other[np.arange(LAGS) >= lengths[:, None]] = [1e6, np.nan, np.inf]
    _assert_same(gradient_flow(cell, sequences, lengths), gradient_flow(cell, other, lengths))


def test_a_sequence_is_measured_as_if_alone(sequences: Any, lengths: Any) -> None:
    cell = _random(LSTMCell(4, dtype="float64"))
    together = gradient_flow(cell, sequences, lengths)
    for row in np.flatnonzero(lengths):
        alone = gradient_flow(cell, sequences[row : row + 1, : lengths[row]])
        np.testing.assert_allclose(
            together.state_norms_by_sequence[row, : lengths[row] + 1],
            alone.state_norms,
            rtol=1e-10,
        )


def test_lags_stop_at_the_largest_wanted_or_at_the_longest_sequence(sequences: Any) -> None:
    cell = _random(LSTMCell(4))
    whole = gradient_flow(cell, sequences)
    part = gradient_flow(cell, sequences, max_lag=2)
    assert part.lags.tolist() == [0, 1, 2]
    np.testing.assert_array_equal(part.state_norms, whole.state_norms[:3])
    _assert_same(gradient_flow(cell, sequences, max_lag=99), whole)
    short = gradient_flow(cell, sequences, lengths=[3, 2, 1, 0, 1])
    assert short.lags.tolist() == [0, 1, 2, 3]


def test_an_unbuilt_cell_is_built_for_the_sequences_and_dropout_is_off(sequences: Any) -> None:
    cell = LSTMCell(4, dropout=0.9, recurrent_dropout=0.9, seed=0)
    first = gradient_flow(cell, sequences)
    assert cell.built
    assert cell.kernel.shape == (3, 16)
    _assert_same(gradient_flow(cell, sequences), first)


def test_zeros_are_the_initial_state_unless_one_is_given(sequences: Any) -> None:
    cell = _random(GRUCell(4))
    zeros = np.zeros((5, 4))
    default = gradient_flow(cell, sequences)
    _assert_same(gradient_flow(cell, sequences, initial_state=[zeros]), default)
    _assert_same(gradient_flow(cell, sequences, initial_state=zeros), default)
    other = gradient_flow(cell, sequences, initial_state=[zeros + 2])
    assert not np.allclose(other.state_norms, default.state_norms)


def test_a_cell_is_measured_in_its_own_precision(sequences: Any) -> None:
    exact = gradient_flow(_random(LSTMCell(4, dtype="float64")), sequences)
    for dtype, tolerance in (("float32", 1e-5), ("mixed_float16", 0.02), ("mixed_bfloat16", 0.2)):
        flow = gradient_flow(_random(LSTMCell(4, dtype=dtype)), sequences)
        assert flow.state_norms.dtype == np.float64
        np.testing.assert_allclose(flow.state_norms, exact.state_norms, rtol=tolerance)
        assert (flow.state_norms[1:] != exact.state_norms[1:]).all()


# Without matplotlib, as only the plot needs it.
_PROGRAM = """
import json
import sys

sys.modules["matplotlib"] = None

import keras
import numpy as np

from harnn.cells.gradient_flow import gradient_flow
from harnn.cells.lstm_cell import LSTMCell

cell = LSTMCell(4)
cell.build((None, 3))
generator = np.random.default_rng(3)
for variable in cell.trainable_variables:
    variable.assign(generator.normal(scale=0.7, size=variable.shape))
sequences = np.random.default_rng(0).normal(size=(5, 6, 3))
flow = gradient_flow(cell, sequences, np.array([6, 3, 1, 0, 5]))
print(json.dumps([keras.config.backend(), flow.output_norms.tolist(), flow.state_norms.tolist()]))
"""


def test_jax_finds_the_same_norms_and_needs_no_matplotlib(sequences: Any, lengths: Any) -> None:
    pytest.importorskip("jax")
    result = subprocess.run(
        [sys.executable, "-c", _PROGRAM],
        env={**os.environ, "KERAS_BACKEND": "jax", "JAX_PLATFORMS": "cpu"},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert result.returncode == 0, result.stderr[-4000:]
    backend, output_norms, state_norms = json.loads(result.stdout.splitlines()[-1])
    flow = gradient_flow(_random(LSTMCell(4)), sequences, lengths)
    assert backend == "jax"
    np.testing.assert_allclose(output_norms, flow.output_norms, rtol=1e-4)
    np.testing.assert_allclose(state_norms, flow.state_norms, rtol=1e-4)


# What is refused ---------------------------------------------------------------------------------


@pytest.mark.parametrize("shape", [(5, 3), (5, 6, 3, 1)])
def test_sequences_of_another_rank_are_refused(shape: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match=r"shape \(batch, time, features\), not"):
        gradient_flow(LSTMCell(4), np.zeros(shape))


def test_the_first_value_that_is_not_finite_is_named(sequences: Any) -> None:
    sequences[2, 4, 1] = np.nan
    with pytest.raises(ValueError, match=r"sequences\[2, 4, 1\] is nan"):
        gradient_flow(LSTMCell(4), sequences)


def test_features_other_than_the_cell_was_built_for_are_refused(sequences: Any) -> None:
    with pytest.raises(ValueError, match=r"sequences have 3 features, but .* built for 2"):
        gradient_flow(_random(LSTMCell(4), features=2), sequences)


@pytest.mark.parametrize(
    ("lengths", "error", "message"),
    [
        ([6, 3, 1], ValueError, r"shape \(5,\), not \(3,\)"),
        ([6, 3, 7, 0, 5], ValueError, r"lengths\[2\] is 7; it must be from 0 to 6"),
        ([6, 3, 1, 0, -5], ValueError, r"lengths\[4\] is -5"),
        ([6.0, 3.0, 1.0, 0.0, 5.0], TypeError, "must be integers, not float64"),
        ([0, 0, 0, 0, 0], ValueError, "no real step"),
    ],
)
def test_lengths_that_do_not_fit_are_refused(
    lengths: Any, error: type[Exception], message: str, sequences: Any
) -> None:
    with pytest.raises(error, match=message):
        gradient_flow(LSTMCell(4), sequences, lengths=np.array(lengths))


@pytest.mark.parametrize("max_lag", [0, -2, 1.5, True])
def test_a_largest_lag_that_is_no_positive_integer_is_refused(max_lag: Any, sequences: Any) -> None:
    with pytest.raises(ValueError, match="max_lag must be a positive integer"):
        gradient_flow(LSTMCell(4), sequences, max_lag=max_lag)


@pytest.mark.parametrize(
    ("state", "message"),
    [
        ([np.zeros((5, 4))], r"shapes \[\(5, 4\), \(5, 4\)\], not \[\(5, 4\)\]"),
        ([np.zeros((5, 4)), np.zeros((4, 4))], r"not \[\(5, 4\), \(4, 4\)\]"),
        ([np.zeros((5, 4)), np.full((5, 4), np.inf)], "sequence 0 is not finite"),
    ],
)
def test_an_initial_state_that_does_not_fit_is_refused(
    state: Any, message: str, sequences: Any
) -> None:
    with pytest.raises(ValueError, match=message):
        gradient_flow(LSTMCell(4), sequences, initial_state=state)


@pytest.mark.parametrize(
    ("cell", "message"),
    [
        (Recurrent(LSTMCell(4)), r"pass the cell: its \.cell"),
        (keras.layers.LSTM(4), r"pass the cell: its \.cell"),
        (keras.layers.Dense(4), "cell protocol .* not Dense"),
        (keras.layers.StackedRNNCells([LSTMCell(4), LSTMCell(4)]), "measure one at a time"),
        ("lstm", "not str"),
    ],
    ids=["recurrent", "keras_layer", "no_cell", "stacked", "text"],
)
def test_what_is_no_cell_is_refused(cell: Any, message: str, sequences: Any) -> None:
    with pytest.raises(TypeError, match=message):
        gradient_flow(cell, sequences)


def test_states_that_overflow_are_named(sequences: Any) -> None:
    cell = _linear(1e200 * np.eye(3))
    cell.kernel.assign(np.eye(3))
    with pytest.raises(ValueError, match=r"state of sequence 0 is not finite after step 3"):
        gradient_flow(cell, sequences)


def test_other_backends_are_refused(sequences: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    cell = _random(LSTMCell(4))
    monkeypatch.setattr(keras.config, "backend", lambda: "another")
    with pytest.raises(NotImplementedError, match="TensorFlow and JAX, not on another"):
        gradient_flow(cell, sequences)


# How it is shown ---------------------------------------------------------------------------------


def test_the_text_shows_doubling_lags_the_last_one_and_the_verdict() -> None:
    flow = gradient_flow(_linear(0.5 * np.eye(2)), np.zeros((1, 10, 3)))
    head, *rows, verdict = flow.text().splitlines()
    assert head.split() == ["lag", "output", "state", "bound"]
    assert [int(row.split()[0]) for row in rows] == [0, 1, 2, 4, 8, 10]
    assert rows[2].split()[1:] == ["2.50e-01"] * 3
    assert verdict == "vanishing: a factor of 0.5 a step"


@pytest.fixture(scope="module")
def flows() -> dict[str, GradientFlow]:
    steps = np.random.default_rng(0).normal(size=(5, LAGS, 3))
    return {
        "Elman": gradient_flow(_random(ElmanCell(4)), steps),
        "LSTM": gradient_flow(_random(LSTMCell(4)), steps),
    }


@pytest.mark.parametrize("of", ["state", "output"])
def test_the_plot_has_a_line_a_cell_and_the_bound_dashed(
    of: Any, flows: dict[str, GradientFlow]
) -> None:
    ax = plot_gradient_flow(flows, of=of)
    lines = {line.get_label(): line for line in ax.lines}
    assert list(lines) == ["Elman", "Elman: bound", "LSTM"]
    assert [line.get_linestyle() for line in ax.lines] == ["-", "--", "-"]
    assert lines["Elman"].get_color() == lines["Elman: bound"].get_color()
    assert lines["Elman"].get_color() != lines["LSTM"].get_color()
    for name, flow in flows.items():
        np.testing.assert_array_equal(lines[name].get_xdata(), flow.lags)
        np.testing.assert_array_equal(lines[name].get_ydata(), getattr(flow, f"{of}_norms"))
    np.testing.assert_array_equal(
        lines["Elman: bound"].get_ydata(), flows["Elman"].hochreiter_bound
    )
    assert ax.get_yscale() == "log"
    assert [text.get_text() for text in ax.get_legend().get_texts()] == list(lines)


def test_the_plot_draws_on_the_axes_it_is_given_and_is_unknown_to_pyplot(
    flows: dict[str, GradientFlow], tmp_path: Any
) -> None:
    from matplotlib.figure import Figure

    given_axes = Figure().add_subplot()
    assert plot_gradient_flow(flows, given_axes) is given_axes
    plot_gradient_flow(flows).figure.savefig(tmp_path / "flow.png")
    assert (tmp_path / "flow.png").stat().st_size > 0
    if "matplotlib.pyplot" in sys.modules:
        assert not sys.modules["matplotlib.pyplot"].get_fignums()


def test_norms_of_zero_and_infinity_leave_a_gap_in_the_plot(
    flows: dict[str, GradientFlow], tmp_path: Any
) -> None:
    norms = np.array([1, 0.5, 0, np.inf, 0.1, 0.1, 0.1])
    ax = plot_gradient_flow({"cell": dataclasses.replace(flows["LSTM"], state_norms=norms)})
    drawn = ax.lines[0].get_ydata()
    assert np.isnan(drawn).tolist() == [False, False, True, True, False, False, False]
    ax.figure.savefig(tmp_path / "flow.png")


def test_an_unknown_kind_of_norm_is_refused(flows: dict[str, GradientFlow]) -> None:
    with pytest.raises(ValueError, match="'state' or 'output', not 'memory'"):
        plot_gradient_flow(flows, of="memory")


def _assert_same(one: GradientFlow, other: GradientFlow) -> None:
    for field in dataclasses.fields(GradientFlow):
        np.testing.assert_array_equal(getattr(one, field.name), getattr(other, field.name))
