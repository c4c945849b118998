from __future__ import annotations

import datasets
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harnn.text.corpora.texts import Texts

WORDS = [f"text {i}" for i in range(2500)]


@pytest.fixture(scope="module")
def texts() -> Texts:
    return Texts(datasets.Dataset.from_dict({"text": WORDS, "l1": WORDS}), "text")


def test_iterating_gives_every_text_in_order_over_several_batches(texts: Texts) -> None:
    assert list(texts) == WORDS
    assert len(texts) == len(WORDS)


@settings(deadline=None, max_examples=50)
@given(st.slices(2500))
def test_a_slice_reads_as_a_slice_of_a_list(index: slice) -> None:
    texts = Texts(datasets.Dataset.from_dict({"text": WORDS}), "text")
    assert texts[index] == WORDS[index]


def test_row_numbers_masks_and_single_rows_read_those_rows(texts: Texts) -> None:
    assert texts[np.int64(7)] == "text 7"
    assert texts[-1] == "text 2499"
    assert texts[np.array([5, 3, 5])] == ["text 5", "text 3", "text 5"]
    assert texts[np.arange(2500) % 1000 == 1] == ["text 1", "text 1001", "text 2001"]


def test_a_row_that_is_not_there_is_an_index_error(texts: Texts) -> None:
    with pytest.raises(IndexError):
        texts[2500]
    with pytest.raises(IndexError, match="mask"):
        texts[np.array([True, False])]
