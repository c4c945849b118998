"""Everything there is to say about predictions, in one object."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from harnn.evaluation.checks import check_k, check_known_levels, check_labels
from harnn.evaluation.coherence import incoherent_share
from harnn.evaluation.defined import defined, defined_scores
from harnn.evaluation.hierarchical import hierarchical_precision_recall_f1
from harnn.evaluation.hierarchy import Hierarchy
from harnn.evaluation.levels import LevelScores, level_scores
from harnn.evaluation.ranking import RankingAverage, average_precision, precision_at_k
from harnn.evaluation.scores import Average, PrecisionRecallF1, precision_recall_f1
from harnn.evaluation.subset import subset_accuracy

if TYPE_CHECKING:
    from rich.table import Table

__all__ = ["CompleteScores", "Evaluation", "evaluate_predictions"]


@dataclass(frozen=True)
class CompleteScores:
    """The scores over the documents all of whose levels are known.

    Published figures are over such documents.

    Args:
        documents: Their number.
        subset_accuracy: The share of them with all levels right.
        micro: Precision, recall and F1 over all of their entries at once.
        macro: Their means over the categories that occur.
    """

    documents: int
    subset_accuracy: float | None
    micro: PrecisionRecallF1[float | None]
    macro: PrecisionRecallF1[float | None]


@dataclass(frozen=True)
class Evaluation:
    """All scores of one set of predictions. What is undefined is None, and never 0.

    Args:
        documents: The number of documents.
        micro: Precision, recall and F1 over all known entries of all documents at once.
        macro: Their means over the categories that occur.
        samples: Their means over the documents with a known entry.
        weighted: Their means over the categories, weighted with the true occurrences of each.
        hierarchical: Precision, recall and F1 of Kiritchenko et al., over the known entries.
        complete: The scores over the documents all of whose levels are known.
        levels: The scores of each level, over the documents whose level is known.
        auprc_micro: Area under the precision-recall curve of all known entries.
        auprc_macro: Its mean over the categories with a positive.
        precision_at_k: For each k the precision of the k best-scored categories.
        incoherent_share: The share of documents with a category predicted without a path of
            ancestors.
    """

    documents: int
    micro: PrecisionRecallF1[float | None]
    macro: PrecisionRecallF1[float | None]
    samples: PrecisionRecallF1[float | None]
    weighted: PrecisionRecallF1[float | None]
    hierarchical: PrecisionRecallF1[float | None]
    complete: CompleteScores
    levels: tuple[LevelScores, ...]
    auprc_micro: float | None
    auprc_macro: float | None
    precision_at_k: Mapping[int, float | None]
    incoherent_share: float | None

    def to_dict(self) -> dict[str, Any]:
        """Return the evaluation as dictionaries, lists and numbers that JSON can hold.

        Returns:
            A dictionary with the attributes' names; None where a value is undefined.
        """
        from harnn.evaluation.evaluation_dict import evaluation_to_dict

        return evaluation_to_dict(self)

    @staticmethod
    def from_dict(data: Mapping[str, Any]) -> Evaluation:
        """Return the evaluation that ``to_dict`` made ``data`` of.

        Args:
            data: What ``to_dict`` returned, or what JSON made of it.

        Returns:
            An equal evaluation.

        Raises:
            DataError: If a key is missing or unknown, or a value is of another type.
        """
        from harnn.evaluation.evaluation_dict import evaluation_from_dict

        return evaluation_from_dict(data)

    def table(self) -> Table:
        """Return the evaluation as a table for a rich console; a dash where a value is undefined.

        Returns:
            The table.
        """
        from harnn.evaluation.evaluation_table import evaluation_table

        return evaluation_table(self)

    def text(self) -> str:
        """Return the table as plain text without colours.

        Returns:
            Lines of at most 80 characters.
        """
        from harnn.evaluation.evaluation_table import plain_text

        return plain_text(self.table())


def evaluate_predictions(
    y_true: np.ndarray,
    y_pred: np.ndarray,
    hierarchy: Hierarchy,
    *,
    known: np.ndarray | None = None,
    scores: np.ndarray | None = None,
    k: Iterable[int] = (1, 3, 5),
    level_names: Sequence[str] | None = None,
) -> Evaluation:
    """Compute all metrics of a set of predictions.

    Args:
        y_true: bool ``(documents, categories)``, the true labels with their ancestors.
        y_pred: bool ``(documents, categories)``, the predicted labels with their ancestors.
        hierarchy: The levels, parents and names of the categories.
        known: bool ``(documents, levels)``, False where the true label of a level is not known:
            the entries of that level take no part. All are known if None.
        scores: float ``(documents, categories)``, the predicted probabilities; without them what
            is measured on them is undefined.
        k: The lengths of the rankings for ``precision_at_k``.
        level_names: The names of the levels, the topmost first.

    Returns:
        The evaluation.

    Raises:
        ConfigError: If a ``k`` is no whole number, or less than 1.
        DataError: If an array has the wrong shape or dtype, or a score is not finite.

    Example:
        >>> hierarchy = Hierarchy(np.array([0, 1, 1]), ((), (0,), (0,)), ("Agent", "Artist", "Spy"))
        >>> y_true = np.array([[True, True, False], [True, False, True]])
        >>> y_pred = np.array([[True, True, False], [True, True, False]])
        >>> evaluation = evaluate_predictions(y_true, y_pred, hierarchy)
        >>> evaluation.micro.f1, evaluation.complete.subset_accuracy
        (0.75, 0.5)
    """
    levels, parents = hierarchy.levels, hierarchy.parents
    y_true = check_labels(y_true, "y_true", shape=(None, len(levels)))
    y_pred = check_labels(y_pred, "y_pred", shape=y_true.shape)
    known = check_known_levels(known, documents=len(y_true), levels=levels)
    entries = known[:, levels]
    lengths = [check_k(length) for length in k]

    def averaged(average: Average) -> PrecisionRecallF1[float | None]:
        return defined_scores(precision_recall_f1(y_true, y_pred, average=average, known=entries))

    def area(average: RankingAverage) -> float | None:
        if scores is None:
            return None
        return defined(average_precision(y_true, scores, average=average, known=entries))

    def precision(length: int) -> float | None:
        return None if scores is None else defined(precision_at_k(y_true, scores, length, entries))

    return Evaluation(
        documents=len(y_true),
        micro=averaged("micro"),
        macro=averaged("macro"),
        samples=averaged("samples"),
        weighted=averaged("weighted"),
        hierarchical=defined_scores(
            hierarchical_precision_recall_f1(y_true, y_pred, parents, known=entries)
        ),
        complete=_complete(y_true, y_pred, known, levels),
        levels=level_scores(y_true, y_pred, known, levels, level_names),
        auprc_micro=area("micro"),
        auprc_macro=area("macro"),
        precision_at_k={length: precision(length) for length in lengths},
        incoherent_share=defined(incoherent_share(y_pred, parents)),
    )


def _complete(
    y_true: np.ndarray, y_pred: np.ndarray, known: np.ndarray, levels: np.ndarray
) -> CompleteScores:
    complete = known.all(axis=1)
    accuracy, documents = subset_accuracy(y_true, y_pred, known, levels)
    y_true, y_pred = y_true[complete], y_pred[complete]
    return CompleteScores(
        documents=documents,
        subset_accuracy=defined(accuracy),
        micro=defined_scores(precision_recall_f1(y_true, y_pred, average="micro")),
        macro=defined_scores(precision_recall_f1(y_true, y_pred, average="macro")),
    )
