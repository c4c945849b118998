from __future__ import annotations

import numpy as np

from harnn.cells.concat_fusion import ConcatFusion


def test_the_directions_stand_side_by_side_forward_first() -> None:
    forward, backward = np.zeros((2, 5, 4)), np.ones((2, 5, 3))
    fused = np.asarray(ConcatFusion(dtype="float64")(forward, backward))
    np.testing.assert_array_equal(fused, np.concatenate([forward, backward], axis=-1))


def test_it_has_no_weights() -> None:
    layer = ConcatFusion()
    layer.build((None, None, 4), (None, None, 3))
    assert layer.weights == []
