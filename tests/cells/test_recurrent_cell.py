from __future__ import annotations

import inspect
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest
import tensorflow as tf

from harnn.cells import ElmanCell, GRUCell, JordanCell, LSTMCell, Recurrent
from harnn.cells.recurrent_cell import EPSILON, RecurrentCell

RATES = {"dropout": 0.4, "recurrent_dropout": 0.3}
MASKS = pytest.mark.parametrize("per_gate", [False, True], ids=["tied", "per_gate"])


def _assert_close(actual: Any, expected: Any, atol: float = 1e-10) -> None:
    actual = actual if isinstance(actual, list | tuple) else [actual]
    for ours, theirs in zip(actual, expected, strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=0, atol=atol)


# A step -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("layer_norm", [False, True], ids=["plain", "norm"])
def test_a_step_agrees_with_the_equations(
    make_cell: Any, layer_norm: bool, numpy_cells: Any, random_states: Any, sequences: Any
) -> None:
    cell = make_cell(layer_norm=layer_norm)
    before = random_states(cell)
    output, after = cell(sequences[:, 0], before)
    _, expected = numpy_cells.run_batch(cell, sequences[:, :1], states=before)
    _assert_close(after, expected)
    np.testing.assert_array_equal(output, after[0])


@pytest.mark.parametrize("layer_norm", [False, True], ids=["plain", "norm"])
def test_gradients_agree_with_finite_differences_under_dropout(
    make_cell: Any,
    layer_norm: bool,
    assert_gradients: Any,
    random_states: Any,
    sequences: Any,
) -> None:
    cell = make_cell(layer_norm=layer_norm, dropout_per_gate=layer_norm, seed=2, **RATES)
    steps, before = sequences[:, :2], random_states(cell)
    weights = [variable.numpy() for variable in cell.trainable_variables]
    seeds = [variable.numpy() for variable in cell.non_trainable_variables]

    def objective(first: Any, second: Any, *arguments: Any) -> Any:
        of_weights, states = arguments[: len(weights)], list(arguments[len(weights) :])
        # The same masks every time, and one for both steps.
        cell.reset_dropout_mask()
        cell.reset_recurrent_dropout_mask()
        (_, states), later = cell.stateless_call(of_weights, seeds, first, states, training=True)
        (_, states), _ = cell.stateless_call(of_weights, later, second, states, training=True)
        return sum(keras.ops.sum(keras.ops.sin(state)) for state in states)

    assert_gradients(objective, [steps[:, 0], steps[:, 1], *weights, *before])


@pytest.mark.parametrize("initial", ["orthogonal", "glorot_uniform"])
def test_weights_start_as_they_are_told_to(initial: str) -> None:
    cell = ElmanCell(4, recurrent_initializer=initial, kernel_initializer="ones")
    cell.build((None, 3))
    kernel, recurrent_kernel, bias = cell.get_weights()
    assert (kernel == 1).all()
    orthogonal = np.allclose(recurrent_kernel @ recurrent_kernel.T, np.eye(4), atol=1e-5)
    assert orthogonal == (initial == "orthogonal")
    assert not bias.any()


def test_gamma_starts_at_one(make_cell: Any) -> None:
    cell = make_cell(layer_norm=True)
    fresh = type(cell).from_config(cell.get_config())
    fresh.build((None, 3))
    assert fresh.gamma.shape == (len(cell.gates) * cell.units,)
    assert (fresh.gamma.numpy() == 1).all()


# Dropout ----------------------------------------------------------------------------------------


def _ours(cell: Any, unroll: bool = False) -> Any:
    return Recurrent(cell, return_state=True, unroll=unroll, dtype="float64")


LOOPS = {
    "loop": _ours,
    "unrolled": lambda cell: _ours(cell, unroll=True),
    "graph": lambda cell: tf.function(_ours(cell)),
    "keras": lambda cell: keras.layers.RNN(
        cell, return_sequences=True, return_state=True, dtype="float64"
    ),
}


