from __future__ import annotations

import numpy as np
import pytest

from harnn.errors import DataError, TaxonomyError
from harnn.evaluation import Hierarchy


def test_a_dag_is_accepted_and_its_levels_cannot_be_changed():
    levels = np.array([0, 0, 1, 2])
    hierarchy = Hierarchy(levels, ((), (), (0, 1), (0, 2)), ("a", "b", "c", "d"))
    levels[0] = 5
    assert hierarchy.depth == 3
    assert hierarchy.levels.tolist() == [0, 0, 1, 2]
    with pytest.raises(ValueError, match="read-only"):
        hierarchy.levels[0] = 1


@pytest.mark.parametrize(
    ("levels", "parents", "names", "message"),
    [
        ([0, 1], ((),), ("a", "b"), "parents describes 1 categories, levels describes 2"),
        ([0, 1], ((), (0,)), ("a",), "names describes 1 categories, levels describes 2"),
        ([0, 1], ((), (2,)), ("a", "b"), r"'b' \(index 1\) has parent 2; indices run from 0 to 1"),
        ([0, 1], ((), (-1,)), ("a", "b"), r"'b' \(index 1\) has parent -1"),
        ([0, 1], ((), ()), ("a", "b"), r"'b' \(index 1\) is on level 1 and has no parent"),
        ([0, 0], ((), (0,)), ("a", "b"), r"is on level 0, its parents on \[0\]"),
        ([0, 1, 2], ((), (0,), (0,)), ("a", "b", "c"), "'c'.*at least one must be on level 1"),
        ([0, 1, 1], ((), (2,), (1,)), ("a", "b", "c"), "cycle: '[bc]' → '[bc]' → '[bc]'"),
    ],
)
def test_what_is_no_hierarchy_is_refused_with_the_culprit(levels, parents, names, message):
    with pytest.raises(TaxonomyError, match=message):
        Hierarchy(np.array(levels), parents, names)


@pytest.mark.parametrize("levels", [np.array([]), np.array([0.0, 1.0]), np.array([[0, 1]])])
def test_levels_of_a_wrong_kind_are_refused(levels):
    with pytest.raises(DataError, match="levels has dtype"):
        Hierarchy(levels, ((), (0,)), ("a", "b"))
