from __future__ import annotations

from typing import Any

import keras
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from harnn.cells import CoupledBidirectional, ElmanCell, GRUCell, LSTMCell
from harnn.cells.gated_fusion import GatedFusion
from harnn.cells.recurrent_fusion import RecurrentFusion


def _layer(cell: Any, randomise: Any, **options: Any) -> CoupledBidirectional:
    layer = CoupledBidirectional(cell, dtype=cell.dtype_policy, **options)
    layer.build((None, None, 3))
    return randomise(layer)


def _expected(
    numpy_cells: Any, layer: Any, sequences: Any, real: Any, before: Any = (None, None)
) -> list[np.ndarray]:
    """Return what the equations give: the outputs side by side, then the states."""
    forward, states = numpy_cells.run_batch(layer.forward.cell, sequences, real, before[0])
    backward, others = numpy_cells.run_batch(
        layer.backward.cell, sequences, real, before[1], go_backwards=True
    )
    return [np.concatenate([forward, backward], axis=-1), *states, *others]


def _assert_close(actual: Any, expected: Any) -> None:
    for ours, theirs in zip(actual, expected, strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=0, atol=1e-10)


# The equations ----------------------------------------------------------------------------------


def test_both_directions_agree_with_the_equations(
    make_cell: Any, numpy_cells: Any, randomise: Any, sequences: Any, lengths: Any
) -> None:
    layer = _layer(make_cell(), randomise)
    expected = _expected(numpy_cells, layer, sequences, np.arange(6) < lengths[:, None])
    _assert_close([layer(sequences, lengths=lengths)], expected[:1])


def test_states_are_the_forward_cells_then_the_backward_cells(
    make_cell: Any,
    numpy_cells: Any,
    randomise: Any,
    random_states: Any,
    sequences: Any,
    gaps: Any,
) -> None:
    cell = make_cell(layer_norm=True)
    layer = _layer(cell, randomise, return_state=True, unroll=True)
    before = [random_states(cell, seed=seed) for seed in (1, 2)]
    results = layer(sequences, initial_state=[*before[0], *before[1]], mask=gaps)
    expected = _expected(numpy_cells, layer, sequences, gaps, before)
    assert len(results) == len(expected) == 1 + 2 * len(cell.state_size)
    _assert_close(results, expected)


def test_agrees_with_keras_bidirectional(randomise: Any, sequences: Any, lengths: Any) -> None:
    layer = _layer(LSTMCell(4), randomise)
    theirs = keras.layers.Bidirectional(keras.layers.LSTM(4, return_sequences=True))
    x = sequences.astype("float32")
    theirs(x)
    theirs.set_weights(layer.get_weights())
    mask = np.arange(6) < lengths[:, None]
    outputs = np.asarray(layer(x, lengths=lengths))
    np.testing.assert_allclose(outputs[mask], np.asarray(theirs(x, mask=mask))[mask], atol=1e-6)
    np.testing.assert_allclose(layer(x), theirs(x), atol=1e-6)


def test_gradients_agree_with_finite_differences(
    assert_gradients: Any, randomise: Any, random_states: Any, sequences: Any, lengths: Any
) -> None:
    cell = GRUCell(4, dtype="float64")
    layer = _layer(cell, randomise, return_state=True)
    weights = layer.get_weights()
    before = [*random_states(cell, seed=1), *random_states(cell, seed=2)]
    towards = np.random.default_rng(5).normal(size=(5, 3, 8))

    def objective(inputs: Any, *arguments: Any) -> Any:
        of_weights, states = arguments[: len(weights)], list(arguments[len(weights) :])
        (outputs, *after), _ = layer.stateless_call(
            of_weights, [], inputs, lengths=np.minimum(lengths, 3), initial_state=states
        )
        last = sum(keras.ops.sum(keras.ops.sin(state)) for state in after)
        return keras.ops.sum(outputs * towards) + last

    assert_gradients(objective, [sequences[:, :3], *weights, *before])


# Two directions ---------------------------------------------------------------------------------