@MASKS
@pytest.mark.parametrize("loop", LOOPS)
def test_every_loop_draws_the_same_masks_and_applies_them_as_the_equations_say(
    make_cell: Any, loop: str, per_gate: bool, numpy_cells: Any, sequences: Any
) -> None:
    cell = make_cell(dropout_per_gate=per_gate, layer_norm=per_gate, seed=7, **RATES)
    steps = sequences[:, :2]
    masks = numpy_cells.dropout_masks(cell, steps)
    rank = 3 if per_gate else 2
    assert masks["input_masks"].ndim == masks["recurrent_masks"].ndim == rank
    outputs, states = numpy_cells.run_batch(cell, steps, **masks)
    _assert_close(LOOPS[loop](cell)(steps, training=True), [outputs, *states])


@pytest.mark.parametrize("rate", RATES)
def test_either_dropout_stands_alone(
    make_cell: Any, rate: str, numpy_cells: Any, sequences: Any
) -> None:
    cell = make_cell(seed=7, **{rate: 0.5})
    masks = numpy_cells.dropout_masks(cell, sequences)
    assert [mask is None for mask in masks.values()] == [rate != name for name in RATES]
    outputs, states = numpy_cells.run_batch(cell, sequences, **masks)
    _assert_close(_ours(cell)(sequences, training=True), [outputs, *states])


@MASKS
def test_at_inference_nothing_is_dropped(
    make_cell: Any, per_gate: bool, numpy_cells: Any, sequences: Any
) -> None:
    cell = make_cell(dropout_per_gate=per_gate, **RATES)
    outputs, states = numpy_cells.run_batch(cell, sequences)
    _assert_close(_ours(cell)(sequences, training=False), [outputs, *states])
    _assert_close(_ours(cell)(sequences), [outputs, *states])


def _adder(units: int, **options: Any) -> ElmanCell:
    """Return a cell whose state is the sum of what is let through to it."""
    return ElmanCell(
        units,
        activation="relu",
        kernel_initializer="identity",
        recurrent_initializer="identity",
        dtype="float64",
        **options,
    )


def _input_masks(seed: int | None = 0, calls: int = 1, rate: float = 0.3) -> list[np.ndarray]:
    """Read the masks ``(batch, features)`` off the outputs, for sequences of ones."""
    layer = Recurrent(_adder(200, dropout=rate, seed=seed), dtype="float64")
    outputs = [np.asarray(layer(np.ones((50, 3, 200)), training=True)) for _ in range(calls)]
    steps = [np.diff(sums, axis=1, prepend=0) for sums in outputs]
    for each in steps:
        # One mask for all steps.
        np.testing.assert_allclose(each, each[:, :1].repeat(3, axis=1), atol=1e-12)
    return [each[:, 0] for each in steps]


@pytest.mark.parametrize("rate", [0.1, 0.3, 0.75])
def test_what_is_kept_makes_up_for_what_is_dropped(rate: float) -> None:
    (mask,) = _input_masks(rate=rate)
    kept = mask > 0
    np.testing.assert_allclose(mask[kept], 1 / (1 - rate), rtol=1e-6)
    # Five standard deviations of a share of 10 000 independent draws.
    assert 1 - kept.mean() == pytest.approx(rate, abs=5 * np.sqrt(rate * (1 - rate) / mask.size))
    assert mask.mean() == pytest.approx(1, abs=5 * np.sqrt(rate / (1 - rate) / mask.size))


def test_recurrent_connections_are_dropped_for_good() -> None:
    """With h_t = h_{t-1} ⊙ m the states are powers of the mask."""
    rate = 0.3
    cell = _adder(200, recurrent_dropout=rate, seed=0)
    layer = Recurrent(cell, dtype="float64")
    nothing, ones = np.zeros((50, 3, 200)), np.ones((50, 200))
    states = np.asarray(layer(nothing, initial_state=[ones], training=True))
    mask = states[:, 0]
    np.testing.assert_allclose(states[:, 1], mask**2, rtol=1e-6)
    np.testing.assert_allclose(states[:, 2], mask**3, rtol=1e-6)
    assert np.unique(mask.round(6)).tolist() == [0, round(1 / (1 - rate), 6)]
    assert (mask == 0).mean() == pytest.approx(rate, abs=5 * np.sqrt(rate * (1 - rate) / 1e4))


def test_sequences_and_calls_have_masks_of_their_own_and_a_seed_repeats_them() -> None:
    first, second = _input_masks(seed=0, calls=2)
    again, _ = _input_masks(seed=0, calls=2)
    (other,) = _input_masks(seed=1)
    np.testing.assert_array_equal(first, again)
    # Two independent masks differ in 2 · 0.3 · 0.7 of their entries.
    for mask in (second, other, np.roll(first, 1, axis=0)):
        assert ((first > 0) != (mask > 0)).mean() == pytest.approx(0.42, abs=0.03)


