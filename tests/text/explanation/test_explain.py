from __future__ import annotations

import json
import pickle
from typing import Any

import keras
import numpy as np
import pytest

from baselines.flat_attention import build_flat_attention
from harnn import HARNNClassifier
from harnn.errors import ConfigError, DataError, TaxonomyError
from harnn.text.documents import pad
from harnn.text.explanation.explained_network import ExplainedNetwork
from harnn.text.explanation.integrated_gradients import IntegratedGradients
from harnn.text.explanation.network_weights import word_weights
from harnn.text.explanation.predicted_categories import output_numbers
from harnn.text.options import NetworkOptions
from harnn.text.taxonomy import Taxonomy

from .conftest import PLANTED


def test_the_word_that_decides_has_the_largest_gradients(
    planted_classifier: HARNNClassifier, planted: Any
) -> None:
    texts, labels = planted
    assert planted_classifier.score(texts, labels) == 1.0
    explanations = planted_classifier.explain(texts, ("gradients",))
    for explanation, label in zip(explanations, labels, strict=True):
        top = explanation.top_words("gradients", 1)
        assert list(top) == [label.split("/")[0], label]
        assert [word for ((word, _),) in top.values()] == [PLANTED[label].lower()] * 2


def test_the_attention_is_on_the_word_that_decides_or_beside_it(
    planted_classifier: HARNNClassifier, planted: Any
) -> None:
    """It weighs states, and the state of a word knows the words around it."""
    texts, labels = planted
    explanations = planted_classifier.explain(texts, ("attention",))
    for text, explanation, label in zip(texts, explanations, labels, strict=True):
        place = text.split().index(PLANTED[label])
        for category in explanation.categories:
            assert abs(int(np.argmax(category.weights["attention"])) - place) <= 1


def test_what_is_explained_is_what_is_predicted(
    one_path_classifier: HARNNClassifier, ragged: Any
) -> None:
    texts = ragged[1][0][:8]
    probabilities = one_path_classifier.predict_proba(texts)
    rows = one_path_classifier.predict(texts)
    for row, explanation in enumerate(one_path_classifier.explain(texts)):
        names = [name for name in rows[row] if name]
        paths = ["/".join(names[:depth]) for depth in range(1, len(names) + 1)]
        assert [category.path for category in explanation.categories] == paths
        assert [category.level for category in explanation.categories] == [
            *range(1, len(names) + 1)
        ]
        assert [path for path, _ in explanation.predicted] == paths[-1:]
        for category in explanation.categories:
            index = one_path_classifier.taxonomy_.find(category.path)
            assert category.probability == pytest.approx(probabilities[row, index])


@pytest.mark.parametrize("name", ["one_path_classifier", "several_paths_classifier"])
def test_the_numbers_are_those_of_the_network(
    name: str, request: pytest.FixtureRequest, ragged: Any, several: Any
) -> None:
    classifier: HARNNClassifier = request.getfixturevalue(name)
    texts = (ragged if name == "one_path_classifier" else several)[1][0][:12]
    taxonomy, model = classifier.taxonomy_, classifier.model_
    layers = [model.get_layer(f"attention_{k + 1}").output[0] for k in range(taxonomy.n_levels)]
    tokens = pad([classifier.vocabulary_.encode(text) for text in texts])
    levels, unknown = model(tokens), model(np.where(tokens, 1, 0))
    attentions = keras.Model(model.input, layers)(tokens)
    explained = 0
    for row, explanation in enumerate(classifier.explain(texts)):
        for category in explanation.categories:
            explained += 1
            level = category.level - 1
            place = taxonomy.find(category.path) - taxonomy.level_slices[level].start
            probability = float(levels[f"level_{level + 1}"][row, place])
            without = float(unknown[f"level_{level + 1}"][row, place])
            assert category.level_probability == pytest.approx(probability, rel=1e-3)
            assert category.unknown_probability == pytest.approx(without, rel=1e-3)
            attended, attributed = (category.weights[m] for m in ("attention", "gradients"))
            expected = np.asarray(attentions[level])[row, place, : len(attended)]
            np.testing.assert_allclose(attended, expected, atol=1e-5)
            assert sum(attended) == pytest.approx(1.0, abs=1e-5)
            assert category.gap is not None
            changed = np.log(probability / without) + category.gap
            assert sum(attributed) == pytest.approx(changed, abs=1e-3)
            assert abs(category.gap) < 0.1 * np.abs(attributed).sum()
    assert explained >= 12


