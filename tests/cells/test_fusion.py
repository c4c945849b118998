from __future__ import annotations

from collections.abc import Callable
from typing import Any

import keras
import numpy as np
import pytest

from harnn.cells import CoupledBidirectional, GRUCell, LSTMCell
from harnn.cells.concat_fusion import ConcatFusion
from harnn.cells.fusion import Fusion
from harnn.cells.gated_fusion import GatedFusion
from harnn.cells.recurrent_fusion import RecurrentFusion

FUSIONS: dict[str, Callable[..., Fusion]] = {
    "concat": ConcatFusion,
    "gated": lambda **kwargs: GatedFusion(kernel_initializer="he_normal", **kwargs),
    "recurrent": lambda **kwargs: RecurrentFusion(
        GRUCell(5, reset_after=False, **kwargs), **kwargs
    ),
}


@pytest.fixture(params=FUSIONS)
def fusion(request: pytest.FixtureRequest) -> Callable[..., Fusion]:
    return FUSIONS[request.param]


def test_the_symbolic_shape_is_that_of_the_outputs(fusion: Callable[..., Fusion]) -> None:
    layer = fusion()
    symbolic = layer(keras.Input((6, 4)), keras.Input((6, 4)))
    outputs = layer(*np.zeros((2, 3, 6, 4), "float32"))
    assert tuple(outputs.shape[1:]) == tuple(symbolic.shape[1:])
    assert layer.compute_output_shape((3, 6, 4), (3, 6, 4)) == tuple(outputs.shape)


def test_the_configuration_rebuilds_the_layer(fusion: Callable[..., Fusion]) -> None:
    layer = fusion(name="fuser")
    copy = type(layer).from_config(layer.get_config())
    assert copy.get_config() == layer.get_config()
    assert copy.name == "fuser"


def test_a_layer_kept_while_frozen_can_be_thawed(fusion: Callable[..., Fusion]) -> None:
    layer = fusion()
    layer.build((None, 6, 4), (None, 6, 4))
    layer.trainable = False
    copy = type(layer).from_config(layer.get_config())
    copy.build((None, 6, 4), (None, 6, 4))
    assert copy.trainable_variables == []
    copy.trainable = True
    assert len(copy.trainable_variables) == len(layer.weights)


def test_in_a_bidirectional_network_it_survives_saving(
    fusion: Callable[..., Fusion], tmp_path: Any, sequences: Any, lengths: Any
) -> None:
    inputs, ends = keras.Input((None, 3)), keras.Input((), dtype="int32")
    layer = CoupledBidirectional(LSTMCell(4), fusion=fusion())
    model = keras.Model([inputs, ends], layer(inputs, lengths=ends))
    for variable in model.trainable_variables:
        variable.assign(np.random.default_rng(0).normal(size=variable.shape))
    model.save(tmp_path / "model.keras")
    loaded = keras.models.load_model(tmp_path / "model.keras")
    batch = [sequences.astype("float32"), lengths]
    np.testing.assert_array_equal(model(batch), loaded(batch))


def test_in_a_bidirectional_network_padding_never_matters(
    fusion: Callable[..., Fusion], sequences: Any, lengths: Any
) -> None:
    layer = CoupledBidirectional(
        LSTMCell(4, dtype="float64"), fusion=fusion(dtype="float64"), dtype="float64"
    )
    mask = np.arange(6) < lengths[:, None]
    other = np.where(mask[..., None], sequences, 1e3)
    outputs = np.asarray(layer(sequences, lengths=lengths))
    np.testing.assert_array_equal(layer(other, lengths=lengths), outputs)
    np.testing.assert_allclose(layer(other, mask=mask), outputs, atol=1e-12)
    assert not outputs[~mask].any()
    assert outputs[mask].all()


@pytest.mark.parametrize("policy", ["float64", "mixed_bfloat16", "mixed_float16"])
def test_it_computes_as_its_policy_says(fusion: Callable[..., Fusion], policy: str) -> None:
    layer = fusion(dtype=policy)
    outputs = layer(*np.ones((2, 3, 6, 4), "float32"))
    assert keras.backend.standardize_dtype(outputs.dtype) == layer.compute_dtype
    assert all(weight.dtype == layer.variable_dtype for weight in layer.weights)
    assert np.isfinite(keras.ops.convert_to_numpy(keras.ops.cast(outputs, "float32"))).all()


def test_it_passes_the_mask_on(fusion: Callable[..., Fusion]) -> None:
    embedded = keras.layers.Embedding(3, 4, mask_zero=True)(np.array([[1, 2, 0], [1, 0, 0]]))
    outputs = fusion()(embedded, embedded)
    np.testing.assert_array_equal(outputs._keras_mask, [[1, 1, 0], [1, 0, 0]])


@pytest.mark.parametrize(
    ("shapes", "message"),
    [
        (((2, 6), (2, 6, 4)), r"expected forward outputs of shape \(batch, time, units\)"),
        (((2, 6, 4), (2, 6, None)), r"expected backward outputs of .* not \(2, 6, None\)"),
        (((2, 6, 4), (2, 5, 4)), "has 6 steps and the backward one 5"),
    ],
)
def test_directions_that_do_not_belong_together_are_refused(
    fusion: Callable[..., Fusion], shapes: Any, message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        fusion().build(*shapes)
