from __future__ import annotations

import numpy as np
import pytest

from harnn.text.documents.text_views import JoinedTexts, SelectedTexts


class Counted(list[str]):
    """A list that counts how often a text of it is read."""

    reads = 0

    def __getitem__(self, index: int) -> str:  # type: ignore[override]  # no slices
        self.reads += 1
        return super().__getitem__(index)


def test_joined_texts_follow_one_another_whatever_is_empty() -> None:
    joined = JoinedTexts([], ["a", "b"], [], ["c"])
    assert len(joined) == 3
    assert [joined[index] for index in range(3)] == list(joined) == ["a", "b", "c"]
    assert [joined[-index] for index in (1, 2, 3)] == ["c", "b", "a"]
    for beyond in (3, -4):
        with pytest.raises(IndexError):
            joined[beyond]


def test_selected_texts_are_read_when_asked_for() -> None:
    texts = Counted(["a", "b", "c"])
    selected = SelectedTexts(texts, np.array([2, 0]))
    assert (len(selected), texts.reads) == (2, 0)
    assert (list(selected), texts.reads) == (["c", "a"], 2)
