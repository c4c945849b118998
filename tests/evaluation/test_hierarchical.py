from __future__ import annotations

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harnn.errors import DataError
from harnn.evaluation import (
    ancestor_closure,
    hierarchical_precision_recall_f1,
    precision_recall_f1,
)

# 0 A    1 B    2 A/a    3 A/b    4 B/c    5 A/a/x    6 A/a/y
PARENTS = [(), (), (0,), (0,), (1,), (2,), (2,)]


def labels(*documents):
    array = np.zeros((len(documents), len(PARENTS)), bool)
    for row, categories in enumerate(documents):
        array[row, list(categories)] = True
    return array


def random_dag(rng, categories):
    return [
        tuple(int(p) for p in rng.choice(c, size=rng.integers(0, min(c, 3) + 1), replace=False))
        for c in range(categories)
    ]


def test_hand_worked_case():
    # Truths A/a/x, A/b, B/c against A/a/y, A/b, A/b.
    # |T| = 3 + 2 + 2, |P| = 3 + 2 + 2, in common {A, a}, {A, b}, nothing.
    scores = hierarchical_precision_recall_f1(labels([5], [3], [4]), labels([6], [3], [3]), PARENTS)
    assert scores == pytest.approx((4 / 7, 4 / 7, 4 / 7))


def test_a_prediction_that_stops_early_is_precise_and_misses_the_rest():
    scores = hierarchical_precision_recall_f1(labels([5]), labels([2]), PARENTS)
    assert scores == pytest.approx((1, 2 / 3, 0.8))


def test_the_sums_run_over_documents_and_are_no_mean_of_documents():
    # 3 of 3 and 0 of 1 predicted are right: 3/4, where the mean of the documents is 1/2.
    scores = hierarchical_precision_recall_f1(labels([5], [4]), labels([5], [0]), PARENTS)
    assert scores.precision == 0.75


@settings(deadline=None, max_examples=50)
@given(seed=st.integers(0, 10**6))
def test_closing_the_arguments_first_changes_nothing(seed):
    rng = np.random.default_rng(seed)
    parents = random_dag(rng, 8)
    y_true, y_pred = rng.random((2, 6, 8)) < 0.3
    closed = [ancestor_closure(sets, parents) for sets in (y_true, y_pred)]
    scores = hierarchical_precision_recall_f1(y_true, y_pred, parents)
    np.testing.assert_equal(scores, hierarchical_precision_recall_f1(*closed, parents))
    np.testing.assert_equal(scores, precision_recall_f1(*closed, average="micro"))


@settings(deadline=None, max_examples=50)
@given(seed=st.integers(0, 10**6))
def test_the_closure_in_a_dag_adds_exactly_the_ancestors_that_networkx_finds(seed):
    rng = np.random.default_rng(seed)
    # Shuffled, so that no order of the columns helps.
    order = rng.permutation(9)
    parents: list[tuple[int, ...]] = [()] * 9
    for category, above in enumerate(random_dag(rng, 9)):
        parents[order[category]] = tuple(int(order[p]) for p in above)
    graph = nx.DiGraph([(p, c) for c, above in enumerate(parents) for p in above])
    graph.add_nodes_from(range(9))
    sets = rng.random((5, 9)) < 0.2
    before = sets.copy()
    for row, closed in zip(sets, ancestor_closure(sets, parents), strict=True):
        chosen = set(np.flatnonzero(row))
        assert set(np.flatnonzero(closed)) == chosen.union(
            *(nx.ancestors(graph, c) for c in chosen)
        )
    np.testing.assert_array_equal(sets, before)


def test_an_unknown_level_takes_no_part_but_a_prediction_there_implies_its_ancestors():
    known = np.array([[True, True, True, True, True, False, False]])
    # The truth is A/a and something unknown below; the prediction A/a/y comes unclosed.
    scores = hierarchical_precision_recall_f1(labels([0, 2]), labels([6]), PARENTS, known=known)
    assert scores == (1, 1, 1)


def test_what_stands_at_an_unknown_entry_of_the_truth_implies_nothing():
    known = np.array([[True, True, False, False, False, False, False]])
    scores = hierarchical_precision_recall_f1(labels([1, 5]), labels([1]), PARENTS, known=known)
    assert scores == (1, 1, 1)


def test_nothing_true_and_nothing_predicted_is_undefined():
    assert np.isnan(hierarchical_precision_recall_f1(labels([]), labels([]), PARENTS)).all()


def test_parents_of_another_number_of_categories_are_refused():
    with pytest.raises(DataError, match="parents describes 6 categories, y_true 7"):
        hierarchical_precision_recall_f1(labels([1]), labels([1]), PARENTS[:6])
