from __future__ import annotations

from typing import Any

import keras
import numpy as np
import pytest
import tensorflow as tf
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from harnn.cells import LSTMCell, Recurrent

DIRECTIONS = pytest.mark.parametrize("go_backwards", [False, True], ids=["forward", "backward"])


BATCH, TIME = 4, 3


@pytest.fixture
def sequences() -> np.ndarray:
    return np.random.default_rng(0).normal(size=(BATCH, TIME, 3))


@pytest.fixture
def lengths() -> np.ndarray:
    return np.array([3, 2, 1, 0], dtype=np.int32)


@pytest.fixture
def gaps() -> np.ndarray:
    return np.array([[1, 0, 1], [0, 1, 1], [0, 1, 0], [0, 0, 0]], dtype=bool)


class Ends:
    """What a layer is told of the steps that are real, and which those are."""

    def __init__(self, kind: str, lengths: np.ndarray, gaps: np.ndarray) -> None:
        self.arguments: dict[str, Any] = {}
        self.real = np.ones(gaps.shape, bool)
        if kind in ("lengths", "both"):
            self.arguments["lengths"] = lengths
            self.real &= np.arange(gaps.shape[1]) < lengths[:, None]
        if kind in ("mask", "both"):
            self.arguments["mask"] = gaps
            self.real &= gaps


@pytest.fixture(params=["lengths", "mask"])
def ends(request: pytest.FixtureRequest, lengths: Any, gaps: Any) -> Ends:
    """Return each way to say which steps are real."""
    return Ends(request.param, lengths, gaps)


def _run(cell: Any, sequences: Any, *, dtype: Any = "float64", **arguments: Any) -> list[Any]:
    """Return the outputs of a layer over the cell, and its states where there are any."""
    call = ("lengths", "mask", "initial_state", "training")
    given = {name: arguments.pop(name) for name in call if name in arguments}
    results = Recurrent(cell, dtype=dtype, **arguments)(sequences, **given)
    results = results if isinstance(results, list) else [results]
    return [keras.ops.convert_to_numpy(result) for result in results]


def _assert_close(actual: Any, expected: Any) -> None:
    assert len(actual) == len(expected)
    for ours, theirs in zip(actual, expected, strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=0, atol=1e-10)


# The equations ----------------------------------------------------------------------------------


@pytest.mark.parametrize("layer_norm", [False, True], ids=["plain", "norm"])
@DIRECTIONS
def test_outputs_and_states_agree_with_the_equations(
    make_cell: Any,
    go_backwards: bool,
    layer_norm: bool,
    ends: Ends,
    numpy_cells: Any,
    random_states: Any,
    sequences: Any,
) -> None:
    cell = make_cell(layer_norm=layer_norm)
    options = {"go_backwards": go_backwards, **ends.arguments}
    outputs, _ = numpy_cells.run_batch(cell, sequences, ends.real, None, go_backwards)
    _assert_close(_run(cell, sequences, **options), [outputs])

    before = random_states(cell, BATCH)
    outputs, states = numpy_cells.run_batch(cell, sequences, ends.real, before, go_backwards)
    actual = _run(cell, sequences, initial_state=before, return_state=True, **options)
    _assert_close(actual, [outputs, *states])


@DIRECTIONS
def test_without_ends_all_steps_are_real(
    make_cell: Any, go_backwards: bool, numpy_cells: Any, random_states: Any, sequences: Any
) -> None:
    cell, options = make_cell(), {"go_backwards": go_backwards}
    before = random_states(cell, BATCH)
    outputs, _ = numpy_cells.run_batch(cell, sequences, None, None, go_backwards)
    _assert_close(_run(cell, sequences, **options), [outputs])
    outputs, states = numpy_cells.run_batch(cell, sequences, None, before, go_backwards)
    actual = _run(cell, sequences, initial_state=before, return_state=True, **options)
    _assert_close(actual, [outputs, *states])


@DIRECTIONS
def test_states_come_out_without_going_in_and_go_in_without_coming_out(
    make_cell: Any,
    go_backwards: bool,
    numpy_cells: Any,
    random_states: Any,
    sequences: Any,
    lengths: Any,
) -> None:
    cell, real = make_cell(), np.arange(TIME) < lengths[:, None]
    options = {"go_backwards": go_backwards, "lengths": lengths}
    outputs, states = numpy_cells.run_batch(cell, sequences, real, None, go_backwards)
    _assert_close(_run(cell, sequences, return_state=True, **options), [outputs, *states])
    before = random_states(cell, BATCH)
    outputs, _ = numpy_cells.run_batch(cell, sequences, real, before, go_backwards)
    _assert_close(_run(cell, sequences, initial_state=before, **options), [outputs])


