from __future__ import annotations

import re

import pytest

from harnn.text.explanation.display import displayable, stretches, weight_text
from harnn.text.explanation.explanation import CategoryExplanation, Explanation
from harnn.text.explanation.words import find_words


def explained(text: str, weights: tuple[float, ...], max_length: int = 99) -> Explanation:
    because = CategoryExplanation("a/b", 2, 0.9, 0.8, {"gradients": weights}, 0.1, 0.01)
    words = find_words(text, {"i", "lake", "a"}, max_length)
    return Explanation(text, words, (("a/b", 0.9),), (because,), ("gradients",))


def test_stretches_make_up_the_whole_text() -> None:
    text = " İ lake,\r\n\x1b[31m a"
    explanation = explained(text, tuple(range(7)))
    cut = stretches(explanation, explanation.categories[0], "gradients")
    assert "".join(stretch.text for stretch in cut) == displayable(text)
    assert len(displayable(text)) == len(text)


def test_words_that_share_a_character_share_a_stretch_and_add_up() -> None:
    explanation = explained("\u2adc lake", (0.5, -2.0, 3.0))
    first, between, lake = stretches(explanation, explanation.categories[0], "gradients")
    assert [word.token for word in first.words] == ["\u2add", "\u0338"]
    assert (first.weight, first.strength, first.known) == (-1.5, -0.5, False)
    assert (between.words, between.weight) == ((), None)
    assert (lake.weight, lake.strength, lake.known) == (3.0, 1.0, True)


def test_what_was_not_read_has_no_weight() -> None:
    explanation = explained("a lake", (1.0,), max_length=1)
    read, _, unread = stretches(explanation, explanation.categories[0], "gradients")
    assert (read.unread, unread.unread) == (False, True)
    assert unread.weight is None


def test_weights_that_are_all_zero_colour_nothing() -> None:
    explanation = explained("a lake", (0.0, 0.0))
    cut = stretches(explanation, explanation.categories[0], "gradients")
    assert [stretch.strength for stretch in cut] == [0.0, 0.0, 0.0]


@pytest.mark.parametrize(
    ("weight", "said"),
    [(0.126, "+0.13"), (-0.126, "−0.13"), (-0.001, "−1e-03"), (3e-7, "+3e-07"), (-0.0, "0")],
)
def test_an_attribution_has_its_sign_and_is_never_rounded_away(weight: float, said: str) -> None:
    assert weight_text("gradients", weight) == said


def test_what_steers_a_terminal_is_shown_as_a_replacement() -> None:
    shown = displayable("a\x1b[31m\x9b\x00\ud800\n\tb")
    assert shown == "a\ufffd[31m\ufffd\ufffd\ufffd\n\tb"
    assert not re.search(r"[\x00-\x08\x0e-\x1f]", shown)
