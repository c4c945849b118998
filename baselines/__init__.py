"""What a user would try before HARNN: estimators with the contract of `HARNNClassifier`."""

from baselines.majority_path import MajorityPath

__all__ = ["MajorityPath"]
