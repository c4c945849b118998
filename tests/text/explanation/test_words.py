from __future__ import annotations

from hypothesis import example, given
from hypothesis import strategies as st

from harnn.text.documents.vocabulary import tokenize
from harnn.text.explanation.words import find_words, overlapping

# Letters whose lower case is longer, or depends on what stands around them, and what is no letter.
ODD = st.text(st.one_of(st.sampled_from("İΣΑς'. \n\u0307\u00adß_9"), st.characters()))


def unaccented(text: str) -> str:
    """A sigma at the end of a word, which only the whole text tells, is written as any other."""
    return text.replace("ς", "σ")


@given(text=ODD)
@example(text="İİ İstanbul")
@example(text="ΑΣ.Α ΑΣ ΑΣ'")
@example(text="\ud800a\udfff")
def test_the_words_are_the_tokens_and_their_places_lowered_spell_them(text: str) -> None:
    words = find_words(text, (), max_length=1000)
    assert [word.token for word in words] == tokenize(text)
    groups = overlapping(words)
    assert [number for group in groups for number in group] == list(range(len(words)))
    end = 0
    for group in groups:
        spelled = "".join(words[number].token for number in group)
        start = words[group[0]].start
        assert start >= end  # no character belongs to two groups
        end = words[group[-1]].end
        assert unaccented(text[start:end].lower()) == unaccented(spelled)


@given(text=ODD)
def test_between_the_words_stands_nothing_that_is_read(text: str) -> None:
    rest = list(text)
    for word in find_words(text, (), max_length=1000):
        rest[word.start : word.end] = " " * (word.end - word.start)
    assert tokenize("".join(rest)) == []


def test_a_word_in_capitals_is_found_where_it_stands() -> None:
    text = "İZMİR, Lake"
    found = {word.token: text[word.start : word.end] for word in find_words(text, (), 20)}
    assert found["lake"] == "Lake"
    assert found["zmi"] == "ZMİ"


def test_words_are_marked_as_known_and_as_read() -> None:
    words = find_words("a b c a", {"a", "c"}, max_length=3)
    assert [word.known for word in words] == [True, False, True, True]
    assert [word.read for word in words] == [True, True, True, False]