@pytest.mark.parametrize(
    "kind", ["one_path_classifier", "several_paths_classifier", "pairs_classifier"]
)
def test_occlusion_is_what_the_network_says_without_each_word(
    kind: str, request: pytest.FixtureRequest, ragged: Any, several: Any
) -> None:
    classifier: HARNNClassifier = request.getfixturevalue(kind)
    texts = (several if kind == "several_paths_classifier" else ragged)[1][0][:4]
    taxonomy = classifier.taxonomy_
    explained = 0
    for text, explanation in zip(texts, classifier.explain(texts, ("occlusion",)), strict=True):
        ids = classifier.vocabulary_.encode(text)
        for category in explanation.categories:
            level = category.level - 1
            place = taxonomy.find(category.path) - taxonomy.level_slices[level].start
            for number, weight in enumerate(category.weights["occlusion"]):
                without = ids.copy()
                without[number] = 1
                said = classifier.model_(np.stack([ids, without]))[f"level_{level + 1}"]
                whole, lost = np.log(np.asarray(said)[:, place])
                assert weight == pytest.approx(whole - lost, abs=1e-4)
                explained += 1
    assert explained > 20


def test_a_document_may_have_several_predicted_paths_or_none(
    several_paths_classifier: HARNNClassifier, several: Any
) -> None:
    texts = several[1][0]
    predicted = several_paths_classifier.predict(texts)
    explanations = several_paths_classifier.explain(texts, ("attention",))
    assert {len(paths) for paths in predicted} >= {0, 1, 2}
    for paths, explanation in zip(predicted, explanations, strict=True):
        assert [path for path, _ in explanation.predicted] == list(paths)
        above = {
            "/".join(path.split("/")[: depth + 1])
            for path in paths
            for depth in range(len(path.split("/")))
        }
        assert {category.path for category in explanation.categories} == above


def test_other_categories_than_the_predicted_ones_can_be_asked_for(
    planted_classifier: HARNNClassifier,
) -> None:
    categories = ["person/poet", ("place",), "person/poet"]
    explanation = planted_classifier.explain(["the Rhine was"], categories=categories)[0]
    assert [category.path for category in explanation.categories] == ["person/poet", "place"]
    assert explanation.predicted[0][0] == "place/river"
    # The word that speaks for rivers speaks against poets.
    poet, place = (dict(pairs) for pairs in explanation.top_words("gradients").values())
    assert poet["rhine"] < 0 < place["rhine"]


@pytest.mark.parametrize("text", ["", " \n\t", "\ud800"])
def test_a_text_without_any_word_has_no_weights(
    planted_classifier: HARNNClassifier, text: str
) -> None:
    explanation = planted_classifier.explain([text])[0]
    assert explanation.words == ()
    assert explanation.predicted
    for category in explanation.categories:
        assert dict(category.weights) == {"attention": (), "gradients": ()}
        assert category.gap == pytest.approx(0.0, abs=1e-6)
    json.dumps(explanation.to_dict(), ensure_ascii=False).encode()
    assert "no word" in explanation.text(colours=False)
    explanation.html().encode()


def test_a_text_without_a_known_word_has_attention_and_no_attribution(
    planted_classifier: HARNNClassifier,
) -> None:
    explanation = planted_classifier.explain(["Qwertz uiop"])[0]
    assert [word.known for word in explanation.words] == [False, False]
    for category in explanation.categories:
        assert sum(category.weights["attention"]) == pytest.approx(1.0, abs=1e-5)
        assert category.weights["gradients"] == (0.0, 0.0)