def test_the_directions_share_no_weight(make_cell: Any, randomise: Any) -> None:
    layer = _layer(make_cell(), randomise)
    one, other = layer.forward.trainable_variables, layer.backward.trainable_variables
    assert [w.shape for w in one] == [w.shape for w in other]
    assert len({id(variable) for variable in layer.trainable_variables}) == 2 * len(one)


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


@pytest.mark.parametrize("seed", [None, 0])
def test_the_directions_draw_masks_of_their_own(seed: int | None) -> None:
    cell = ElmanCell(
        200,
        activation="relu",
        kernel_initializer="identity",
        recurrent_initializer="zeros",
        dropout=0.3,
        seed=seed,
    )
    outputs = np.asarray(
        CoupledBidirectional(cell)(np.ones((50, 2, 200), "float32"), training=True)
    )
    forward, backward = np.split(outputs > 0, 2, axis=-1)
    # Two independent masks differ in 2 · 0.3 · 0.7 of their entries.
    assert (forward != backward).mean() == pytest.approx(0.42, abs=0.03)


def test_dropout_agrees_with_the_equations_in_both_directions(
    make_cell: Any, numpy_cells: Any, randomise: Any, sequences: Any, lengths: Any
) -> None:
    cell = make_cell(dropout=0.4, recurrent_dropout=0.3, seed=7)
    layer, real = _layer(cell, randomise), np.arange(6) < lengths[:, None]
    both = [
        numpy_cells.run_batch(
            one.cell,
            sequences,
            real,
            go_backwards=one.go_backwards,
            **numpy_cells.dropout_masks(one.cell, sequences),
        )[0]
        for one in (layer.forward, layer.backward)
    ]
    outputs = layer(sequences, lengths=lengths, training=True)
    _assert_close([outputs], [np.concatenate(both, axis=-1)])


# Steps that are not real ------------------------------------------------------------------------


def test_a_sequence_alone_gives_what_it_gives_in_a_batch(
    randomise: Any, sequences: Any, lengths: Any
) -> None:
    layer = _layer(LSTMCell(4, dtype="float64"), randomise)
    together = np.asarray(layer(sequences, lengths=lengths))
    for row, length in enumerate(lengths):
        if length:
            alone = np.asarray(layer(sequences[row : row + 1, :length]))
            np.testing.assert_allclose(together[row, :length], alone[0], atol=1e-12)


_FINITE = st.floats(allow_nan=False, allow_infinity=False)


@given(padding=hnp.arrays(np.float64, (5, 6, 3), elements=_FINITE))
@settings(deadline=None, max_examples=5)
def test_what_stands_on_padding_never_matters(randomise: Any, padding: Any) -> None:
    layer = _layer(GRUCell(4, dtype="float64"), randomise)
    lengths = np.array([6, 3, 1, 0, 5], dtype=np.int32)
    sequences = np.random.default_rng(0).normal(size=padding.shape)
    other = np.where((np.arange(6) < lengths[:, None])[..., None], sequences, padding)
    before, after = (layer(batch, lengths=lengths) for batch in (sequences, other))
    np.testing.assert_array_equal(before, after)


def test_a_mask_from_an_embedding_is_taken_and_passed_on(numpy_cells: Any, randomise: Any) -> None:
    tokens = np.array([[3, 1, 2], [4, 0, 0], [0, 0, 0]])
    embedded = keras.layers.Embedding(9, 3, mask_zero=True, dtype="float64")(tokens)
    layer = _layer(LSTMCell(4, dtype="float64"), randomise, return_state=True)
    outputs, *states = layer(embedded)
    expected = _expected(numpy_cells, layer, np.asarray(embedded), tokens > 0)
    _assert_close([outputs, *states], expected)
    np.testing.assert_array_equal(keras.src.backend.get_keras_mask(outputs), tokens > 0)
    assert all(keras.src.backend.get_keras_mask(state) is None for state in states)


