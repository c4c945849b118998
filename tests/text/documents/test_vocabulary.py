from __future__ import annotations

from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harnn.errors import DataError, ModelFolderError
from harnn.text.documents.tokenizer import WORDS_VERSION, tokenize
from harnn.text.documents.vocabulary import PADDING, UNKNOWN, Vocabulary

# Arbitrary code points, lone surrogates among them, and every character at which some library
# or other breaks a line.
BREAKS = "\n\r\v\f\x1c\x1d\x1e\x1f\x85\u2028\u2029"
TEXTS = st.lists(
    st.text(st.characters() | st.characters(categories=["Cs"]) | st.sampled_from(BREAKS + " aB")),
    max_size=6,
)


# Fitting -----------------------------------------------------------------------------------------


def test_words_are_ordered_by_frequency_and_then_by_the_alphabet():
    vocabulary = Vocabulary.fit(["b a c", "c b d", "c b", "d"], min_count=1)
    assert vocabulary.words == ("b", "c", "d", "a")


def test_a_word_needs_min_count_occurrences_wherever_they_are():
    texts = ["x x y", "y y z"]
    assert Vocabulary.fit(texts, min_count=3).words == ("y",)
    assert Vocabulary.fit(texts, min_count=2).words == ("y", "x")
    assert Vocabulary.fit(texts, min_count=4).words == ()


def test_at_most_max_size_words_are_kept_the_alphabet_deciding_among_equals():
    assert Vocabulary.fit(["d c b a a"], min_count=1, max_size=3).words == ("a", "b", "c")
    assert len(Vocabulary.fit(["d c b a a"], min_count=1, max_size=3)) == 5


def test_words_beyond_max_length_are_not_counted():
    vocabulary = Vocabulary.fit(["a b c", "a b d"], min_count=1, max_length=2)
    assert vocabulary.words == ("a", "b")
    assert vocabulary.max_length == 2


def test_the_texts_are_read_once_from_any_iterable():
    assert Vocabulary.fit((text for text in ["a a"]), min_count=2).words == ("a",)


@settings(deadline=None, max_examples=60)
@given(texts=TEXTS, min_count=st.integers(1, 3), max_size=st.integers(1, 8))
def test_the_words_are_the_most_frequent_of_all_and_their_order_is_that_of_the_corpus_alone(
    texts, min_count, max_size
):
    counts = Counter(word for text in texts for word in tokenize(text))
    expected = sorted(
        (word for word in counts if counts[word] >= min_count), key=lambda w: (-counts[w], w)
    )[:max_size]
    for order in (texts, texts[::-1]):
        vocabulary = Vocabulary.fit(order, min_count=min_count, max_size=max_size)
        assert vocabulary.words == tuple(expected)


# Ids ---------------------------------------------------------------------------------------------


def test_padding_and_unknown_have_ids_of_their_own_and_no_word_has_them():
    vocabulary = Vocabulary(["a", "b"])
    assert (PADDING, UNKNOWN) == (0, 1)
    assert vocabulary.encode("a b c [PAD] [UNK]").tolist() == [2, 3, 1, 1, 1, 1, 1, 1, 1]
    assert PADDING not in vocabulary.encode("[PAD]")


def test_ids_are_decoded_into_words():
    vocabulary = Vocabulary(["a", "b"])
    assert vocabulary.decode([3, 2, 1, 0]) == ["b", "a", "[UNK]", "[PAD]"]
    assert vocabulary.decode(vocabulary.encode("A b!")) == ["a", "b", "[UNK]"]


@settings(deadline=None, max_examples=60)
@given(texts=TEXTS)
def test_a_text_all_of_whose_words_are_known_is_decoded_into_its_words(texts):
    vocabulary = Vocabulary.fit(texts, min_count=1, max_length=10_000)
    for text in texts:
        words = tokenize(text)
        assert vocabulary.decode(vocabulary.encode(text)) == (words or ["[UNK]"])
        assert vocabulary.encode(text).dtype == np.int32


@pytest.mark.parametrize("text", ["", " \n ", "\ud800"], ids=ascii)
def test_a_document_without_a_word_is_one_unknown_word(text):
    assert Vocabulary(["a"]).encode(text).tolist() == [UNKNOWN]


def test_a_document_of_a_hundred_thousand_words_is_cut():
    vocabulary = Vocabulary(["a", "b"], max_length=7)
    assert vocabulary.encode("a b " * 50_000).tolist() == [2, 3, 2, 3, 2, 3, 2]
    assert len(Vocabulary(["a"], max_length=200_000).encode("a " * 100_000)) == 100_000


