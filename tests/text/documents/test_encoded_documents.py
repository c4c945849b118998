from __future__ import annotations

from collections.abc import Iterator

import datasets
import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harnn import load_corpus
from harnn.errors import DataError
from harnn.text.documents import EncodedDocuments, check_texts, pad
from harnn.text.documents import encoded_documents as module
from harnn.text.documents.vocabulary import PADDING, UNKNOWN, Vocabulary

VOCABULARY = Vocabulary(["a", "b", "c"], max_length=6)
TEXTS = st.lists(st.text("abcd ", max_size=20), max_size=12)


class Lazy:
    """Indexed and of known length, and neither a list nor a registered sequence."""

    def __init__(self, texts: list[str]) -> None:
        self.texts = texts

    def __len__(self) -> int:
        return len(self.texts)

    def __getitem__(self, index: int) -> str:
        return self.texts[index]


# Documents as ids --------------------------------------------------------------------------------


@settings(deadline=None, max_examples=50)
@given(texts=TEXTS)
def test_documents_in_the_file_equal_direct_encoding(texts):
    encoded = EncodedDocuments(texts, VOCABULARY)
    assert len(encoded) == len(texts)
    assert [ids.tolist() for ids in encoded] == [VOCABULARY.encode(t).tolist() for t in texts]
    assert encoded.lengths.tolist() == [len(VOCABULARY.encode(text)) for text in texts]


def test_chunks_leave_no_trace(monkeypatch):
    texts = ["a b c", "", "b", "c c c c c c c c", "d", "a", "b b"]
    expected = [VOCABULARY.encode(text).tolist() for text in texts]
    for size in (1, 2, 3, 7, 8):
        monkeypatch.setattr(module, "_CHUNK", size)
        assert [ids.tolist() for ids in EncodedDocuments(texts, VOCABULARY)] == expected


def test_texts_are_read_once_and_a_chunk_at_a_time(monkeypatch):
    monkeypatch.setattr(module, "_CHUNK", 2)
    read = 0
    most_ahead = 0
    encoded = 0

    class Counting(Vocabulary):
        def encode(self, text: str) -> np.ndarray:
            nonlocal encoded, most_ahead
            most_ahead = max(most_ahead, read - encoded)
            encoded += 1
            return super().encode(text)

    def stream() -> Iterator[str]:
        nonlocal read
        for text in ["a", "b", "c", "a b", "b c"]:
            read += 1
            yield text

    assert len(EncodedDocuments(stream(), Counting(["a", "b", "c"]))) == 5
    assert (read, encoded, most_ahead) == (5, 5, 2)


def test_a_document_is_found_by_its_number_from_either_end():
    encoded = EncodedDocuments(["a", "b c", "c"], VOCABULARY)
    assert encoded[1].tolist() == [3, 4]
    assert encoded[np.int64(2)].tolist() == [4]
    assert encoded[-2].tolist() == [3, 4]
    with pytest.raises(IndexError):
        encoded[3]


def test_ids_cannot_be_changed_by_accident():
    with pytest.raises(ValueError, match="read-only"):
        EncodedDocuments(["a"], VOCABULARY)[0][0] = 7


def test_no_document_at_all_is_an_empty_sequence():
    assert list(EncodedDocuments([], VOCABULARY)) == []
    assert EncodedDocuments([], VOCABULARY).lengths.shape == (0,)


def test_documents_without_words_and_of_a_hundred_thousand_words_stand_beside_each_other():
    encoded = EncodedDocuments(["", "a " * 100_000, "b"], VOCABULARY)
    assert encoded.lengths.tolist() == [1, 6, 1]
    assert [ids.tolist() for ids in encoded] == [[UNKNOWN], [2] * 6, [3]]


def test_a_batch_is_the_documents_asked_for_in_that_order_padded():
    encoded = EncodedDocuments(["a", "b c", "c a b"], VOCABULARY)
    assert encoded.batch([2, 0]).tolist() == [[4, 2, 3], [2, 0, 0]]
    assert encoded.batch(np.array([0, 1]), multiple=4).tolist() == [[2, 0, 0, 0], [3, 4, 0, 0]]


# Padding -----------------------------------------------------------------------------------------


@settings(deadline=None, max_examples=50)
@given(
    documents=st.lists(
        st.lists(st.integers(1, 9), min_size=1, max_size=9).map(np.array), min_size=1, max_size=6
    ),
    multiple=st.integers(1, 8),
)
def test_padding_is_on_the_right_and_as_short_as_the_multiple_allows(documents, multiple):
    padded = pad(documents, multiple)
    longest = max(map(len, documents))
    assert padded.dtype == np.int32
    assert padded.shape[1] % multiple == 0
    assert longest <= padded.shape[1] < longest + multiple
    for row, ids in zip(padded, documents, strict=True):
        assert row[: len(ids)].tolist() == ids.tolist()
        assert (row[len(ids) :] == PADDING).all()


