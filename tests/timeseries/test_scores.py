"""Errors of predicted values."""

import numpy as np
import pytest
from sklearn.metrics import mean_absolute_error, mean_squared_error

from harnn.errors import DataError
from harnn.timeseries.scores import band_coverage, gaussian_nll, score_series

RNG = np.random.default_rng(0)
TRUE, PREDICTED = RNG.normal(size=(2, 5, 20, 3))
WHERE = RNG.random(TRUE.shape) < 0.3
WHERE[..., 2] = False


def test_errors_are_those_of_scikit_learn_over_the_judged_places():
    scores = score_series(TRUE, PREDICTED, WHERE, names=("a", "b", "c"))
    assert scores.places == WHERE.sum()
    assert scores.micro_mse == pytest.approx(mean_squared_error(TRUE[WHERE], PREDICTED[WHERE]))
    assert scores.mae == pytest.approx(mean_absolute_error(TRUE[WHERE], PREDICTED[WHERE]))
    for feature, name in enumerate("ab"):
        here = WHERE[..., feature]
        true, predicted = TRUE[..., feature][here], PREDICTED[..., feature][here]
        assert scores.sensor_mse[name] == pytest.approx(mean_squared_error(true, predicted))
        assert scores.sensor_mae[name] == pytest.approx(mean_absolute_error(true, predicted))


def test_the_macro_error_is_the_mean_over_the_sensors_that_are_judged():
    scores = score_series(TRUE, PREDICTED, WHERE, names=("a", "b", "c"))
    assert np.isnan(scores.sensor_mse["c"])
    assert scores.macro_mse == pytest.approx((scores.sensor_mse["a"] + scores.sensor_mse["b"]) / 2)


def test_what_is_not_judged_does_not_matter():
    nothing = np.where(WHERE, PREDICTED, np.nan)
    assert score_series(TRUE, nothing, WHERE).mae == score_series(TRUE, PREDICTED, WHERE).mae


def test_the_relative_error_of_true_values_of_zero_is_not_defined():
    scores = score_series(np.zeros((2, 1)), np.ones((2, 1)), np.ones((2, 1), dtype=bool))
    assert np.isnan(scores.mre)


def test_bands_cover_what_normal_values_fall_into():
    true = RNG.normal(2.0, 3.0, size=(100_000, 1))
    everywhere = np.ones(true.shape, dtype=bool)
    for nominal in (0.5, 0.9, 0.99):
        found = band_coverage(true, np.full(true.shape, 2.0), np.array(3.0), everywhere, nominal)
        assert found == pytest.approx(nominal, abs=0.005)


def test_the_likelihood_of_the_true_deviation_is_the_best():
    true = RNG.normal(0.0, 3.0, size=(10_000, 1))
    everywhere = np.ones(true.shape, dtype=bool)
    mean = np.zeros(true.shape)
    nll = [gaussian_nll(true, mean, np.array(d), everywhere) for d in (2.0, 3.0, 4.0)]
    assert min(nll) == nll[1] == pytest.approx(0.5 * np.log(2 * np.pi * np.e * 9), abs=0.02)


@pytest.mark.parametrize(
    ("true", "predicted", "where", "words"),
    [
        (TRUE, PREDICTED[..., :2], WHERE, "all must be the same"),
        (TRUE, PREDICTED, np.zeros_like(WHERE), "no place is judged"),
        (TRUE, np.where(WHERE, np.nan, PREDICTED), WHERE, "a predicted value"),
        (np.where(WHERE, np.inf, TRUE), PREDICTED, WHERE, "a true value"),
    ],
)
def test_what_cannot_be_compared_is_refused(true, predicted, where, words):
    with pytest.raises(DataError, match=words):
        score_series(true, predicted, where)
