from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from harnn.text.layers import CategoryDependency

ATTENTION = np.array([[[0.5, 0.25, 0.25, 0.0], [0.0, 0.5, 0.5, 0.0]]], dtype="float32")
PROBABILITIES = np.array([[0.8, 0.4]], dtype="float32")
MASK = np.array([[True, True, True, False]])


def test_agrees_with_the_equations(case: Any) -> None:
    for level in case.levels():
        if case.dependency == "none" or level == len(case.level_sizes):
            assert f"word_weights_{level}" not in case.tensors
        else:
            case.assert_agrees(
                f"word_weights_{level}",
                lambda document, at=level - 1: document.levels[at].word_weights,
            )


def test_paper_is_the_mean_over_the_categories_worked_by_hand() -> None:
    weights = CategoryDependency("paper")(ATTENTION, PROBABILITIES, MASK)
    np.testing.assert_allclose(weights, [[0.2, 0.2, 0.2, 0.0]], atol=1e-7)


def test_reference_is_the_mean_of_softmaxes_worked_by_hand() -> None:
    weights = CategoryDependency("reference")(ATTENTION, PROBABILITIES, MASK)
    first = np.exp([0.4, 0.2, 0.2]) / np.exp([0.4, 0.2, 0.2]).sum()
    second = np.exp([0.0, 0.2, 0.2]) / np.exp([0.0, 0.2, 0.2]).sum()
    np.testing.assert_allclose(weights, [[*(first + second) / 2, 0.0]], atol=1e-6)


def test_scaled_has_the_mean_one_over_the_real_words() -> None:
    attention = ATTENTION[:, :1]
    weights = np.asarray(CategoryDependency("scaled")(attention, PROBABILITIES[:, :1], MASK))
    np.testing.assert_allclose(weights, [[1.5, 0.75, 0.75, 0.0]], atol=1e-6)
    assert weights[MASK].mean() == pytest.approx(1.0)


def test_scaled_takes_nothing_from_how_sure_the_level_is() -> None:
    layer = CategoryDependency("scaled")
    np.testing.assert_allclose(
        layer(ATTENTION, PROBABILITIES, MASK),
        layer(ATTENTION, PROBABILITIES * 1e-4, MASK),
        rtol=1e-5,
    )


@pytest.mark.parametrize("dependency", ["paper", "reference", "scaled"])
def test_weights_are_zero_on_padding(dependency: str) -> None:
    weights = np.asarray(CategoryDependency(dependency)(ATTENTION, PROBABILITIES, MASK))
    assert not weights[~MASK].any()
    assert (weights[MASK] > 0).all()


@pytest.mark.parametrize("dependency", ["paper", "reference", "scaled"])
def test_a_document_without_a_word_has_finite_weights(dependency: str) -> None:
    nothing = np.zeros((1, 4), dtype=bool)
    attention = np.zeros_like(ATTENTION)
    weights = CategoryDependency(dependency)(attention, PROBABILITIES, nothing)
    assert np.isfinite(weights).all()


@pytest.mark.parametrize("dependency", ["none", "Paper", ""])
def test_an_unknown_form_is_refused(dependency: str) -> None:
    with pytest.raises(ValueError, match=r"must be one of .*'paper', 'reference', 'scaled'"):
        CategoryDependency(dependency)


@pytest.mark.parametrize("dependency", ["paper", "reference", "scaled"])
def test_survives_its_configuration(dependency: str) -> None:
    layer = CategoryDependency(dependency, name="dependency_1")
    copy = CategoryDependency.from_config(layer.get_config())
    assert copy.get_config() == layer.get_config()
    assert copy.dependency == dependency
