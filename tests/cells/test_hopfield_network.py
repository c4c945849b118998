from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.datasets import load_digits

from harnn.cells import HopfieldNetwork

RULES: tuple[Any, ...] = ("hebbian", "pseudo-inverse")


def _random_patterns(count: int, units: int, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).choice([-1.0, 1.0], size=(count, units))


def _flip(patterns: np.ndarray, count: int, seed: int = 1) -> np.ndarray:
    ranks = np.random.default_rng(seed).random(patterns.shape).argsort(axis=1)
    return np.where(ranks < count, -patterns, patterns)


@st.composite
def _networks(draw: st.DrawFn) -> tuple[HopfieldNetwork, np.ndarray]:
    units, count = draw(st.integers(1, 20)), draw(st.integers(1, 12))
    generator = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    thresholds = generator.normal(scale=0.3, size=units) if draw(st.booleans()) else 0.0
    network = HopfieldNetwork(draw(st.sampled_from(RULES)), thresholds)
    network.fit(generator.choice([-1, 1], size=(count, units)))
    return network, generator.choice([-1, 1], size=(6, units))


# By hand ----------------------------------------------------------------------------------------


def test_three_units_do_what_is_worked_out_by_hand() -> None:
    network = HopfieldNetwork().fit([[1, 1, -1], [-1, 1, 1]])
    # Units 0 and 2 always differ, the others agree as often as not.
    expected = np.array([[0, 0, -2 / 3], [0, 0, 0], [-2 / 3, 0, 0]])
    np.testing.assert_allclose(network.weights_, expected, atol=1e-15)
    np.testing.assert_allclose(network.energy([[1, 1, -1], [1, 1, 1]]), [-2 / 3, 2 / 3])
    assert network.is_stable([[1, 1, -1], [1, 1, 1], [1, -1, -1]]).tolist() == [True, False, True]
    recall = network.recall([1, 1, 1], random_state=0)
    # Either end may give way; unit 1 has no field.
    assert recall.states.tolist() in ([1, 1, -1], [-1, 1, 1])
    assert recall.sweeps == 1
    np.testing.assert_allclose(recall.energies, [2 / 3, -2 / 3])


def test_thresholds_pull_units_to_their_side() -> None:
    network = HopfieldNetwork(thresholds=[0.0, 2.0]).fit([[1, 1]])
    # W = [[0, ½], [½, 0]]: E = −½ s₀s₁ + 2 s₁, least at s = (−1, −1), where the fields are −½, −2½.
    np.testing.assert_allclose(network.energy([[1, 1], [-1, -1], [1, -1]]), [1.5, -2.5, -1.5])
    recall = network.recall([1, 1], random_state=0)
    assert recall.states.tolist() == [-1, -1]
    np.testing.assert_allclose(recall.energies[-1], -2.5)


@pytest.mark.parametrize("updates", ["asynchronous", "synchronous"])
def test_a_unit_without_a_field_stays_as_it_is(updates: Any) -> None:
    network = HopfieldNetwork().fit([[1, 1], [1, -1]])
    assert not network.weights_.any()
    states = np.array([[1, 1], [1, -1], [-1, 1], [-1, -1]])
    recall = network.recall(states, updates=updates)
    np.testing.assert_array_equal(recall.states, states)
    assert recall.converged.all()
    assert not recall.sweeps.any()


# The energy -------------------------------------------------------------------------------------


@given(network_and_probes=_networks(), seed=st.integers(0, 99))
@settings(deadline=None, max_examples=150)
def test_the_energy_never_rises_and_ends_in_a_minimum_under_asynchronous_updates(
    network_and_probes: tuple[HopfieldNetwork, np.ndarray], seed: int
) -> None:
    network, probes = network_and_probes
    recall = network.recall(probes, max_sweeps=1000, random_state=seed)
    assert (np.diff(recall.energies, axis=1) <= 1e-12).all()
    assert recall.converged.all()
    assert not recall.cycling.any()
    for state, energies in zip(recall.states, recall.energies, strict=True):
        neighbours = np.where(np.eye(len(state), dtype=bool), -state, state)
        assert (network.energy(neighbours) >= energies[-1] - 1e-9).all()
    moved = recall.sweeps > 0
    assert (recall.energies[moved, -1] < recall.energies[moved, 0]).all()


