from __future__ import annotations

import numpy as np
import scipy.sparse as sp
from scipy.special import expit
from sklearn.svm import LinearSVC

from harnn.text.linear_scores.one_vs_rest import fit_one_vs_rest


def make() -> LinearSVC:
    return LinearSVC(random_state=0, tol=1e-6)


def test_an_output_is_a_binary_classifier_of_the_documents_of_which_it_is_known() -> None:
    draw = np.random.default_rng(0)
    features = sp.random(40, 15, 0.3, "csr", np.float32, rng=draw)
    targets = draw.integers(-1, 2, size=(40, 3))
    scores = fit_one_vs_rest(features, targets, make)
    for output in range(3):
        known = targets[:, output] >= 0
        reference = make().fit(features[known], targets[known, output])
        np.testing.assert_allclose(
            scores(features)[:, output], reference.decision_function(features), atol=1e-4
        )
    assert scores.n_parameters == 3 * 16
    assert scores.weights.dtype == scores(features).dtype == np.float32


def test_constant_outputs_are_certain_and_have_no_parameters() -> None:
    features = sp.csr_matrix(np.eye(3, dtype=np.float32))
    targets = np.array([[1, 0, -1, 1], [1, 0, -1, 0], [-1, -1, -1, 0]])
    scores = fit_one_vs_rest(features, targets, make)
    probabilities = expit(scores(features))
    assert probabilities[:, 0].min() > 1 - 1e-6
    assert probabilities[:, 1:3].max() < 1e-6
    assert scores.learned.tolist() == [False, False, False, True]
    assert scores.n_parameters == 4
