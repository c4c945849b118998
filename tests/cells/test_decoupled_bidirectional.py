from __future__ import annotations

from typing import Any

import keras
import numpy as np
import pytest
import tensorflow as tf
from hypothesis import given, settings
from hypothesis import strategies as st

from harnn.cells import GRUCell, LSTMCell
from harnn.cells.decoupled_bidirectional import DecoupledBidirectional
from harnn.cells.twin_loss import twin_loss

STAGES = ("joint", "teacher", "student")


def _layer(stage: str = "joint", dtype: str = "float64", **options: Any) -> DecoupledBidirectional:
    layer = DecoupledBidirectional(LSTMCell(4, dtype=dtype), stage=stage, dtype=dtype, **options)
    layer.build((None, None, 3))
    generator = np.random.default_rng(3)
    for variable in layer.weights:
        variable.assign(generator.normal(scale=0.7, size=variable.shape))
    return layer


def _directions(numpy_lstm: Any, layer: DecoupledBidirectional, sequence: Any) -> Any:
    student = numpy_lstm(layer.student.cell, sequence)[0]
    return student, numpy_lstm(layer.teacher.cell, sequence[::-1])[0][::-1]


def _unexplained(layer: DecoupledBidirectional, sequences: Any, lengths: Any) -> float:
    """Return the share of the teacher's outputs that the student's, mapped, do not match."""
    student, teacher = layer(sequences, lengths=lengths, return_teacher=True)
    mapped = layer.affine(student)
    return float(twin_loss(mapped, teacher, lengths) / twin_loss(0 * mapped, teacher, lengths))


# Outputs --------------------------------------------------------------------------------------


@pytest.mark.parametrize("stage", STAGES)
def test_ragged_sequences_agree_with_the_equations(
    stage: str, numpy_lstm: Any, sequences: Any, lengths: Any
) -> None:
    layer = _layer(stage)
    alone = np.asarray(layer(sequences, lengths=lengths))
    both = [np.asarray(part) for part in layer(sequences, lengths=lengths, return_teacher=True)]
    np.testing.assert_array_equal(alone, both[stage == "teacher"])
    for row, length in enumerate(lengths):
        expected = _directions(numpy_lstm, layer, sequences[row, :length])
        for outputs, reference in zip(both, expected, strict=True):
            np.testing.assert_allclose(outputs[row, :length], reference, rtol=0, atol=1e-10)
            assert not outputs[row, length:].any()


@pytest.mark.parametrize("training", [False, True])
@given(step=st.integers(0, 5), seed=st.integers(0, 2**32 - 1))
@settings(deadline=None, max_examples=20)
def test_what_comes_later_changes_nothing_that_the_student_says_before(
    training: bool, step: int, seed: int
) -> None:
    generator = np.random.default_rng(seed)
    sequences = generator.normal(size=(2, 6, 3))
    before = np.asarray(_LAYER(sequences, training=training))
    sequences[:, step:] = generator.normal(size=sequences[:, step:].shape)
    after = np.asarray(_LAYER(sequences, training=training))
    np.testing.assert_array_equal(before[:, :step], after[:, :step])
    assert (before[:, step] != after[:, step]).any()


_LAYER = _layer()


@pytest.mark.parametrize("stage", ["joint", "student"])
def test_at_inference_the_teacher_is_not_asked(stage: str, sequences: Any, lengths: Any) -> None:
    layer = _layer(stage)
    for variable in layer.teacher.weights:
        variable.assign(np.full(variable.shape, np.nan))
    assert np.isfinite(layer(sequences, lengths=lengths)).all()
    assert layer.losses == []
    layer(sequences, lengths=lengths, training=True)
    assert np.isnan(layer.losses[0])


def test_the_networks_start_with_weights_of_their_own() -> None:
    initialisers = {
        "kernel_initializer": keras.initializers.GlorotUniform(seed=0),
        "recurrent_initializer": keras.initializers.Orthogonal(seed=0),
    }
    layer = DecoupledBidirectional(LSTMCell(4, **initialisers))
    layer.build((None, None, 3))
    pairs = zip(layer.student.get_weights()[:2], layer.teacher.get_weights()[:2], strict=True)
    for student, teacher in pairs:
        assert not np.allclose(student, teacher)


def test_padding_never_matters(sequences: Any, lengths: Any) -> None:
    layer = _layer()
    other = np.where((np.arange(6) < lengths[:, None])[..., None], sequences, 1e3)
    found = []
    for given_sequences in (sequences, other):
        outputs = layer(given_sequences, lengths=lengths, training=True, return_teacher=True)
        found.append([np.asarray(tensor) for tensor in (*outputs, layer.losses[0])])
    for one, another in zip(*found, strict=True):
        np.testing.assert_array_equal(one, another)


