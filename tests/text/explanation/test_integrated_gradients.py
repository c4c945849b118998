from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from keras import ops

from harnn.text.explanation.explained_network import ExplainedNetwork
from harnn.text.explanation.integrated_gradients import IntegratedGradients
from harnn.text.layers.pair_table import fill_slots
from harnn.text.name_words import NameWords
from harnn.text.network import build_network
from harnn.text.options import NetworkOptions

DOCUMENTS = [np.array(ids) for ids in ([4, 1, 7, 3, 9], [2, 5], [8], [1, 1, 1])]
OUTPUTS = [0, 3, 6, 2]
PAIRS = np.array([[3, 9], [2, 5], [7, 3]])


@pytest.fixture(
    scope="module",
    params=[
        {},
        {"term_share": 0.4},
        {"term_share": 0.4, "term_pairs": len(PAIRS), "encoder_length": 3},
    ],
    ids=["network", "with term scores", "with pairs, and words beyond the encoder"],
)
def attribute(request: pytest.FixtureRequest) -> IntegratedGradients:
    """Return the gradients of a network with weights large enough to be far from linear."""
    options = NetworkOptions(
        embedding_dim=6,
        recurrent_units=5,
        attention_units=4,
        dense_units=7,
        name_matches=True,
        **request.param,
    )
    names = NameWords((4, 9), ((0,), (), (0, 1), (1,), (), (), ()))
    model = build_network(options, 12, (2, 5), "softmax", names, seed=0)
    generator = np.random.default_rng(0)
    for variable in model.trainable_variables:
        variable.assign(generator.normal(scale=0.8, size=variable.shape))
    model.get_layer("names").set_name_vectors(generator.normal(size=(2, 6)))
    if request.param:
        terms = model.get_layer("terms")
        terms.kernel.assign(generator.normal(scale=2.0, size=terms.kernel.shape))
        if terms.pairs:
            terms.pair_kernel.assign(generator.normal(scale=2.0, size=terms.pair_kernel.shape))
            terms.pair_words.assign(np.concatenate([[[0, 0]], PAIRS]))
            terms.pair_slots.assign(fill_slots(PAIRS)[0])
    return IntegratedGradients(ExplainedNetwork(model))


def logarithms(attribute: IntegratedGradients, ids: np.ndarray, output: int) -> tuple[float, float]:
    """What the network says of a document, and of as many unknown words."""
    both = np.stack([ids, np.ones_like(ids)]).astype(np.int32)
    first, second = np.log(attribute.network.probability(both, np.array([output, output])))
    return float(first), float(second)


def test_attributions_sum_to_what_the_words_change(attribute: IntegratedGradients) -> None:
    found = attribute(DOCUMENTS, OUTPUTS, steps=200)
    for ids, output, attributions in zip(DOCUMENTS, OUTPUTS, found, strict=True):
        value, baseline = logarithms(attribute, ids, output)
        assert attributions.words.shape == ids.shape
        assert attributions.words.sum() == pytest.approx(value - baseline, abs=2e-3)
        assert attributions.value == pytest.approx(value, abs=1e-5)
        assert attributions.baseline == pytest.approx(baseline, abs=1e-5)


def test_the_gap_is_the_error_of_the_sum_and_shrinks_with_the_steps(
    attribute: IntegratedGradients,
) -> None:
    gaps = []
    for steps in (1, 4, 64):
        attributions = attribute(DOCUMENTS[:1], OUTPUTS[:1], steps)[0]
        value, baseline = logarithms(attribute, DOCUMENTS[0], OUTPUTS[0])
        missed = attributions.words.sum() - (value - baseline)
        assert attributions.gap == pytest.approx(missed, abs=1e-5)
        gaps.append(abs(attributions.gap))
    assert gaps[0] > 0.01
    assert gaps[0] > gaps[1] > gaps[2]


