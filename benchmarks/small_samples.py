"""Fits the default classifier and the linear SVM on small samples of corpora.

    HARNN_DATA_DIR=... python benchmarks/small_samples.py [dbpedia newsgroups goemotions docstrings
                       rare deep debtags] [--rows 600 3000] [--samples 10] [--set epochs=4]

Each sample is drawn from the training part at random. Both models are fitted on it alone and judged
by the same documents, at most 2,000 of the validation part (a tenth of the training part, cut off
first, where the corpus has none). "rare" is the docstrings corpus with two documents per path, and
"deep" a generated corpus with six levels: of these a sample is as many rows as there are, up to
1,500.

A row of the table is the mean over the samples: the score of each model, all levels right with one
path per document and micro-F1 with several, and macro-F1. "behind" counts the samples in which
HARNN has fewer documents right than the SVM, by more than the 95 % interval of the difference.
"""

from __future__ import annotations

import argparse
import os
import time
import warnings
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import yaml
from rich.console import Console
from rich.table import Table

from baselines import LinearSVM
from harnn import HARNNClassifier, load_corpus
from harnn.text.corpora import Corpus, Split

CORPORA = ("dbpedia", "newsgroups", "goemotions", "docstrings", "rare", "deep", "debtags")
COLUMNS = ("corpus", "rows", "samples", "HARNN", "SVM", "difference", "macro-F1", "SVM",
           "difference", "behind", "seconds", "SVM")  # fmt: skip


@dataclass(frozen=True)
class Scored:
    """What one model reached on one sample: its scores, per document and as a whole."""

    right: np.ndarray
    score: float
    macro: float
    seconds: float


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("corpora", nargs="*", default=CORPORA[:4], help=", ".join(CORPORA))
    parser.add_argument("--rows", type=int, nargs="+", default=[600, 3000])
    parser.add_argument("--samples", type=int, default=10)
    parser.add_argument(
        "--set", nargs="*", default=[], metavar="OPTION=VALUE", help="change the default"
    )
    arguments = parser.parse_args()
    options = {
        name: yaml.safe_load(text) for name, text in (pair.split("=", 1) for pair in arguments.set)
    }
    table = Table(title="small samples")
    for column in COLUMNS:
        table.add_column(column, justify="left" if column == "corpus" else "right")
    for name in arguments.corpora:
        corpus = named(name)
        for size in [1500] if name in ("rare", "deep") else arguments.rows:
            per_path = 2 if name == "rare" else None
            pairs = list(fits(corpus, size, per_path, arguments.samples, options))
            row = row_of(pairs)
            table.add_row(name, f"{size:,}", *row)
            print(name, size, *row, flush=True)
    Console(width=150).print(table)


def named(name: str) -> Corpus:
    """Return a corpus, with a validation part."""
    if name == "deep":
        return load_corpus("synthetic", documents=1500, categories=(4, 10, 30, 80, 200, 400))
    if name == "debtags":
        folder = Path(os.environ["HARNN_DATA_DIR"], name)
        return load_corpus(folder, labels="labels", validation_fraction=0.1)
    source = "docstrings" if name == "rare" else name
    corpus = load_corpus(source)
    return corpus if corpus.validation else load_corpus(source, validation_fraction=0.1)


def fits(
    corpus: Corpus, size: int, per_path: int | None, samples: int, options: dict[str, Any]
) -> Iterator[tuple[Scored, Scored]]:
    """Fit both models on one sample after the other."""
    assert corpus.validation is not None
    judged = corpus.validation.select(np.arange(min(len(corpus.validation), 2000)))
    for sample in range(samples):
        train = draw(corpus.train, size, per_path, np.random.default_rng(sample))
        harnn = HARNNClassifier(random_state=sample, verbose=False, **options)
        svm = LinearSVM()
        pair = fit_and_score(harnn, train, judged), fit_and_score(svm, train, judged)
        print(
            f"  {corpus.name} {len(train)} sample {sample}: "
            f"{pair[0].score:.3f} / {pair[1].score:.3f}, macro "
            f"{pair[0].macro:.3f} / {pair[1].macro:.3f}, {pair[0].seconds:.0f} s / "
            f"{pair[1].seconds:.0f} s, share {harnn.term_share_:.2f}, "
            f"epoch {harnn.best_epoch_} of {len(harnn.history_)}",
            flush=True,
        )
        yield pair


def draw(
    documents: Split, size: int, per_path: int | None, generator: np.random.Generator
) -> Split:
    """Return some documents, in their order; of one path no more than ``per_path`` if given."""
    order = generator.permutation(len(documents))
    if per_path is not None:
        found: Counter[frozenset[str]] = Counter()
        chosen = []
        for row, path in zip(order.tolist(), map(as_paths, documents.labels[order]), strict=True):
            found[path] += 1
            if found[path] <= per_path:
                chosen.append(row)
        order = np.array(chosen)
    return documents.select(np.sort(order[:size]))


def fit_and_score(model: Any, train: Split, judged: Split) -> Scored:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of few labels, and of categories that no row has
        started = time.perf_counter()
        model.fit(train.texts, train.labels)
        seconds = time.perf_counter() - started
        found = model.evaluate(judged.texts, judged.labels)
        predicted = model.predict(judged.texts)
    right = np.array(
        [
            as_paths(guess) == as_paths(label)
            for guess, label in zip(predicted, judged.labels, strict=True)
            if all(name is not None for name in label)
        ],
        dtype=float,
    )
    score = found.micro.f1 if judged.label_form == "paths" else found.complete.subset_accuracy
    return Scored(right, score or 0.0, found.macro.f1 or 0.0, seconds)


def as_paths(label: Any) -> frozenset[str]:
    """Return the paths of a document, whose label is one row of names or a list of paths."""
    if any(isinstance(path, str) and "/" in path for path in label):
        return frozenset(label)
    return frozenset(["/".join(name for name in label if name)])


def row_of(pairs: list[tuple[Scored, Scored]]) -> list[str]:
    """Return the cells of a corpus and size, from the samples' scores."""

    def mean(values: Any) -> float:
        return float(np.mean(list(values)))

    behind = 0
    for harnn, svm in pairs:
        difference = harnn.right - svm.right
        half = 1.96 * difference.std() / np.sqrt(len(difference))
        behind += difference.mean() < -half
    return [
        str(len(pairs)),
        f"{mean(h.score for h, _ in pairs):.3f}",
        f"{mean(s.score for _, s in pairs):.3f}",
        f"{100 * mean(h.score - s.score for h, s in pairs):+.1f}",
        f"{mean(h.macro for h, _ in pairs):.3f}",
        f"{mean(s.macro for _, s in pairs):.3f}",
        f"{100 * mean(h.macro - s.macro for h, s in pairs):+.1f}",
        str(behind),
        f"{mean(h.seconds for h, _ in pairs):.0f}",
        f"{mean(s.seconds for _, s in pairs):.0f}",
    ]


if __name__ == "__main__":
    main()
