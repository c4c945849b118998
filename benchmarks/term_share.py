"""What share of the linear scores validation documents choose, and what choosing it brings.

    HARNN_DATA_DIR=... python benchmarks/term_share.py MODEL CORPUS [--fixed 0.4] [--draws 50]

MODEL is a saved classifier with linear scores, CORPUS what it was fitted on. Prints the scores of
the validation part at several shares, and how many of its documents are right at all levels at the
share that others of them choose, one half or a few, beside a fixed share. Calibration and
thresholds stay those of the fit.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from functools import cache

import numpy as np
from rich.console import Console
from rich.table import Table

from harnn import HARNNClassifier, load_corpus
from harnn.evaluation import Evaluation
from harnn.text.corpora import Split
from harnn.text.labels import read_labels
from harnn.text.labels.ground_truth import GroundTruth
from harnn.text.labels.targets import level_targets
from harnn.text.linear_scores import term_share

FEW = (20, 50, 200)


class Part:
    """The validation documents, and what a classifier says of them at any share."""

    def __init__(self, classifier: HARNNClassifier, split: Split) -> None:
        self.classifier = classifier
        self.texts = list(split.texts)
        self.truth = GroundTruth(classifier._codec, read_labels(split.labels, split.label_form))
        decoder = classifier._decoder
        self.networks, self.scores = term_share.expert_outputs(
            classifier.model_,
            classifier.vocabulary_,
            decoder.level_sizes,
            [classifier.vocabulary_.encode(text) for text in self.texts],
        )
        self.levels = level_targets(
            self.truth.model_targets(), decoder.taxonomy, decoder.level_sizes, "sigmoid"
        )
        self.probabilities = cache(self._probabilities)

    def __len__(self) -> int:
        return len(self.texts)

    def chosen_by(self, rows: np.ndarray) -> float:
        """Return the share for which some of the documents speak, to two decimals."""
        share = term_share.best_share(
            *([level[rows] for level in of] for of in (self.networks, self.scores, self.levels)),
            self.classifier._activation,
            otherwise=self.classifier.term_share_,
        )
        return round(share, 2)

    def evaluate(self, share: float) -> Evaluation:
        """Judge all documents at a share."""
        probabilities = self.probabilities(share)
        return self.truth.evaluate(self.classifier._decoder.decide(probabilities), probabilities)

    def right(self, rows: np.ndarray, share: float) -> float:
        """Return how many of some documents, among those all of whose levels are known, are right.

        Returns:
            A share of them.
        """
        true, known = self.truth.of_model()
        decided = self.classifier._decoder.decide(self.probabilities(share))
        whole = known.all(axis=1)[rows]
        return float((decided == true).all(axis=1)[rows][whole].mean())

    def _probabilities(self, share: float) -> np.ndarray:
        term_share.set_share(self.classifier.model_, share)
        return self.classifier.predict_proba(self.texts)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("model", help="the folder of a saved model")
    parser.add_argument("corpus", help="a corpus by name, a file or a folder")
    parser.add_argument("--fixed", type=float, default=0.4, help="the share to compare with")
    parser.add_argument("--draws", type=int, default=50, help="of few documents")
    parser.add_argument("--seed", type=int, default=0)
    arguments = parser.parse_args()
    classifier = HARNNClassifier.load(arguments.model)
    chosen = classifier.term_share_
    if not chosen:
        parser.error(f"{arguments.model} has no linear scores")
    split = load_corpus(arguments.corpus).validation
    if split is None:
        parser.error(f"{arguments.corpus} has no validation part")
    part = Part(classifier, split)

    table = Table("share", "all levels right", "micro-F1", "macro-F1")
    table.title = f"{arguments.corpus}: {len(part):,} validation documents chose {chosen:.2f}"
    for share in sorted({round(chosen, 2), *np.linspace(0, 1, 11).round(1).tolist()}):
        found = part.evaluate(share)
        scores = (found.complete.subset_accuracy, found.micro.f1, found.macro.f1)
        table.add_row(f"{share:.2f}", *(f"{score:.4f}" for score in scores))
    Console().print(table)

    fixed = f"at {arguments.fixed}"
    table = Table("documents that choose", "share", "right at it", fixed, "difference")
    table.title = "The others, right at all levels"
    trials: dict[int, list[tuple[float, float, float]]] = {}
    for choosing, others in divisions(len(part), arguments.draws, arguments.seed):
        share = part.chosen_by(choosing)
        pair = part.right(others, share), part.right(others, arguments.fixed)
        trials.setdefault(len(choosing), []).append((share, *pair))
    for count, of_count in sorted(trials.items()):
        shares, tuned, same = np.transpose(of_count)
        table.add_row(
            f"{count:,} ({len(of_count)} times)",
            f"{shares.min():.2f} to {shares.max():.2f}",
            f"{tuned.mean():.4f}",
            f"{same.mean():.4f}",
            f"{(tuned - same).mean():+.4f}",
        )
    Console().print(table)


def divisions(size: int, draws: int, seed: int) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Give the rows of documents that choose, and of those that are judged: few, then halves."""
    generator = np.random.default_rng(seed)
    for count in FEW:
        for _ in range(draws if count < size // 2 else 0):
            yield np.split(generator.permutation(size), [count])
    one, other = np.split(generator.permutation(size)[: size // 2 * 2], 2)
    yield from ((one, other), (other, one))


if __name__ == "__main__":
    main()
