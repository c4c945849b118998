from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import keras
import numpy as np
import pytest

from harnn.cells import (
    ConcatFusion,
    CoupledBidirectional,
    DecoupledBidirectional,
    ElmanCell,
    GRUCell,
    JordanCell,
    LSTMCell,
    Recurrent,
)
from harnn.cells.keras_conversion import from_keras, to_keras

UNITS, FEATURES = 4, 3

# Our cell, Keras' cell and Keras' layer of each kind.
PLAIN: dict[str, tuple[Any, Any, Any]] = {
    "lstm": (LSTMCell, keras.layers.LSTMCell, keras.layers.LSTM),
    "gru": (GRUCell, keras.layers.GRUCell, keras.layers.GRU),
    "simple": (ElmanCell, keras.layers.SimpleRNNCell, keras.layers.SimpleRNN),
}
OPTIONS: dict[str, tuple[str, dict[str, Any]]] = {
    "lstm": ("lstm", {}),
    "lstm_no_unit_forget": ("lstm", {"unit_forget_bias": False}),
    "gru": ("gru", {}),
    "gru_reset_before": ("gru", {"reset_after": False}),
    "simple": ("simple", {}),
    "simple_relu": ("simple", {"activation": "relu"}),
}
EQUATIONS = ["lstm", "gru", "gru_reset_before", "simple", "simple_relu"]
TOLERANCE = {"float32": 1e-6, "float64": 1e-12}
STEPS = 4
LENGTHS = np.array([4, 2, 1, 3, 4], dtype=np.int32)
REAL = np.arange(STEPS) < LENGTHS[:, None]

DIRECTIONS = pytest.mark.parametrize("go_backwards", [False, True], ids=["forward", "backward"])
ENDS_AND_DTYPES = pytest.mark.parametrize(
    ("ragged", "dtype"), [(False, "float64"), (True, "float64"), (True, "float32")]
)


@pytest.fixture
def sequences(sequences: Any) -> Any:
    """Return the sequences, of a few steps; what stands on the padding is noise."""
    return sequences[:, :STEPS]


@pytest.fixture(params=EQUATIONS)
def kind(request: pytest.FixtureRequest) -> str:
    """Return each of the equations that both sides have."""
    return request.param


@pytest.fixture
def make(randomise: Any) -> Callable[..., Any]:
    """Return the function that makes what is to be converted, built, with random weights.

    Its name says what: Keras' ``cell``, ``layer`` or ``bidirectional``, our ``our_cell``,
    ``recurrent`` or ``coupled``.
    """

    def of_frame(frame: dict[str, Any]) -> Any:
        return {name: frame[name] for name in ("dtype", "name", "trainable") if name in frame}

    def make(what: str, kind: str, inner: Any = None, **frame: Any) -> Any:
        plain, options = OPTIONS[kind]
        ours, cell, layer = (
            partial(part, UNITS, **options, **(inner or {})) for part in PLAIN[plain]
        )
        frame = {"dtype": "float64", **frame}
        policy = {"dtype": frame["dtype"]}
        if what == "cell":
            made = cell(**frame)
        elif what == "our_cell":
            made = ours(**frame)
        elif what == "layer":
            made = layer(**{"return_sequences": True, **frame})
        elif what == "bidirectional":
            made = keras.layers.Bidirectional(
                layer(**{"return_sequences": True, **frame}), **of_frame(frame)
            )
        elif what == "recurrent":
            made = Recurrent(ours(**policy), **frame)
        else:
            made = CoupledBidirectional(ours(**policy), **frame)
        made.build((None, FEATURES) if "cell" in what else (None, None, FEATURES))
        trainable, made.trainable = made.trainable, True
        randomise(made, 0.4)
        made.trainable = trainable
        return made

    return make


def _arrays(results: Any) -> list[np.ndarray]:
    results = results if isinstance(results, list | tuple) else [results]
    return [keras.ops.convert_to_numpy(result) for result in results]


