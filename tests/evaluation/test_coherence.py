from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harnn.errors import DataError, TaxonomyError
from harnn.evaluation import ancestor_closure, incoherent_share

TREE = [(), (0,), (1,)]


@pytest.mark.parametrize(
    ("document", "share"),
    [
        ([0, 0, 0], 0),
        ([1, 0, 0], 0),
        ([1, 1, 1], 0),
        ([0, 1, 0], 1),
        ([1, 0, 1], 1),
        ([0, 1, 1], 1),
    ],
)
def test_in_a_tree_every_category_needs_its_parent(document, share):
    assert incoherent_share(np.array([document], bool), TREE) == share


@pytest.mark.parametrize(("document", "share"), [([1, 0, 1], 0), ([0, 1, 1], 0), ([0, 0, 1], 1)])
def test_in_a_dag_one_of_several_parents_is_enough(document, share):
    assert incoherent_share(np.array([document], bool), [(), (), (0, 1)]) == share


def test_the_share_is_of_documents_and_not_of_categories():
    y_pred = np.array([[0, 1, 0], [0, 1, 1], [1, 1, 0], [0, 0, 0]], bool)
    assert incoherent_share(y_pred, [(), (0,), (0,)]) == 0.5


@settings(deadline=None, max_examples=50)
@given(seed=st.integers(0, 10**6))
def test_closed_sets_are_always_coherent(seed):
    rng = np.random.default_rng(seed)
    parents = [tuple(np.flatnonzero(rng.random(c) < 0.4)) for c in range(8)]
    assert incoherent_share(ancestor_closure(rng.random((6, 8)) < 0.3, parents), parents) == 0


def test_without_documents_there_is_no_share():
    assert np.isnan(incoherent_share(np.zeros((0, 3), bool), TREE))


def test_wrong_arguments_are_refused():
    with pytest.raises(DataError, match=r"y_pred has shape \(1, 2\); \(documents, 3\) is needed"):
        incoherent_share(np.ones((1, 2), bool), TREE)
    with pytest.raises(TaxonomyError, match="has parent 7; indices run from 0 to 1"):
        incoherent_share(np.ones((1, 2), bool), [(), (7,)])