@given(network_and_probes=_networks())
@settings(deadline=None, max_examples=50)
def test_the_energy_is_that_of_its_formula(
    network_and_probes: tuple[HopfieldNetwork, np.ndarray],
) -> None:
    network, probes = network_and_probes
    weights, thresholds = network.weights_, network.thresholds_
    np.testing.assert_array_equal(weights, weights.T)
    assert not np.diag(weights).any()
    units = range(len(weights))
    for s, energy in zip(probes, network.energy(probes), strict=True):
        pairs = sum(weights[i, j] * s[i] * s[j] for i in units for j in units)
        assert energy == pytest.approx(thresholds @ s - pairs / 2, abs=1e-12)


@given(network_and_probes=_networks())
@settings(deadline=None, max_examples=150)
def test_synchronous_updates_end_in_a_fixed_point_or_in_two_states_in_turn(
    network_and_probes: tuple[HopfieldNetwork, np.ndarray],
) -> None:
    network, probes = network_and_probes
    recall = network.recall(probes, updates="synchronous", max_sweeps=1000)
    assert (recall.converged ^ recall.cycling).all()
    np.testing.assert_array_equal(recall.converged, network.is_stable(recall.states))

    def after(states: np.ndarray) -> np.ndarray:
        fields = (states @ network.weights_ - network.thresholds_).round(9)
        return np.where(fields == 0, states, np.sign(fields))

    np.testing.assert_array_equal(after(after(recall.states)), recall.states)


def test_a_cycle_of_two_states_is_reported() -> None:
    network = HopfieldNetwork().fit([[1, 1]])
    recall = network.recall([[1, -1], [1, 1]], updates="synchronous")
    assert recall.converged.tolist() == [False, True]
    assert recall.cycling.tolist() == [True, False]
    assert recall.sweeps.tolist() == [2, 0]
    assert recall.energies.tolist() == [[0.5, 0.5, 0.5], [-0.5, -0.5, -0.5]]


# What is stored ---------------------------------------------------------------------------------


def test_few_patterns_are_fixed_points_under_the_hebbian_rule() -> None:
    patterns = _random_patterns(10, 300)
    network = HopfieldNetwork().fit(patterns)
    assert network.is_stable(patterns).all()
    recall = network.recall(_flip(patterns, 60), random_state=0)
    np.testing.assert_array_equal(recall.states, patterns)
    assert recall.sweeps.all()


@pytest.mark.parametrize("count", [1, 32, 63, 64, 200])
def test_all_patterns_are_fixed_points_under_the_pseudo_inverse_rule(count: int) -> None:
    patterns = _random_patterns(count, 64)
    network = HopfieldNetwork("pseudo-inverse").fit(patterns)
    assert network.is_stable(patterns).all()
    # At 64 independent patterns all else is a fixed point, too, and below not.
    others = _random_patterns(50, 64, seed=9)
    assert network.is_stable(others).all() == (count >= 64)


def test_dependent_patterns_are_stored_by_the_pseudo_inverse_rule() -> None:
    patterns = _random_patterns(20, 64)
    patterns[10:15] = patterns[:5]
    patterns[15:] = -patterns[5:10]
    network = HopfieldNetwork("pseudo-inverse").fit(patterns)
    expected = np.linalg.pinv(patterns[:10]) @ patterns[:10]
    np.testing.assert_allclose(network.weights_, expected - np.diag(np.diag(expected)), atol=1e-12)
    np.testing.assert_array_equal(
        network.recall(_flip(patterns, 6), random_state=0).states, patterns
    )


def test_correlated_patterns_need_the_pseudo_inverse_rule() -> None:
    patterns = np.where(np.random.default_rng(0).random((12, 200)) < 0.15, 1, -1)
    stable = [HopfieldNetwork(rule).fit(patterns).is_stable(patterns).mean() for rule in RULES]
    assert stable == [0.0, 1.0]


