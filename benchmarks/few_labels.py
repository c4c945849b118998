"""Fits of HARNN and linear SVMs on few labels: 1, 5, 20, … documents per category.

    HARNN_DATA_DIR=... python benchmarks/few_labels.py dbpedia [--documents 1 5 20] [--fixed-share]

A row draws that many training documents of every category at which paths end, among those all of
whose levels are known, fits on them alone (what is held out to follow the fit is cut off them too)
and scores the validation part. Unlabelled texts are what the rest of the training part and the part
"unlabelled" hold: texts are cheap where labels are not.
"""

from __future__ import annotations

import argparse
import time
import warnings
from typing import Any

import numpy as np
from rich.console import Console
from rich.table import Table

from baselines import LinearSVM
from harnn import HARNNClassifier, load_corpus
from harnn.errors import FewLabelsWarning
from harnn.text.corpora import Split

COLUMNS = ("documents", "model", "all levels right", "micro-F1", "macro-F1", "warned", "fit")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("corpus", help="a corpus by name, with a validation part")
    parser.add_argument("--documents", type=int, nargs="+", default=[1, 5, 20], help="a category")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument(
        "--fixed-share", action="store_true", help="the linear scores of HARNN keep their share"
    )
    arguments = parser.parse_args()
    corpus = load_corpus(arguments.corpus)
    if corpus.validation is None or corpus.label_form != "levels":
        parser.error(f"{arguments.corpus} has no validation part, or several paths a document")
    table = Table(title=f"{corpus.name}, validation")
    for column in COLUMNS:
        table.add_column(column, justify="left" if column == "model" else "right")
    fixed = {"tune_term_share": False} if arguments.fixed_share else {}
    for count in arguments.documents:
        rows = draw(corpus.train, count, arguments.seed)
        drawn = corpus.train.select(rows)
        rest = corpus.train.select(np.setdiff1d(np.arange(len(corpus.train)), rows))
        unlabelled = [*rest.texts, *(corpus.unlabelled.texts if corpus.unlabelled else ())]
        for name, model, extra in (
            (
                "HARNN",
                HARNNClassifier(random_state=arguments.seed, verbose=False, **fixed),
                {"unlabelled": unlabelled},
            ),
            ("linear SVM", LinearSVM(), {}),
            ("linear SVM, names as documents", LinearSVM(name_documents=4), {}),
        ):
            scores = fit_and_score(model, drawn, corpus.validation, extra)
            table.add_row(f"{count} ({len(rows):,} in all)", name, *scores)
            Console().print(name, count, *scores)
    Console().print(table)


def draw(split: Split, count: int, seed: int) -> np.ndarray:
    """Return the rows of up to ``count`` documents of every whole path, in their order."""
    labels: Any = split.labels
    whole = np.flatnonzero([all(name is not None for name in label) for label in labels])
    shuffled = np.random.default_rng(seed).permutation(whole)
    taken: dict[tuple[str, ...], list[int]] = {}
    for row in shuffled.tolist():
        taken.setdefault(tuple(labels[row]), []).append(row)
    return np.sort(np.concatenate([rows[:count] for rows in taken.values()]))


def fit_and_score(model: Any, train: Split, judged: Split, extra: dict[str, Any]) -> list[str]:
    started = time.perf_counter()
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        model.fit(train.texts, train.labels, **extra)
    seconds = time.perf_counter() - started
    warned = any(issubclass(warning.category, FewLabelsWarning) for warning in caught)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of categories that no drawn document has
        found = model.evaluate(judged.texts, judged.labels)
    scores = (found.complete.subset_accuracy, found.micro.f1, found.macro.f1)
    return [*(f"{score:.3f}" for score in scores), "yes" if warned else "no", f"{seconds:.0f} s"]


if __name__ == "__main__":
    main()
