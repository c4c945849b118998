"""Losses over the values that count."""

import keras
import numpy as np
import pytest
from scipy.stats import norm

from harnn.timeseries.losses import GaussianLikelihood, MaskedSquaredError

RNG = np.random.default_rng(0)
TRUE, MEAN = RNG.normal(size=(2, 4, 6, 3))
WEIGHTS = (RNG.random(TRUE.shape) < 0.5) * RNG.choice([0.1, 1.0], size=TRUE.shape)
TARGETS = np.concatenate([TRUE, WEIGHTS], axis=-1)


def test_the_squared_error_is_the_weighted_mean():
    found = MaskedSquaredError(dtype="float64")(TARGETS, MEAN)
    expected = np.average((TRUE - MEAN) ** 2, weights=WEIGHTS)
    assert float(found) == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize("precisions", [1, 3])
def test_the_likelihood_is_that_of_scipy(precisions):
    precision = RNG.gamma(2.0, size=(4, 6, precisions))
    predicted = np.concatenate([MEAN, precision], axis=-1)
    deviation = np.broadcast_to(precision**-0.5, TRUE.shape)
    expected = np.average(-norm.logpdf(TRUE, MEAN, deviation), weights=WEIGHTS)
    found = GaussianLikelihood(3, dtype="float64")(TARGETS, predicted)
    assert float(found) == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize("loss", [MaskedSquaredError(), GaussianLikelihood(3)])
def test_a_value_without_weight_matters_to_neither_loss_nor_gradient(loss):
    predicted = np.concatenate([MEAN, np.ones((4, 6, 1))], axis=-1)
    if isinstance(loss, MaskedSquaredError):
        predicted = MEAN
    nothing = np.concatenate([np.where(WEIGHTS > 0, TRUE, np.nan), WEIGHTS], axis=-1)
    assert float(loss(TARGETS, predicted)) == float(loss(nothing, predicted))
    offset = _Offset(predicted.astype("float32"))
    model = keras.Sequential([offset])
    model.compile("sgd", loss)
    model.train_on_batch(np.zeros((4, 6, 1), "float32"), nothing.astype("float32"))
    moved = np.asarray(offset.value)[..., :3] != predicted.astype("float32")[..., :3]
    np.testing.assert_array_equal(moved, WEIGHTS > 0)


@pytest.mark.parametrize("loss", [MaskedSquaredError(), GaussianLikelihood(3)])
def test_a_batch_in_which_nothing_counts_has_no_loss(loss):
    predicted = np.ones((4, 6, 4 if isinstance(loss, GaussianLikelihood) else 3))
    assert float(loss(np.concatenate([TRUE, 0 * WEIGHTS], axis=-1), predicted)) == 0.0


class _Offset(keras.layers.Layer):
    """Gives its own weight, whatever it reads."""

    def __init__(self, value):
        super().__init__()
        self.value = self.add_weight(shape=value.shape)
        self.value.assign(value)

    def call(self, inputs):
        return self.value + 0.0 * keras.ops.mean(inputs)
