"""Occlusion from the parts of a network, against the whole network."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from harnn.text.explanation import occlusion as module
from harnn.text.explanation.explained_network import ExplainedNetwork
from harnn.text.explanation.occlusion import Occlusion
from harnn.text.layers.pair_table import fill_slots
from harnn.text.network import build_network
from harnn.text.options import NetworkOptions

WORDS = 12
PAIRS = np.array([[2, 2], [2, 3], [3, 2], [4, 5], [5, 4], [7, 8]])
KINDS: dict[str, dict[str, Any]] = {
    "whole": {},
    "first words": {"encoder_length": 4},
    "words": {"term_share": 0.4},
    "pairs": {"term_share": 0.4, "term_pairs": len(PAIRS), "encoder_length": 5},
}
# Repeated words and pairs, unknown words, one word, and none that is known.
DOCUMENTS = [
    [2, 2, 2, 3, 2, 1, 4, 5, 4, 5, 1, 7, 8, 9, 2, 3],
    [4, 5, 1, 5],
    [6],
    [1, 1, 1, 1, 1, 1, 1],
]


def network(activation: str, options: dict[str, Any]) -> ExplainedNetwork:
    sizes = {"embedding_dim": 5, "recurrent_units": 4, "attention_units": 3, "dense_units": 6}
    model = build_network(NetworkOptions(**sizes, **options), WORDS, (2, 4), activation, seed=0)
    generator = np.random.default_rng(0)
    for weight in model.trainable_variables:
        weight.assign(generator.normal(scale=0.7, size=weight.shape))
    if "term_share" in options:
        terms = model.get_layer("terms")
        for weight in terms.weights:
            if weight.dtype == "float32":
                weight.assign(generator.gamma(2.0, size=weight.shape))
        if terms.pairs:
            slots, kept = fill_slots(PAIRS)
            terms.pair_slots.assign(slots)
            terms.pair_words.assign(np.concatenate([[[0, 0]], kept]))
        model.get_layer("level_2_mixed").set_share(0.7)
    return ExplainedNetwork(model)


@pytest.mark.parametrize("activation", ["softmax", "sigmoid"])
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("document", DOCUMENTS, ids=len)
def test_the_parts_say_what_the_whole_network_says_without_each_word(
    document: list[int], kind: str, activation: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_ROWS", 5)
    monkeypatch.setattr(module, "_BATCH", 3)
    explained = network(activation, KINDS[kind])
    ids = np.array(document, np.int32)
    lacking = np.tile(ids, (len(ids), 1))
    np.fill_diagonal(lacking, 1)
    expected, _ = explained.read(lacking)
    np.testing.assert_allclose(explained.occlusion(ids), expected, rtol=1e-4, atol=1e-6)


def test_only_known_words_that_the_encoder_reads_are_left_out_of_it() -> None:
    read: list[np.ndarray] = []

    def encode(tokens: np.ndarray) -> np.ndarray:
        read.extend(tokens)
        return tokens.sum(axis=1, keepdims=True).astype(float)

    found = Occlusion(encode, encoder_length=4)(np.array([5, 1, 7, 2, 9, 3], np.int32))
    assert [row.tolist() for row in read] == [
        [1, 1, 7, 2],
        [5, 1, 1, 2],
        [5, 1, 7, 1],
        [5, 1, 7, 2],
    ]
    assert found[:, 0].tolist() == [11, 15, 9, 14, 15, 15]
