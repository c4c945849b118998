"""The words that TF-IDF counts: scikit-learn's own in Latin script, letters where no spaces are."""

import re

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from baselines import LinearSVM
from baselines.tfidf_classifier import words_and_letters


@given(st.text(st.characters(max_codepoint=0x24F, exclude_characters="\u00adİ")))
def test_words_of_latin_text_are_those_of_scikit_learn(text):
    assert words_and_letters(text) == re.findall(r"(?u)\b\w\w+\b", text.lower())


def test_words_keep_their_marks_and_letters_of_spaceless_scripts_count():
    assert words_and_letters("हिन्दी, में; 足球 ก่") == ["हिन्दी", "में", "足", "球", "ก่"]


def test_a_linear_model_learns_chinese_as_it_is_written():
    # The topics differ by the order of two characters alone: pairs of characters tell them apart.
    generator = np.random.default_rng(0)
    common = list("今天我们非常昨天可以已经认为记者报道")
    topics = {"体育/足球": "射门", "体育/网球": "门射"}
    texts, labels = [], []
    for number in range(80):
        label = list(topics)[number % 2]
        filling = generator.choice(common, 12)
        texts.append("".join(filling[:6]) + topics[label] + "".join(filling[6:]) + "。")
        labels.append(label)
    assert LinearSVM().fit(texts[:60], labels[:60]).score(texts[60:], labels[60:]) > 0.9
