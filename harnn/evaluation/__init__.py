"""Metrics of hierarchical multi-label classification. They know arrays, and no model."""

from __future__ import annotations

from harnn.evaluation.coherence import incoherent_share
from harnn.evaluation.evaluation import CompleteScores, Evaluation, evaluate_predictions
from harnn.evaluation.hierarchical import ancestor_closure, hierarchical_precision_recall_f1
from harnn.evaluation.hierarchy import Hierarchy
from harnn.evaluation.levels import LevelScores, level_scores
from harnn.evaluation.ranking import average_precision, precision_at_k
from harnn.evaluation.scores import PrecisionRecallF1, precision_recall_f1
from harnn.evaluation.subset import SubsetAccuracy, subset_accuracy

__all__ = [
    "CompleteScores",
    "Evaluation",
    "Hierarchy",
    "LevelScores",
    "PrecisionRecallF1",
    "SubsetAccuracy",
    "ancestor_closure",
    "average_precision",
    "evaluate_predictions",
    "hierarchical_precision_recall_f1",
    "incoherent_share",
    "level_scores",
    "precision_at_k",
    "precision_recall_f1",
    "subset_accuracy",
]
