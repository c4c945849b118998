from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harnn.text.documents import EncodedDocuments
from harnn.text.documents.batches import TrainingBatches, batches_by_length
from harnn.text.documents.vocabulary import Vocabulary

LENGTHS = st.lists(st.integers(1, 50), max_size=40).map(lambda values: np.array(values, dtype=int))


def training(count: int = 23, *, batch_size: int = 4, multiple: int = 1, seed: int = 0):
    """Documents whose first word is a word of their own, and a target that is their number."""
    words = [f"w{number}" for number in range(count)]
    texts = [" ".join([word] * (1 + number % 7)) for number, word in enumerate(words)]
    documents = EncodedDocuments(texts, Vocabulary(words))
    numbers = np.arange(count)
    targets = {"level_1": numbers, "level_2": np.column_stack([numbers, -numbers])}
    return TrainingBatches(documents, targets, batch_size, multiple, seed)


def order(batches: TrainingBatches, epoch: int) -> list[list[int]]:
    return [targets["level_1"].tolist() for _, targets in batches.epoch(epoch)]


@settings(deadline=None, max_examples=60)
@given(lengths=LENGTHS, batch_size=st.integers(1, 9), seed=st.none() | st.integers(0, 99))
def test_each_document_is_in_one_batch_and_all_batches_but_one_are_full(lengths, batch_size, seed):
    generator = None if seed is None else np.random.default_rng(seed)
    batches = batches_by_length(lengths, batch_size, generator)
    assert sorted(row for batch in batches for row in batch) == list(range(len(lengths)))
    sizes = sorted(len(batch) for batch in batches)
    assert all(size == batch_size for size in sizes[1:])
    assert all(0 < size <= batch_size for size in sizes)


@settings(deadline=None, max_examples=60)
@given(lengths=LENGTHS, batch_size=st.integers(1, 9))
def test_without_a_generator_the_order_is_by_length_and_then_as_given(lengths, batch_size):
    rows = [row for batch in batches_by_length(lengths, batch_size) for row in batch]
    assert rows == sorted(range(len(lengths)), key=lambda row: (lengths[row], row))


def test_long_documents_stand_in_smaller_batches():
    lengths = np.array([1000] * 40 + [300] * 200 + [5000])
    batches = batches_by_length(lengths, 128)
    assert [len(batch) for batch in batches] == [128, 72, 16, 16, 8, 1]
    assert np.concatenate(batches).tolist() == [*range(40, 240), *range(40), 240]


def test_documents_of_like_length_stand_together():
    lengths = np.random.default_rng(0).integers(1, 300, size=5000)
    batches = batches_by_length(lengths, 32, np.random.default_rng(1))
    padded = sum(len(batch) * lengths[batch].max() for batch in batches)
    at_random = np.random.default_rng(2).permutation(5000)
    padded_at_random = sum(
        len(chunk) * lengths[chunk].max()
        for chunk in (at_random[at : at + 32] for at in range(0, 5000, 32))
    )
    assert padded < 1.05 * lengths.sum()
    assert padded_at_random > 1.8 * lengths.sum()


def test_shuffled_batches_do_not_come_from_short_to_long():
    lengths = np.random.default_rng(0).integers(1, 300, size=5000)
    batches = batches_by_length(lengths, 32, np.random.default_rng(1))
    means = np.array([lengths[batch].mean() for batch in batches])
    assert abs(np.corrcoef(np.arange(len(means)), means)[0, 1]) < 0.25


@pytest.mark.parametrize("count", [1, 4, 23, 24])
def test_an_epoch_has_as_many_batches_as_it_says(count):
    batches = training(count)
    assert len(batches) == len(list(batches.epoch(0))) == -(-count // 4)


def test_an_epoch_has_each_document_once_with_its_own_targets():
    batches = training()
    seen: list[int] = []
    for tokens, targets in batches.epoch(3):
        numbers = targets["level_1"]
        assert tokens.shape == (len(numbers), (1 + numbers % 7).max())
        assert tokens[:, 0].tolist() == (numbers + 2).tolist()
        assert ((tokens != 0).sum(axis=1) == 1 + numbers % 7).all()
        assert targets["level_2"].tolist() == np.column_stack([numbers, -numbers]).tolist()
        seen += numbers.tolist()
    assert sorted(seen) == list(range(23))


def test_padded_lengths_are_multiples_where_asked():
    widths = {tokens.shape[1] for tokens, _ in training(multiple=4).epoch(0)}
    assert widths == {4, 8}


def test_epochs_differ():
    batches = training()
    assert order(batches, 0) != order(batches, 1)
    # Not only the order of the batches, but also who is with whom.
    assert {frozenset(b) for b in order(batches, 0)} != {frozenset(b) for b in order(batches, 1)}


def test_the_order_depends_on_seed_and_epoch_alone():
    expected = order(training(seed=5), 7)
    batches = training(seed=5)
    order(batches, 2)
    np.random.default_rng().permutation(5)
    assert order(batches, 7) == expected
    assert order(batches, 7) == expected
    assert order(training(seed=6), 7) != expected
    assert order(training(seed=7), 5) != expected