@DIRECTIONS
def test_without_sequences_the_output_is_that_of_the_last_step_read(
    make_cell: Any,
    go_backwards: bool,
    ends: Ends,
    numpy_cells: Any,
    random_states: Any,
    sequences: Any,
) -> None:
    cell = make_cell()
    options = {"return_sequences": False, "go_backwards": go_backwards, **ends.arguments}
    before = random_states(cell, BATCH)
    _, states = numpy_cells.run_batch(cell, sequences, ends.real, before, go_backwards)
    _assert_close(_run(cell, sequences, initial_state=before, **options), [states[0]])
    if "lengths" in ends.arguments:
        actual = _run(cell, sequences, initial_state=before, return_state=True, **options)
        _assert_close(actual, [states[0], *states])


@DIRECTIONS
def test_written_out_steps_give_what_the_loop_gives(
    make_cell: Any,
    go_backwards: bool,
    numpy_cells: Any,
    random_states: Any,
    sequences: Any,
    lengths: Any,
    gaps: Any,
) -> None:
    cell = make_cell(layer_norm=go_backwards)
    before = random_states(cell, BATCH)
    options = {"unroll": True, "go_backwards": go_backwards, "initial_state": before}
    ends = Ends("both", lengths, gaps)
    outputs, states = numpy_cells.run_batch(cell, sequences, ends.real, before, go_backwards)
    _assert_close(_run(cell, sequences, **options, **ends.arguments), [outputs])
    actual = _run(cell, sequences, return_state=True, **options, **ends.arguments)
    _assert_close(actual, [outputs, *states])


def test_writing_out_an_unknown_number_of_steps_is_refused() -> None:
    layer = Recurrent(LSTMCell(4), unroll=True)
    layer.build((None, None, 3))
    traced = tf.function(layer, input_signature=[tf.TensorSpec((None, None, 3))])
    with pytest.raises(ValueError, match="time dimension is undefined"):
        traced(np.zeros((BATCH, TIME, 3), "float32"))


@DIRECTIONS
def test_agrees_with_keras_lstm_and_its_mask(
    go_backwards: bool, randomise: Any, sequences: Any, lengths: Any
) -> None:
    theirs = keras.layers.LSTM(4, return_sequences=True, go_backwards=go_backwards)
    x = sequences.astype("float32")
    theirs(x)
    cell = LSTMCell(4)
    cell.build((None, 3))
    cell.set_weights(randomise(theirs).get_weights())
    real = np.arange(TIME) < lengths[:, None]
    expected = np.asarray(theirs(x, mask=real))
    if go_backwards:
        # Keras reads the padding first, and gives the outputs in the order of reading.
        expected = expected[:, ::-1]
    options = {"go_backwards": go_backwards, "dtype": "float32"}
    (outputs,) = _run(cell, x, lengths=lengths, **options)
    np.testing.assert_allclose(outputs[real], expected[real], atol=1e-6)


def test_keras_own_layer_runs_the_cell_too(
    make_cell: Any, numpy_cells: Any, sequences: Any, gaps: Any
) -> None:
    cell = make_cell()
    loop = keras.layers.RNN(cell, return_sequences=True, return_state=True, dtype="float64")
    outputs, *states = (np.asarray(part) for part in loop(sequences, mask=gaps))
    expected, ends = numpy_cells.run_batch(cell, sequences, gaps)
    _assert_close([outputs * gaps[..., None], *states], [expected, *ends])
    ours = _run(cell, sequences, mask=gaps, return_state=True)
    _assert_close(ours, [outputs * gaps[..., None], *states])


# Gradients --------------------------------------------------------------------------------------


def test_gradients_agree_with_finite_differences(
    make_cell: Any,
    assert_gradients: Any,
    random_states: Any,
    sequences: Any,
    lengths: Any,
) -> None:
    steps, ends = sequences[:4, :3], np.minimum(lengths[:4], 3)
    cell = make_cell(layer_norm=True)
    layer = Recurrent(cell, go_backwards=True, return_state=True, dtype="float64")
    layer.build(steps.shape)
    weights = layer.get_weights()
    before = random_states(cell, BATCH)
    towards = np.random.default_rng(5).normal(size=(4, 3, cell.output_size))

    def objective(inputs: Any, *arguments: Any) -> Any:
        of_weights, states = arguments[: len(weights)], list(arguments[len(weights) :])
        (outputs, *after), _ = layer.stateless_call(
            of_weights, [], inputs, lengths=ends, initial_state=states
        )
        last = sum(keras.ops.sum(keras.ops.sin(state)) for state in after)
        return keras.ops.sum(outputs * towards) + last

    assert_gradients(objective, [steps, *weights, *before])


