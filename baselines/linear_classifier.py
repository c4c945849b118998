"""What the baselines with linear scores share."""

from __future__ import annotations

from typing import Any, Literal

from baselines.tfidf_classifier import TfidfClassifier
from harnn.errors import ConfigError
from harnn.text.linear_scores.one_vs_rest import LinearScores

__all__ = ["LinearClassifier"]


class LinearClassifier(TfidfClassifier):
    """A classifier whose probabilities are made of linear scores.

    Args:
        C: Inverse strength of the regularisation; ``None``: one number with one path a document
            and a smaller one with several, which were good on the validation documents of
            DBpedia, 20 Newsgroups and GoEmotions.
        max_ngram: Features are words and n-grams of up to this many words.
        min_count: A feature must occur in this many training documents.
        max_features: At most this many features, the most frequent ones; ``None``: all.
        name_documents: As how many training documents the name of a category is read that has few
            of its own, or none: see `harnn.text.name_documents`.
        validation_fraction: Without validation documents, the share of the training documents
            that thresholds are tuned on, where a document may have several paths.
        taxonomy: The categories, if they are not to be inferred from the labels.
        label_form: How the labels are written; see `harnn.text.labels`.
        paths: Whether a document has ``"one"`` path or ``"several"``; ``"auto"``: as in the labels.
        random_state: Taken, as every classifier takes it, and not used: the solver's seed is fixed.
        verbose: Taken likewise, and not used: there is no progress to show.
    """

    _scores: list[LinearScores]
    # What C is, if not given: with one path a document, and with several.
    _strengths = (100.0, 3.0)

    uses_random_state = False

    def __init__(
        self,
        *,
        C: float | None = None,
        max_ngram: int = 2,
        min_count: int = 2,
        max_features: int | None = None,
        name_documents: int = 0,
        validation_fraction: float = 0.1,
        taxonomy: Any = None,
        label_form: str = "auto",
        paths: str = "auto",
        random_state: Any = None,
        verbose: bool = False,
    ) -> None:
        self.C = C
        self.max_ngram = max_ngram
        self.min_count = min_count
        self.max_features = max_features
        self.name_documents = name_documents
        self.validation_fraction = validation_fraction
        self.taxonomy = taxonomy
        self.label_form = label_form
        self.paths = paths
        self.random_state = random_state
        self.verbose = verbose

    @property
    def n_parameters_(self) -> int:
        """How many weights and biases were learned."""
        return sum(scores.n_parameters for scores in self._scores)

    @property
    def _strength(self) -> float:
        """C, or what stands for it."""
        C = self._strengths[0 if self._codec.one_path else 1] if self.C is None else self.C
        if isinstance(C, bool) or not isinstance(C, int | float) or not C > 0:
            raise ConfigError(f"C must be a positive number, not {C!r}")
        return C

    def _output_kind(self) -> Literal["softmax", "sigmoid"]:
        # A column an output, also where a level's outputs exclude one another: what is known of
        # an output can then differ within a level.
        return "sigmoid"