def test_a_mask_of_right_padding_says_what_lengths_say(sequences: Any, lengths: Any) -> None:
    layer = _layer()
    found = []
    for real in ({"lengths": lengths}, {"mask": np.arange(6) < lengths[:, None]}):
        outputs = layer(sequences, **real, training=True, return_teacher=True)
        found.append([np.asarray(tensor) for tensor in (*outputs, layer.losses[0])])
    for one, another in zip(*found, strict=True):
        np.testing.assert_allclose(one, another, atol=1e-12)


def test_masked_steps_are_passed_over(sequences: Any) -> None:
    layer = _layer()
    mask = np.array([[1, 0, 1, 1, 0, 1]], dtype=bool)
    # The last step is real to the mask, and not to the length.
    real = mask & (np.arange(6) < 5)
    one = sequences[:1]
    outputs = layer(one, lengths=np.array([5]), mask=mask, training=True, return_teacher=True)
    loss = float(layer.losses[0])
    closed = layer(one[:, real[0]], training=True, return_teacher=True)
    for found, expected in zip(outputs, closed, strict=True):
        np.testing.assert_allclose(np.asarray(found)[real], expected[0], atol=1e-12)
        assert not np.asarray(found)[~real].any()
    assert loss == pytest.approx(float(layer.losses[0]), rel=1e-12)
    assert loss > 0


def test_an_embeddings_mask_is_used_and_passed_on() -> None:
    tokens = np.array([[1, 2, 1, 2], [2, 1, 0, 0]])
    embedded = keras.layers.Embedding(3, 3, mask_zero=True)(tokens)
    layer = _layer(dtype="float32")
    outputs = layer(embedded)
    np.testing.assert_array_equal(outputs._keras_mask, tokens > 0)
    np.testing.assert_allclose(
        outputs, layer(np.asarray(embedded), lengths=np.array([4, 2])), atol=1e-6
    )


# The twin term --------------------------------------------------------------------------------


@pytest.mark.parametrize("stage", ["joint", "student"])
@pytest.mark.parametrize(("alignment", "offset"), [("exclusive", 2), ("inclusive", 0)])
def test_in_training_the_twin_loss_is_added(
    stage: str, alignment: str, offset: int, numpy_lstm: Any, sequences: Any, lengths: Any
) -> None:
    layer = _layer(stage, alpha=0.3, alignment=alignment)
    kernel, bias = layer.affine.get_weights()
    expected = 0.0
    for sequence, length in zip(sequences, lengths, strict=True):
        student, teacher = _directions(numpy_lstm, layer, sequence[:length])
        pairs = range(length - offset)
        squares = [np.sum((student[t] @ kernel + bias - teacher[t + offset]) ** 2) for t in pairs]
        expected += 0.3 * np.sum(squares) / max(len(pairs), 1) / len(lengths)
    layer(sequences, lengths=lengths, training=True)
    (loss,) = layer.losses
    assert float(loss) == pytest.approx(expected, abs=1e-10)


def test_no_loss_is_added_at_inference_nor_where_the_teacher_learns_alone(sequences: Any) -> None:
    for stage in STAGES:
        layer = _layer(stage)
        layer(sequences, return_teacher=True)
        assert layer.losses == []
    for return_teacher in (False, True):
        layer = _layer("teacher")
        layer(sequences, training=True, return_teacher=return_teacher)
        assert layer.losses == []


@pytest.mark.parametrize("stage", ["joint", "student"])
def test_the_twin_loss_moves_the_student_and_never_the_teacher(
    stage: str, sequences: Any, lengths: Any
) -> None:
    layer = _layer(stage)
    parts = {
        name: [variable.value for variable in getattr(layer, name).weights]
        for name in ("student", "affine", "teacher")
    }
    with tf.GradientTape() as tape:
        # Frozen variables are not watched by themselves.
        tape.watch(parts["teacher"])
        layer(sequences, lengths=lengths, training=True)
        (loss,) = layer.losses
    gradients = tape.gradient(loss, parts, unconnected_gradients="zero")
    assert not any(np.any(gradient) for gradient in gradients["teacher"])
    assert all(np.any(gradient) for gradient in gradients["student"] + gradients["affine"])