def test_a_diagonal_would_shrink_the_basins() -> None:
    patterns = _random_patterns(80, 200)
    network = HopfieldNetwork("pseudo-inverse").fit(patterns)
    probes = _flip(patterns, 20)
    without = (network.recall(probes, random_state=0).states == patterns).all(axis=1).mean()
    network.weights_ = np.linalg.pinv(patterns) @ patterns
    assert network.is_stable(patterns).all()
    with_it = (network.recall(probes, random_state=0).states == patterns).all(axis=1).mean()
    assert without > with_it + 0.3


def test_a_pattern_and_its_opposite_are_stored_together() -> None:
    patterns = _random_patterns(5, 100)
    assert HopfieldNetwork().fit(patterns).is_stable(-patterns).all()


def test_digits_with_15_percent_of_their_pixels_flipped_are_recovered() -> None:
    digits = load_digits()
    pixels = np.where(digits.data >= 8, 1, -1)
    patterns = np.array([pixels[digits.target == digit][0] for digit in range(10)])
    network = HopfieldNetwork("pseudo-inverse").fit(patterns)
    wanted = np.repeat(patterns, 30, axis=0)
    recall = network.recall(_flip(wanted, round(0.15 * 64)), random_state=0)
    assert recall.converged.all()
    assert (recall.states == wanted).all(axis=1).mean() > 0.85
    assert (recall.states == wanted).mean() > 0.97


def test_a_new_fit_forgets_the_patterns_before() -> None:
    first, second = _random_patterns(3, 50), _random_patterns(3, 40, seed=1)
    network = HopfieldNetwork().fit(first)
    np.testing.assert_array_equal(
        network.fit(second).weights_, HopfieldNetwork().fit(second).weights_
    )


# Crosstalk --------------------------------------------------------------------------------------


@pytest.mark.parametrize("load", [0.138, 0.2, 0.5])
def test_the_share_of_unstable_bits_is_that_of_gaussian_crosstalk(load: float) -> None:
    units = 1000
    patterns = _random_patterns(round(load * units), units)
    weights = HopfieldNetwork().fit(patterns).weights_
    unstable = np.mean(patterns * (patterns @ weights) < 0)
    # The other patterns add a field of about the variance `load` to one of size 1.
    assert unstable == pytest.approx(0.5 * math.erfc(1 / math.sqrt(2 * load)), rel=0.1)


# Probes -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("updates", ["asynchronous", "synchronous"])
def test_a_batch_is_recalled_as_each_of_its_probes_alone(updates: Any) -> None:
    network = HopfieldNetwork().fit(_random_patterns(12, 40))
    probes = _random_patterns(15, 40, seed=5)
    batch = network.recall(probes, updates=updates, random_state=7)
    assert len(set(batch.sweeps.tolist())) > 1
    assert batch.energies.shape == (15, batch.sweeps.max() + 1)
    for row, probe in enumerate(probes):
        alone = network.recall(probe, updates=updates, random_state=7)
        assert alone.states.shape == (40,)
        np.testing.assert_array_equal(alone.states, batch.states[row])
        assert (alone.converged, alone.cycling, alone.sweeps) == (
            batch.converged[row],
            batch.cycling[row],
            batch.sweeps[row],
        )
        steps = alone.sweeps + 1
        np.testing.assert_allclose(alone.energies, batch.energies[row, :steps], atol=1e-12)
        np.testing.assert_allclose(batch.energies[row, steps:], alone.energies[-1], atol=1e-12)
        assert network.energy(probe) == pytest.approx(alone.energies[0])
        assert network.is_stable(alone.states) == alone.converged


def test_a_seed_decides_the_order_and_probes_are_left_as_they_were() -> None:
    network = HopfieldNetwork().fit(_random_patterns(30, 60))
    probes = _random_patterns(20, 60, seed=5)
    kept = probes.copy()
    ends = [network.recall(probes, random_state=seed).states for seed in (1, 1, 2)]
    np.testing.assert_array_equal(ends[0], ends[1])
    assert (ends[0] != ends[2]).any()
    np.testing.assert_array_equal(probes, kept)


