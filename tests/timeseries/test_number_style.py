"""Numbers written as a column writes them."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from harnn.timeseries.number_cells import NumberCells
from harnn.timeseries.number_style import NumberStyle


@pytest.mark.parametrize(
    ("cells", "decimal", "value", "text"),
    [
        (["1.5", "2", "3.25"], ".", 3.14159, "3.14"),
        (["1,5", ""], ",", 3.14159, "3,1"),
        (["12", "7"], ".", 3.7, "4"),
        (["12", "7"], ".", -0.2, "0"),
        (["1e5", "2e5"], ".", 123456.7, "123457"),
        (["1.5e-3"], ".", 0.00123456, "0.0012"),
        (["NA", " 1.50 "], ".", 2.0, "2.00"),
        (["0", "1"], ".", 12345678901234567.0, "12345678901234568"),
        (["0.000000001"], ".", 1000000.0, "1000000.000000000"),
        (["0.1", "0.30000000000000004"], ".", 0.1, "0.1"),
        (["", "NA"], ".", 3.14159265, "3.14159"),
        (["TRUE", "FALSE", ""], ".", 0.7, "TRUE"),
        (["true", "false"], ".", 0.2, "false"),
    ],
)
def test_a_number_has_as_many_decimals_as_the_column(cells, decimal, value, text):
    read = NumberCells.of(pd.Series(cells, dtype=object), decimal)
    assert NumberStyle.of(read, decimal).text(value) == text


@given(st.floats(-1e6, 1e6), st.integers(0, 9), st.sampled_from(".,"))
def test_what_is_written_is_the_number_to_its_last_decimal(value, decimals, decimal):
    text = NumberStyle(decimals, decimal).text(value)
    assert abs(float(text.replace(",", ".")) - value) <= 0.5000001 * 10**-decimals
    assert len(text.partition(decimal)[2]) == decimals
