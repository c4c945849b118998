"""Words of any script, and the same words however a text is encoded."""

from __future__ import annotations

import sys
import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harnn.text.documents.tokenizer import (
    _token_pattern,
    always_one_word,
    invisible_characters,
    is_spaceless_word,
    normalize_text,
    tokenize,
)

# Every character at which some library or other breaks a line.
BREAKS = "\n\r\v\f\x1c\x1d\x1e\x1f\x85\u2028\u2029"
ANY = st.text(st.characters() | st.characters(categories=["Cs", "Mn", "Mc", "Cf"]))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("It's an LSTM (1997).", ["it", "'", "s", "an", "lstm", "(", "1997", ")", "."]),
        ("well-known, e.g.", ["well", "-", "known", ",", "e", ".", "g", "."]),
        ("...!?", [".", ".", ".", "!", "?"]),
        ("snake_case __init__ 3rd x2", ["snake_case", "__init__", "3rd", "x2"]),
        ("3.14 1,000 50%", ["3", ".", "14", "1", ",", "000", "50", "%"]),
        ("ÉCOLE Straße Ångström", ["école", "straße", "ångström"]),
        ("ΟΔΟΣ", ["οδος"]),
        ("Привет, мир", ["привет", ",", "мир"]),
        ("١٢٣ ²½", ["١٢٣", "²½"]),
        ("ok👍🏽", ["ok", "👍", "🏽"]),
        ("a\ud800b", ["a", "b"]),
        ("\udfff", []),
        ("tab\tnew\nline\u00a0nbsp\u3000wide", ["tab", "new", "line", "nbsp", "wide"]),
        ("\x00", ["\x00"]),
        ("", []),
        (" \n\t ", []),
        ("[PAD] [UNK]", ["[", "pad", "]", "[", "unk", "]"]),
    ],
)
def test_words_are_as_worked_by_hand(text, words):
    assert tokenize(text) == words


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("हिन्दी में", ["हिन्दी", "में"]),
        ("தமிழ் மொழி", ["தமிழ்", "மொழி"]),
        ("বাংলা ভাষা।", ["বাংলা", "ভাষা", "।"]),
        ("كَتَبَ الوَلَدُ", ["كَتَبَ", "الوَلَدُ"]),
        ("בְּרֵאשִׁית", ["בְּרֵאשִׁית"]),
        ("བོད་སྐད།", ["བོད", "་", "སྐད", "།"]),
        ("m̃bo", ["m̃bo"]),
        ("İstanbul", ["i̇stanbul"]),
    ],
    ids=lambda value: ascii(value)[:20],
)
def test_marks_belong_to_the_word_of_their_letter(text, words):
    assert tokenize(text) == [unicodedata.normalize("NFC", word) for word in words]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("東京へ行く。", ["東", "京", "へ", "行", "く", "。"]),
        ("体育新闻2024年", ["体", "育", "新", "闻", "2024", "年"]),
        ("使用Python编程", ["使", "用", "python", "编", "程"]),
        ("サーバー々〇", ["サ", "ー", "バ", "ー", "々", "〇"]),
        ("ﾊﾝｶｸ", ["ﾊ", "ﾝ", "ｶ", "ｸ"]),
        ("ไม่มีที่นี่", ["ไ", "ม่", "มี", "ที่", "นี่"]),
        ("๑๒๓ ບໍ່", ["๑๒๓", "ບໍ່"]),
        ("ខ្មែរ", ["ខ្", "មែ", "រ"]),
        ("မြန်မာ", ["မြ", "န်", "မာ"]),
        ("\U00020000\U0002f800", ["\U00020000", "\u4e3d"]),
        ("한국어 텍스트", ["한국어", "텍스트"]),  # Korean has spaces
    ],
)
def test_scripts_without_spaces_are_split_into_letters(text, words):
    assert tokenize(text) == words