def test_words_beyond_the_limit_are_there_and_not_read(planted_classifier: HARNNClassifier) -> None:
    explanation = planted_classifier.explain(["the Rhine " + "a " * 20])[0]
    assert [word.read for word in explanation.words] == [True] * 16 + [False] * 6
    assert len(explanation.categories[0].weights["attention"]) == 16


def test_words_beyond_the_encoder_have_no_attention(
    pairs_classifier: HARNNClassifier, ragged: Any
) -> None:
    texts = ragged[1][0][:6]
    explanations = pairs_classifier.explain(texts, ("attention", "gradients"))
    assert max(len(explanation.words) for explanation in explanations) > 4
    for explanation in explanations:
        read = sum(word.read for word in explanation.words)
        for category in explanation.categories:
            attended, attributed = (category.weights[m] for m in ("attention", "gradients"))
            assert len(attended) == len(attributed) == read
            assert sum(attended[:4]) == pytest.approx(1.0, abs=1e-5)
            assert not any(attended[4:])
    beyond = [
        weight
        for explanation in explanations
        for category in explanation.categories
        for weight in category.weights["gradients"][4:]
    ]
    # The linear scores read them.
    assert any(beyond)


def test_no_text_has_no_explanation(planted_classifier: HARNNClassifier) -> None:
    assert planted_classifier.explain([]) == []


@pytest.mark.parametrize(
    ("arguments", "error", "said"),
    [
        ({"methods": "attention"}, ConfigError, r"such as \('attention',\), not a string"),
        ({"methods": ["gradient"]}, ConfigError, "did you mean 'gradients'"),
        ({"methods": []}, ConfigError, "one or several"),
        ({"methods": ["attention"] * 2}, ConfigError, "each once"),
        ({"steps": 0}, ConfigError, "at least 1, not 0"),
        ({"steps": 2.5}, ConfigError, "whole number"),
        ({"categories": "place"}, ConfigError, r"list of paths such as \['person'\]"),
        ({"categories": []}, ConfigError, "list of paths"),
        ({"categories": ["place/rivers"]}, TaxonomyError, "did you mean 'river'"),
        ({"texts": "a text"}, DataError, "texts"),
        ({"texts": [3]}, DataError, "texts"),
    ],
)
def test_wrong_arguments_are_refused(
    planted_classifier: HARNNClassifier, arguments: Any, error: Any, said: str
) -> None:
    with pytest.raises(error, match=said):
        planted_classifier.explain(**{"texts": ["the Rhine"], **arguments})


def test_a_network_without_levels_of_attention_has_gradients_only() -> None:
    options = NetworkOptions(embedding_dim=6, recurrent_units=5)
    flat = build_flat_attention(options, 9, (2, 3), "softmax", seed=0)
    gradients = IntegratedGradients(ExplainedNetwork(flat))
    documents, targets = [np.array([2, 3])], [(0, 1)]
    with pytest.raises(ConfigError, match="gradients and occlusion"):
        word_weights(gradients, documents, targets, ("attention",), 4)
    found = word_weights(gradients, documents, targets, ("gradients",), 4)[0]
    assert list(found.methods) == ["gradients"]


def test_a_classifier_that_has_explained_can_be_pickled(
    planted_classifier: HARNNClassifier,
) -> None:
    explained = planted_classifier.explain(["the Rhine"])
    # As scikit-learn sends an estimator to its worker processes; no file is loaded so.
    copied = pickle.loads(pickle.dumps(planted_classifier))
    assert copied.explain(["the Rhine"])[0].predicted[0][0] == explained[0].predicted[0][0]


def test_outputs_are_counted_over_the_levels_and_their_ends() -> None:
    taxonomy = Taxonomy.from_paths(["a", "a/b", "a/b/c", "d/e"])
    numbers = output_numbers(taxonomy, (2, 3, 2))
    found = {path: int(n) for path, n in zip(taxonomy.path_strings, numbers, strict=True)}
    assert found == {"a": 0, "d": 1, "a/b": 2, "d/e": 3, "a/b/c": 5}
