from __future__ import annotations

import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer

from harnn.text.documents import EncodedDocuments
from harnn.text.documents.vocabulary import Vocabulary
from harnn.text.linear_scores.term_features import TermFeatures, frequent_pairs

RNG = np.random.default_rng(0)
WORDS = [f"w{number}" for number in range(12)]
TEXTS = [" ".join(RNG.choice(WORDS, size=size)) for size in RNG.integers(1, 20, 60)]
VOCABULARY = Vocabulary(WORDS, max_length=30)
DOCUMENTS = EncodedDocuments(TEXTS, VOCABULARY)


def test_words_and_pairs_are_those_of_scikit_learn() -> None:
    pairs = frequent_pairs(DOCUMENTS, len(VOCABULARY), limit=1000)
    names = [f"{WORDS[first - 2]} {WORDS[second - 2]}" for first, second in pairs]
    vectorizer = TfidfVectorizer(sublinear_tf=True, ngram_range=(1, 2), vocabulary=[*WORDS, *names])
    expected = vectorizer.fit_transform(TEXTS).toarray()
    features = TermFeatures.learn(DOCUMENTS, len(VOCABULARY), pairs)
    np.testing.assert_allclose(features(DOCUMENTS).toarray()[:, 2:], expected, atol=1e-12)


def test_without_pairs_the_words_alone_count() -> None:
    features = TermFeatures.learn(DOCUMENTS, len(VOCABULARY), np.empty((0, 2), dtype=np.int64))
    expected = TfidfVectorizer(sublinear_tf=True, vocabulary=WORDS).fit_transform(TEXTS).toarray()
    np.testing.assert_allclose(features(DOCUMENTS).toarray()[:, 2:], expected, atol=1e-12)


def test_the_most_frequent_pairs_are_chosen() -> None:
    counts: dict[tuple[int, int], int] = {}
    for words in DOCUMENTS:
        for pair in set(zip(words.tolist(), words[1:].tolist(), strict=False)):
            counts[pair] = counts.get(pair, 0) + 1
    chosen = [(first, second) for first, second in frequent_pairs(DOCUMENTS, 14, 20).tolist()]
    assert len(chosen) == 20
    assert chosen == sorted(chosen)
    rarest = min(counts[pair] for pair in chosen)
    assert rarest >= max(count for pair, count in counts.items() if pair not in chosen)


def test_a_pair_of_one_document_does_not_count() -> None:
    documents = EncodedDocuments(["w0 w1 w0 w1", "w1", "w9 zzz w1"], VOCABULARY)
    assert frequent_pairs(documents, len(VOCABULARY), limit=9).tolist() == []


def test_unknown_words_part_a_pair() -> None:
    documents = EncodedDocuments(["w0 zzz w1"] * 3, VOCABULARY)
    assert frequent_pairs(documents, len(VOCABULARY), limit=9).tolist() == []
