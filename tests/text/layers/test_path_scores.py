from __future__ import annotations

import keras
import numpy as np
import pytest

from harnn import Taxonomy
from harnn.text.decisions.decoding import BestPathDecoder
from harnn.text.layers import PathScores

RAGGED = Taxonomy.from_paths(["a/b/c", "a/b/d", "a/e", "f"])


def _softmax(scores: np.ndarray) -> np.ndarray:
    shifted = np.exp(scores - scores.max(axis=-1, keepdims=True))
    return shifted / shifted.sum(axis=-1, keepdims=True)


@pytest.mark.parametrize("may_be_empty", [False, True])
def test_their_softmax_is_what_decoding_makes_of_a_softmax_a_level(may_be_empty: bool) -> None:
    decoder = BestPathDecoder(RAGGED, may_be_empty)
    generator = np.random.default_rng(0)
    logits = [generator.normal(scale=3, size=(7, size)) for size in decoder.level_sizes]
    scores = np.asarray(PathScores(decoder.outputs)([x.astype("float32") for x in logits]))
    by_hand = [
        [sum(x[row, output] for x, output in zip(logits, path, strict=True))
         for path in decoder.outputs]
        for row in range(7)
    ]  # fmt: skip
    np.testing.assert_allclose(scores, by_hand, rtol=1e-5)
    np.testing.assert_allclose(
        _softmax(scores), decoder.path_probabilities([_softmax(x) for x in logits]), atol=1e-6
    )


def test_survives_its_configuration() -> None:
    layer = PathScores(BestPathDecoder(RAGGED).outputs, name="paths")
    copy = keras.saving.deserialize_keras_object(keras.saving.serialize_keras_object(layer))
    assert copy.get_config() == layer.get_config()
    assert copy.outputs == BestPathDecoder(RAGGED).outputs.tolist()