@pytest.mark.parametrize("word", ["Two", "two words", "", "a.b", " a", "a\n", "[PAD]", "\ud800"])
def test_what_no_text_could_match_is_refused_as_a_word(word):
    with pytest.raises(DataError, match=r"vocabulary: id 3: .* is not one lower-cased word"):
        Vocabulary(["a", word])


def test_a_word_given_twice_is_refused_by_name():
    with pytest.raises(DataError, match="vocabulary: 'b' stands in it twice"):
        Vocabulary(["a", "b", "c", "b"])


def test_vocabularies_are_compared_by_value():
    assert Vocabulary(["a", "b"]) == Vocabulary(("a", "b"))
    assert Vocabulary(["a", "b"]) != Vocabulary(["b", "a"])
    assert Vocabulary(["a"], max_length=5) != Vocabulary(["a"], max_length=6)
    assert Vocabulary(["a"]) != ("a",)


# Files -------------------------------------------------------------------------------------------


@settings(deadline=None, max_examples=60)
@given(texts=TEXTS, max_length=st.integers(1, 400))
def test_a_saved_vocabulary_is_loaded_unchanged(tmp_path_factory, texts, max_length):
    path = tmp_path_factory.getbasetemp() / "vocabulary.txt"
    vocabulary = Vocabulary.fit(texts, min_count=1, max_length=max_length)
    vocabulary.save(path)
    assert Vocabulary.load(path, max_length=max_length) == vocabulary


def test_every_character_of_the_basic_plane_survives_a_file(tmp_path: Path):
    text = " ".join(map(chr, range(0x10000)))
    vocabulary = Vocabulary.fit([text], min_count=1, max_size=100_000, max_length=100_000)
    assert len(vocabulary) > 60_000
    vocabulary.save(tmp_path / "all.txt")
    assert Vocabulary.load(tmp_path / "all.txt", max_length=100_000) == vocabulary


def test_the_file_has_a_word_a_line_in_the_order_of_ids(tmp_path: Path):
    path = tmp_path / "folder" / "vocabulary.txt"
    Vocabulary(["rose", "é"]).save(path)
    assert path.read_bytes() == "[PAD]\n[UNK]\nrose\né\n".encode()
    assert [file.name for file in path.parent.iterdir()] == ["vocabulary.txt"]


def test_an_empty_vocabulary_survives_a_file(tmp_path: Path):
    Vocabulary([]).save(tmp_path / "v.txt")
    assert Vocabulary.load(tmp_path / "v.txt") == Vocabulary([])


@pytest.mark.parametrize(
    "content",
    ["", "[PAD]\n", "[PAD]\n[UNK]", "[PAD]\n[UNK]\nro", "rose\n", "[UNK]\n[PAD]\na\n", "{}"],
    ids=repr,
)
def test_a_truncated_or_foreign_file_is_refused_by_name(tmp_path: Path, content):
    path = tmp_path / "vocabulary.txt"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(ModelFolderError, match=r"vocabulary\.txt: not a whole vocabulary"):
        Vocabulary.load(path)


def test_a_file_that_is_not_utf8_is_refused_with_the_byte(tmp_path: Path):
    path = tmp_path / "vocabulary.txt"
    path.write_bytes(b"[PAD]\n[UNK]\ncaf\xe9\n")
    with pytest.raises(ModelFolderError, match=r"vocabulary\.txt: byte 15 is not UTF-8"):
        Vocabulary.load(path)


@pytest.mark.parametrize("line", ["Rose", "a rose", "", "a"], ids=repr)
def test_a_file_with_a_line_that_is_no_word_or_stands_twice_is_refused_by_name(tmp_path, line):
    path = tmp_path / "vocabulary.txt"
    path.write_text(f"[PAD]\n[UNK]\na\n{line}\n", encoding="utf-8")
    with pytest.raises(ModelFolderError, match=r"vocabulary\.txt"):
        Vocabulary.load(path)


@pytest.mark.parametrize(
    "word", ["\u0301", "東京", "e\u0301", "soft\u00adhyphen", "\u200b"], ids=ascii
)
def test_words_of_the_first_version_that_no_text_has_any_more_are_refused(tmp_path, word):
    path = tmp_path / "vocabulary.txt"
    path.write_text(f"[PAD]\n[UNK]\na\n{word}\n", encoding="utf-8")
    with pytest.raises(ModelFolderError, match=r"1 of its 2 words, such as .* fit it again"):
        Vocabulary.load(path, words_version=WORDS_VERSION - 1)


def test_words_of_the_first_version_that_are_words_still_are_loaded(tmp_path):
    path = tmp_path / "vocabulary.txt"
    vocabulary = Vocabulary(["a", "naïve", "привет", "№", "–"])
    vocabulary.save(path)
    assert Vocabulary.load(path, words_version=1) == vocabulary
