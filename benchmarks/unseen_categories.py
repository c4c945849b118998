"""Categories that the taxonomy lists and no training document has: are they found by their names?

    HARNN_DATA_DIR=... python benchmarks/unseen_categories.py dbpedia [--hidden 20] [--epochs 3]

Some categories of the lowest level that have sisters are drawn. Training documents of theirs stay,
but their lowest level is not known any more. Each row is fitted with the whole taxonomy and scored
on the validation part: the mean F1 of the hidden categories, and how often the others are right.
"""

from __future__ import annotations

import argparse
import time
import warnings
from collections import Counter
from typing import Any

import numpy as np
from rich.console import Console
from rich.table import Table

from baselines import LinearSVM
from harnn import HARNNClassifier, Taxonomy, load_corpus
from harnn.text.corpora import Corpus, Split

# Validation documents that a hidden category must have, to be judged by.
LEAST = 3
COLUMNS = ("model", "F1 of the hidden", "found", "falsely found", "others right", "fit")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("corpus", help="a corpus by name, one column a level, with validation")
    parser.add_argument("--hidden", type=int, default=20, help="how many categories")
    parser.add_argument("--epochs", type=int, help="of HARNN, in place of the preset's")
    parser.add_argument("--seed", type=int, default=0)
    arguments = parser.parse_args()
    corpus = load_corpus(arguments.corpus)
    if corpus.validation is None or corpus.label_form != "levels":
        parser.error(f"{arguments.corpus} has no validation part, or several paths a document")
    taxonomy = Taxonomy.from_paths(
        sorted(whole_paths(corpus.train) | whole_paths(corpus.validation))
    )
    hidden = draw(corpus, taxonomy, arguments.hidden, arguments.seed)
    labels = [hide(label, hidden) for label in corpus.train.labels]
    options: dict[str, Any] = {"random_state": arguments.seed, "verbose": False}
    if arguments.epochs:  # Else a shorter schedule would go over the documents more often.
        options |= {"epochs": arguments.epochs, "minimum_steps": 0}
    unlabelled = corpus.unlabelled.texts if corpus.unlabelled else ()
    harnn = HARNNClassifier(taxonomy=taxonomy, label_form="levels", **options)
    unnamed = HARNNClassifier(**(harnn.get_params() | {"name_documents": 0}))
    svm = {"taxonomy": taxonomy, "label_form": "levels"}
    table = Table(title=f"{corpus.name}, validation, {len(hidden)} hidden categories")
    for column in COLUMNS:
        table.add_column(column, justify="left" if column == "model" else "right")
    for name, model, extra in (
        ("linear SVM", LinearSVM(**svm), {}),
        ("linear SVM, names as documents", LinearSVM(name_documents=4, **svm), {}),
        ("HARNN", harnn, {"unlabelled": unlabelled}),
        ("HARNN, without names as documents", unnamed, {"unlabelled": unlabelled}),
    ):
        started = time.perf_counter()
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of few labels
            model.fit(corpus.train.texts, labels, validation(corpus), **extra)
        seconds = time.perf_counter() - started
        scores = judge(model.predict(corpus.validation.texts), corpus.validation, hidden)
        table.add_row(name, *scores, f"{seconds:.0f} s")
        Console().print(name, *scores, f"{seconds:.0f} s")
    Console().print(table)


def validation(corpus: Corpus) -> tuple[Any, Any]:
    assert corpus.validation is not None
    return corpus.validation.texts, corpus.validation.labels


def whole_paths(split: Split) -> set[tuple[str, ...]]:
    return {tuple(label) for label in split.labels if None not in tuple(label)}


def draw(corpus: Corpus, taxonomy: Taxonomy, count: int, seed: int) -> set[tuple[str, ...]]:
    """Return the paths of some categories that can be hidden and judged."""
    assert corpus.validation is not None
    judged = Counter(tuple(label) for label in corpus.validation.labels)
    learnt = whole_paths(corpus.train)
    sisters = Counter(path[:-1] for path in taxonomy.paths)
    able = sorted(
        path
        for path in learnt
        if judged[path] >= LEAST and sisters[path[:-1]] > 1 and len(path) == taxonomy.n_levels
    )
    drawn = np.random.default_rng(seed).choice(len(able), min(count, len(able)), replace=False)
    return {able[number] for number in drawn}


def hide(label: Any, hidden: set[tuple[str, ...]]) -> list[str | None]:
    """Return a label without its lowest level where that is hidden."""
    return [*label[:-1], None] if tuple(label) in hidden else list(label)


def judge(predicted: Any, split: Split, hidden: set[tuple[str, ...]]) -> list[str]:
    """Return the mean F1 of the hidden categories, and what became of all documents."""
    pairs = [
        (tuple(true), tuple(said))
        for true, said in zip(split.labels, predicted, strict=True)
        if None not in tuple(true)
    ]
    right = Counter(true for true, said in pairs if said == true)
    given = Counter(said for _, said in pairs)
    there = Counter(true for true, _ in pairs)
    f1 = [2 * right[path] / (given[path] + there[path]) for path in hidden]
    found = sum(right[path] for path in hidden) / sum(there[path] for path in hidden)
    falsely = sum(given[path] - right[path] for path in hidden)
    others = [said == true for true, said in pairs if true not in hidden]
    return [f"{np.mean(f1):.3f}", f"{found:.3f}", str(falsely), f"{np.mean(others):.3f}"]


if __name__ == "__main__":
    main()