@pytest.mark.parametrize(
    ("text", "same"),
    [
        ("cafe\u0301", "caf\u00e9"),
        ("J\u030cX", "\u01f0x"),  # the capital does not compose, the small letter does
        ("\u1112\u1161\u11ab", "한"),
        ("\u212bngstrom", "ångstrom"),
        ("co\u00adoperate", "cooperate"),
        ("می\u200cخواهم", "میخواهم"),
        ("क्\u200dष", "क्ष"),
        ("\ufeffword\u2060", "word"),
        ("\u202eword\u202c", "word"),
        ("❤\ufe0f", "❤"),
        ("👩\u200d💻", "👩💻"),
        ("e\u200d\u0301", "é"),
        ("zero\u200bwidth", "zero width"),
    ],
    ids=lambda value: ascii(value)[:30],
)
def test_spellings_that_look_the_same_have_the_same_words(text, same):
    assert tokenize(text) == tokenize(same)


def test_signs_that_are_seen_are_words_though_unicode_calls_them_formats():
    assert tokenize("\u0601\u0661") == ["\u0601", "\u0661"]


@pytest.mark.parametrize("separator", list(BREAKS), ids=ascii)
def test_a_line_separator_of_any_kind_is_between_words_and_in_none(separator):
    assert tokenize(f"a{separator}b{separator}") == ["a", "b"]


def test_a_word_of_any_character_is_one_word_when_read_again():
    words = tokenize(" ".join(map(chr, range(sys.maxunicode + 1))))
    assert len(words) > 1_000_000
    assert tokenize(" ".join(words)) == words


@settings(deadline=None, max_examples=200)
@given(text=ANY)
def test_words_hold_every_character_that_is_seen(text):
    words = tokenize(text)
    normalized = normalize_text(text)
    kept = [
        c for c in normalized if not c.isspace() and c != "\u200b" and not "\ud800" <= c <= "\udfff"
    ]
    assert "".join(words) == "".join(kept)
    assert all(words)
    assert tokenize(" ".join(words)) == words


@settings(deadline=None, max_examples=200)
@given(text=ANY)
def test_words_do_not_depend_on_how_letters_are_composed(text):
    words = tokenize(text)
    assert tokenize(unicodedata.normalize("NFD", text)) == words
    assert tokenize(unicodedata.normalize("NFC", text)) == words


@settings(deadline=None, max_examples=100)
@given(text=ANY, hidden=st.sampled_from(invisible_characters()), place=st.integers(0, 20))
def test_a_character_that_is_not_seen_changes_no_word(text, hidden, place):
    assert tokenize(text[:place] + chr(hidden) + text[place:]) == tokenize(text)


@settings(deadline=None, max_examples=100)
@given(st.text(st.characters(max_codepoint=0x24F, exclude_characters="\u00ad")))
def test_the_words_of_latin_text_are_those_of_the_first_version(text):
    import re

    words = re.findall(r"\w+|[^\w\s]", text.lower())
    if "İ" not in text:  # whose small letter is an i and a mark, which was a word of its own
        assert tokenize(text) == words
    assert all(map(always_one_word, words)) or "İ" in text


def test_letters_of_spaceless_scripts_are_told_from_other_words():
    assert [is_spaceless_word(w) for w in ("球", "ม่", "カ", "a", "한", "2024", "。")] == [
        *[True] * 3,
        *[False] * 4,
    ]


PIECES = st.sampled_from(
    ["word", "naïve,", "(x)", "\u0130stanbul", "a\u00adb", "東京", "हिन्दी", "\u0958a", "e\u0301t"]
)
SIGNS = st.sampled_from(
    ["\u2013", "\u201cq\u201d", "1\u200b2", "\x07bell", "ΣΑΣ.", "_a_", "x\x85y"]
)


@settings(deadline=None, max_examples=300)
@given(parts=st.lists(st.one_of(PIECES, SIGNS, ANY), max_size=40), blank=st.sampled_from(" \n\t"))
def test_the_words_of_long_texts_are_those_of_one_pattern(parts, blank):
    text = blank.join(parts)
    assert tokenize(text) == _token_pattern().findall(normalize_text(text))


@given(text=st.text(st.characters(max_codepoint=127), min_size=100))
def test_the_words_of_long_texts_of_ascii_are_those_of_one_pattern(text):
    assert tokenize(text) == _token_pattern().findall(normalize_text(text))
