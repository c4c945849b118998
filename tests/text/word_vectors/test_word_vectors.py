from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from harnn.errors import DataError
from harnn.text.documents.vocabulary import Vocabulary
from harnn.text.word_vectors import WordVectors
from harnn.text.word_vectors.subwords import SubwordTable


def _vectors(count: int, dims: int = 3, scale: float = 1.0, seed: int = 0) -> np.ndarray:
    # Every dimension with a mean and a spread of its own.
    generator = np.random.default_rng(seed)
    means, spreads = np.linspace(-1, 2, dims), np.linspace(0.2, 3, dims)
    return (scale * generator.normal(means, spreads, size=(count, dims))).astype(np.float32)


def _subwords(dims: int = 3) -> SubwordTable:
    return SubwordTable(_vectors(40, dims, seed=9), 3, 6)


def _matrix(vectors: WordVectors, words: str, **options: float) -> np.ndarray:
    return vectors.matrix(Vocabulary(words.split()), np.random.default_rng(1), **options)


# What it holds -----------------------------------------------------------------------------------


def test_the_size_and_the_dims_are_those_of_the_vectors():
    vectors = WordVectors(("a", "b"), _vectors(2, 4))
    assert (len(vectors), vectors.dim) == (2, 4)
    assert vectors.vectors.dtype == np.float32


def test_it_cannot_be_changed():
    with pytest.raises(dataclasses.FrozenInstanceError):
        WordVectors(("a",), _vectors(1)).words = ("b",)  # type: ignore[misc]


def test_other_sequences_and_dtypes_are_turned_into_a_tuple_and_float32():
    vectors = WordVectors(["a", "b"], np.eye(2, dtype=np.float64))  # type: ignore[arg-type]
    assert vectors.words == ("a", "b")
    assert vectors.vectors.dtype == np.float32


@pytest.mark.parametrize("shape", [(2,), (3, 4), (2, 0), (2, 3, 4)])
def test_vectors_of_another_shape_are_refused(shape):
    with pytest.raises(DataError, match=r"2 words with vectors of shape .* must be \(2, dims\)"):
        WordVectors(("a", "b"), np.zeros(shape, dtype=np.float32))


@pytest.mark.parametrize("number", [np.nan, np.inf, -np.inf, 1e39])
def test_a_number_that_float32_cannot_hold_is_refused_with_its_word(number):
    table = np.zeros((3, 2))
    table[1, 1] = number
    with pytest.raises(DataError, match="row 1, 'b': a number is not finite"):
        WordVectors(("a", "b", "c"), table)


def test_infinities_that_cancel_are_refused_and_large_numbers_are_not():
    with pytest.raises(DataError, match="row 0, 'a'"):
        WordVectors(("a",), np.array([[np.inf, -np.inf]]))
    assert len(WordVectors(("a",), np.full((1, 50), 3e38))) == 1


def test_a_word_that_stands_twice_is_refused_by_name_and_another_case_is_another_word():
    with pytest.raises(DataError, match="'b' stands in them twice"):
        WordVectors(("a", "b", "c", "b"), _vectors(4))
    assert len(WordVectors(("b", "B"), _vectors(2))) == 2


def test_no_word_at_all_is_refused():
    with pytest.raises(DataError, match="there is no word"):
        WordVectors((), np.zeros((0, 3)))


def test_subwords_of_other_dims_are_refused():
    with pytest.raises(DataError, match="the words have 3 dims, the subwords 4"):
        WordVectors(("a",), _vectors(1, 3), _subwords(4))


# Coverage ----------------------------------------------------------------------------------------


def test_coverage_is_the_share_of_words_with_a_vector_in_whatever_case():
    vectors = WordVectors(("Paris", "rose", "NATO", "extra"), _vectors(4))
    assert vectors.coverage(Vocabulary(["paris", "rose", "nato", "unheard"])) == 0.75
    assert vectors.coverage(Vocabulary(["unheard"])) == 0.0
    assert vectors.coverage(Vocabulary([])) == 0.0


def test_subwords_do_not_count_as_coverage():
    vectors = WordVectors(("rose",), _vectors(1), _subwords())
    assert vectors.coverage(Vocabulary(["rose", "unheard"])) == 0.5


# Start values ------------------------------------------------------------------------------------


def test_the_rows_are_two_of_zeros_and_the_words_off_their_mean_by_one_factor():
    table = _vectors(4, scale=10)
    apart = (table - table.mean(axis=0, dtype=np.float64))[[3, 2, 1]]
    vectors = WordVectors(("d", "c", "b", "a"), table)
    matrix = _matrix(vectors, "a b c")
    assert matrix.dtype == np.float32
    assert matrix.shape == (5, 3)
    np.testing.assert_array_equal(matrix[:2], 0)
    np.testing.assert_allclose(matrix[2:], apart * 0.2 / apart.std(), rtol=1e-5)


