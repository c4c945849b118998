"""Metrics of hierarchical multi-label classification. They know arrays, and no model."""

from __future__ import annotations

from harnn.evaluation.bootstrap import (
    Interval,
    bootstrap_scores,
    bootstrap_weights,
    percentile_interval,
)
from harnn.evaluation.calibration import CalibrationBin, LevelCalibration, level_calibration
from harnn.evaluation.categories import (
    CategoryScores,
    FrequencyBin,
    category_scores,
    scores_by_frequency,
    worst_categories,
)
from harnn.evaluation.coherence import incoherent_share
from harnn.evaluation.confusions import Confusion, confused_siblings
from harnn.evaluation.evaluation import CompleteScores, Evaluation, evaluate_predictions
from harnn.evaluation.headline import headline_names, headline_scores
from harnn.evaluation.hierarchical import ancestor_closure, hierarchical_precision_recall_f1
from harnn.evaluation.hierarchy import Hierarchy
from harnn.evaluation.levels import LevelScores, level_scores
from harnn.evaluation.ranking import average_precision, precision_at_k
from harnn.evaluation.scores import PrecisionRecallF1, precision_recall_f1
from harnn.evaluation.selective import PrecisionCoverage, RiskCoverage, risk_coverage
from harnn.evaluation.significance import (
    McNemar,
    PairedDifference,
    holm,
    mcnemar,
    paired_difference,
)
from harnn.evaluation.subset import SubsetAccuracy, subset_accuracy

__all__ = [
    "CalibrationBin",
    "CategoryScores",
    "CompleteScores",
    "Confusion",
    "Evaluation",
    "FrequencyBin",
    "Hierarchy",
    "Interval",
    "LevelCalibration",
    "LevelScores",
    "McNemar",
    "PairedDifference",
    "PrecisionCoverage",
    "PrecisionRecallF1",
    "RiskCoverage",
    "SubsetAccuracy",
    "ancestor_closure",
    "average_precision",
    "bootstrap_scores",
    "bootstrap_weights",
    "category_scores",
    "confused_siblings",
    "evaluate_predictions",
    "headline_names",
    "headline_scores",
    "hierarchical_precision_recall_f1",
    "holm",
    "incoherent_share",
    "level_calibration",
    "level_scores",
    "mcnemar",
    "paired_difference",
    "percentile_interval",
    "precision_at_k",
    "precision_recall_f1",
    "risk_coverage",
    "scores_by_frequency",
    "subset_accuracy",
    "worst_categories",
]
