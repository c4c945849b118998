"""Whether a network really rests on the words that an explanation names."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from harnn.errors import ConfigError, DataError
from harnn.evaluation.bootstrap import bootstrap_weights
from harnn.evaluation.significance import PairedDifference, paired_difference
from harnn.text.documents import check_texts, pad
from harnn.text.documents.batches import batches_by_length
from harnn.text.documents.tokenizer import tokenize
from harnn.text.documents.vocabulary import UNKNOWN
from harnn.text.explanation.explained_network import ExplainedNetwork
from harnn.text.explanation.explaining import gradients_of
from harnn.text.explanation.network_weights import word_weights
from harnn.text.explanation.predicted_categories import output_numbers
from harnn.text.explanation.word_weights import METHODS, check_methods
from harnn.text.prediction.predictor import length_multiple

if TYPE_CHECKING:
    from harnn.text.classifier import HARNNClassifier

__all__ = ["FRACTIONS", "Faithfulness", "MethodFaithfulness", "measure_faithfulness"]

FRACTIONS = (0.0, 0.05, 0.1, 0.2, 0.3, 0.5, 1.0)
RANDOM = "random"

_BATCH = 256


@dataclass(frozen=True)
class MethodFaithfulness:
    """How the probability follows the words in a method's order, means over the documents.

    Attributes:
        deletion: The probability once each fraction of the words is replaced by the unknown word.
        insertion: The probability once only that fraction is left.
        deletion_area: The area under ``deletion``: the lower, the better the order.
        insertion_area: The area under ``insertion``: the higher, the better.
        comprehensiveness: How much probability the words take with them, mean over the fractions
            that are neither 0 nor 1: the higher, the better.
        sufficiency: How much is missing with these words alone, as a mean: the lower, the better.
        deletion_against_random: The area less that of a random order; None for the random order.
        insertion_against_random: ″
    """

    deletion: tuple[float, ...]
    insertion: tuple[float, ...]
    deletion_area: float
    insertion_area: float
    comprehensiveness: float
    sufficiency: float
    deletion_against_random: PairedDifference | None = None
    insertion_against_random: PairedDifference | None = None


@dataclass(frozen=True)
class Faithfulness:
    """The curves of all methods and of a random order.

    Attributes:
        documents: How many documents were measured.
        left_out: How many were not, having no word or no predicted category.
        fractions: The fractions of the words.
        methods: By method, and for ``"random"``, what was measured.
    """

    documents: int
    left_out: int
    fractions: tuple[float, ...]
    methods: dict[str, MethodFaithfulness]

    def table(self) -> str:
        """Return the areas as lines of a table, with 95 % intervals of the differences."""
        from rich import box
        from rich.table import Table

        from harnn.evaluation.evaluation_table import plain_text

        def table(area: str, by_words: str) -> Table:
            table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
            for heading in ("", area, "less random", "95 % interval", by_words):
                table.add_column(heading, justify="right" if heading else "left")
            return table

        deletion = table("deletion ↓", "comprehensiveness ↑")
        insertion = table("insertion ↑", "sufficiency ↓")
        for name, found in self.methods.items():
            deletion.add_row(
                name,
                f"{found.deletion_area:.3f}",
                *_difference(found.deletion_against_random),
                f"{found.comprehensiveness:.3f}",
            )
            insertion.add_row(
                name,
                f"{found.insertion_area:.3f}",
                *_difference(found.insertion_against_random),
                f"{found.sufficiency:.3f}",
            )
        return f"{plain_text(deletion)}\n\n{plain_text(insertion)}"


def measure_faithfulness(
    classifier: HARNNClassifier,
    texts: Sequence[str],
    methods: Sequence[str] = METHODS,
    *,
    steps: int = 32,
    draws: int = 5,
    resamples: int = 1000,
    seed: int = 0,
) -> Faithfulness:
    """Take words away in the order of their weights and follow the probability.

    What is followed is the output of its level for the last category of the likeliest predicted
    path. A word is taken away by reading the unknown word instead, so that the text keeps its
    length. Of few words each fraction is rounded up.

    Args:
        classifier: A fitted classifier.
        texts: The documents.
        methods: Whose orders to measure.
        steps: Points at which gradients are taken.
        draws: Random orders a document; their curves' mean stands for a random order.
        resamples: Of the bootstrap over documents.
        seed: Of random orders and resamples.

    Returns:
        The curves, their areas, and how these differ from a random order's.

    Raises:
        ConfigError: If an option is wrong, or the network has not what a method needs.
        DataError: If no document has a word and a predicted category.

    Source:
        Petsiuk, Das, Saenko: "RISE: randomized input sampling for explanation of black-box
        models", BMVC 2018, for deletion and insertion; DeYoung et al.: "ERASER: a benchmark to
        evaluate rationalized NLP models", ACL 2020, for comprehensiveness and sufficiency.
    """
    texts = check_texts(texts, name="texts")
    methods = check_methods(methods, steps)
    if draws < 1:
        raise ConfigError(f"draws is {draws}; at least one random order is needed")
    gradients = gradients_of(classifier)
    network = gradients.network
    numbers = output_numbers(classifier.taxonomy_, network.level_sizes)
    documents, outputs = [], []
    for text, (chosen, _) in zip(texts, classifier.predict_stream(texts, top_k=0), strict=True):
        if chosen and tokenize(text):
            path, _ = max(chosen, key=lambda pair: pair[1])
            documents.append(classifier.vocabulary_.encode(text))
            outputs.append(int(numbers[classifier.taxonomy_.find(path)]))
    if not documents:
        raise DataError(f"texts: none of {len(texts)} has a word and a predicted category")
    weights = word_weights(gradients, documents, list(enumerate(outputs)), methods, steps)
    generator = np.random.default_rng(seed)
    orders = {
        method: [[np.argsort(-w.methods[method], kind="stable")] for w in weights]
        for method in methods
    }
    orders[RANDOM] = [[generator.permutation(len(ids)) for _ in range(draws)] for ids in documents]
    curves = {name: _curves(network, documents, outputs, order) for name, order in orders.items()}
    resampled = bootstrap_weights(len(documents), resamples, seed)
    found = {
        name: _summary(curve, None if name == RANDOM else curves[RANDOM], resampled)
        for name, curve in curves.items()
    }
    return Faithfulness(len(documents), len(texts) - len(documents), FRACTIONS, found)


def _curves(
    network: ExplainedNetwork,
    documents: Sequence[np.ndarray],
    outputs: Sequence[int],
    orders: Sequence[Sequence[np.ndarray]],
) -> np.ndarray:
    """Return the probabilities ``(deletion and insertion, documents, fractions)``."""
    variants, chosen = [], []
    for ids, output, of_document in zip(documents, outputs, orders, strict=True):
        # Rounded before it is rounded up: 0.1 * 30 is a hair more than 3.
        counts = [math.ceil(round(fraction * len(ids), 6)) for fraction in FRACTIONS]
        for order in of_document:
            ranks = np.empty(len(ids), dtype=np.int64)
            ranks[order] = np.arange(len(ids))
            variants += [np.where(ranks < count, UNKNOWN, ids) for count in counts]
            variants += [np.where(ranks < count, ids, UNKNOWN) for count in counts]
        chosen += [output] * (len(of_document) * 2 * len(counts))
    wanted = np.array(chosen)
    probabilities = np.empty(len(variants))
    for rows in batches_by_length(np.array([len(ids) for ids in variants]), _BATCH):
        tokens = pad([variants[row] for row in rows], length_multiple())
        probabilities[rows] = network.probability(tokens, wanted[rows])
    # Every document has as many orders.
    shape = (len(documents), -1, 2, len(FRACTIONS))
    return np.moveaxis(probabilities.reshape(shape).mean(axis=1), 1, 0)


def _summary(
    curves: np.ndarray, random: np.ndarray | None, resampled: np.ndarray
) -> MethodFaithfulness:
    deletion, insertion = curves.mean(axis=1)
    areas = _areas(curves)
    deletion_area, insertion_area = areas.mean(axis=1).tolist()
    inner = slice(1, -1)
    against: list[PairedDifference | None] = [None, None]
    if random is not None:
        against = [
            paired_difference(
                resampled @ own / len(own), resampled @ other / len(own), (own - other).mean()
            )
            for own, other in zip(areas, _areas(random), strict=True)
        ]
    return MethodFaithfulness(
        tuple(deletion.tolist()),
        tuple(insertion.tolist()),
        deletion_area,
        insertion_area,
        comprehensiveness=float((deletion[0] - deletion[inner]).mean()),
        sufficiency=float((deletion[0] - insertion[inner]).mean()),
        deletion_against_random=against[0],
        insertion_against_random=against[1],
    )


def _areas(curves: np.ndarray) -> np.ndarray:
    """Return the areas under curves over ``FRACTIONS``, by the trapezium rule."""
    return np.asarray((curves[..., 1:] + curves[..., :-1]) / 2 @ np.diff(FRACTIONS))


def _difference(found: PairedDifference | None) -> tuple[str, str]:
    if found is None:
        return "", ""
    interval = found.interval
    between = "" if interval is None else f"{_signed(interval.low)} to {_signed(interval.high)}"
    return _signed(found.difference), between


def _signed(value: float) -> str:
    return f"{value:+.3f}".replace("-", "\N{MINUS SIGN}")