@DIRECTIONS
def test_nothing_flows_back_into_steps_that_are_not_real(
    make_cell: Any, go_backwards: bool, gradients: Any, sequences: Any, gaps: Any
) -> None:
    layer = Recurrent(make_cell(), go_backwards=go_backwards, dtype="float64")
    (gradient,) = gradients(lambda x: keras.ops.sum(layer(x, mask=gaps)), [sequences])
    assert not gradient[~gaps].any()
    assert (np.abs(gradient[gaps]).sum(axis=-1) > 0).all()


# Steps that are not real ------------------------------------------------------------------------


def test_what_stands_on_padding_never_matters(make_cell: Any) -> None:
    cell = make_cell(layer_norm=True)
    forward = Recurrent(cell, dtype="float64")
    backward = Recurrent(cell, go_backwards=True, return_state=True, dtype="float64")
    forward.build((BATCH, TIME, 3))
    backward.build((BATCH, TIME, 3))

    @tf.function(
        input_signature=[
            tf.TensorSpec((BATCH, TIME, 3), tf.float64),
            tf.TensorSpec((BATCH, TIME), tf.bool),
        ]
    )
    def run(steps: Any, mask: Any) -> Any:
        return [forward(steps, mask=mask), *backward(steps, mask=mask)]

    finite = st.floats(allow_nan=False, allow_infinity=False)

    @given(
        sequences=hnp.arrays(np.float64, (BATCH, TIME, 3), elements=st.floats(-9, 9)),
        padding=hnp.arrays(np.float64, (BATCH, TIME, 3), elements=finite),
        real=hnp.arrays(bool, (BATCH, TIME)),
    )
    @settings(deadline=None, max_examples=10)
    def check(sequences: Any, padding: Any, real: Any) -> None:
        other = np.where(real[..., None], sequences, padding)
        for before, after in zip(run(sequences, real), run(other, real), strict=True):
            np.testing.assert_array_equal(before, after)

    check()


def test_the_largest_numbers_on_padding_leave_the_gradients_alone(
    make_cell: Any, gradients: Any, sequences: Any, lengths: Any
) -> None:
    layer = Recurrent(make_cell(layer_norm=True), go_backwards=True, dtype="float64")
    layer.build(sequences.shape)

    def of_weights(steps: Any) -> Any:
        def objective(*weights: Any) -> Any:
            return keras.ops.sum(layer.stateless_call(weights, [], steps, lengths=lengths)[0])

        return gradients(objective, layer.get_weights())

    expected = of_weights(sequences)
    sequences[np.arange(TIME) >= lengths[:, None]] = np.finfo("float64").max
    for gradient, wanted in zip(of_weights(sequences), expected, strict=True):
        np.testing.assert_array_equal(gradient, wanted)


def test_a_sequence_without_a_real_step_says_nothing_and_keeps_its_state(
    make_cell: Any, random_states: Any, sequences: Any
) -> None:
    cell = make_cell(layer_norm=True)
    before = random_states(cell, BATCH)
    nowhere = np.zeros((BATCH, TIME), bool)
    options = {"go_backwards": True, "initial_state": before, "mask": nowhere}
    outputs, *states = _run(cell, sequences, return_state=True, **options)
    assert not outputs.any()
    for state, start in zip(states, before, strict=True):
        np.testing.assert_array_equal(state, start)
    (last,) = _run(cell, sequences, return_sequences=False, **options)
    np.testing.assert_array_equal(last, before[0])


def test_a_mask_from_an_embedding_says_what_lengths_say_and_is_passed_on(
    make_cell: Any, lengths: Any
) -> None:
    tokens = np.random.default_rng(0).integers(1, 9, size=(BATCH, TIME))
    real = np.arange(TIME) < lengths[:, None]
    tokens[~real] = 0
    embedded = keras.layers.Embedding(9, 3, mask_zero=True, dtype="float64")(tokens)
    cell = make_cell()
    layer = Recurrent(cell, go_backwards=True, return_state=True, dtype="float64")
    outputs, *states = layer(embedded)
    expected = _run(
        cell,
        np.asarray(embedded),
        lengths=lengths,
        go_backwards=True,
        return_state=True,
    )
    _assert_close([outputs, *states], expected)
    np.testing.assert_array_equal(keras.src.backend.get_keras_mask(outputs), real)
    assert all(keras.src.backend.get_keras_mask(state) is None for state in states)
    # What stands downstream reads it.
    pooled = keras.layers.GlobalAveragePooling1D(dtype="float64")(outputs)
    for row, length in enumerate(lengths):
        if length:
            np.testing.assert_allclose(pooled[row], np.mean(expected[0][row, :length], axis=0))


