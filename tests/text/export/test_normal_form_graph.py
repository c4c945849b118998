"""Letters are composed inside a TensorFlow graph as Python composes them."""

import sys
import unicodedata

import pytest
import tensorflow as tf
from hypothesis import given, settings
from hypothesis import strategies as st

from harnn.text.export.normal_form_graph import NormalFormGraph

GRAPH = NormalFormGraph()
POINTS = [point for point in range(sys.maxunicode + 1) if not 0xD800 <= point < 0xE000]
# Characters that take part in a composition, or stand in the way of one.
CHANGED = [
    chr(point)
    for point in POINTS
    if unicodedata.combining(chr(point)) or unicodedata.normalize("NFD", chr(point)) != chr(point)
]
PARTS = sorted({part for c in CHANGED for part in unicodedata.normalize("NFD", c)})
ODD = st.text(st.sampled_from(PARTS) | st.sampled_from(CHANGED) | st.sampled_from("aeiouAΩ가ᅡᆨ "))


def normalized(texts):
    """Return what the graph makes of texts, each of which starts with a blank there."""
    points = tf.strings.unicode_decode([f" {text}" for text in texts], "UTF-8")
    found, rows = GRAPH(points.flat_values, points.value_rowids())
    ragged = tf.RaggedTensor.from_value_rowids(found, rows, nrows=len(texts))
    return [text.decode()[1:] for text in tf.strings.unicode_encode(ragged, "UTF-8").numpy()]


@settings(deadline=None, max_examples=300)
@given(st.lists(ODD | st.text(st.characters(codec="utf-8")), min_size=1, max_size=4))
def test_any_text_is_composed_as_python_composes_it(texts):
    assert normalized(texts) == [unicodedata.normalize("NFC", text) for text in texts]


@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_every_character_is_composed_from_its_parts(form):
    texts = [
        " ".join(unicodedata.normalize(form, chr(point)) for point in POINTS[at : at + 5000])
        for at in range(0, len(POINTS), 5000)
    ]
    assert normalized(texts) == [unicodedata.normalize("NFC", text) for text in texts]


@pytest.mark.parametrize(
    ("text", "composed"),
    [
        ("e\u0301", "é"),
        ("e\u0323\u0302", "ệ"),
        ("e\u0302\u0323", "ệ"),  # marks of other classes may stand in any order
        ("e\u0301\u0302", "é\u0302"),  # of two marks of one class the second stays
        ("\u1112\u1161\u11ab", "한"),
        ("\u0cc6\u0cc2\u0cd5", "\u0ccb"),  # a starter that composes twice with starters
        ("\u0958", "\u0915\u093c"),  # a letter that is always taken apart
        ("a\u0300" + "\u0316" * 40 + "\u0301", "à" + "\u0316" * 40 + "\u0301"),
        ("\u0301a", "\u0301a"),
    ],
    ids=ascii,
)
def test_compositions_are_as_the_standard_has_them(text, composed):
    assert normalized([text, "plain"]) == [composed, "plain"]
