from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as npst

from harnn.comparison.predictions import Predictions


@given(npst.arrays(bool, st.tuples(st.integers(0, 5), st.integers(1, 20))), st.booleans())
def test_arrays_there_and_back_are_the_same(decisions, complete):
    probabilities = decisions.astype(np.float32) / 3
    before = Predictions(decisions, *((~decisions, probabilities) if complete else ()))
    after = Predictions.from_arrays(before.to_arrays("test"), "test", decisions.shape[1])
    np.testing.assert_array_equal(after.decisions, decisions)
    if complete:
        np.testing.assert_array_equal(after.each_level, ~decisions)
        np.testing.assert_array_equal(after.probabilities, probabilities)
    else:
        assert after.each_level is None
        assert after.probabilities is None


def test_parts_do_not_mix():
    arrays = Predictions(np.ones((1, 2), bool)).to_arrays("validation")
    with pytest.raises(KeyError):
        Predictions.from_arrays(arrays, "test", 2)