def _run_both(ours: Any, theirs: Any, x: Any, ragged: bool, **call: Any) -> tuple[Any, Any, Any]:
    """Return what ours gives, what theirs gives, and which steps are real."""
    x = x.astype(ours.compute_dtype)
    real = REAL if ragged else np.ones_like(REAL)
    given, told = ({"lengths": LENGTHS}, {"mask": real}) if ragged else ({}, {})
    actual, expected = _arrays(ours(x, **given, **call)), _arrays(theirs(x, **told, **call))
    if isinstance(ours, Recurrent) and ours.go_backwards and ours.return_sequences:
        # Keras gives the outputs in the order of reading.
        expected[0] = expected[0][:, ::-1]
    return actual, expected, real


def _assert_close(actual: Any, expected: Any, tolerance: float) -> None:
    assert len(actual) == len(expected)
    for ours, theirs in zip(actual, expected, strict=True):
        assert ours.dtype == theirs.dtype
        np.testing.assert_allclose(ours, theirs, rtol=0, atol=tolerance)


def _states(number: int, dtype: str = "float64") -> list[np.ndarray]:
    generator = np.random.default_rng(1)
    return [generator.normal(size=(5, UNITS)).astype(dtype) for _ in range(number)]


def _bits(layer: Any) -> list[bytes]:
    return [keras.ops.convert_to_numpy(weight).tobytes() for weight in layer.weights]


# What they compute ------------------------------------------------------------------------------


@ENDS_AND_DTYPES
@DIRECTIONS
def test_a_layer_of_keras_and_ours_made_of_it_agree_at_every_real_step(
    make: Any, kind: str, go_backwards: bool, ragged: bool, dtype: str, sequences: Any
) -> None:
    theirs = make("layer", kind, dtype=dtype, go_backwards=go_backwards, return_state=True)
    ours = from_keras(theirs)
    assert type(ours) is Recurrent
    (outputs, *states), (expected, *ends), real = _run_both(ours, theirs, sequences, ragged)
    _assert_close([outputs[real], *states], [expected[real], *ends], TOLERANCE[dtype])
    assert np.abs(outputs[real]).max() > 0.1


@DIRECTIONS
def test_a_layer_of_ours_and_keras_made_of_it_agree_on_padding_too(
    make: Any, kind: str, go_backwards: bool, sequences: Any
) -> None:
    ours = make("recurrent", kind, go_backwards=go_backwards, return_state=True)
    theirs = to_keras(ours)
    assert type(theirs) is PLAIN[OPTIONS[kind][0]][2]
    actual, expected, real = _run_both(ours, theirs, sequences, ragged=True)
    _assert_close(actual, expected, 1e-12)
    np.testing.assert_array_equal(expected[0][~real], 0)


@pytest.mark.parametrize("unroll", [False, True], ids=["loop", "unrolled"])
def test_the_last_output_is_the_same(make: Any, kind: str, unroll: bool, sequences: Any) -> None:
    options = {"return_sequences": False, "go_backwards": unroll, "unroll": unroll}
    theirs = make("layer", kind, **options)
    actual, expected, _ = _run_both(from_keras(theirs), theirs, sequences, ragged=True)
    _assert_close(actual, expected, 1e-12)
    ours = make("recurrent", kind, **options)
    actual, expected, _ = _run_both(ours, to_keras(ours), sequences, ragged=True)
    _assert_close(actual, expected, 1e-12)


@ENDS_AND_DTYPES
def test_both_directions_agree(
    make: Any, kind: str, ragged: bool, dtype: str, sequences: Any
) -> None:
    theirs = make("bidirectional", kind, dtype=dtype, return_state=True)
    ours = from_keras(theirs)
    assert type(ours) is CoupledBidirectional
    actual, expected, _ = _run_both(ours, theirs, sequences, ragged)
    _assert_close(actual, expected, TOLERANCE[dtype])
    # The directions are not the same one twice.
    assert np.abs(actual[0][..., :UNITS] - actual[0][..., UNITS:]).max() > 0.1


