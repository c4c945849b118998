"""Words inside a TensorFlow graph are those of Python's tokeniser, whatever the text."""

import numpy as np
import pytest
import tensorflow as tf
from hypothesis import given, settings
from hypothesis import strategies as st

from harnn.text.documents.tokenizer import tokenize
from harnn.text.documents.vocabulary import Vocabulary
from harnn.text.export.probe_texts import probe_texts
from harnn.text.export.token_graph import TokenGraph


def ids_of(texts, vocabulary, graph=None):
    """Return the ids that the graph gives each text, without padding."""
    tokens = (graph or TokenGraph(vocabulary))(tf.constant(texts)).numpy()
    return [row[row > 0].tolist() for row in tokens]


def vocabulary_of(texts, **options):
    return Vocabulary(sorted({word for text in texts for word in tokenize(text)}), **options)


SCRIPTS = st.text(
    st.one_of(
        st.characters(codec="utf-8"),
        st.characters(codec="utf-8", categories=["Mn", "Mc", "Me", "Cf", "Lo"]),
        # Latin, Greek, Devanagari, Thai, Arabic, Han, kana, Hangul, and what is not seen.
        st.sampled_from(
            "aE\u0301Σ\u0323 कि\u093cก่ا\u064eم中文サ\uff9f가\u1161\u11a8\u200b\u200c\u00ad\ufe0f9_."
        ),
    ),
    max_size=30,
)


@settings(deadline=None, max_examples=300)
@given(st.lists(SCRIPTS, min_size=1, max_size=5))
def test_any_text_gives_the_words_of_the_tokeniser(texts):
    vocabulary = vocabulary_of(texts)
    assert ids_of(texts, vocabulary) == [vocabulary.encode(text).tolist() for text in texts]


@settings(deadline=None, max_examples=150)
@given(
    st.lists(
        st.text(st.sampled_from("ΣσςAaИ'.:\u0301\u00b7\u02b0\u00adİI \n1_-"), max_size=12),
        min_size=1,
        max_size=5,
    )
)
def test_a_capital_sigma_ends_a_word_where_python_says_so(texts):
    vocabulary = vocabulary_of(texts)
    assert ids_of(texts, vocabulary) == [vocabulary.encode(text).tolist() for text in texts]


def test_every_character_of_the_first_two_planes_is_what_python_takes_it_for():
    points = [point for point in range(0x20000) if not 0xD800 <= point < 0xE000]
    words = [f"a{chr(point)}b {chr(point)}Σ 中{chr(point)}a" for point in points]
    texts = [" ".join(words[at : at + 64]) for at in range(0, len(words), 64)]
    vocabulary = vocabulary_of(texts, max_length=1000)
    assert ids_of(texts, vocabulary) == [vocabulary.encode(text).tolist() for text in texts]


def test_probes_hold_what_is_odd_and_what_is_long():
    known = Vocabulary(["a", "rose"], max_length=8)
    # No UTF-8 holds half of a pair.
    texts = [text for text in probe_texts(known) if "\ud83d" not in text]
    found = ids_of(texts, known)
    assert found == [known.encode(text).tolist() for text in texts]
    assert max(map(len, found)) == 8 < max(len(tokenize(text)) for text in texts)


def test_documents_are_padded_on_the_right_and_cut_at_the_length():
    vocabulary = Vocabulary(["a", "rose", "is"], max_length=3)
    tokens = TokenGraph(vocabulary)(tf.constant(["rose", "", "A rose is a rose"]))
    np.testing.assert_array_equal(tokens, [[3, 0, 0], [1, 0, 0], [2, 3, 4]])


def test_a_vocabulary_of_no_word_knows_none():
    assert ids_of(["a rose", ""], Vocabulary([])) == [[1, 1], [1]]


@pytest.mark.parametrize("broken", [b"\xff", b"a\xc3", b"\xed\xa0\x80"])
def test_what_is_no_utf8_is_read_as_a_symbol(broken):
    vocabulary = Vocabulary(["a", "\ufffd"])
    (ids,) = ids_of([broken + b" a"], vocabulary)
    assert ids[-1] == 2
    assert set(ids[:-1]) <= {2, 3}
    assert 3 in ids
