from __future__ import annotations

import keras
import numpy as np

from harnn.text.layers import FirstWords

TOKENS = np.arange(10).reshape(2, 5).astype("int32")


def test_the_first_words_are_kept() -> None:
    np.testing.assert_array_equal(FirstWords(3)(TOKENS), TOKENS[:, :3])
    np.testing.assert_array_equal(FirstWords(9)(TOKENS), TOKENS)


def test_the_layer_survives_being_saved(tmp_path) -> None:
    tokens = keras.Input((None,), dtype="int32")
    model = keras.Model(tokens, FirstWords(3)(tokens))
    assert model.output_shape == (None, None)
    model.save(tmp_path / "model.keras")
    loaded = keras.models.load_model(tmp_path / "model.keras")
    np.testing.assert_array_equal(loaded(TOKENS), TOKENS[:, :3])
