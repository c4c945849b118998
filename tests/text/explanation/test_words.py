from __future__ import annotations

from hypothesis import example, given
from hypothesis import strategies as st

from harnn.text.documents.tokenizer import tokenize
from harnn.text.explanation.words import find_words, overlapping

# Letters whose lower case is longer, or depends on what stands around them; marks that compose, and
# in another order than they stand; what is not seen; and what is no letter.
ODD = st.text(
    st.one_of(
        st.sampled_from("İΣΑς'. \n\u0307\u00adß_9\u0301\u0323\u200b\u200deÉ中ก่\u2adc"),
        st.characters(),
    )
)


@given(text=ODD)
@example(text="İİ İstanbul")
@example(text="ΑΣ.Α ΑΣ ΑΣ'")
@example(text="\ud800a\udfff")
@example(text="re\u0301sume\u0301 \u2adcx")
def test_the_words_are_the_tokens_and_their_places_spell_them(text: str) -> None:
    words = find_words(text, (), max_length=1000)
    assert [word.token for word in words] == tokenize(text)
    groups = overlapping(words)
    assert [number for group in groups for number in group] == list(range(len(words)))
    end = 0
    for group in groups:
        start = words[group[0]].start
        assert start >= end  # no character belongs to two groups
        end = words[group[-1]].end
        # A sigma at the end of a word, which only the whole text tells, is written as any other.
        spelled = "".join(words[number].token for number in group).replace("ς", "σ")
        assert "".join(tokenize(text[start:end])).replace("ς", "σ") == spelled


@given(before=ODD, after=ODD)
def test_a_word_is_found_where_it_stands_whatever_surrounds_it(before, after) -> None:
    text = f"{before} needle {after}"
    found = [text[w.start : w.end] for w in find_words(text, (), 1000) if w.token == "needle"]
    assert "needle" in found


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
    assert found["i̇zmi̇r"] == "İZMİR"


def test_a_decomposed_word_is_shown_as_it_is_written() -> None:
    text = "Cafe\u0301s, co\u00adop"
    found = {word.token: text[word.start : word.end] for word in find_words(text, (), 20)}
    assert found == {"cafés": "Cafe\u0301s", ",": ",", "coop": "co\u00adop"}


def test_letters_of_a_script_without_spaces_have_a_place_each() -> None:
    places = [(word.token, word.start, word.end) for word in find_words("足球, ม่", (), 9)]
    assert places == [("足", 0, 1), ("球", 1, 2), (",", 2, 3), ("ม่", 4, 6)]


def test_words_are_marked_as_known_and_as_read() -> None:
    words = find_words("a b c a", {"a", "c"}, max_length=3)
    assert [word.known for word in words] == [True, False, True, True]
    assert [word.read for word in words] == [True, True, True, False]
