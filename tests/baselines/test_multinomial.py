from __future__ import annotations

import numpy as np
import pytest
import scipy.sparse as sp
from scipy.special import softmax
from sklearn.linear_model import LogisticRegression

from baselines.multinomial import fit_multinomial


def problem(documents: int = 60, features: int = 30, classes: int = 4) -> tuple[sp.csr_matrix, ...]:
    draw = np.random.default_rng(0)
    inputs = sp.random(documents, features, 0.2, "csr", np.float32, rng=draw)
    labels = draw.integers(classes, size=documents)
    labels[:classes] = np.arange(classes)
    return inputs, labels, np.eye(classes, dtype=np.int8)[labels]


@pytest.mark.parametrize("C", [0.1, 1.0, 30.0])
def test_finds_the_optimum_of_scikit_learn(C: float) -> None:
    inputs, labels, targets = problem()
    scores = fit_multinomial(inputs, targets, C, tol=1e-4, max_iter=2000)
    augmented = sp.hstack([inputs, np.ones((inputs.shape[0], 1))]).tocsr().astype(np.float64)
    reference = LogisticRegression(C=C, fit_intercept=False, tol=1e-8, max_iter=5000)
    reference.fit(augmented, labels)
    np.testing.assert_allclose(
        softmax(scores(inputs), axis=1), reference.predict_proba(augmented), atol=2e-3
    )
    np.testing.assert_allclose(scores.weights, reference.coef_[:, :-1].T, atol=0.02 * np.sqrt(C))


def test_documents_of_unknown_output_take_no_part() -> None:
    inputs, _, targets = problem()
    hidden = targets.copy()
    hidden[40:] = -1
    some = fit_multinomial(inputs, hidden)
    np.testing.assert_array_equal(some(inputs), fit_multinomial(inputs[:40], targets[:40])(inputs))


def test_an_output_never_seen_is_never_likely() -> None:
    inputs, _, targets = problem()
    wider = np.insert(targets, 2, 0, axis=1)
    scores = fit_multinomial(inputs, wider)
    assert scores.learned.tolist() == [True, True, False, True, True]
    assert scores.n_parameters == 4 * (30 + 1)
    assert softmax(scores(inputs), axis=1)[:, 2].max() < 1e-6


def test_one_output_seen_is_certain_and_none_seen_leaves_all_alike() -> None:
    inputs, _, targets = problem()
    one = np.zeros_like(targets)
    one[:, 1] = 1
    assert softmax(fit_multinomial(inputs, one)(inputs), axis=1)[:, 1].min() > 1 - 1e-6
    none = fit_multinomial(inputs, np.full_like(targets, -1))
    np.testing.assert_array_equal(softmax(none(inputs), axis=1), 0.25)
    assert none.n_parameters == 0