def test_the_last_output_has_no_mask() -> None:
    embedded = keras.layers.Embedding(9, 3, mask_zero=True)(np.array([[1, 2, 0]]))
    last = Recurrent(LSTMCell(4), return_sequences=False)(embedded)
    assert keras.src.backend.get_keras_mask(last) is None


# cuDNN ------------------------------------------------------------------------------------------


@pytest.fixture
def handed_over(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """Return what Keras' loop offers to the backend's own LSTM, which declines."""
    calls: list[dict[str, Any]] = []

    def decline(inputs: Any, hidden: Any, memory: Any, mask: Any, **arguments: Any) -> Any:
        calls.append({"inputs": inputs, "states": [hidden, memory], "mask": mask, **arguments})
        raise NotImplementedError  # so a backend says that it has none of its own

    monkeypatch.setattr(keras.src.backend, "lstm", decline)
    return calls


@pytest.mark.parametrize("return_state", [False, True])
def test_a_plain_lstm_is_offered_to_cudnn_with_the_cells_weights(
    handed_over: Any,
    return_state: bool,
    randomise: Any,
    random_states: Any,
    numpy_cells: Any,
    sequences: Any,
    lengths: Any,
) -> None:
    cell = LSTMCell(4, dtype="float64")
    cell.build((None, 3))
    randomise(cell)
    before, real = random_states(cell, BATCH), np.arange(TIME) < lengths[:, None]
    results = _run(
        cell, sequences, lengths=lengths, initial_state=before, return_state=return_state
    )
    (call,) = handed_over
    assert call["kernel"] is cell.kernel
    assert call["recurrent_kernel"] is cell.recurrent_kernel
    assert call["bias"] is cell.bias
    assert call["return_sequences"]
    assert not call["go_backwards"]
    np.testing.assert_array_equal(np.where(real[..., None], sequences, 0), call["inputs"])
    np.testing.assert_array_equal(call["states"], before)
    if return_state:
        np.testing.assert_array_equal(call["mask"], real)
    else:
        assert call["mask"] is None
    # It declined, and the usual loop ran.
    outputs, states = numpy_cells.run_batch(cell, sequences, real, before)
    _assert_close(results, [outputs, *states] if return_state else [outputs])


def test_cudnn_would_take_the_cells_activations() -> None:
    # What Keras asks beside whether there is a GPU.
    from keras.src.backend.tensorflow.rnn import _do_lstm_arguments_support_cudnn as supported

    cell = LSTMCell(4)
    activations = (cell.activation, cell.recurrent_activation)
    assert supported(*activations, unroll=False, use_bias=True)


@pytest.mark.parametrize(
    "options", [{"layer_norm": True}, {"recurrent_dropout": 0.1}, {"dropout_per_gate": True}]
)
def test_an_lstm_with_other_equations_is_not_offered(
    handed_over: Any, options: dict[str, Any], sequences: Any
) -> None:
    _run(LSTMCell(4, dtype="float64", dropout=0.1, **options), sequences)
    assert not handed_over


def test_a_subclass_with_equations_of_its_own_is_not_offered(
    handed_over: Any, sequences: Any
) -> None:
    class Other(LSTMCell):
        pass

    _run(Other(4, dtype="float64"), sequences)
    assert not handed_over


# Keras ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("return_sequences", [False, True])
def test_the_symbolic_shapes_are_those_of_the_outputs(
    make_cell: Any, return_sequences: bool, sequences: Any
) -> None:
    cell = make_cell()
    options: dict[str, Any] = {"return_sequences": return_sequences, "dtype": "float64"}
    layer = Recurrent(cell, return_state=True, **options)
    shapes = [(None, *part.shape[1:]) for part in layer(sequences)]
    assert [part.shape for part in layer(keras.Input((TIME, 3)))] == shapes
    assert layer.compute_output_shape((None, TIME, 3)) == shapes
    assert Recurrent(cell, **options)(keras.Input((TIME, 3))).shape == shapes[0]


def test_a_model_of_it_survives_saving(
    make_cell: Any, randomise: Any, tmp_path: Any, sequences: Any, lengths: Any
) -> None:
    inputs, ends = keras.Input((None, 3)), keras.Input((), dtype="int32")
    options = {"layer_norm": True, "dropout": 0.1, "recurrent_dropout": 0.1, "seed": 3}
    layer = Recurrent(
        make_cell("float32", **options),
        go_backwards=True,
        return_state=True,
        name="reader",
    )
    model = keras.Model([inputs, ends], layer(inputs, lengths=ends))
    randomise(model)
    model.save(tmp_path / "model.keras")
    loaded = keras.models.load_model(tmp_path / "model.keras")
    copy = loaded.get_layer("reader")
    assert copy.cell.get_config() == layer.cell.get_config()
    batch = [sequences.astype("float32"), lengths]
    for training in (False, True):
        ours, theirs = (
            keras.tree.flatten(network(batch, training=training)) for network in (model, loaded)
        )
        for before, after in zip(ours, theirs, strict=True):
            np.testing.assert_array_equal(before, after)


def test_survives_its_configuration() -> None:
    layer = Recurrent(
        LSTMCell(4, dropout=0.5),
        go_backwards=True,
        return_sequences=False,
        return_state=True,
        unroll=True,
        name="reader",
        dtype="float64",
    )
    config = layer.get_config()
    copy = Recurrent.from_config(config)
    assert copy.get_config() == config
    assert copy.compute_dtype == "float64"
    assert copy.go_backwards
    assert not copy.return_sequences
    assert copy.return_state
    assert copy.unroll


def test_steps_and_batch_may_be_unknown_until_it_runs(
    make_cell: Any, numpy_cells: Any, sequences: Any, lengths: Any
) -> None:
    cell = make_cell()
    layer = Recurrent(cell, go_backwards=True, return_state=True, dtype="float64")

    @tf.function(
        input_signature=[
            tf.TensorSpec((None, None, 3), tf.float64),
            tf.TensorSpec((None,), tf.int32),
        ]
    )
    def run(steps: Any, ends: Any) -> Any:
        return layer(steps, lengths=ends)

    for batch, time in ((BATCH, TIME), (2, 2)):
        steps, ends = sequences[:batch, :time], np.minimum(lengths[:batch], time)
        real = np.arange(time) < ends[:, None]
        outputs, states = numpy_cells.run_batch(cell, steps, real, None, True)
        _assert_close(run(steps, ends), [outputs, *states])


# What is refused --------------------------------------------------------------------------------


@pytest.mark.parametrize("shape", [(5, 3), (2, 5, 3, 1)])
def test_inputs_of_another_rank_are_refused(shape: tuple[int, ...]) -> None:
    message = r"reader: expected sequences of shape \(batch, time, features\), not"
    layer = Recurrent(LSTMCell(4), name="reader")
    with pytest.raises(ValueError, match=message):
        layer(np.zeros(shape, "float32"))
    layer.build((None, None, 3))
    with pytest.raises(ValueError, match=message):
        layer(np.zeros(shape, "float32"))


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"lengths": np.array([3, 2], "int32")}, r"reader: lengths of shape \(2,\)"),
        ({"lengths": np.array([3, 2, 7, 0])}, "sequence 2 has the length 7"),
        ({"lengths": np.array([3, 2, 1, -1])}, "sequence 3 has the length -1"),
        ({"lengths": np.ones(BATCH)}, "lengths must be integers, not float64"),
        ({"mask": np.ones(TIME, bool)}, r"mask of shape \(3,\)"),
        ({"mask": np.ones((BATCH, TIME, 3), bool)}, "a value a feature"),
    ],
)
def test_ends_that_do_not_fit_are_refused(
    sequences: Any, arguments: dict[str, Any], message: str
) -> None:
    layer = Recurrent(LSTMCell(4, dtype="float64"), dtype="float64", name="reader")
    with pytest.raises(ValueError, match=message):
        layer(sequences, **arguments)


@pytest.mark.parametrize("dtype", ["float32", "float64", "mixed_bfloat16"])
def test_a_value_that_is_missing_is_refused_and_named(sequences: Any, dtype: str) -> None:
    sequences[3, 1, 2] = np.nan
    layer = Recurrent(LSTMCell(4, dtype=dtype), dtype=dtype, name="reader")
    with pytest.raises(ValueError, match="reader: sequence 3, step 1, feature 2 is nan"):
        layer(sequences)


def test_an_unknown_number_of_features_is_refused() -> None:
    with pytest.raises(ValueError, match=r"the number of features must be known, not None"):
        Recurrent(LSTMCell(4))(keras.Input((6, None)))


@pytest.mark.parametrize("cell", [keras.layers.Dense(3), 64, "lstm", None])
def test_what_is_no_cell_is_refused(cell: Any) -> None:
    with pytest.raises(ValueError, match=r"such as LSTMCell\(64\); .* has no .*state_size"):
        Recurrent(cell)