def test_a_frozen_teacher_says_the_same_whenever_it_is_asked(sequences: Any) -> None:
    cell = LSTMCell(4, dropout=0.5, seed=0, dtype="float64")
    layer = DecoupledBidirectional(cell, stage="student", dtype="float64")
    student, teacher = layer(sequences, return_teacher=True)
    with_dropout = layer(sequences, training=True, return_teacher=True)
    np.testing.assert_array_equal(with_dropout[1], teacher)
    assert not np.allclose(with_dropout[0], student)
    layer.stage = "joint"
    assert not np.allclose(layer(sequences, training=True, return_teacher=True)[1], teacher)


# Stages ---------------------------------------------------------------------------------------

LEARNERS = {
    "joint": {"student", "affine", "teacher"},
    "teacher": {"teacher"},
    "student": {"student", "affine"},
}


def _learners(layer: DecoupledBidirectional) -> set[str]:
    learning = {id(variable) for variable in layer.trainable_variables}
    return {
        name
        for name in ("student", "affine", "teacher")
        if learning & {id(variable) for variable in getattr(layer, name).weights}
    }


@pytest.mark.parametrize("stage", STAGES)
def test_a_stage_decides_what_learns(stage: str) -> None:
    assert _learners(_layer(stage)) == LEARNERS[stage]
    layer = _layer()
    layer.stage = stage
    assert _learners(layer) == LEARNERS[stage]
    assert len(layer.weights) == 8


@pytest.mark.parametrize("stage", STAGES)
def test_a_model_that_thaws_its_layers_leaves_the_stage_as_it_is(stage: str) -> None:
    layer = _layer(stage)
    model = keras.Sequential([layer])
    model.trainable = False
    assert _learners(layer) == set()
    model.trainable = True
    assert _learners(layer) == LEARNERS[stage]


def _waves(batch: int = 96) -> tuple[np.ndarray, np.ndarray]:
    """Return noisy waves ``(batch, 12, 1)`` and lengths; the next value follows from the past."""
    generator = np.random.default_rng(0)
    phase, speed = generator.uniform(0, 6, (batch, 1)), generator.uniform(0.4, 1.2, (batch, 1))
    waves = np.sin(phase + speed * np.arange(12)) + generator.normal(scale=0.05, size=(batch, 12))
    return waves[..., None].astype("float32"), generator.integers(6, 13, batch).astype("int32")


def _fit(model: keras.Model, targets: Any, epochs: int = 10) -> None:
    model.compile(keras.optimizers.Adam(0.02), loss="mse", jit_compile=False)
    model.fit(list(_waves()), targets, epochs=epochs, batch_size=32, verbose=0, shuffle=False)


def _next_and_previous() -> tuple[np.ndarray, np.ndarray]:
    waves, lengths = _waves()
    real = (np.arange(12) < lengths[:, None])[..., None]
    waves = waves * real
    return np.roll(waves, -1, axis=1) * real, np.roll(waves, 1, axis=1) * real


@pytest.fixture
def inputs() -> list[Any]:
    keras.utils.set_random_seed(0)
    return [keras.Input((12, 1)), keras.Input((), dtype="int32")]


def test_both_networks_learn_jointly(inputs: list[Any]) -> None:
    layer = DecoupledBidirectional(GRUCell(8))
    heads = {name: keras.layers.Dense(1, name=name) for name in ("next", "previous")}
    student, teacher = layer(inputs[0], lengths=inputs[1], return_teacher=True)
    model = keras.Model(
        inputs, {"next": heads["next"](student), "previous": heads["previous"](teacher)}
    )
    unexplained = _unexplained(layer, *_waves())
    following, previous = _next_and_previous()
    before = model(list(_waves()))
    _fit(model, {"next": following, "previous": previous})
    assert _unexplained(layer, *_waves()) < unexplained / 2
    after = model(list(_waves()))
    for name, target in (("next", following), ("previous", previous)):
        assert np.mean((after[name] - target) ** 2) < np.mean((before[name] - target) ** 2) / 2
    # Without the teacher, the same student.
    alone = keras.Model(inputs, heads["next"](layer(inputs[0], lengths=inputs[1])))
    np.testing.assert_allclose(alone(list(_waves())), after["next"], atol=1e-6)


def test_the_student_learns_after_the_teacher(inputs: list[Any]) -> None:
    layer = DecoupledBidirectional(GRUCell(8), stage="teacher")
    following, previous = _next_and_previous()
    model = keras.Model(inputs, keras.layers.Dense(1)(layer(inputs[0], lengths=inputs[1])))
    before = {name: getattr(layer, name).get_weights() for name in ("student", "teacher")}
    _fit(model, previous)
    assert _same(layer.student.get_weights(), before["student"])
    assert not _same(layer.teacher.get_weights(), before["teacher"])

    taught = layer.teacher.get_weights()
    unexplained = _unexplained(layer, *_waves())
    layer.stage = "student"
    model = keras.Model(inputs, keras.layers.Dense(1)(layer(inputs[0], lengths=inputs[1])))
    _fit(model, following)
    assert _same(layer.teacher.get_weights(), taught)
    assert not _same(layer.student.get_weights(), before["student"])
    assert _unexplained(layer, *_waves()) < unexplained / 2


