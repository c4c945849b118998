from __future__ import annotations

import keras
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harnn.text.layers import WordDropout

TOKENS = np.random.default_rng(0).integers(2, 50, size=(200, 50)).astype("int32")
TOKENS[:, 30:] = 0


@given(rate=st.floats(0.0, 0.99), seed=st.integers(0, 2**31 - 1))
@settings(deadline=None, max_examples=30)
def test_padding_stays_padding_and_a_word_stays_or_becomes_unknown(rate: float, seed: int) -> None:
    dropped = np.asarray(WordDropout(rate, unknown=1, seed=seed)(TOKENS[:9], training=True))
    assert ((dropped == TOKENS[:9]) | (dropped == 1))[:, :30].all()
    assert not dropped[:, 30:].any()


@pytest.mark.parametrize("rate", [0.1, 0.5, 0.8])
def test_the_share_of_dropped_words_is_the_rate(rate: float) -> None:
    dropped = np.asarray(WordDropout(rate, unknown=1, seed=0)(TOKENS, training=True))
    # 6,000 draws: four standard deviations are at most 0.026.
    assert (dropped[:, :30] == 1).mean() == pytest.approx(rate, abs=0.026)


def test_nothing_is_dropped_at_inference() -> None:
    np.testing.assert_array_equal(WordDropout(0.9, unknown=1, seed=0)(TOKENS), TOKENS)


def test_every_call_draws_anew_and_a_seed_repeats_the_draws() -> None:
    first, second = WordDropout(0.5, 1, seed=3), WordDropout(0.5, 1, seed=3)
    draws = [np.asarray(first(TOKENS, training=True)) for _ in range(2)]
    assert not np.array_equal(*draws)
    for draw in draws:
        np.testing.assert_array_equal(second(TOKENS, training=True), draw)


def test_ids_keep_their_type() -> None:
    layer = WordDropout(0.5, unknown=1)
    assert layer(keras.Input((None,), dtype="int32")).dtype == "int32"
    assert np.asarray(layer(TOKENS, training=True)).dtype == np.int32


def test_survives_its_configuration() -> None:
    layer = WordDropout(0.25, unknown=1, seed=7, name="words")
    copy = WordDropout.from_config(layer.get_config())
    assert copy.get_config() == layer.get_config()
    assert (copy.rate, copy.unknown, copy.seed) == (0.25, 1, 7)