def test_both_directions_of_ours_agree(make: Any, kind: str, sequences: Any) -> None:
    ours = make("coupled", kind)
    theirs = to_keras(ours)
    assert type(theirs) is keras.layers.Bidirectional
    actual, expected, _ = _run_both(ours, theirs, sequences, ragged=True)
    _assert_close(actual, expected, 1e-12)


@DIRECTIONS
def test_they_go_on_from_the_same_states(
    make: Any, kind: str, go_backwards: bool, sequences: Any
) -> None:
    theirs = make("layer", kind, go_backwards=go_backwards, return_state=True)
    before = _states(len(theirs.state_size))
    (outputs, *states), (expected, *ends), real = _run_both(
        from_keras(theirs), theirs, sequences, ragged=True, initial_state=before
    )
    _assert_close([outputs[real], *states], [expected[real], *ends], 1e-12)


@pytest.mark.parametrize("kind", ["lstm", "gru"])
def test_both_directions_go_on_from_the_same_states(make: Any, kind: str, sequences: Any) -> None:
    theirs = make("bidirectional", kind, return_state=True)
    before = _states(2 * len(theirs.forward_layer.state_size))
    actual, expected, _ = _run_both(
        from_keras(theirs), theirs, sequences, ragged=True, initial_state=before
    )
    _assert_close(actual, expected, 1e-12)


def test_a_cells_step_is_the_same(make: Any, kind: str, sequences: Any) -> None:
    theirs, ours = make("cell", kind), make("our_cell", kind)
    for cell, other in ((theirs, from_keras(theirs)), (ours, to_keras(ours))):
        states = _states(1 + (kind == "lstm"))
        actual, after = other(sequences[:, 0], states)
        expected, ends = cell(sequences[:, 0], states)
        _assert_close(_arrays([actual, *after]), _arrays([expected, *ends]), 1e-12)


@pytest.mark.parametrize("what", ["layer", "bidirectional"])
@pytest.mark.parametrize("kind", ["lstm", "gru", "gru_reset_before"])
def test_gradients_are_the_same_and_of_z_the_negative(
    make: Any, what: str, kind: str, gradients: Any, sequences: Any
) -> None:
    theirs = make(what, kind)
    ours = from_keras(theirs)
    calls = ((ours, {"lengths": LENGTHS}), (theirs, {"mask": REAL}))

    def of_weights(layer: Any, ends: dict[str, Any]) -> list[np.ndarray]:
        others = [variable.value for variable in layer.non_trainable_variables]

        def objective(*weights: Any) -> Any:
            outputs = layer.stateless_call(weights, others, sequences, **ends)[0]
            return keras.ops.sum(keras.ops.sin(outputs) * REAL[..., None])

        return gradients(objective, layer.get_weights())

    actual, expected = (of_weights(*call) for call in calls)
    if kind != "lstm":
        for gradient in expected:
            gradient[..., :UNITS] *= -1
    _assert_close(actual, expected, 1e-12)
    assert all(np.abs(gradient).max() > 0 for gradient in actual)


@pytest.mark.parametrize(
    ("what", "rates"),
    [("layer", (0.4, 0.0)), ("layer", (0.0, 0.4)), ("bidirectional", (0.4, 0.4))],
)
@pytest.mark.parametrize("kind", ["lstm", "gru_reset_before", "simple"])
def test_the_next_dropout_masks_are_those_that_the_other_side_would_have_drawn(
    make: Any, what: str, kind: str, rates: tuple[float, float], sequences: Any
) -> None:
    inner = {"dropout": rates[0], "recurrent_dropout": rates[1], "seed": 7}
    theirs = make(what, kind, inner)
    first = theirs(sequences, training=True)
    ours = from_keras(theirs)
    back = to_keras(ours)
    actual, expected, _ = _run_both(ours, theirs, sequences, ragged=True, training=True)
    _assert_close([actual[0][REAL]], [expected[0][REAL]], 1e-12)
    assert np.abs(expected[0] - keras.ops.convert_to_numpy(first)).max() > 0
    _, again, _ = _run_both(ours, back, sequences, ragged=True, training=True)
    _assert_close([again[0][REAL]], [expected[0][REAL]], 1e-12)


