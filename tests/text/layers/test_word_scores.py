"""The products of words and weights, against NumPy."""

import keras
import numpy as np
import onnxruntime
import pytest

from harnn.onnx_file import write_onnx
from harnn.text.layers import CategoryScores
from harnn.text.layers.word_scores import word_scores


@pytest.mark.parametrize("categories", [1, 2, 5])
def test_each_word_meets_each_row_of_the_weights(categories):
    generator = np.random.default_rng(0)
    words = generator.normal(size=(3, 4, 6)).astype(np.float32)
    kernel = generator.normal(size=(categories, 6)).astype(np.float32)
    expected = np.einsum("btf,cf->btc", words, kernel)
    np.testing.assert_allclose(word_scores(words, kernel), expected, atol=1e-5)


@pytest.mark.parametrize("categories", [1, 2])
def test_a_level_of_one_category_is_exported_as_it_is(categories, tmp_path):
    generator = np.random.default_rng(0)
    attention = generator.random((3, categories, 4), dtype=np.float32)
    words = generator.random((3, 4, 6), dtype=np.float32)
    inputs = [keras.Input((categories, None), name="a"), keras.Input((None, 6), name="v")]
    model = keras.Model(inputs, CategoryScores(categories, seed=0)(*inputs))
    write_onnx(model, tmp_path / "scores.onnx")
    session = onnxruntime.InferenceSession(tmp_path / "scores.onnx")
    (scores,) = session.run(None, {"a": attention, "v": words})
    np.testing.assert_allclose(scores, model([attention, words]), atol=1e-5)
