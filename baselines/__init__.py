"""What a user would try before HARNN: estimators with the contract of `HARNNClassifier`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from harnn.lazy_exports import lazy_exports

if TYPE_CHECKING:
    from baselines.flat_attention import FlatAttention
    from baselines.flat_bilstm import FlatBiLSTM
    from baselines.hiclass_lcppn import HiClassLCPPN
    from baselines.linear_svm import LinearSVM
    from baselines.logistic_regression import LogisticRegressionBaseline
    from baselines.majority_path import MajorityPath
    from baselines.top_down_logistic_regression import TopDownLogisticRegression
    from baselines.xgboost_trees import XGBoostTrees

__all__ = [
    "FlatAttention",
    "FlatBiLSTM",
    "HiClassLCPPN",
    "LinearSVM",
    "LogisticRegressionBaseline",
    "MajorityPath",
    "TopDownLogisticRegression",
    "XGBoostTrees",
]

# Imported when first asked for: a process that fits one baseline loads the libraries of one.
_HOME = {
    "FlatAttention": "flat_attention",
    "FlatBiLSTM": "flat_bilstm",
    "HiClassLCPPN": "hiclass_lcppn",
    "LinearSVM": "linear_svm",
    "LogisticRegressionBaseline": "logistic_regression",
    "MajorityPath": "majority_path",
    "TopDownLogisticRegression": "top_down_logistic_regression",
    "XGBoostTrees": "xgboost_trees",
}

__getattr__, __dir__ = lazy_exports(__name__, _HOME)
