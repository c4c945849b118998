"""What every baseline on TF-IDF features shares: from texts to features, from levels to labels."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Any, Literal, Self

import numpy as np
import scipy.sparse as sp
from sklearn.feature_extraction.text import TfidfVectorizer

from harnn.errors import ConfigError, DataError
from harnn.text.documents.tokenizer import is_spaceless_word, tokenize
from harnn.text.hierarchical_classifier import HierarchicalClassifier
from harnn.text.labels.targets import level_targets
from harnn.text.name_documents import with_name_documents
from harnn.text.training_documents import read_training_documents

__all__ = ["TfidfClassifier", "check_whole", "words_and_letters"]

# Texts turned into features at a time when predicting.
_CHUNK = 4096


class TfidfClassifier(HierarchicalClassifier):
    """A classifier on TF-IDF features of words and word n-grams (Salton & Buckley, 1988).

    A subclass stores the arguments of its ``__init__``, learns in ``_fit_levels`` and gives the
    levels' probabilities in ``_levels``.

    Attributes:
        vectorizer_: From texts to features.
        n_features_: How many features there are.
        n_parameters_: How many numbers were learned.
    """

    validation_fraction: float
    max_ngram: int
    min_count: int
    max_features: int | None
    # As how many documents a rare category's name is read; an argument of the linear ones.
    name_documents: int = 0
    # Whether there is something to choose on validation documents where each has one path.
    _validates_one_path = False

    @property
    @abstractmethod
    def n_parameters_(self) -> int:
        """How many numbers were learned."""

    @abstractmethod
    def _output_kind(self) -> Literal["softmax", "sigmoid"]:
        """Say whether a level's outputs exclude one another, as `level_targets` has it."""

    @abstractmethod
    def _fit_levels(
        self,
        features: sp.csr_matrix,
        targets: list[np.ndarray],
        validation_features: sp.csr_matrix,
        validation_targets: list[np.ndarray],
    ) -> None:
        """Learn all levels.

        Args:
            features: ``(documents, features)``, float32.
            targets: One array a level, as `level_targets` returns them: −1 where not known.
            validation_features: Of the validation documents, of which there may be none.
            validation_targets: Likewise.
        """

    @abstractmethod
    def _levels(self, features: sp.csr_matrix) -> list[np.ndarray]:
        """Return the probabilities of each level ``(documents, outputs of the level)``."""

    def fit(
        self,
        X: Sequence[str],
        y: Any,
        validation_data: Any = None,
        *,
        level_names: Sequence[str] | None = None,
    ) -> Self:
        """Learn from labelled documents.

        Args:
            X: The texts.
            y: Their labels, in any of the forms of `harnn.text.labels`.
            validation_data: ``(texts, labels)`` to choose by; where something is to be chosen and
                none are given, a part of the training documents.
            level_names: The names of the levels, the topmost first, for scores, reports and files;
                by default the columns of ``y``, if it is a table.

        Returns:
            The classifier.

        Raises:
            ConfigError: If an option is of another type or out of range.
            DataError: If texts or labels cannot be used as they are.
        """
        self._check_options()
        documents = read_training_documents(
            X,
            y,
            validation_data,
            taxonomy=self.taxonomy,
            label_form=self.label_form,
            paths=self.paths,
            validation_fraction=self.validation_fraction,
            validate_one_path=self._validates_one_path,
            level_names=level_names,
        )
        documents = with_name_documents(documents, self.name_documents)
        self._set_codec(documents.codec)
        self.vectorizer_ = TfidfVectorizer(
            tokenizer=words_and_letters,
            token_pattern=None,
            lowercase=False,  # as the tokenizer gives lower case
            ngram_range=(1, self.max_ngram),
            min_df=self.min_count,
            max_features=self.max_features,
            sublinear_tf=True,
            dtype=np.float32,
        )
        try:
            features = self.vectorizer_.fit_transform(documents.texts)
        except ValueError:  # scikit-learn's word for an empty vocabulary
            raise DataError(
                f"X: no word stands in {self.min_count} (min_count) of the "
                f"{len(documents.texts)} training texts"
            ) from None
        self.n_features_ = features.shape[1]
        self._fit_levels(
            features,
            self._targets(documents.targets),
            self._features(documents.validation_texts),
            self._targets(documents.validation.model_targets()),
        )
        self._tune_thresholds(documents.validation_texts, documents.validation)
        return self

    def _check_options(self) -> None:
        """Refuse options that scikit-learn would complain of in words of its own."""
        check_whole("max_ngram", self.max_ngram)
        check_whole("min_count", self.min_count)
        if self.max_features is not None:
            check_whole("max_features", self.max_features)
        check_whole("name_documents", self.name_documents, least=0)
        fraction = self.validation_fraction
        if not isinstance(fraction, int | float) or not 0 <= fraction < 1:
            raise ConfigError(
                f"validation_fraction must be a number from 0 to below 1, not {fraction!r}"
            )

    def _targets(self, targets: Any) -> list[np.ndarray]:
        return level_targets(
            targets, self.taxonomy_, self._decoder.level_sizes, self._output_kind()
        )

    def _features(self, texts: Sequence[str]) -> sp.csr_matrix:
        if len(texts) == 0:
            return sp.csr_matrix((0, self.n_features_), dtype=np.float32)
        return self.vectorizer_.transform(texts)

    def _level_outputs(self, texts: Iterable[str]) -> Iterator[list[np.ndarray]]:
        remaining = iter(texts)
        while chunk := list(islice(remaining, _CHUNK)):
            yield self._levels(self._features(chunk))


def words_and_letters(text: str) -> list[str]:
    """Split a text into the words that TF-IDF counts.

    Words of one letter count only in scripts that are written without spaces, where every letter
    is a word: there n-grams of words are n-grams of letters.

    Args:
        text: Any Unicode text.

    Returns:
        The lower-cased words, in order, without symbols.

    Example:
        >>> words_and_letters("A lake, 湖")
        ['lake', '湖']
    """
    return [word for word in tokenize(text) if len(word) > 1 or is_spaceless_word(word)]


def check_whole(name: str, value: Any, least: int = 1) -> None:
    """Refuse an option that is no whole number, or too small a one.

    Args:
        name: The option.
        value: Its value.
        least: The smallest that it may be.

    Raises:
        ConfigError: If it is none.

    Example:
        >>> check_whole("rounds", 0)
        Traceback (most recent call last):
            ...
        harnn.errors.ConfigError: rounds must be a whole number of at least 1, not 0
    """
    if isinstance(value, bool) or not isinstance(value, int | np.integer) or value < least:
        raise ConfigError(f"{name} must be a whole number of at least {least}, not {value!r}")
