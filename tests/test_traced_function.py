from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from harnn.traced_function import traced_function

tf = pytest.importorskip("tensorflow")


def test_a_function_is_traced_once_for_arrays_of_all_sizes() -> None:
    traced = []

    def doubled(numbers: Any) -> Any:
        traced.append(numbers.shape.as_list())
        return 2 * numbers

    compiled = traced_function(doubled, [tf.TensorSpec((None, None), tf.float32)])
    assert traced == []
    for rows, columns in ((1, 2), (3, 1), (2, 2)):
        numbers = np.ones((rows, columns), np.float32)
        np.testing.assert_array_equal(compiled(numbers), 2 * numbers)
    assert traced == [[None, None]]


def test_arguments_and_results_may_be_nests() -> None:
    signature = [{"a": tf.TensorSpec((None,), tf.float32), "b": tf.TensorSpec((), tf.int32)}]
    compiled = traced_function(lambda given: {"sum": given["a"], "count": given["b"]}, signature)
    found = compiled({"b": np.int32(3), "a": np.ones(2, np.float32)})
    assert (found["sum"].shape.as_list(), int(found["count"])) == ([2], 3)
