from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harnn.cells.hopfield_network import HopfieldNetwork
from harnn.cells.modern_hopfield import ModernHopfield


@st.composite
def _networks(draw: st.DrawFn) -> tuple[ModernHopfield, np.ndarray]:
    units, count = draw(st.integers(1, 8)), draw(st.integers(1, 10))
    generator = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    network = ModernHopfield(draw(st.sampled_from([0.05, 0.5, 1.0, 4.0, 50.0])))
    network.fit(generator.normal(size=(count, units)))
    return network, generator.normal(scale=2.0, size=(5, units))


def _reference_energy(network: ModernHopfield, state: np.ndarray) -> float:
    """Return the energy as the paper has it, term by term."""
    patterns, beta = network.patterns_, network.beta
    lse = np.logaddexp.reduce([beta * (pattern @ state) for pattern in patterns]) / beta
    largest = max(np.linalg.norm(pattern) for pattern in patterns)
    return -lse + 0.5 * state @ state + np.log(len(patterns)) / beta + 0.5 * largest**2


# The equations ----------------------------------------------------------------------------------


def test_two_patterns_on_a_line_do_what_is_worked_out_by_hand() -> None:
    # softmax(±βξ) over the patterns ±1 makes of the update ξ ← tanh(βξ).
    network = ModernHopfield(beta=2.0).fit([[1.0], [-1.0]])
    one = network.recall([0.3], max_sweeps=1)
    assert one.states.tolist() == pytest.approx([np.tanh(0.6)])
    assert not one.converged
    end = network.recall([0.3])
    assert end.converged
    # The positive root of ξ = tanh(2ξ).
    assert end.states.tolist() == pytest.approx([0.9575040241], abs=1e-7)
    np.testing.assert_allclose(network.attention([0.3]), [np.exp(0.6), np.exp(-0.6)] / (
        np.exp(0.6) + np.exp(-0.6)
    ))  # fmt: skip
    assert network.energy([0.3]) == pytest.approx(-np.log(np.cosh(0.6)) / 2 + 0.045 + 0.5)


def test_a_small_beta_ends_between_the_patterns() -> None:
    # ξ = tanh(βξ) has no other root than 0 for β ≤ 1.
    network = ModernHopfield(beta=0.5).fit([[1.0], [-1.0]])
    recall = network.recall([0.9])
    assert recall.converged
    assert recall.states.tolist() == pytest.approx([0.0], abs=1e-7)


@given(network_and_probes=_networks())
@settings(deadline=None, max_examples=60)
def test_an_update_goes_down_the_gradient_of_the_energy(
    network_and_probes: tuple[ModernHopfield, np.ndarray],
) -> None:
    network, probes = network_and_probes
    once = network.recall(probes, max_sweeps=1)
    step = 1e-5
    for unit in range(probes.shape[1]):
        along = step * np.eye(probes.shape[1])[unit]
        slope = (network.energy(probes + along) - network.energy(probes - along)) / (2 * step)
        moved = once.sweeps > 0
        np.testing.assert_allclose(
            (probes - once.states)[moved, unit], slope[moved], rtol=1e-4, atol=1e-5
        )


@given(network_and_probes=_networks())
@settings(deadline=None, max_examples=100)
def test_the_energy_is_that_of_its_formula_and_never_rises(
    network_and_probes: tuple[ModernHopfield, np.ndarray],
) -> None:
    network, probes = network_and_probes
    recall = network.recall(probes, max_sweeps=50)
    expected = [_reference_energy(network, probe) for probe in probes]
    np.testing.assert_allclose(network.energy(probes), expected, rtol=1e-9, atol=1e-9)
    np.testing.assert_array_equal(recall.energies[:, 0], network.energy(probes))
    assert (np.diff(recall.energies, axis=1) <= 1e-12 * (1 + recall.energies[:, :1])).all()
    # From the first update on the states are averages of patterns.
    bound = 2 * np.sum(network.patterns_**2, axis=1).max()
    after = recall.energies[recall.sweeps > 0, 1:]
    assert ((after >= -1e-9) & (after <= bound + 1e-9)).all()


@given(network_and_probes=_networks())
@settings(deadline=None, max_examples=60)
def test_what_has_converged_stands_still(
    network_and_probes: tuple[ModernHopfield, np.ndarray],
) -> None:
    network, probes = network_and_probes
    recall = network.recall(probes, tolerance=1e-6)
    ends = recall.states[recall.converged]
    largest = np.linalg.norm(network.patterns_, axis=1).max()
    moves = np.abs(network.attention(ends) @ network.patterns_ - ends)
    assert (moves <= 1.01e-6 * largest).all()
    np.testing.assert_allclose(network.attention(ends).sum(axis=1), 1.0)


def test_large_patterns_overflow_nothing() -> None:
    patterns = 1e4 * np.random.default_rng(0).choice([-1.0, 1.0], size=(6, 16))
    recall = ModernHopfield(beta=10.0).fit(patterns).recall(0.9 * patterns)
    np.testing.assert_array_equal(recall.states, patterns)
    assert np.isfinite(recall.energies).all()


# What is stored ---------------------------------------------------------------------------------