def test_no_document_is_padded_into_an_empty_array():
    assert pad([]).shape == (0, 0)
    assert pad([], 32).shape == (0, 0)


# Checking texts ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "wrap",
    [
        list,
        tuple,
        np.array,
        lambda texts: np.array(texts, dtype=object),
        pd.Series,
        lambda texts: pd.Series(texts, dtype=object, index=[5, 5]),
        pd.Index,
        pl.Series,
        pa.array,
        lambda texts: pa.chunked_array([texts]),
        np.ma.array,
        lambda texts: datasets.Dataset.from_dict({"text": texts})["text"],
        lambda texts: load_corpus(texts).train,
        lambda texts: load_corpus(texts).train.texts,
        lambda texts: [np.str_(text) for text in texts],
        Lazy,
        iter,
        lambda texts: (text for text in texts),
    ],
    ids=[
        "list", "tuple", "array", "object array", "series", "indexed series", "index", "polars",
        "arrow", "chunked", "masked", "data set", "part", "texts", "numpy strings", "lazy",
        "iterator", "generator",
    ],
)  # fmt: skip
def test_texts_are_taken_from_any_container(wrap):
    checked = check_texts(wrap(["one", ""]))
    assert len(checked) == 2
    assert [checked[row] for row in range(2)] == ["one", ""]
    assert all(type(text) is str for text in checked)


def test_a_sequence_is_not_copied():
    for texts in (["one"], ("one",), Lazy(["one"])):
        assert check_texts(texts) is texts


def test_no_text_at_all_is_for_the_caller_to_judge():
    assert len(check_texts([])) == 0


@pytest.mark.parametrize(
    ("text", "what"),
    [
        (b"bytes", "bytes: decode them first"),
        (None, "None"),
        (float("nan"), "nan"),
        (3, "3"),
        (["two"], r"\['two'\]"),
    ],
    ids=repr,
)
@pytest.mark.parametrize(
    "wrap",
    [list, lambda texts: pd.Series(texts, dtype=object), Lazy, iter],
    ids=["list", "series", "lazy", "iterator"],
)
def test_what_is_no_text_is_refused_with_its_row(text, what, wrap):
    with pytest.raises(DataError, match=rf"X, row 1: expected a text \(str\), not .*{what}"):
        check_texts(wrap(["one", text]))


def test_a_missing_text_in_a_series_of_strings_is_refused_with_its_row():
    with pytest.raises(DataError, match="X, row 1: expected a text"):
        check_texts(pd.Series(["one", None]))


def test_the_error_names_the_texts_as_the_user_does_and_stays_short():
    with pytest.raises(DataError, match=r"^X_test, row 0") as caught:
        check_texts([list(range(100_000))], name="X_test")
    assert len(str(caught.value)) <= 300


@pytest.mark.parametrize("text", ["one text", b"one text"], ids=repr)
def test_a_single_text_is_refused_with_advice(text):
    with pytest.raises(DataError, match=r"X is one text: give a list of texts, \[X\]"):
        check_texts(text)


@pytest.mark.parametrize("texts", [3, None, object()], ids=["number", "none", "object"])
def test_what_holds_no_texts_is_refused(texts):
    with pytest.raises(DataError, match="X must be a list of texts, not"):
        check_texts(texts)


def test_an_array_of_the_wrong_dimensions_is_refused_with_its_shape():
    with pytest.raises(DataError, match=r"X has shape \(1, 1\): expected one text a document"):
        check_texts(np.array([["one"]]))
    with pytest.raises(DataError, match=r"X has shape \(\)"):
        check_texts(np.array("one"))


def test_a_table_is_refused_since_its_rows_are_no_texts():
    with pytest.raises(DataError, match="X"):
        check_texts(pd.DataFrame({"text": ["one", "two"]}))


@pytest.mark.parametrize("library", [pd.DataFrame, pl.DataFrame, pa.table])
def test_the_only_column_of_a_table_is_named(library):
    with pytest.raises(DataError, match=r"X is a table: give its column, X\['body'\]"):
        check_texts(library({"body": ["one"]}))
    with pytest.raises(DataError, match="X is a table: give the column that holds the texts"):
        check_texts(library({"body": ["one"], "id": ["two"]}))


def test_a_masked_text_is_refused_with_its_row():
    with pytest.raises(DataError, match="X, row 1: expected a text"):
        check_texts(np.ma.array(["one", "two"], mask=[False, True]))


def test_a_mapping_is_refused_since_its_keys_are_no_texts():
    with pytest.raises(DataError, match="X"):
        check_texts({"one": "two"})


def test_a_set_is_refused_since_its_order_is_no_documents():
    with pytest.raises(DataError, match="X"):
        check_texts({"one", "two"})