# Keras ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("fusion", [None, "gated", "recurrent"])
def test_a_model_of_it_survives_saving(
    fusion: str | None, randomise: Any, tmp_path: Any, sequences: Any, lengths: Any
) -> None:
    inputs, ends = keras.Input((None, 3)), keras.Input((), dtype="int32")
    layer = CoupledBidirectional(
        LSTMCell(4, unit_forget_bias=False, dropout=0.1, layer_norm=True, seed=1),
        fusion={"gated": GatedFusion(), "recurrent": RecurrentFusion(GRUCell(5))}.get(fusion or ""),
        return_state=True,
        name="reader",
    )
    model = keras.Model([inputs, ends], layer(inputs, lengths=ends))
    randomise(model)
    model.save(tmp_path / "model.keras")
    loaded = keras.models.load_model(tmp_path / "model.keras")
    copy = loaded.get_layer("reader")
    for ours, theirs in ((layer.forward, copy.forward), (layer.backward, copy.backward)):
        assert theirs.cell.get_config() == ours.cell.get_config()
    batch = [sequences.astype("float32"), lengths]
    for training in (False, True):
        results = (network(batch, training=training) for network in (model, loaded))
        for before, after in zip(*results, strict=True):
            np.testing.assert_array_equal(before, after)


def test_survives_its_configuration() -> None:
    layer = CoupledBidirectional(
        GRUCell(4, seed=3, dropout=0.5),
        fusion=GatedFusion(),
        return_state=True,
        unroll=True,
        name="reader",
        dtype="float64",
    )
    config = layer.get_config()
    copy = CoupledBidirectional.from_config(config)
    assert copy.get_config() == config
    assert isinstance(copy.fusion, GatedFusion)
    assert copy.return_state
    assert copy.unroll
    assert copy.compute_dtype == "float64"


@pytest.mark.parametrize("fusion", [None, RecurrentFusion(GRUCell(5))])
def test_the_symbolic_shapes_are_those_of_the_outputs(fusion: Any, sequences: Any) -> None:
    layer = CoupledBidirectional(LSTMCell(4), fusion=fusion, return_state=True)
    actual = layer(sequences.astype("float32"))
    shapes = [(None, *part.shape[1:]) for part in actual]
    assert [part.shape for part in layer(keras.Input((6, 3)))] == shapes
    assert [tuple(shape) for shape in layer.compute_output_shape((None, 6, 3))] == shapes
    alone = CoupledBidirectional(LSTMCell(4), fusion=fusion)
    assert alone(keras.Input((6, 3))).shape == shapes[0]


@pytest.mark.parametrize("dtype", ["bfloat16", "float16"])
def test_it_runs_in_half_precision(dtype: str, sequences: Any, lengths: Any) -> None:
    layer = CoupledBidirectional(GRUCell(4, dtype=f"mixed_{dtype}"), dtype=f"mixed_{dtype}")
    outputs = layer(sequences.astype("float32"), lengths=lengths)
    assert keras.backend.standardize_dtype(outputs.dtype) == dtype
    assert np.isfinite(np.asarray(outputs, dtype="float32")).all()
    assert all(weight.dtype == "float32" for weight in layer.trainable_variables)


@pytest.mark.parametrize("cell", [keras.layers.Dense(3), None])
def test_what_is_no_cell_is_refused(cell: Any) -> None:
    with pytest.raises(ValueError, match=r"such as LSTMCell\(64\); .* has no .*state_size"):
        CoupledBidirectional(cell)


@pytest.mark.parametrize("fusion", ["concat", GatedFusion])
def test_a_fusion_that_is_no_layer_is_refused(fusion: Any) -> None:
    with pytest.raises(ValueError, match=r"fusion must be a layer such as GatedFusion\(\), not"):
        CoupledBidirectional(LSTMCell(2), fusion=fusion)


def test_a_stack_of_cells_is_refused() -> None:
    stack = keras.layers.StackedRNNCells([LSTMCell(2), GRUCell(2)])
    with pytest.raises(ValueError, match="one cell, not a stack"):
        CoupledBidirectional(stack)
