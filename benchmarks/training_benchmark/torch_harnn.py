"""HARNN in PyTorch, with the sizes and the parts of the best preset.

It does less than the preset: the words are not compared with the names of the categories, and no
words are dropped. The fastest form on this machine is measured: documents packed or padded for the
LSTM, and a sparse or a dense gradient of the embedding table.

This module needs NumPy and PyTorch alone.
"""

from __future__ import annotations

import importlib.util
import itertools
import json
import math
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from itertools import accumulate, cycle
from typing import Any

import numpy as np

from training_benchmark.network_sizes import NetworkSizes
from training_benchmark.synthetic_documents import SyntheticDocuments
from training_benchmark.turns import PRODUCT_SIZE, Turns, Work

__all__ = ["Form", "build_model", "count_weights", "training_steps"]

# Steps of each form before one is chosen.
_TRIALS = 8


@dataclass(frozen=True)
class Form:
    """One of several ways to compute the same network.

    Attributes:
        packed: True if the LSTM reads packed sequences, False if it reads padded ones.
        sparse: True if the gradient of the embedding table is sparse, False if it is dense.
    """

    packed: bool
    sparse: bool

    def __str__(self) -> str:
        return (
            f"{'packed' if self.packed else 'padded'}, "
            f"{'sparse' if self.sparse else 'dense'} gradient"
        )


def build_model(sizes: NetworkSizes, paths: np.ndarray, form: Form) -> Any:
    """Build the network.

    Args:
        sizes: Of the network.
        paths: The category of each level on each path ``(paths, levels)``.
        form: The way to compute it.

    Returns:
        A ``torch.nn.Module`` from word ids ``(batch, time)`` and their number per document to the
        logits of each level and the scores of the paths.
    """
    import torch
    from torch import nn

    class Level(nn.Module):
        """Attention, category scores and local prediction of one level."""

        def __init__(self, categories: int) -> None:
            super().__init__()
            features = sizes.features
            self.words = nn.Linear(features, sizes.attention_units, bias=False)
            self.categories = nn.Linear(sizes.attention_units, categories, bias=False)
            self.scores = nn.Linear(features, categories, bias=False)
            self.dense = nn.Linear(2 * features, sizes.dense_units)
            self.logits = nn.Linear(sizes.dense_units, categories)
            self.dropout = nn.Dropout(0.3)

        def forward(self, words: Any, document: Any, padding: Any) -> tuple[Any, Any]:
            attended = self.categories(torch.tanh(self.words(words)))
            attention = torch.softmax(attended.masked_fill(padding, -1e9), dim=1)
            summary = torch.bmm(attention.mean(2).unsqueeze(1), words).squeeze(1)
            found = self.dropout(torch.relu(self.dense(torch.cat([document, summary], 1))))
            return found, self.logits(found) + (attention * self.scores(words)).sum(1)

    class HARNN(nn.Module):
        """The network."""

        def __init__(self) -> None:
            super().__init__()
            self.embedding = nn.Embedding(
                sizes.vocabulary, sizes.embedding_dim, padding_idx=0, sparse=form.sparse
            )
            self.lstm = nn.LSTM(
                sizes.embedding_dim, sizes.units, batch_first=True, bidirectional=True
            )
            self.levels = nn.ModuleList(map(Level, sizes.level_sizes))
            self.hybrid = nn.Linear(len(sizes.level_sizes) * sizes.dense_units, sizes.dense_units)
            self.logits = nn.Linear(sizes.dense_units, sizes.outputs)
            self.dropout, self.word_dropout = nn.Dropout(0.2), nn.Dropout1d(0.3)
            ends = list(accumulate(sizes.level_sizes))
            taken = torch.zeros(sizes.outputs, len(paths))
            for level, start in enumerate([0, *ends[:-1]]):
                taken[start + torch.as_tensor(paths[:, level]), torch.arange(len(paths))] = 1.0
            self.register_buffer("taken", taken)

        def forward(self, tokens: Any, lengths: Any) -> list[Any]:
            # Whole dimensions of a document are dropped.
            vectors = self.word_dropout(self.embedding(tokens).transpose(1, 2)).transpose(1, 2)
            states = self._states(vectors, lengths)
            real = (tokens != 0).unsqueeze(-1)
            words = self.dropout(torch.cat([states, vectors], 2)) * real
            document = words.sum(1) / lengths.unsqueeze(1)
            found, local = zip(
                *(level(words, document, ~real) for level in self.levels), strict=True
            )
            hidden = self.dropout(torch.relu(self.hybrid(torch.cat(found, 1))))
            paths = (torch.cat(local, 1) + self.logits(hidden)) @ self.taken
            return [*local, paths]

        def _states(self, vectors: Any, lengths: Any) -> Any:
            if not form.packed:
                return self.lstm(vectors)[0]
            packed = nn.utils.rnn.pack_padded_sequence(
                vectors, lengths, batch_first=True, enforce_sorted=False
            )
            return nn.utils.rnn.pad_packed_sequence(
                self.lstm(packed)[0], batch_first=True, total_length=vectors.shape[1]
            )[0]

    torch.manual_seed(0)
    return HARNN()