@pytest.mark.parametrize(("dropout", "recurrent"), [(0.3, 0.0), (0.0, 0.3), (0.0, 0.0)])
def test_an_lstm_cell_with_masks_for_each_gate_has_them_on_our_side(
    dropout: float, recurrent: float, randomise: Any, sequences: Any
) -> None:
    theirs = keras.layers.LSTMCell(
        UNITS, implementation=1, dropout=dropout, recurrent_dropout=recurrent, dtype="float64"
    )
    theirs.build((None, FEATURES))
    ours = from_keras(randomise(theirs))
    assert ours.dropout_per_gate is bool(dropout or recurrent)
    actual, expected = (
        cell(sequences[:, 0], _states(2), training=True)[0] for cell in (ours, theirs)
    )
    _assert_close(_arrays(actual), _arrays(expected), 1e-12)


@pytest.mark.parametrize("dtype", ["mixed_bfloat16", "mixed_float16", "bfloat16"])
def test_half_precision_is_carried_over(make: Any, dtype: str, sequences: Any) -> None:
    # Keras cannot draw an orthogonal matrix of bfloat16.
    theirs = make("layer", "gru", {"recurrent_initializer": "glorot_uniform"}, dtype=dtype)
    ours = from_keras(theirs)
    assert ours.dtype_policy == ours.cell.dtype_policy == theirs.dtype_policy
    actual, expected, _ = _run_both(ours, theirs, sequences, ragged=False)
    outputs, wanted = (results[0].astype("float32") for results in (actual, expected))
    np.testing.assert_allclose(outputs, wanted, atol=0.05)
    assert _bits(to_keras(ours)) == _bits(theirs)


# There and back ---------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", OPTIONS)
@pytest.mark.parametrize("what", ["cell", "layer", "bidirectional"])
def test_from_keras_and_back_every_bit_and_every_option_is_as_before(
    make: Any, what: str, kind: str
) -> None:
    inner = {
        "dropout": 0.1,
        "recurrent_dropout": 0.2,
        "seed": 5,
        "kernel_initializer": keras.initializers.RandomNormal(stddev=0.3, seed=2),
        "recurrent_initializer": "glorot_normal",
    }
    frame: dict[str, Any] = {"name": "reader", "dtype": "float32"}
    if what != "cell":
        frame |= {"return_state": True, "unroll": True, "zero_output_for_mask": True}
    theirs = make(what, kind, inner, **frame)
    back = to_keras(from_keras(theirs))
    assert _bits(back) == _bits(theirs)
    assert back.get_config() == theirs.get_config()
    cells = [_cells(layer) for layer in (back, theirs)]
    assert [cell.seed for cell in cells[0]] == [cell.seed for cell in cells[1]]


@pytest.mark.parametrize("what", ["our_cell", "recurrent", "coupled"])
@pytest.mark.parametrize("kind", OPTIONS)
def test_to_keras_and_back_every_bit_and_every_option_is_as_before(
    make: Any, what: str, kind: str
) -> None:
    inner = {
        "dropout": 0.1,
        "recurrent_dropout": 0.2,
        "dropout_per_gate": "simple" not in kind,
        "seed": 5,
        "kernel_initializer": keras.initializers.RandomNormal(stddev=0.3, seed=2),
        "recurrent_initializer": "glorot_normal",
    }
    frame = {} if what == "our_cell" else {"return_state": True, "unroll": True}
    ours = make(what, kind, inner, name="reader", **frame)
    back = from_keras(to_keras(ours))
    assert _bits(back) == _bits(ours)
    before, after = ours.get_config(), back.get_config()
    if what == "recurrent":
        # Keras names the cell within a layer itself.
        del before["cell"]["config"]["name"], after["cell"]["config"]["name"]
    assert after == before
    cells = [_cells(layer) for layer in (back, ours)]
    assert [cell.seed for cell in cells[0]] == [cell.seed for cell in cells[1]]


