from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from harnn.errors import DataError
from harnn.text.word_vectors.kept_vectors import KeptVectors, decoded

PATH = Path("some.vec")


def test_all_words_are_kept_with_their_vectors_in_their_order():
    kept = KeptVectors(PATH, None)
    kept.add("b", np.array([1.0, 2.0]), "line 1")
    kept.add("a", np.array([3.0, 4.0]), "line 2")
    vectors = kept.finish()
    assert vectors.words == ("b", "a")
    np.testing.assert_array_equal(vectors.vectors, [[1, 2], [3, 4]])


def test_the_first_vector_of_a_word_is_kept():
    kept = KeptVectors(PATH, None)
    kept.add("a", np.ones(2), "line 1")
    assert not kept.wants("a")
    assert kept.wants("A")


def test_words_asked_for_are_wanted_in_whatever_case():
    kept = KeptVectors(PATH, iter(["paris", "ROSE"]))
    assert [word for word in ("Paris", "PARIS", "paris", "rose", "Pari", "") if kept.wants(word)] \
        == ["Paris", "PARIS", "paris", "rose"]  # fmt: skip


@pytest.mark.parametrize("number", [np.nan, -np.inf, 1e39])
def test_a_number_that_is_not_finite_is_refused_with_its_place(number):
    with pytest.raises(DataError, match=r"some\.vec, line 7, 'a': number 2 of its vector"):
        KeptVectors(PATH, None).add("a", np.array([0.0, number]), "line 7")


def test_a_file_of_which_nothing_is_kept_is_refused():
    with pytest.raises(DataError, match=r"some\.vec: it has no word"):
        KeptVectors(PATH, None).finish()
    with pytest.raises(DataError, match=r"some\.vec: it has a vector for none of the 2 words"):
        KeptVectors(PATH, ["a", "b"]).finish()


def test_half_a_character_is_spelled_out():
    assert decoded("é".encode()) == "é"
    assert decoded("é".encode()[:1]) == "\\xc3"
