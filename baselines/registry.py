"""The baselines by name, as a config calls them."""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib import import_module
from typing import Any

from harnn.errors import ConfigError, nearest

__all__ = ["BASELINES", "Baseline"]


@dataclass(frozen=True)
class Baseline:
    """A baseline that can be asked for by name.

    Attributes:
        title: What a report calls it.
        home: Module and class.
        settings: What sets it apart from others of its class.
    """

    title: str
    home: str
    settings: Mapping[str, Any] = field(default_factory=dict)

    @property
    def kind(self) -> Any:
        """The class; it is imported only now."""
        module, _, name = self.home.partition(":")
        return getattr(import_module(f"baselines.{module}"), name)

    def build(self, **settings: Any) -> Any:
        """Make an estimator that is not fitted yet.

        Args:
            **settings: Arguments of the class.

        Returns:
            The estimator.

        Raises:
            ConfigError: If it has no such argument; the message names the closest one.

        Example:
            >>> BASELINES["majority"].build()
            MajorityPath()
            >>> BASELINES["majority"].build(C=2.0)  # doctest: +ELLIPSIS
            Traceback (most recent call last):
                ...
            harnn.errors.ConfigError: majority path has no option 'C' (it has taxonomy, ...)
        """
        kind = self.kind
        known = list(inspect.signature(kind).parameters)
        for name in settings:
            if name not in known:
                close = next((option for option in known if option.lower() == name.lower()), None)
                hint = f"; did you mean {close!r}?" if close else nearest(name, known)
                raise ConfigError(
                    f"{self.title} has no option {name!r}{hint} (it has {', '.join(known)})"
                )
        return kind(**{**self.settings, **settings})


BASELINES: dict[str, Baseline] = {
    "flat_attention": Baseline("flat attention network", "flat_attention:FlatAttention"),
    "flat_bilstm": Baseline("flat BiLSTM", "flat_bilstm:FlatBiLSTM"),
    "linear_svm": Baseline("linear SVM", "linear_svm:LinearSVM"),
    "logistic_regression": Baseline(
        "logistic regression, per level",
        "logistic_regression:LogisticRegressionBaseline",
        {"per": "level"},
    ),
    "logistic_regression_per_node": Baseline(
        "logistic regression, per node",
        "logistic_regression:LogisticRegressionBaseline",
        {"per": "node"},
    ),
    "top_down": Baseline(
        "logistic regression, top down",
        "top_down_logistic_regression:TopDownLogisticRegression",
    ),
    "xgboost": Baseline("XGBoost", "xgboost_trees:XGBoostTrees"),
    "hiclass": Baseline("hiclass, classifier per parent", "hiclass_lcppn:HiClassLCPPN"),
    "majority": Baseline("majority path", "majority_path:MajorityPath"),
}
