from __future__ import annotations

import hashlib

import datasets
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harnn.errors import ConfigError
from harnn.text.corpora import Split
from harnn.text.corpora.partition import hash_positions, partition


def split_of(texts: list[str]) -> Split:
    return Split(datasets.Dataset.from_dict({"text": texts}))


def test_the_places_are_the_same_on_every_machine() -> None:
    expected = int.from_bytes(hashlib.blake2b(b"a song", digest_size=8, key=b"0").digest(), "big")
    assert hash_positions(["A  song"])[0] == expected / 2**64
    assert hash_positions(["A  song"])[0] == pytest.approx(0.0859442492648176, abs=1e-12)
    assert hash_positions(["a song"], seed=7)[0] != expected / 2**64


@settings(deadline=None, max_examples=50)
@given(st.lists(st.text(max_size=5), min_size=1, max_size=30))
def test_a_place_depends_on_nothing_but_the_text(texts: list[str]) -> None:
    together = hash_positions(texts)
    assert ((together >= 0) & (together < 1)).all()
    assert together.tolist() == [hash_positions([text])[0] for text in texts]


def test_the_parts_have_about_the_sizes_asked_for_and_are_disjoint() -> None:
    texts = [f"text {i}" for i in range(5000)]
    train, validation, test = partition(split_of(texts), 0.1, 0.2)
    assert validation is not None
    assert test is not None
    assert sorted([*train.texts, *validation.texts, *test.texts]) == sorted(texts)
    # Five standard deviations of a binomial.
    assert abs(len(validation) - 500) < 5 * np.sqrt(5000 * 0.1 * 0.9)
    assert abs(len(test) - 1000) < 5 * np.sqrt(5000 * 0.2 * 0.8)


def test_duplicates_that_differ_in_case_or_spaces_stay_in_one_part() -> None:
    texts = [f"Text number {i}" for i in range(200)] + [f"text  NUMBER {i}\n" for i in range(200)]
    parts = partition(split_of(texts), 0.3, 0.3)
    seen = [{" ".join(text.lower().split()) for text in part.texts} for part in parts if part]
    assert sum(len(part) for part in seen) == 200


def test_a_document_stays_in_its_part_when_others_join() -> None:
    few = partition(split_of([f"text {i}" for i in range(500)]), 0.2, 0.2)[2]
    many = partition(split_of([f"text {i}" for i in range(1000)]), 0.2, 0.2)[2]
    assert few is not None
    assert many is not None
    assert set(few.texts) <= set(many.texts)


def test_a_share_of_zero_is_no_part() -> None:
    train, validation, test = partition(split_of(["a", "b"]), 0, 0)
    assert (len(train), validation, test) == (2, None, None)


@pytest.mark.parametrize("fractions", [(0.5, 0.5), (-0.1, 0.1), (0.0, 1.0)])
def test_fractions_that_leave_nothing_are_refused(fractions: tuple[float, float]) -> None:
    with pytest.raises(ConfigError, match="fraction="):
        partition(split_of(["a", "b"]), *fractions)


def test_too_few_documents_for_the_parts_are_refused() -> None:
    with pytest.raises(ConfigError, match="too few: none falls into the"):
        partition(split_of(["a"]), 0.4, 0.4)
