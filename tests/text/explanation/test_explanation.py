from __future__ import annotations

import json

import pytest

from harnn.errors import ConfigError

from .test_display import explained


def test_the_words_that_speak_most_for_a_category_come_first_summed_over_their_places() -> None:
    explanation = explained("a lake A sea", (0.4, 0.5, 0.3, -2.0))
    assert explanation.top_words("gradients", 2) == {
        "a/b": [("a", pytest.approx(0.7)), ("lake", 0.5)]
    }
    strongest = explanation.strongest_words(explanation.categories[0], "gradients", 2)
    assert [word for word, _ in strongest] == ["sea", "a"]


def test_an_unknown_method_is_named() -> None:
    with pytest.raises(ConfigError, match=r"no method 'gradient'.*did you mean 'gradients'"):
        explained("a", (1.0,)).top_words("gradient")


def test_the_dict_is_json_and_holds_everything() -> None:
    explanation = explained("A \ud800 sea", (1.0, -0.5))
    found = json.loads(json.dumps(explanation.to_dict(), ensure_ascii=False).encode())
    assert found == {
        "text": "A \ufffd sea",
        "predicted": [{"path": "a/b", "probability": 0.9}],
        "words": [
            {"token": "a", "start": 0, "end": 1, "known": True, "read": True},
            {"token": "sea", "start": 4, "end": 7, "known": False, "read": True},
        ],
        "categories": [
            {
                "path": "a/b",
                "level": 2,
                "probability": 0.9,
                "level_probability": 0.8,
                "weights": {"gradients": [1.0, -0.5]},
                "unknown_probability": 0.1,
                "gap": 0.01,
            }
        ],
    }