def test_attributions_are_the_integral_of_finite_differences(
    attribute: IntegratedGradients,
) -> None:
    ids, output, steps, width = DOCUMENTS[0], 5, 16, 1e-2
    start = np.asarray(attribute.network.vectors(np.ones((1, len(ids)), np.int32)))[0]
    way = np.asarray(attribute.network.vectors(ids[None].astype(np.int32)))[0] - start
    # What each word adds to the linear scores goes the same way, from zero.
    added = np.asarray(attribute.network.contributions(ids[None].astype(np.int32)))[0]
    expected = np.zeros(len(ids))
    for share in (np.arange(steps) + 0.5) / steps:
        # Along the way, one word at a time: the directional derivative is what is asked for.
        moves = np.stack([way * (np.arange(len(way)) == word)[:, None] for word in range(len(ids))])
        points = start + share * way + width * np.concatenate([moves, -moves])
        totals = share * added.sum(axis=0) + width * np.concatenate([added, -added])
        values = attribute.network.log_probability(
            ops.convert_to_tensor(points.astype(np.float32)),
            ops.convert_to_tensor(totals.astype(np.float32)),
            np.full(2 * len(ids), len(ids), dtype=np.int32),
            np.full(2 * len(ids), output, dtype=np.int32),
        )
        up, down = np.asarray(values).reshape(2, -1)
        expected += (up - down) / (2 * width) / steps
    found = attribute([ids], [output], steps)[0]
    np.testing.assert_allclose(found.words, expected, atol=2e-3)


def test_an_unknown_word_adds_nothing(attribute: IntegratedGradients) -> None:
    found = attribute(DOCUMENTS, OUTPUTS)
    assert found[0].words[1] == 0.0
    assert not found[3].words.any()
    assert found[3].gap == pytest.approx(0.0, abs=1e-6)


def test_the_company_of_other_documents_changes_nothing(attribute: IntegratedGradients) -> None:
    together = attribute(DOCUMENTS, OUTPUTS)
    for ids, output, attributions in zip(DOCUMENTS, OUTPUTS, together, strict=True):
        alone = attribute([ids], [output])[0]
        np.testing.assert_allclose(alone.words, attributions.words, atol=1e-5)


def test_no_document_has_no_attributions(attribute: IntegratedGradients) -> None:
    assert attribute([], []) == []


class _Linear:
    """Reads documents with log P = Σ_t (w_t · x_t + a_t) + 0.5: the same gradient everywhere.

    A known word adds the linear score a_t = 0.3.
    """

    table = np.random.default_rng(1).normal(size=(6, 3)).astype(np.float32)
    weights = np.random.default_rng(2).normal(size=(4, 3)).astype(np.float32)

    def vectors(self, tokens: Any) -> Any:
        return ops.take(ops.convert_to_tensor(self.table), tokens, axis=0)

    def contributions(self, tokens: Any) -> Any:
        return 0.3 * ops.cast(ops.expand_dims(ops.greater(tokens, 1), -1), "float32")

    def log_probability(self, vectors: Any, totals: Any, lengths: Any, outputs: Any) -> Any:
        weights = ops.convert_to_tensor(self.weights)[: ops.shape(vectors)[1]]
        return ops.sum(vectors * weights, axis=(1, 2)) + ops.sum(totals, axis=1) + 0.5

    def probability(self, tokens: Any, outputs: Any) -> np.ndarray:
        totals = ops.sum(self.contributions(tokens), axis=1)
        return np.exp(np.asarray(self.log_probability(self.vectors(tokens), totals, None, None)))


@pytest.mark.parametrize("steps", [1, 7])
def test_of_a_linear_network_they_are_the_gradient_times_the_way(steps: int) -> None:
    linear = _Linear()
    ids = np.array([3, 1, 5, 2])
    found = IntegratedGradients(linear)([ids], [0], steps)[0]  # type: ignore[arg-type]
    expected = ((linear.table[ids] - linear.table[1]) * linear.weights).sum(axis=1)
    expected += 0.3 * (ids > 1)
    np.testing.assert_allclose(found.words, expected, atol=1e-5)
    assert found.gap == pytest.approx(0.0, abs=1e-5)