def _cells(layer: Any) -> list[Any]:
    """Return the cells of any layer of either side."""
    for pair in (("forward", "backward"), ("forward_layer", "backward_layer")):
        if hasattr(layer, pair[1]):
            return [getattr(layer, direction).cell for direction in pair]
    return [getattr(layer, "cell", layer)]


def test_the_strangest_numbers_come_back_as_they_were(make: Any) -> None:
    theirs = make("cell", "gru", dtype="float32")
    strange = [0.0, -0.0, np.inf, -np.inf, np.nan, 1e-45, -1e-45, 3.4e38]
    for weight in theirs.weights:
        weight.assign(np.resize(np.array(strange, "float32"), weight.shape))
    assert _bits(to_keras(from_keras(theirs))) == _bits(theirs)


def test_only_the_weights_of_z_change_their_sign(make: Any) -> None:
    theirs = make("layer", "gru")
    for ours, weight in zip(from_keras(theirs).get_weights(), theirs.get_weights(), strict=True):
        np.testing.assert_array_equal(ours[..., :UNITS], -weight[..., :UNITS])
        np.testing.assert_array_equal(ours[..., UNITS:], weight[..., UNITS:])


@pytest.mark.parametrize(
    ("there", "what"),
    [
        *((from_keras, what) for what in ("cell", "layer", "bidirectional")),
        *((to_keras, what) for what in ("our_cell", "recurrent", "coupled")),
    ],
)
def test_what_is_frozen_stays_frozen_and_the_original_is_left_alone(
    make: Any, there: Any, what: str
) -> None:
    layer = make(what, "gru", trainable=False)
    before = _bits(layer)
    other = there(layer)
    assert other.trainable is False
    assert not other.trainable_weights
    other.trainable = True
    for weight in other.trainable_weights:
        weight.assign(weight + 1)
    assert not layer.trainable
    assert _bits(layer) == before


def test_a_cell_frozen_within_its_layer_stays_so(make: Any) -> None:
    theirs = make("layer", "lstm")
    theirs.cell.trainable = False
    ours = from_keras(theirs)
    assert ours.trainable
    assert not ours.cell.trainable


@pytest.mark.parametrize("kind", ["lstm", "gru"])
def test_what_was_made_survives_saving(make: Any, kind: str, tmp_path: Any, sequences: Any) -> None:
    theirs = make("bidirectional", kind, name="reader")
    ours = from_keras(theirs)
    expected = _arrays(ours(sequences))
    for layer in (ours, to_keras(ours)):
        inputs = keras.Input((None, FEATURES), dtype="float64")
        keras.Model(inputs, layer(inputs)).save(tmp_path / "model.keras")
        loaded = keras.models.load_model(tmp_path / "model.keras")
        _assert_close(_arrays(loaded(sequences)), expected, 1e-12)


# What is refused --------------------------------------------------------------------------------


LSTM, GRU, SimpleRNN = keras.layers.LSTM, keras.layers.GRU, keras.layers.SimpleRNN


def _both_ways(layer: Any, **options: Any) -> Any:
    return keras.layers.Bidirectional(layer, **options)