def test_each_gate_has_a_mask_of_its_own() -> None:
    cell = GRUCell(4, dropout_per_gate=True, seed=0, dropout=0.3, dtype="float64")
    masks = [np.asarray(mask) > 0 for mask in cell.get_dropout_mask(np.ones((100, 100)))]
    assert len(masks) == 3
    for one, other in ((0, 1), (1, 2), (0, 2)):
        assert (masks[one] != masks[other]).mean() == pytest.approx(0.42, abs=0.03)


# Layer normalisation ----------------------------------------------------------------------------


def test_the_scale_of_a_gates_linear_map_does_not_matter_under_a_norm(
    make_cell: Any, random_states: Any, sequences: Any
) -> None:
    """A factor on a gate's columns goes out of ``(a - mean(a)) / std(a)``, but for ε.

    The factor ``std / sqrt(std² + ε)`` that is left differs from one by less than ε / (2 std²).
    """
    cell = make_cell(layer_norm=True)
    units, states = cell.units, random_states(cell)
    kernel, recurrent_kernel, bias = (
        weight.numpy() for weight in (cell.kernel, cell.recurrent_kernel, cell.bias)
    )
    if bias.ndim == 2:
        # The bias within the reset gate's product is part of the map that is normalised.
        bias[1, 2 * units :] = 0
        cell.bias.assign(bias)
    large = 1e3
    cell.kernel.assign(large * kernel)
    cell.recurrent_kernel.assign(large * recurrent_kernel)
    before = np.asarray(cell(sequences[:, 0], states)[0])
    for gate in range(len(cell.gates)):
        factors = np.repeat(np.where(np.arange(len(cell.gates)) == gate, 1 / 7, 1.0), units)
        cell.kernel.assign(large * kernel * factors)
        cell.recurrent_kernel.assign(large * recurrent_kernel * factors)
        after = np.asarray(cell(sequences[:, 0], states)[0])
        # Standard deviations are beyond 10 here; gammas, units and slopes of the order of one.
        np.testing.assert_allclose(after, before, rtol=0, atol=EPSILON / 10)
        assert not np.array_equal(after, before)  # there is an ε


def test_with_gamma_zero_only_the_bias_is_left(make_cell: Any, sequences: Any) -> None:
    cell = make_cell(layer_norm=True)
    cell.gamma.assign(0 * cell.gamma)
    states = [np.zeros((5, size)) for size in cell.state_size]
    output = np.asarray(cell(sequences[:, 0], states)[0])
    np.testing.assert_allclose(output, output[:1].repeat(5, axis=0), rtol=1e-14)
    cell.gamma.assign(0 * cell.gamma + 1)
    other = np.asarray(cell(sequences[:, 0], states)[0])
    assert (np.abs(other - output).max(axis=1) > 1e-3).all()


# Types ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("dtype", "digit"), [("bfloat16", 2**-8), ("float16", 2**-11)])
def test_half_precision_agrees_with_single_up_to_its_rounding(
    make_cell: Any, dtype: str, digit: float, sequences: Any, lengths: Any
) -> None:
    wide, narrow = (
        make_cell(policy, scale=0.4, layer_norm=True) for policy in ("float32", f"mixed_{dtype}")
    )
    assert all(weight.dtype == "float32" for weight in narrow.weights)
    x = sequences.astype("float32")
    outputs = Recurrent(narrow, go_backwards=True, dtype=f"mixed_{dtype}")(x, lengths=lengths)
    assert keras.backend.standardize_dtype(outputs.dtype) == dtype
    expected = np.asarray(Recurrent(wide, go_backwards=True)(x, lengths=lengths))
    # Some ten operations a step, each off by half a digit, over six steps.
    difference = np.abs(np.asarray(keras.ops.cast(outputs, "float32")) - expected)
    assert difference.max() < 30 * digit * max(1, np.abs(expected).max())
    assert difference.max() > digit / 100  # it was rounded


