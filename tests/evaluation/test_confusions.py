from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import confusion_matrix

from harnn.errors import ConfigError, DataError
from harnn.evaluation import Confusion, Hierarchy, confused_siblings

TREE = Hierarchy(
    np.array([0, 0, 1, 1, 1, 1]),
    ((), (), (0,), (0,), (0,), (1,)),
    ("A", "B", "A/a", "A/b", "A/c", "B/d"),
)
# "ab" is a sibling of both "a" and "b", who are none; "x" is one of "b", a level above.
DAG = Hierarchy(
    np.array([0, 0, 1, 1, 1, 2]),
    ((), (), (0,), (0, 1), (1,), (2, 1)),
    ("A", "B", "a", "ab", "b", "x"),
)


def one_by_one(y_true, y_pred, hierarchy, known, examples=3) -> list[Confusion]:
    """All pairs, by a loop over documents and pairs of categories."""
    levels, parents, found = hierarchy.levels, hierarchy.parents, []
    categories = range(len(levels))
    for a in categories:
        judged = [row for row in range(len(y_true)) if known[row, levels[a]] and y_true[row, a]]
        for b in categories:
            siblings = set(parents[a]) & set(parents[b]) or (not parents[a] and not parents[b])
            rows = [
                row
                for row in judged
                if known[row, levels[b]]
                and not y_true[row, b]
                and y_pred[row, b]
                and not y_pred[row, a]
            ]
            if a != b and siblings and rows:
                found.append(
                    Confusion(
                        hierarchy.names[a],
                        hierarchy.names[b],
                        len(rows),
                        len(rows) / len(judged),
                        tuple(rows[:examples]),
                    )
                )
    return sorted(found, key=lambda c: (-c.documents, -c.share, c.true, c.predicted))


@settings(deadline=None, max_examples=60)
@given(seed=st.integers(0, 10**6), hierarchy=st.sampled_from([TREE, DAG]))
def test_all_pairs_agree_with_a_slow_reference(seed, hierarchy):
    rng = np.random.default_rng(seed)
    y_true, y_pred = (rng.random((25, 6)) < rng.choice([0.05, 0.3, 0.6]) for _ in range(2))
    known = rng.random((25, hierarchy.depth)) < rng.choice([0.5, 1.0])
    expected = one_by_one(y_true, y_pred, hierarchy, known)
    assert list(confused_siblings(y_true, y_pred, hierarchy, known=known, count=99)) == expected
    assert list(confused_siblings(y_true, y_pred, hierarchy, known=known, count=2)) == expected[:2]


def test_hand_worked_confusions():
    y_true = np.array([[1, 0, 1, 0, 0, 0]] * 4 + [[0, 1, 0, 0, 0, 1]], bool)
    y_pred = np.array(
        [
            [1, 0, 0, 1, 0, 0],
            [1, 0, 0, 1, 0, 0],
            [1, 0, 1, 0, 1, 0],
            [0, 1, 0, 0, 0, 1],
            [0, 1, 0, 0, 0, 1],
        ],
        bool,
    )
    # The third document has "A/a" among its predictions, and "B/d" is no sibling of "A/a".
    assert confused_siblings(y_true, y_pred, TREE) == (
        Confusion("A/a", "A/b", documents=2, share=0.5, rows=(0, 1)),
        Confusion("A", "B", documents=1, share=0.25, rows=(3,)),
    )


def test_among_equally_many_documents_the_larger_share_comes_first_then_the_name():
    y_true = np.array([[1, 0, 0, 1, 0, 0], [1, 0, 0, 1, 0, 0], [1, 0, 1, 0, 0, 0]], bool)
    y_pred = np.array([[1, 0, 1, 0, 1, 0], [1, 0, 0, 1, 0, 0], [1, 0, 0, 1, 0, 0]], bool)
    pairs = [(c.true, c.predicted, c.share) for c in confused_siblings(y_true, y_pred, TREE)]
    assert pairs == [("A/a", "A/b", 1.0), ("A/b", "A/a", 0.5), ("A/b", "A/c", 0.5)]


def test_only_the_first_rows_are_given():
    y_true = np.tile([True, False, False, False, False, False], (9, 1))
    y_pred = np.tile([False, True, False, False, False, False], (9, 1))
    for examples, rows in ((0, ()), (2, (0, 1)), (20, tuple(range(9)))):
        (pair,) = confused_siblings(y_true, y_pred, TREE, examples=examples)
        assert (pair.documents, pair.share, pair.rows) == (9, 1, rows)
    assert confused_siblings(y_true, y_pred, TREE, count=0) == ()


def test_a_level_that_is_not_known_has_no_confusions():
    y_true = np.array([[1, 0, 1, 0, 0, 0]] * 2, bool)
    y_pred = np.array([[1, 0, 0, 1, 0, 0]] * 2, bool)
    known = np.array([[True, False], [True, True]])
    (pair,) = confused_siblings(y_true, y_pred, TREE, known=known)
    assert (pair.documents, pair.share, pair.rows) == (1, 1, (1,))


def test_without_mistakes_documents_or_siblings_there_are_no_confusions():
    labels = np.array([[1, 0, 1, 0, 0, 0]], bool)
    assert confused_siblings(labels, labels, TREE) == ()
    assert confused_siblings(labels[:0], labels[:0], TREE) == ()
    alone = Hierarchy(np.array([0, 1]), ((), (0,)), ("A", "A/a"))
    assert confused_siblings(np.array([[True, True]]), np.array([[False, False]]), alone) == ()


def test_with_one_flat_level_the_pairs_are_a_confusion_matrix():
    rng = np.random.default_rng(0)
    names = tuple(f"{category:02}" for category in range(60))
    hierarchy = Hierarchy(np.zeros(60, int), ((),) * 60, names)
    truth, guess = rng.integers(0, 60, (2, 5000))
    labels = np.eye(60, dtype=bool)
    matrix = confusion_matrix(truth, guess)
    np.fill_diagonal(matrix, 0)
    pairs = confused_siblings(labels[truth], labels[guess], hierarchy, count=60 * 60)
    assert len(pairs) == np.count_nonzero(matrix)
    for pair in pairs:
        true, predicted = names.index(pair.true), names.index(pair.predicted)
        assert pair.documents == matrix[true, predicted]
        assert pair.share == pytest.approx(pair.documents / np.sum(truth == true))
        assert (truth[list(pair.rows)] == true).all()
        assert (guess[list(pair.rows)] == predicted).all()


@pytest.mark.parametrize("options", [{"count": -1}, {"examples": -1}])
def test_negative_numbers_are_refused(options):
    labels = np.zeros((1, 6), bool)
    with pytest.raises(ConfigError, match="is -1"):
        confused_siblings(labels, labels, TREE, **options)


def test_arrays_of_another_shape_or_dtype_are_refused():
    labels = np.zeros((2, 6), bool)
    with pytest.raises(DataError, match="y_pred has shape"):
        confused_siblings(labels, labels[:, :5], TREE)
    with pytest.raises(DataError, match="y_true has dtype"):
        confused_siblings(labels.astype(int), labels, TREE)
    with pytest.raises(DataError, match="known has shape"):
        confused_siblings(labels, labels, TREE, known=np.ones((2, 1), bool))
