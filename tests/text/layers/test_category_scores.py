from __future__ import annotations

import numpy as np

from harnn.text.layers import CategoryScores


def test_each_category_scores_its_own_summary() -> None:
    generator = np.random.default_rng(0)
    attention = generator.dirichlet(np.ones(4), size=(3, 5))
    words = generator.normal(size=(3, 4, 6))
    weights = generator.uniform(size=(3, 4))
    layer = CategoryScores(5, seed=1)
    plain = np.asarray(layer(attention.astype("float32"), words.astype("float32")))
    weighed = layer(*(x.astype("float32") for x in (attention, words, weights)))
    kernel = np.asarray(layer.kernel)
    np.testing.assert_allclose(
        plain, np.einsum("bct,btf,cf->bc", attention, words, kernel), rtol=1e-4, atol=1e-5
    )
    np.testing.assert_allclose(
        np.asarray(weighed),
        np.einsum("bct,bt,btf,cf->bc", attention, weights, words, kernel),
        rtol=1e-4,
        atol=1e-5,
    )


def test_survives_its_configuration() -> None:
    layer = CategoryScores(3, seed=7, name="scores_1")
    copy = CategoryScores.from_config(layer.get_config())
    assert copy.get_config() == layer.get_config()
    assert (copy.categories, copy.seed, copy.name) == (3, 7, "scores_1")