def test_dropout_and_gradients_are_finite_in_half_precision(
    make_cell: Any, sequences: Any, lengths: Any
) -> None:
    cell = make_cell("mixed_float16", layer_norm=True, **RATES)
    layer = Recurrent(cell, return_state=True, dtype="mixed_float16")
    layer.build(sequences.shape)
    with tf.GradientTape() as tape:
        outputs, *states = layer(sequences.astype("float32"), lengths=lengths, training=True)
        total = tf.reduce_sum(tf.cast(outputs, "float32"))
    assert {part.dtype for part in (outputs, *states)} == {tf.float16}
    for gradient in tape.gradient(total, [v.value for v in layer.trainable_variables]):
        assert np.isfinite(gradient.numpy()).all()
        assert gradient.numpy().any()


# Configuration ----------------------------------------------------------------------------------

OF_ALL = {
    "units": 3,
    "dropout": 0.1,
    "recurrent_dropout": 0.2,
    "dropout_per_gate": True,
    "layer_norm": True,
    "kernel_initializer": keras.initializers.RandomUniform(-0.5, 0.5, seed=1),
    "recurrent_initializer": keras.initializers.Constant(0.25),
    "seed": 5,
}
OPTIONS: dict[type[RecurrentCell], dict[str, Any]] = {
    LSTMCell: {"unit_forget_bias": False},
    GRUCell: {"reset_after": False},
    ElmanCell: {"activation": "relu"},
    JordanCell: {
        "outputs": 2,
        "activation": "sigmoid",
        "output_activation": "linear",
        "output_initializer": keras.initializers.Constant(0.5),
    },
}


@pytest.mark.parametrize("kind", OPTIONS)
def test_every_argument_survives_the_configuration(kind: type[RecurrentCell]) -> None:
    options = {**OF_ALL, **OPTIONS[kind]}
    defaults = {
        name: parameter.default
        for of in (RecurrentCell, kind)
        for name, parameter in inspect.signature(of).parameters.items()
        if name != "kwargs"
    }
    assert set(options) == set(defaults)
    assert all(options[name] != default for name, default in defaults.items())

    cell = kind(**options, name="memory", dtype="float64")
    config = json.loads(json.dumps(cell.get_config()))
    assert set(options) <= set(config)
    copy = keras.saving.deserialize_keras_object(keras.saving.serialize_keras_object(cell))
    assert type(copy) is kind
    assert copy.get_config() == cell.get_config() == kind.from_config(config).get_config()
    assert copy.name == "memory"
    assert copy.compute_dtype == "float64"
    cell.build((None, 2))
    copy.build((None, 2))
    for ours, theirs in zip(cell.get_weights(), copy.get_weights(), strict=True):
        np.testing.assert_array_equal(ours, theirs)
    steps = np.ones((2, 3, 2))
    _assert_close(_ours(copy)(steps, training=True), _ours(cell)(steps, training=True), atol=0)


# What is refused --------------------------------------------------------------------------------


@pytest.mark.parametrize("units", [0, -1, 1.5, 2.0, "4", None, True])
@pytest.mark.parametrize("kind", OPTIONS)
def test_units_must_be_a_positive_integer(kind: Any, units: Any) -> None:
    with pytest.raises(ValueError, match=f"^units must be a positive integer, not {units!r}"):
        kind(units)


@pytest.mark.parametrize("rate", [1.0, 1, -0.1, float("nan"), True, "0.5", None])
@pytest.mark.parametrize("name", RATES)
@pytest.mark.parametrize("kind", OPTIONS)
def test_a_rate_must_be_a_share_below_one(kind: Any, name: str, rate: Any) -> None:
    with pytest.raises(ValueError, match=rf"^{name} must be a share in \[0, 1\), not {rate!r}"):
        kind(4, **{name: rate})


@pytest.mark.parametrize("kind", OPTIONS)
def test_an_unknown_number_of_features_is_refused(kind: Any) -> None:
    with pytest.raises(ValueError, match="memory: the number of features must be known, not None"):
        kind(4, name="memory").build((None, None))


# JAX: in a process of its own, since Keras has one backend each ---------------------------------