@pytest.mark.parametrize("scale", [0.05, 0.2, 3.0])
@pytest.mark.parametrize("size", [1e-6, 1.0, 1e6])
def test_the_known_words_have_the_standard_deviation_asked_for(scale, size):
    vectors = WordVectors(("a", "b", "c"), _vectors(3, scale=size))
    matrix = _matrix(vectors, "a b c unheard", scale=scale)
    assert matrix[2:].std() == pytest.approx(scale, rel=1e-5)


def test_the_matrix_does_not_depend_on_the_scale_of_the_vectors():
    small = WordVectors(("a", "b", "c"), _vectors(3))
    large = WordVectors(("a", "b", "c"), _vectors(3) * 64)
    np.testing.assert_allclose(
        _matrix(small, "a b unheard c"), _matrix(large, "a b unheard c"), rtol=1e-5
    )


def test_a_word_is_looked_up_as_it_is_and_then_in_the_first_case_of_the_file():
    table = _vectors(5)
    vectors = WordVectors(("PARIS", "Paris", "Rose", "rose", "USA"), table)
    matrix = _matrix(vectors, "paris rose usa")
    expected = table[[0, 3, 4]] - table.mean(axis=0)
    np.testing.assert_allclose(matrix[2:] / matrix[2, 0], expected / expected[0, 0], rtol=1e-4)


def test_a_word_without_a_vector_has_that_of_its_subwords():
    subwords = _subwords()
    table = _vectors(2)
    vectors = WordVectors(("a", "Unheard"), table, subwords)
    matrix = _matrix(vectors, "a unseen unheard")
    # A word of the file in another case comes before the subwords.
    expected = np.array([table[0], subwords.vector("unseen"), table[1]]) - table.mean(axis=0)
    np.testing.assert_allclose(matrix[2:] / matrix[2, 0], expected / expected[0, 0], rtol=1e-4)


def test_a_word_too_short_for_subwords_is_drawn():
    subwords = SubwordTable(_vectors(40), 6, 6)
    vectors = WordVectors(("rose", "violet"), _vectors(2), subwords)
    first, second = (
        vectors.matrix(Vocabulary(["rose", "ab", "violet"]), np.random.default_rng(seed))
        for seed in (0, 1)
    )
    assert np.isfinite(first).all()
    assert np.allclose(first[2] / first[2, 0], second[2] / second[2, 0])
    assert not np.allclose(first[3] / first[2], second[3] / second[2])


def test_words_without_a_vector_are_drawn_as_the_vectors_are_distributed():
    table = _vectors(5000)
    vectors = WordVectors(tuple(f"w{number}" for number in range(5000)), table)
    words = ["w0", *(f"unheard{number}" for number in range(20_000))]
    matrix = vectors.matrix(Vocabulary(words), np.random.default_rng(0))
    mean = table.mean(axis=0)
    drawn = matrix[3:] * ((table[0, 0] - mean[0]) / matrix[2, 0]) + mean
    # Both have a standard error of 1/sqrt(20,000), 0.007 of the spread; five of them.
    np.testing.assert_allclose(drawn.std(axis=0), table.std(axis=0), rtol=0.035)
    np.testing.assert_allclose((drawn.mean(axis=0) - table.mean(axis=0)) / table.std(axis=0), 0,
                               atol=0.035)  # fmt: skip
    correlations = np.corrcoef(drawn, rowvar=False)[~np.eye(3, dtype=bool)]
    assert np.abs(correlations).max() < 0.04


def test_the_same_generator_draws_the_same_matrix_and_another_another():
    vectors = WordVectors(("a", "b"), _vectors(2))
    vocabulary = Vocabulary(["a", "unheard", "b"])
    first, again, other = (
        vectors.matrix(vocabulary, np.random.default_rng(seed)) for seed in (3, 3, 4)
    )
    np.testing.assert_array_equal(first, again)
    assert not np.array_equal(first[3], other[3])


def test_nothing_is_drawn_where_all_words_have_a_vector():
    generator = np.random.default_rng(5)
    WordVectors(("a", "b"), _vectors(2)).matrix(Vocabulary(["a", "b"]), generator)
    assert generator.random() == np.random.default_rng(5).random()


def test_a_vocabulary_without_words_has_padding_and_the_unknown_word():
    table = _vectors(3)
    matrix = _matrix(WordVectors(("a", "b", "c"), table), "")
    np.testing.assert_array_equal(matrix, np.zeros((2, 3)))


def test_equal_vectors_have_nothing_apart_from_their_mean():
    matrix = _matrix(WordVectors(("a", "b"), np.full((2, 3), 7.0)), "a b")
    np.testing.assert_array_equal(matrix, 0)


def test_damaged_subwords_are_refused_with_the_word():
    subwords = SubwordTable(np.full((10, 3), np.nan, dtype=np.float32), 3, 6)
    vectors = WordVectors(("a",), _vectors(1), subwords)
    with pytest.raises(DataError, match="the subwords of 'unheard'"):
        _matrix(vectors, "a unheard")


def test_a_word_is_found_however_the_source_composes_its_letters():
    vectors = WordVectors(("CAFE\u0301", "rose"), np.array([[4.0, 0.0], [0.0, 4.0]]))
    assert vectors.coverage(Vocabulary(["café"])) == 1.0