@pytest.mark.parametrize(
    ("make_layer", "message"),
    [
        (lambda: LSTM(4, name="a", activation="relu"), "^a cannot .*: its activation is relu, not"),
        (lambda: GRU(4, activation=None), "activation is linear, not Keras' tanh"),
        (lambda: SimpleRNN(4, activation="gelu"), "is gelu, not Keras' tanh or relu"),
        (lambda: SimpleRNN(4, activation=keras.layers.ReLU()), "not Keras' tanh or relu"),
        (lambda: GRU(4, recurrent_activation="hard_sigmoid"), "recurrent_activation is hard_sig"),
        (lambda: LSTM(4, use_bias=False), "use_bias=False"),
        (lambda: LSTM(4, bias_initializer="ones"), "bias_initializer is not zeros"),
        (lambda: LSTM(4, kernel_regularizer="l2"), "it has a kernel_regularizer; our"),
        (lambda: GRU(4, recurrent_regularizer="l2"), "a recurrent_regularizer"),
        (lambda: SimpleRNN(4, bias_regularizer="l2"), "a bias_regularizer"),
        (lambda: LSTM(4, activity_regularizer="l2"), "an activity_regularizer"),
        (lambda: LSTM(4, kernel_constraint="non_neg"), "a kernel_constraint"),
        (
            lambda: GRU(4, recurrent_constraint="non_neg", bias_constraint="non_neg"),
            "a recurrent_constraint and a bias_constraint",
        ),
        (lambda: LSTM(4, stateful=True), "stateful=True; .*initial_state"),
        (lambda: GRU(4, zero_output_for_mask=True), "zero_output_for_mask=True without return"),
        (lambda: _both_ways(LSTM(4, return_sequences=True), merge_mode="sum"), "'sum'; .*'concat'"),
        (lambda: _both_ways(LSTM(4, return_sequences=True), merge_mode=None), "merge_mode=None"),
        (lambda: _both_ways(LSTM(4), name="a"), "^a cannot .*return_sequences=False"),
        (lambda: _both_ways(LSTM(4, use_bias=False), name="a"), "^a cannot .*use_bias=False"),
        (lambda: _both_ways(LSTM(4, stateful=True)), "stateful=True"),
        (
            lambda: _both_ways(LSTM(4, return_sequences=True), activity_regularizer="l2"),
            "an activity_regularizer",
        ),
        (
            lambda: _both_ways(
                LSTM(4, return_sequences=True, go_backwards=True),
                backward_layer=LSTM(4, return_sequences=True),
            ),
            "its forward layer goes backwards",
        ),
        (
            lambda: _both_ways(
                LSTM(4, return_sequences=True, dtype="float64"), dtype="float32", name="a"
            ),
            "^a cannot .*its dtype is float32 and its cell's float64",
        ),
    ],
)
def test_what_ours_have_not_is_refused(make_layer: Callable[[], Any], message: str) -> None:
    layer = make_layer()
    layer.build((2, 6, FEATURES))
    with pytest.raises(ValueError, match=message):
        from_keras(layer)


@pytest.mark.parametrize(
    "other",
    [
        partial(GRU, UNITS),
        partial(LSTM, 5),
        partial(LSTM, UNITS, dropout=0.1),
        partial(LSTM, UNITS, unit_forget_bias=False),
        partial(LSTM, UNITS, kernel_initializer="he_normal"),
        partial(LSTM, UNITS, unroll=True),
    ],
)
def test_directions_that_differ_in_their_options_are_refused(other: Any) -> None:
    backward = other(return_sequences=True, go_backwards=True)
    layer = _both_ways(LSTM(UNITS, return_sequences=True), backward_layer=backward)
    layer.build((None, None, FEATURES))
    with pytest.raises(ValueError, match="its directions differ in more than weights and seeds"):
        from_keras(layer)


def test_directions_may_differ_in_their_seeds() -> None:
    initializers = (keras.initializers.GlorotUniform(seed=seed) for seed in (1, 2))
    forward, backward = (
        LSTM(4, return_sequences=True, seed=way, go_backwards=way == 1, kernel_initializer=start)
        for way, start in enumerate(initializers)
    )
    layer = _both_ways(forward, backward_layer=backward)
    layer.build((None, None, FEATURES))
    assert _bits(from_keras(layer)) == _bits(layer)


@pytest.mark.parametrize("cell", [LSTMCell, GRUCell])
@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"layer_norm": True}, "layer_norm=True"),
        ({"recurrent_dropout": 0.1}, "dropout_per_gate=False; .* here dropout_per_gate=True"),
        ({"dropout": 0.1, "recurrent_dropout": 0.1}, "dropout_per_gate=False; "),
        ({"dropout": 0.1, "dropout_per_gate": True}, "=True; .* here dropout_per_gate=False"),
        ({"activity_regularizer": "l2"}, "an activity_regularizer"),
    ],
)
def test_what_keras_cells_have_not_is_refused(
    cell: Any, options: dict[str, Any], message: str
) -> None:
    alone = cell(UNITS, name="a", **options)
    alone.build((None, FEATURES))
    recurrent = Recurrent(cell(UNITS, **options), name="a")
    coupled = CoupledBidirectional(cell(UNITS, **options), name="a")
    for layer in (recurrent, coupled):
        layer.build((None, None, FEATURES))
    for layer in (alone, recurrent, coupled):
        with pytest.raises(ValueError, match=f"^a cannot be converted: .*{message}"):
            to_keras(layer)


