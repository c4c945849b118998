from __future__ import annotations

import numpy as np

from harnn import Taxonomy
from harnn.text.labels.implied_absences import with_implied_absences


def test_absence_goes_down_all_levels_and_presence_says_nothing() -> None:
    taxonomy = Taxonomy.from_paths(["a/b/c", "d/e/f"])
    targets = [np.array([[1, 0]]), np.array([[-1, -1]]), np.array([[-1, -1]])]
    filled = with_implied_absences(targets, taxonomy)
    assert [level.tolist() for level in filled] == [[[1, 0]], [[-1, 0]], [[-1, 0]]]
    assert (targets[1] == -1).all()


def test_what_is_known_and_the_end_of_paths_stay() -> None:
    taxonomy = Taxonomy.from_paths(["a", "a/b", "d/e"])
    targets = [np.array([[1, 0], [0, 1]]), np.array([[-1, -1, -1], [0, 1, 0]])]
    filled = with_implied_absences(targets, taxonomy)
    assert filled[1].tolist() == [[-1, 0, -1], [0, 1, 0]]


def test_one_absent_parent_of_several_is_enough() -> None:
    taxonomy = Taxonomy.from_edges([("a", "c"), ("b", "c")])
    targets = [np.array([[1, 0], [1, 1], [-1, 0]]), np.full((3, 1), -1)]
    assert with_implied_absences(targets, taxonomy)[1].tolist() == [[0], [-1], [0]]
