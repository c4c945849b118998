from __future__ import annotations

import numpy as np
import pytest
from scipy.special import expit, softmax

from harnn.text.linear_scores.margin_calibration import fit_sigmoid, fit_temperature
from harnn.text.linear_scores.one_vs_rest import NEVER, LinearScores


def scores(outputs: int, learned: list[bool] | None = None) -> LinearScores:
    mask = np.ones(outputs, dtype=bool) if learned is None else np.array(learned)
    return LinearScores(np.zeros((1, int(mask.sum()))), np.zeros(outputs), mask)


def test_finds_the_temperature_that_the_labels_were_drawn_at() -> None:
    draw = np.random.default_rng(0)
    margins = draw.normal(size=(4000, 3))
    truth = np.array([draw.multinomial(1, p) for p in softmax(margins / 0.3, axis=1)])
    assert fit_temperature(scores(3), margins, truth) == pytest.approx(0.3, rel=0.05)
    unknown = np.where(np.arange(4000)[:, None] < 2000, truth, -1)
    half = fit_temperature(scores(3), margins[:2000], truth[:2000])
    assert fit_temperature(scores(3), margins, unknown) == half


def test_finds_the_sigmoid_that_the_labels_were_drawn_from() -> None:
    draw = np.random.default_rng(0)
    margins = draw.normal(size=(4000, 2))
    truth = (draw.random((4000, 2)) < expit(3 * margins - 1)).astype(int)
    slope, offset = fit_sigmoid(scores(2), margins, truth)
    assert slope == pytest.approx(3, rel=0.1)
    assert offset == pytest.approx(-1, abs=0.1)


def test_outputs_that_were_not_learned_take_no_part() -> None:
    draw = np.random.default_rng(0)
    margins = draw.normal(size=(50, 2))
    truth = np.eye(2, dtype=int)[(margins[:, 0] + draw.normal(size=50) < margins[:, 1]).astype(int)]
    wider = np.column_stack([margins, np.full(50, NEVER)])
    wider_truth = np.column_stack([truth, np.zeros(50, dtype=int)])
    three = scores(3, [True, True, False])
    for fit in (fit_temperature, fit_sigmoid):
        assert fit(three, wider, wider_truth) == fit(scores(2), margins, truth)


def test_where_nothing_tells_margins_stay_as_they_are() -> None:
    nothing = np.zeros((0, 2))
    assert fit_temperature(scores(2), nothing, nothing) == 1.0
    assert fit_sigmoid(scores(2), nothing, nothing) == (1.0, 0.0)
    margins = np.array([[1.0], [-1.0]])
    assert fit_temperature(scores(1), margins, np.array([[1], [1]])) == 1.0
    assert fit_sigmoid(scores(1), margins, np.array([[0], [1]])) == (1.0, 0.0)


def test_a_few_documents_all_right_do_not_make_certainty() -> None:
    margins = np.array([[1.0, -1.0], [-1.0, 1.0]])
    temperature = fit_temperature(scores(2), margins, np.eye(2, dtype=int))
    assert softmax(margins / temperature, axis=1).max() < 0.99
    slope, offset = fit_sigmoid(scores(2), margins, np.eye(2, dtype=int))
    assert expit(slope * 1.0 + offset) < 0.99