def test_far_more_patterns_than_units_are_retrieved_where_the_classical_network_fails() -> None:
    generator = np.random.default_rng(0)
    patterns = generator.choice([-1.0, 1.0], size=(640, 64))
    flips = generator.random(patterns.shape).argsort(axis=1) < 6
    probes = np.where(flips, -patterns, patterns)

    modern = ModernHopfield(beta=1.0).fit(patterns).recall(probes)
    assert (np.sign(modern.states) == patterns).all(axis=1).mean() > 0.99
    assert modern.converged.all()
    np.testing.assert_allclose(modern.states[:5], patterns[:5], atol=1e-3)

    classical = HopfieldNetwork().fit(patterns).recall(probes, random_state=0)
    assert (classical.states == patterns).all(axis=1).mean() < 0.01


def test_a_single_pattern_is_reached_from_anywhere_in_one_update() -> None:
    recall = ModernHopfield().fit([[1.0, -2.0, 3.0]]).recall([[9.0, 9.0, 9.0], [1.0, -2.0, 3.0]])
    np.testing.assert_array_equal(recall.states, [[1, -2, 3], [1, -2, 3]])
    assert recall.sweeps.tolist() == [1, 0]
    assert recall.converged.all()
    assert not recall.cycling.any()
    assert recall.energies[0].tolist() == pytest.approx([_from_far(), 0.0], abs=1e-12)


def _from_far() -> float:
    # −9·(1 − 2 + 3) + ½·3·81 + ½·14
    return -18 + 121.5 + 7


def test_patterns_changed_outside_stay_as_they_were_stored() -> None:
    patterns = np.eye(3)
    network = ModernHopfield(beta=20.0).fit(patterns)
    patterns[:] = 0
    np.testing.assert_allclose(network.recall([0.9, 0.0, 0.1]).states, [1, 0, 0], atol=1e-6)


# Probes -----------------------------------------------------------------------------------------


def test_a_batch_is_recalled_as_each_of_its_probes_alone() -> None:
    generator = np.random.default_rng(0)
    network = ModernHopfield(beta=2.0).fit(generator.normal(size=(8, 5)))
    probes = generator.normal(size=(10, 5))
    batch = network.recall(probes)
    assert len(set(batch.sweeps.tolist())) > 1
    assert batch.energies.shape == (10, batch.sweeps.max() + 1)
    for row, probe in enumerate(probes):
        alone = network.recall(probe)
        assert alone.states.shape == (5,)
        assert network.attention(probe).shape == (8,)
        np.testing.assert_allclose(alone.states, batch.states[row], atol=1e-10)
        assert alone.sweeps == batch.sweeps[row]
        np.testing.assert_allclose(
            alone.energies, batch.energies[row, : alone.sweeps + 1], atol=1e-10
        )


def test_a_probe_given_up_has_not_converged() -> None:
    recall = ModernHopfield(beta=2.0).fit([[1.0], [-1.0]]).recall([[0.3], [0.0]], max_sweeps=2)
    assert recall.converged.tolist() == [False, True]
    assert recall.sweeps.tolist() == [2, 0]


def test_no_probes_make_no_states() -> None:
    recall = ModernHopfield().fit([[1.0, 2.0]]).recall(np.empty((0, 2)))
    assert recall.states.shape == (0, 2)
    assert recall.energies.shape == (0, 1)


# What is refused --------------------------------------------------------------------------------


@pytest.mark.parametrize("beta", [0, -1.0, np.nan, np.inf, "1", None, [1.0]])
def test_a_beta_that_is_not_positive_is_refused(beta: Any) -> None:
    with pytest.raises(ValueError, match="beta must be a positive number"):
        ModernHopfield(beta)


@pytest.mark.parametrize(
    ("patterns", "message"),
    [
        ([[1.0, np.nan]], r"patterns: row 0, unit 1 is nan \(1 such values\)"),
        ([1.0, 2.0], "for a single pattern pass"),
        (np.ones((0, 4)), r"not \(0, 4\)"),
        (np.ones((2, 2, 2)), r"not \(2, 2, 2\)"),
    ],
)
def test_patterns_that_are_none_are_refused(patterns: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        ModernHopfield().fit(patterns)


@pytest.mark.parametrize("method", ["recall", "energy", "attention"])
def test_states_that_do_not_fit_are_refused(method: str) -> None:
    network = ModernHopfield().fit(np.eye(5))
    with pytest.raises(ValueError, match=r"\(batch, 5\) or \(5,\), not \(3, 4\)"):
        getattr(network, method)(np.ones((3, 4)))
    with pytest.raises(ValueError, match="row 0, unit 3 is nan"):
        getattr(network, method)([1, 1, 1, np.nan, 1])
    with pytest.raises(TypeError, match="must be real numbers"):
        getattr(network, method)(["a", "b", "c", "d", "e"])


@pytest.mark.parametrize("method", ["recall", "energy", "attention"])
def test_nothing_is_recalled_before_something_is_stored(method: str) -> None:
    with pytest.raises(ValueError, match=r"this ModernHopfield has no patterns yet: call fit"):
        getattr(ModernHopfield(), method)([1.0, -1.0])


def test_limits_that_are_none_are_refused() -> None:
    network = ModernHopfield().fit(np.eye(2))
    with pytest.raises(ValueError, match="max_sweeps must be a positive integer"):
        network.recall([1.0, 0.0], max_sweeps=0)
    for tolerance in (-1.0, np.nan, np.inf):
        with pytest.raises(ValueError, match="tolerance must be a number of 0 or more"):
            network.recall([1.0, 0.0], tolerance=tolerance)
