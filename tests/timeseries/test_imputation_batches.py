"""Windows to learn filling from."""

import numpy as np
import pytest

from harnn.timeseries.imputation_batches import ImputationBatches, diffused
from harnn.timeseries.options import HoleOptions, SeriesTrainingOptions
from harnn.timeseries.readings import Readings
from harnn.timeseries.series import read_series

RNG = np.random.default_rng(0)
VALUES = RNG.normal(size=(100, 2))
VALUES[RNG.random(VALUES.shape) < 0.2] = np.nan


def batches(series=VALUES, seed=0, **options):
    holes = HoleOptions(hide_share=0.3, stayed_weight=0.25)
    training = SeriesTrainingOptions(window=10, stride=5, batch_size=4, **options)
    readings = Readings("last", 1.0)
    return ImputationBatches(read_series(series), readings, ("out",), holes, training, seed)


def test_an_epoch_has_the_windows_and_batches_that_it_says():
    found = batches()
    sizes = [len(inputs) for inputs, _ in found.epoch(0)]
    assert len(sizes) == len(found)
    assert sum(sizes) == -(-91 // 5)


def test_what_is_hidden_is_not_read_and_weighs_most():
    for inputs, targets in batches().epoch(0):
        read = inputs[..., 2:4] == 1
        true, weights = np.split(targets["out"], 2, axis=-1)
        np.testing.assert_array_equal(weights[read], 0.25)
        hidden = ~read & (weights > 0)
        np.testing.assert_array_equal(weights[hidden], 1.0)
        np.testing.assert_allclose(inputs[..., :2][read], true[read], rtol=1e-6)


def test_what_was_never_observed_weighs_nothing():
    known = ~np.isnan(VALUES)
    shares = []
    for _, targets in batches().epoch(0):
        _, weights = np.split(targets["out"], 2, axis=-1)
        shares.append((weights > 0).mean())
    assert np.mean(shares) == pytest.approx(known.mean(), abs=0.05)


def test_every_epoch_hides_others_and_a_resumed_one_the_same():
    def epoch(number, seed=0):
        return np.concatenate([inputs for inputs, _ in batches(seed=seed).epoch(number)])

    np.testing.assert_array_equal(epoch(1), epoch(1))
    assert (epoch(0) != epoch(1)).any()
    assert (epoch(0) != epoch(0, seed=1)).any()


def test_a_hidden_value_changes_no_reading():
    """The network cannot see in any channel what it is to reconstruct."""
    for (inputs, targets), (other, _) in zip(
        batches().epoch(0), batches(series=_with_other_hidden_values()).epoch(0), strict=True
    ):
        np.testing.assert_array_equal(inputs, other)
        assert targets["out"].shape[-1] == 4


def _with_other_hidden_values():
    generator = np.random.default_rng([0, 0])  # of the first epoch
    holes = HoleOptions(hide_share=0.3)
    hidden = diffused(~np.isnan(VALUES), holes, generator)
    assert hidden.any()
    return np.where(hidden, 99.0, VALUES)


@pytest.mark.parametrize(("share", "length"), [(0.3, 1), (0.3, 10), (0.5, 36)])
def test_the_share_is_hidden_on_average_at_every_step(share, length):
    generator = np.random.default_rng(0)
    holes = HoleOptions(hide_share=share, hide_length=length)
    observed = np.ones((200, 50), dtype=bool)
    hidden = np.mean([diffused(observed, holes, generator) for _ in range(40)], axis=0)
    assert hidden.mean() == pytest.approx(share, abs=0.01)
    assert hidden[:5].mean() == pytest.approx(share, abs=0.03)
    assert hidden[-5:].mean() == pytest.approx(share, abs=0.03)