def _same(weights: Any, others: Any) -> bool:
    return all(np.array_equal(a, b) for a, b in zip(weights, others, strict=True))


# Keeping it -----------------------------------------------------------------------------------


@pytest.mark.parametrize("stage", STAGES)
def test_a_model_of_it_survives_saving(
    stage: str, tmp_path: Any, sequences: Any, lengths: Any
) -> None:
    inputs, ends = keras.Input((None, 3)), keras.Input((), dtype="int32")
    cell = LSTMCell(4, unit_forget_bias=False)
    layer = DecoupledBidirectional(cell, 0.5, "inclusive", stage, name="twins")
    model = keras.Model([inputs, ends], layer(inputs, lengths=ends, return_teacher=True))
    for variable in model.weights:
        variable.assign(np.random.default_rng(0).normal(size=variable.shape))
    model.save(tmp_path / "model.keras")
    loaded = keras.models.load_model(tmp_path / "model.keras")
    copy = loaded.get_layer("twins")
    assert copy.cell.get_config() == layer.cell.get_config()
    assert (copy.alpha, copy.alignment, copy.stage) == (0.5, "inclusive", stage)
    assert copy.teacher.cell.get_config() == layer.teacher.cell.get_config()
    for other in (stage, *STAGES):
        copy.stage = other
        assert _learners(copy) == LEARNERS[other]
    batch = [sequences.astype("float32"), lengths]
    for ours, theirs in zip(model(batch), loaded(batch), strict=True):
        np.testing.assert_array_equal(ours, theirs)


def test_weights_saved_at_one_stage_load_at_another(tmp_path: Any, sequences: Any) -> None:
    taught, student = keras.Sequential([_layer("teacher")]), keras.Sequential([_layer("student")])
    for model in (taught, student):
        model.build((None, 6, 3))
    for variable in student.weights:
        variable.assign(np.zeros(variable.shape))
    taught.save_weights(tmp_path / "twins.weights.h5")
    student.load_weights(tmp_path / "twins.weights.h5")
    assert _same(student.get_weights(), taught.get_weights())


def test_the_symbolic_shapes_are_those_of_the_outputs(sequences: Any) -> None:
    layer = _layer(dtype="float32")
    assert layer(keras.Input((6, 3))).shape == (None, 6, 4)
    both = layer(keras.Input((6, 3)), return_teacher=True)
    assert [output.shape for output in both] == [(None, 6, 4)] * 2
    assert tuple(layer(sequences.astype("float32")).shape) == (5, 6, 4)


@pytest.mark.parametrize("policy", ["mixed_bfloat16", "mixed_float16"])
def test_mixed_precision_keeps_the_loss_in_single(policy: str, sequences: Any) -> None:
    layer = _layer(dtype=policy)
    outputs = layer(sequences.astype("float32"), training=True)
    assert keras.backend.standardize_dtype(outputs.dtype) == layer.compute_dtype
    assert layer.losses[0].dtype == tf.float32
    exact = _layer()
    exact(sequences, training=True)
    assert float(layer.losses[0]) == pytest.approx(float(exact.losses[0]), rel=0.05)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"alpha": -1.0}, "alpha must be a finite number of at least zero, not -1.0"),
        ({"alpha": float("nan")}, "alpha must be a finite number"),
        ({"alpha": "1"}, "alpha must be a finite number of at least zero, not '1'"),
        ({"alignment": "shifted"}, "must be 'exclusive' or 'inclusive', not 'shifted'"),
        ({"stage": "both"}, "must be one of 'joint', 'teacher', 'student', not 'both'"),
    ],
)
def test_options_out_of_range_are_refused(options: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        DecoupledBidirectional(LSTMCell(4), **options)


def test_what_is_no_cell_is_refused() -> None:
    with pytest.raises(ValueError, match="must follow Keras' cell protocol"):
        DecoupledBidirectional("lstm")


def test_an_unknown_stage_cannot_be_set() -> None:
    layer = _layer("student")
    with pytest.raises(ValueError, match="not 'both'"):
        layer.stage = "both"
    assert layer.stage == "student"
