"""The package hiclass: a local classifier per parent node, on TF-IDF features."""

from __future__ import annotations

import logging
import warnings
from typing import Any, Literal

import numpy as np
import scipy.sparse as sp
from sklearn.linear_model import LogisticRegression

from baselines.tfidf_classifier import TfidfClassifier
from harnn.errors import DataError
from harnn.text.decisions.decoding import BestPathDecoder

__all__ = ["HiClassLCPPN"]

# How hiclass writes that a path has ended above a level.
_ENDED = ""


class HiClassLCPPN(TfidfClassifier):
    """hiclass's local classifier per parent node with logistic regression (Miranda et al., 2023).

    Below every category, and at the top, a multinomial logistic regression chooses among the
    children that training documents have; a document goes down from one choice to the next
    ("HiClass: a Python library for local hierarchical classification compatible with
    scikit-learn", JMLR 24). It needs the package: ``pip install harnn[hiclass]``.

    It learns only from documents all of whose levels are known, and warns of the others. It does
    not learn where to stop: from a category that has children in training, it always goes on.

    The probabilities are its decisions, 1 and 0, so calibration and ranking are those of
    decisions. ``predict_proba`` of hiclass 5.0.8 contradicts its ``predict``: from the third
    level on it gives all documents of a call descendants of one and the same category.

    Args:
        C: Inverse strength of the L2 penalty.
        max_iter: Iterations of a logistic regression at most.
        max_ngram: The longest sequences of words that are features.
        min_count: In how many documents a feature has to stand at least.
        max_features: How many features at most, the most frequent ones.
        n_jobs: How many local classifiers hiclass learns at the same time.
        taxonomy: The categories, if they are not to be inferred from the labels.
        label_form: How the labels are written; see `harnn.text.labels`.
        paths: ``"one"``, or ``"auto"`` where the labels have one path a document.
        random_state: Taken, as every classifier takes it, and not used: nothing is drawn.
        verbose: Taken likewise, and not used: there is no progress to show.

    Attributes:
        n_parameters_: Weights and biases of all local classifiers.
        local_classifiers_: What hiclass has learned, its ``LocalClassifierPerParentNode``.

    Example:
        >>> texts = ["a river in the north", "a deep lake", "plays tennis", "runs marathons"] * 5
        >>> labels = ["place/river", "place/lake", "person/tennis", "person/runner"] * 5
        >>> HiClassLCPPN().fit(texts, labels).predict(["this lake"]).tolist()
        ['place/lake']
    """

    # Nothing is chosen on validation documents.
    validation_fraction = 0.0

    uses_random_state = False

    def __init__(
        self,
        *,
        C: float = 10.0,
        max_iter: int = 200,
        max_ngram: int = 1,
        min_count: int = 2,
        max_features: int | None = None,
        n_jobs: int = 1,
        taxonomy: Any = None,
        label_form: str = "auto",
        paths: str = "auto",
        random_state: Any = None,
        verbose: bool = False,
    ) -> None:
        self.C = C
        self.max_iter = max_iter
        self.max_ngram = max_ngram
        self.min_count = min_count
        self.max_features = max_features
        self.n_jobs = n_jobs
        self.taxonomy = taxonomy
        self.label_form = label_form
        self.paths = paths
        self.random_state = random_state
        self.verbose = verbose

    @property
    def n_parameters_(self) -> int:
        """How many weights and biases were learned."""
        nodes = self.local_classifiers_.hierarchy_.nodes.values()
        learned = [node["classifier"] for node in nodes if "classifier" in node]
        return sum(c.coef_.size + c.intercept_.size for c in learned if hasattr(c, "coef_"))

    def _output_kind(self) -> Literal["softmax", "sigmoid"]:
        if not isinstance(self._decoder, BestPathDecoder):
            raise DataError(
                "y: documents with several paths, but hiclass's local classifier per parent node "
                "gives each document one"
            )
        return "softmax"

    def _fit_levels(
        self,
        features: sp.csr_matrix,
        targets: list[np.ndarray],
        validation_features: sp.csr_matrix,
        validation_targets: list[np.ndarray],
    ) -> None:
        kind = _local_classifier_per_parent_node()
        outputs = np.column_stack(targets)
        complete = (outputs >= 0).all(axis=1)
        if not complete.any():
            raise DataError(
                "y: no document has all its levels known, and hiclass cannot learn from others"
            )
        if not complete.all():
            warnings.warn(
                f"{int((~complete).sum())} of {len(outputs)} documents are left out: hiclass "
                "learns only from documents whose levels are all known",
                stacklevel=3,
            )
        sizes = np.array(self.taxonomy_.level_sizes)
        # Of a document without a category there is nothing to learn either.
        rows = np.flatnonzero(complete & (outputs[:, 0] < sizes[0]))
        if not len(rows):
            raise DataError("y: no document whose levels are all known has a category")
        # Numbers, not names: the same name may stand under two parents.
        labels = np.where(outputs[rows] < sizes, outputs[rows].astype(str), _ENDED)
        self.local_classifiers_ = kind(
            LogisticRegression(C=self.C, max_iter=self.max_iter),
            n_jobs=self.n_jobs,
            verbose=logging.WARNING,  # the level of its logger: it tells of every node
        )
        self.local_classifiers_.fit(features[rows], labels)

    def _levels(self, features: sp.csr_matrix) -> list[np.ndarray]:
        predicted = self.local_classifiers_.predict(features).reshape(features.shape[0], -1)
        sizes = self._decoder.level_sizes
        # Where a level has it, "the path has ended" is its last output.
        return [
            np.eye(size, dtype=np.float32)[
                np.where(chosen == _ENDED, str(size - 1), chosen).astype(int)
            ]
            for size, chosen in zip(sizes, predicted.T, strict=True)
        ]


def _local_classifier_per_parent_node() -> Any:
    try:
        from hiclass import LocalClassifierPerParentNode
    except ImportError:
        raise ImportError("HiClassLCPPN needs hiclass: pip install harnn[hiclass]") from None
    return LocalClassifierPerParentNode