def training_steps(
    documents: SyntheticDocuments, sizes: NetworkSizes, form: Form
) -> Iterator[tuple[Work, Callable[[], float]]]:
    """Return the training steps of the network in one form.

    Args:
        documents: The documents to train on.
        sizes: Of the network.
        form: The way to compute it.

    Returns:
        Steps without end: the size of each, and a function that runs it.
    """
    import torch
    from torch import nn

    model = build_model(sizes, documents.paths, form)
    count, expected = count_weights(model, sizes), sum(sizes.weights.values())
    if count != expected:
        raise ValueError(f"the network has {count:,} weights, not {expected:,}")
    table = model.embedding.weight
    dense = [parameter for parameter in model.parameters() if parameter is not table]
    optimizers: list[Any] = [
        torch.optim.AdamW(dense if form.sparse else model.parameters(), 2e-3, weight_decay=0.01)
    ]
    if form.sparse:
        optimizers.append(torch.optim.SparseAdam([table], 2e-3))
    loss = nn.CrossEntropyLoss()

    def step(tokens: Any, lengths: Any, targets: list[Any]) -> float:
        for optimizer in optimizers:
            optimizer.zero_grad(set_to_none=True)
        outputs = model(tokens, lengths)
        total = sum(loss(output, target) for output, target in zip(outputs, targets, strict=True))
        total.backward()
        if form.sparse:
            # Each row once: the norm, as SparseAdam, needs the sums over its occurrences.
            table.grad = table.grad.coalesce()
        gradients = [parameter.grad for parameter in dense]
        gradients.append(table.grad.values() if form.sparse else table.grad)
        norm = math.sqrt(sum(float(g.square().sum()) for g in gradients))
        if norm > 1.0:
            for gradient in gradients:
                gradient.mul_(1.0 / norm)
        for optimizer in optimizers:
            optimizer.step()
        return float(total.detach())

    batches = []
    for tokens, categories in documents.batches:
        targets = [*categories.T, categories[:, -1]]  # one path per category of the last level
        batches.append(
            (
                Work(
                    len(tokens), int(np.count_nonzero(tokens)), sizes.multiply_adds(*tokens.shape)
                ),
                torch.as_tensor(tokens),
                torch.as_tensor(np.count_nonzero(tokens, axis=1)),
                [torch.as_tensor(np.ascontiguousarray(target)) for target in targets],
            )
        )
    return (
        (work, partial(step, tokens, lengths, targets))
        for work, tokens, lengths, targets in cycle(batches)
    )


def fastest(documents: SyntheticDocuments, sizes: NetworkSizes) -> Form:
    """Return the form whose step is the fastest, tried in turns."""
    forms = [Form(*choice) for choice in itertools.product((True, False), repeat=2)]
    steps = {form: training_steps(documents, sizes, form) for form in forms}
    best = dict.fromkeys(forms, float("inf"))
    for trial in range(_TRIALS):
        for form in forms:
            _, step = next(steps[form])
            started = time.perf_counter()
            step()
            if trial:  # the first one warms up
                best[form] = min(best[form], time.perf_counter() - started)
    return min(forms, key=best.__getitem__)


def count_weights(model: Any, sizes: NetworkSizes) -> int:
    """Return the weights of the network, the LSTM's second biases not counted.

    PyTorch's LSTM has two biases per gate, of which one would do.
    """
    return sum(weight.numel() for weight in model.parameters()) - 2 * 4 * sizes.units


def main() -> None:
    arguments = json.loads(sys.argv[1])
    if importlib.util.find_spec("torch") is None:
        Turns(lambda: None).ready(missing="torch")
        return
    import torch

    matrix = torch.rand(PRODUCT_SIZE, PRODUCT_SIZE)
    turns = Turns(lambda: matrix @ matrix)
    documents = SyntheticDocuments(**arguments["documents"])
    sizes = NetworkSizes(
        vocabulary=documents.vocabulary,
        level_sizes=documents.level_sizes,
        shortcut=True,
        category_scores=True,
        paths=len(documents.paths),
    )
    form = fastest(documents, sizes)
    turns.ready(form=str(form))
    turns.run(training_steps(documents, sizes, form))


if __name__ == "__main__":
    main()
