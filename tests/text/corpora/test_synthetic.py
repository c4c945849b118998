from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from harnn.errors import ConfigError
from harnn.text.corpora import generate_corpus
from harnn.text.corpora.word_model import WordModel, word_strings

SIZES = (3, 8, 20)


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HARNN_CACHE_DIR", str(tmp_path / "cache"))


def test_the_true_posterior_reaches_the_stated_best_accuracy_and_no_more() -> None:
    n, noise = 6000, 0.3
    corpus = generate_corpus(10, seed=2, categories=SIZES, test=n, validation=0, noise=noise)
    assert corpus.test is not None
    model = WordModel(SIZES, 2, noise=noise, median_words=52)
    with np.errstate(divide="ignore"):
        log_words = np.log(model.word_probabilities())
    number = {word: index for index, word in enumerate(word_strings(model.vocabulary_size))}
    joint = model.prior[:, None] * model.channel
    right = 0
    for text, label in zip(corpus.test.texts, corpus.test.labels, strict=True):
        # P(y | words) is proportional to the sum over z of P(y) P(z | y) P(words | z).
        log_likelihood = log_words[:, [number[word] for word in text.split()]].sum(axis=1)
        posterior = joint @ np.exp(log_likelihood - log_likelihood.max())
        best = model.ancestors[posterior.argmax()]
        right += [model.names[h][node] for h, node in enumerate(best)] == label.tolist()
    assert corpus.best_accuracy is not None
    assert 0.6 < corpus.best_accuracy < 0.9
    spread = np.sqrt(corpus.best_accuracy * (1 - corpus.best_accuracy) / n)
    assert abs(right / n - corpus.best_accuracy) < 3.5 * spread


def test_without_noise_everything_can_be_right() -> None:
    assert generate_corpus(10, categories=SIZES, noise=0.0).best_accuracy == pytest.approx(1)


def test_the_shape_is_that_of_dbpedia() -> None:
    corpus = generate_corpus(6000)
    labels = corpus.train.labels
    assert isinstance(labels, np.ndarray)
    found = [len(set(level)) for level in labels.T]
    assert found[0] == 9
    assert found[1] == 70
    assert 210 <= found[2] <= 219
    lengths = [len(text.split()) for text in corpus.train.texts]
    assert np.median(lengths) == pytest.approx(52, abs=3)
    assert np.std(np.log(lengths)) == pytest.approx(0.78, abs=0.05)
    assert len(corpus.validation or ()) == len(corpus.test or ()) == 600


def test_the_same_seed_gives_the_same_documents_and_another_gives_others(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = list(generate_corpus(50, seed=1, categories=SIZES).train.texts)
    monkeypatch.setenv("HARNN_CACHE_DIR", str(tmp_path / "another"))
    assert list(generate_corpus(50, seed=1, categories=SIZES).train.texts) == first
    assert list(generate_corpus(50, seed=2, categories=SIZES).train.texts) != first


def test_a_longer_corpus_begins_as_a_shorter_one() -> None:
    short = generate_corpus(5100, seed=1, categories=SIZES, unknown_share=0.5)
    long = generate_corpus(5200, seed=1, categories=SIZES, unknown_share=0.5)
    assert long.train.texts[:5100] == list(short.train.texts)
    assert long.train.labels[:5100].tolist() == short.train.labels.tolist()
    assert long.test is not None
    assert long.test.texts[0] != long.train.texts[0]


def test_the_last_level_is_unknown_for_the_share_asked_for_in_training_alone() -> None:
    corpus = generate_corpus(4000, categories=SIZES, unknown_share=0.7)
    assert np.mean([row[2] is None for row in corpus.train.labels]) == pytest.approx(0.7, abs=0.04)
    assert corpus.test is not None
    for labels in (corpus.test.labels, corpus.train.labels[:, :2]):
        assert all(name is not None for row in labels for name in row)


def test_any_number_of_levels_can_be_generated() -> None:
    assert generate_corpus(20, categories=(4,)).train.labels.shape == (20, 1)
    assert generate_corpus(20, categories=(1, 1, 2, 2, 9)).train.labels.shape == (20, 5)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"documents": 0}, "0 train documents"),
        ({"validation": -1}, "-1 validation documents"),
        ({"categories": (5, 3)}, "fewer categories"),
        ({"categories": ()}, "fewer categories"),
        ({"noise": 1.5}, "noise=1.5"),
        ({"unknown_share": -0.1}, "unknown_share=-0.1"),
        ({"median_words": 1}, "median_words=1"),
    ],
)
def test_what_cannot_be_generated_is_refused(arguments: dict, message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        generate_corpus(**arguments)