def test_a_probe_given_up_has_not_converged() -> None:
    network = HopfieldNetwork().fit(_random_patterns(30, 100))
    probes = _random_patterns(20, 100, seed=5)
    short = network.recall(probes, max_sweeps=1, random_state=0)
    assert not short.converged.all()
    assert not short.cycling.any()
    assert short.energies.shape == (20, 2)
    np.testing.assert_array_equal(short.converged, network.is_stable(short.states))


def test_no_probes_make_no_states() -> None:
    recall = HopfieldNetwork().fit([[1, -1]]).recall(np.empty((0, 2)))
    assert recall.states.shape == (0, 2)
    assert recall.energies.shape == (0, 1)


# What is refused --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("patterns", "message"),
    [
        ([[1, 0, 1]], r"row 0, unit 1 is 0 \(1 such values\); .* made by 2 \* x − 1"),
        ([[True, False]], "unit 1 is 0"),
        ([[1, 1], [1, 0.5]], "row 1, unit 1 is 0.5"),
        ([[1, np.nan]], "row 0, unit 1 is nan .* finite"),
        ([[1, -np.inf]], "is -inf"),
        ([1, -1], r"patterns: expected the shape .* not \(2,\); for a single pattern pass"),
        (np.ones((0, 4)), r"not \(0, 4\)"),
        (np.ones((4, 0)), r"not \(4, 0\)"),
        (np.ones((2, 2, 2)), r"not \(2, 2, 2\)"),
    ],
)
def test_patterns_that_are_none_are_refused(patterns: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        HopfieldNetwork().fit(patterns)


def test_patterns_of_text_are_refused() -> None:
    with pytest.raises(TypeError, match="patterns must be real numbers"):
        HopfieldNetwork().fit([["1", "-1"]])


@pytest.mark.parametrize("method", ["recall", "energy", "is_stable"])
def test_states_that_do_not_fit_are_refused(method: str) -> None:
    network = HopfieldNetwork().fit(_random_patterns(2, 5))
    name = "probes" if method == "recall" else "states"
    with pytest.raises(ValueError, match=rf"{name}: .* \(batch, 5\) or \(5,\), not \(3, 4\)"):
        getattr(network, method)(np.ones((3, 4)))
    with pytest.raises(ValueError, match=rf"{name}: .* not \(\)"):
        getattr(network, method)(1)
    with pytest.raises(ValueError, match=rf"{name}: row 0, unit 3 is 0"):
        getattr(network, method)([1, 1, 1, 0, 1])
    with pytest.raises(ValueError, match="finite"):
        getattr(network, method)([1, 1, 1, np.nan, 1])


@pytest.mark.parametrize("method", ["recall", "energy", "is_stable"])
def test_nothing_is_recalled_before_something_is_stored(method: str) -> None:
    with pytest.raises(ValueError, match=r"this HopfieldNetwork has no patterns yet: call fit"):
        getattr(HopfieldNetwork(), method)([1, -1])


def test_options_that_are_none_are_refused() -> None:
    with pytest.raises(ValueError, match="rule must be 'hebbian' or 'pseudo-inverse', not 'oja'"):
        HopfieldNetwork("oja")
    with pytest.raises(ValueError, match=r"one a unit of shape \(2,\), not \(3,\)"):
        HopfieldNetwork(thresholds=[0, 0, 0]).fit([[1, 1]])
    with pytest.raises(ValueError, match=r"thresholds: .* is nan"):
        HopfieldNetwork(thresholds=np.nan).fit([[1, 1]])
    network = HopfieldNetwork().fit([[1, 1]])
    with pytest.raises(ValueError, match="updates must be 'asynchronous' or 'synchronous'"):
        network.recall([1, 1], updates="parallel")
    for count in (0, 1.5, True):
        with pytest.raises(ValueError, match="max_sweeps must be a positive integer"):
            network.recall([1, 1], max_sweeps=count)