_PROGRAM = """
import json
import sys

import jax
import keras
import numpy as np

sys.path.insert(0, sys.argv[1])
import numpy_cells

from harnn.cells import CoupledBidirectional, Recurrent

generator = np.random.default_rng(0)
sequences = generator.normal(size=(4, 3, 3)).astype("float32")
lengths = np.array([3, 2, 1, 0], "int32")
real = np.arange(3) < lengths[:, None]
gaps = np.array([[1, 1, 1], [0, 1, 1], [1, 0, 1], [0, 0, 0]], dtype=bool)
found = {}


def check(name, results, outputs, states):
    pairs = zip(results, [outputs, *states], strict=True)
    found[name] = max(float(np.max(np.abs(ours - theirs))) for ours, theirs in pairs)


def fresh(config, **options):
    cell = keras.saving.deserialize_keras_object(
        {**config, "config": {**config["config"], **options}}
    )
    cell.build((None, 3))
    return cell


def built(layer):
    layer.build((None, None, 3))
    generator = np.random.default_rng(3)
    for variable in layer.trainable_variables:
        variable.assign(generator.normal(scale=0.7, size=variable.shape).astype("float32"))
    variables = layer.trainable_variables, layer.non_trainable_variables
    return [[variable.value for variable in each] for each in variables]


def train(name, config, per_gate):
    options = {"layer_norm": True, "dropout": 0.4, "recurrent_dropout": 0.3, "seed": 7}
    cell = fresh(config, dropout_per_gate=per_gate, **options)
    layer = CoupledBidirectional(cell, return_state=True)
    weights, seeds = built(layer)
    before = [generator.normal(size=(4, size)).astype("float32") for size in cell.state_size * 2]

    @jax.jit
    def gradients(weights, seeds):
        def loss(weights):
            results, later = layer.stateless_call(
                weights, seeds, sequences, initial_state=before, mask=gaps, training=True
            )
            return keras.ops.sum(results[0]), (results, later)

        return jax.grad(loss, has_aux=True)(weights)

    slopes, (results, later) = gradients(weights, seeds)
    assert all(np.isfinite(slope).all() and np.any(slope) for slope in slopes)
    half = len(before) // 2
    forward, backward = (
        numpy_cells.run_batch(
            direction.cell,
            sequences,
            gaps,
            states,
            direction.go_backwards,
            **numpy_cells.dropout_masks(direction.cell, sequences),
        )
        for direction, states in (
            (layer.forward, before[:half]),
            (layer.backward, before[half:]),
        )
    )
    outputs = np.concatenate([forward[0], backward[0]], axis=-1)
    check(f"{name}, training", results, outputs, [*forward[1], *backward[1]])
    # The next call draws other masks.
    others = gradients(weights, later)[1][0]
    assert np.abs(others[0] - results[0]).max() > 1e-3


def read(name, config):
    layer = Recurrent(fresh(config), go_backwards=True, return_state=True)
    built(layer)
    results = jax.jit(lambda steps, ends: layer(steps, lengths=ends))(sequences, lengths)
    check(f"{name}, reading", results, *numpy_cells.run_batch(
        layer.cell, sequences, real, None, True
    ))


for number, (name, config) in enumerate(json.loads(sys.argv[2]).items()):
    train(name, config, per_gate=number % 2 == 1)
    if number < 2:
        read(name, config)

print(json.dumps([keras.config.backend(), found]))
"""

# Keras has no float64 on JAX.
_ON_JAX = {
    "gru": GRUCell(4, recurrent_initializer="zeros"),
    "lstm": LSTMCell(4, recurrent_initializer="zeros"),
    "elman": ElmanCell(4, recurrent_initializer="zeros"),
    "gru_reset_before": GRUCell(4, reset_after=False, recurrent_initializer="zeros"),
    "elman_relu": ElmanCell(4, activation="relu", recurrent_initializer="zeros"),
    "jordan": JordanCell(4, outputs=2, recurrent_initializer="zeros"),
}


def test_jax_agrees_with_the_equations_too() -> None:
    pytest.importorskip("jax")
    cells = {name: keras.saving.serialize_keras_object(cell) for name, cell in _ON_JAX.items()}
    result = subprocess.run(
        [sys.executable, "-c", _PROGRAM, str(Path(__file__).parent), json.dumps(cells)],
        env={
            **os.environ,
            "KERAS_BACKEND": "jax",
            "JAX_PLATFORMS": "cpu",
            "JAX_DISABLE_MOST_OPTIMIZATIONS": "1",  # what it compiles runs but once
        },
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert result.returncode == 0, result.stderr[-4000:]
    backend, found = json.loads(result.stdout.splitlines()[-1])
    assert backend == "jax"
    assert len(found) == len(cells) + 2
    assert {name: gap for name, gap in found.items() if not gap < 1e-5} == {}