@pytest.mark.parametrize(
    ("make_layer", "message"),
    [
        (lambda: CoupledBidirectional(LSTMCell(4), fusion=ConcatFusion()), "it has a fusion"),
        (
            lambda: CoupledBidirectional(LSTMCell(4), activity_regularizer="l2"),
            "an activity_regularizer",
        ),
        (lambda: Recurrent(GRUCell(4), activity_regularizer="l2"), "an activity_regularizer"),
        (
            lambda: Recurrent(LSTMCell(4, dtype="float64"), dtype="mixed_bfloat16"),
            "its dtype is mixed_bfloat16 and its cell's float64; give both the same",
        ),
    ],
)
def test_what_keras_layers_have_not_is_refused(make_layer: Callable[[], Any], message: str) -> None:
    layer = make_layer()
    layer.build((None, None, FEATURES))
    with pytest.raises(ValueError, match=message):
        to_keras(layer)


def test_masks_for_the_only_gate_are_one_for_all() -> None:
    cell = ElmanCell(4, dropout=0.1, recurrent_dropout=0.1, dropout_per_gate=True)
    cell.build((None, FEATURES))
    assert _bits(to_keras(cell)) == _bits(cell)


@pytest.mark.parametrize(
    ("there", "make_layer"),
    [
        (from_keras, lambda: LSTM(4)),
        (from_keras, lambda: keras.layers.GRUCell(4)),
        (from_keras, lambda: _both_ways(SimpleRNN(4, return_sequences=True))),
        (to_keras, lambda: LSTMCell(4)),
        (to_keras, lambda: Recurrent(GRUCell(4))),
        (to_keras, lambda: CoupledBidirectional(ElmanCell(4))),
    ],
)
def test_what_has_no_weights_yet_is_refused(there: Any, make_layer: Callable[[], Any]) -> None:
    with pytest.raises(ValueError, match="it has no weights yet; build it"):
        there(make_layer())


class _Peephole(keras.layers.LSTM):
    """An LSTM that might have equations of its own."""


@pytest.mark.parametrize(
    ("there", "make_layer", "culprit"),
    [
        (from_keras, lambda: keras.layers.Dense(4), "Dense"),
        (from_keras, lambda: "lstm", "str"),
        (from_keras, lambda: _Peephole(4), "_Peephole"),
        (from_keras, lambda: keras.layers.RNN(keras.layers.LSTMCell(4)), "RNN"),
        (from_keras, lambda: _both_ways(keras.layers.RNN(keras.layers.LSTMCell(4))), "RNN"),
        (from_keras, lambda: Recurrent(LSTMCell(4)), "Recurrent"),
        (to_keras, lambda: LSTM(4), "LSTM"),
        (to_keras, lambda: JordanCell(4), "JordanCell"),
        (to_keras, lambda: Recurrent(JordanCell(4)), "JordanCell"),
        (to_keras, lambda: CoupledBidirectional(JordanCell(4)), "JordanCell"),
        (to_keras, lambda: Recurrent(keras.layers.LSTMCell(4)), "LSTMCell"),
        (to_keras, lambda: DecoupledBidirectional(LSTMCell(4)), "DecoupledBidirectional"),
    ],
)
def test_what_has_no_counterpart_is_refused_and_named(
    there: Any, make_layer: Callable[[], Any], culprit: str
) -> None:
    known = r"LSTM\w*, GRU\w*, (SimpleRNN|ElmanCell)"
    with pytest.raises(TypeError, match=rf"\.{culprit} has no counterpart; .*{known}"):
        there(make_layer())
