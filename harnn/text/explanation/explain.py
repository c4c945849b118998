"""From a classifier and texts to explanations of what it predicts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from harnn.errors import ConfigError
from harnn.text.documents import check_texts
from harnn.text.explanation.explained_network import ExplainedNetwork
from harnn.text.explanation.explanation import CategoryExplanation, Explanation
from harnn.text.explanation.integrated_gradients import IntegratedGradients
from harnn.text.explanation.word_weights import METHODS, check_methods, word_weights
from harnn.text.explanation.words import find_words
from harnn.text.taxonomy import Taxonomy

if TYPE_CHECKING:
    from harnn.text.classifier import HARNNClassifier

__all__ = ["explain", "gradients_of", "output_numbers"]


def explain(
    classifier: HARNNClassifier,
    texts: Sequence[str],
    methods: Sequence[str] = METHODS,
    categories: Sequence[Any] | None = None,
    steps: int = 32,
) -> list[Explanation]:
    """Say which words speak for and against the categories of documents.

    Args:
        classifier: A fitted classifier.
        texts: The documents.
        methods: ``"attention"``: the weights A that the category's own attention gave the words,
            which sum to one; ``"gradients"``: integrated gradients of the logarithm of the
            level's output, signed.
        categories: Which to explain, as paths; the predicted ones with all above them if not
            given.
        steps: Points at which the gradients are taken.

    Returns:
        The explanations, one a document.

    Raises:
        ConfigError: If an option is wrong, the network has not what a method needs, or the
            backend gives no gradients.
        DataError: If the texts are none.
        TaxonomyError: If a category is unknown.
    """
    texts = check_texts(texts, name="texts")
    methods = check_methods(methods, steps)
    taxonomy = classifier.taxonomy_
    asked = None if categories is None else _asked(taxonomy, categories)
    gradients = gradients_of(classifier)
    outputs = output_numbers(taxonomy, gradients.network.level_sizes)
    predicted = [tuple(chosen) for chosen, _ in classifier.predict_stream(texts, top_k=0)]
    probabilities = classifier.predict_proba(texts)
    chosen = [_with_ancestors(taxonomy, paths) if asked is None else asked for paths in predicted]
    targets = [(row, int(outputs[c])) for row, which in enumerate(chosen) for c in which]
    vocabulary = classifier.vocabulary_
    documents = [vocabulary.encode(text) for text in texts]
    weights = iter(word_weights(gradients, documents, targets, methods, steps))
    known = frozenset(vocabulary.words)
    explanations = []
    for row, (text, which) in enumerate(zip(texts, chosen, strict=True)):
        words = find_words(text, known, vocabulary.max_length)
        read = sum(word.read for word in words)
        explained = []
        for category, found in zip(which, weights, strict=False):
            explained.append(
                CategoryExplanation(
                    path=taxonomy.path_strings[category],
                    level=int(taxonomy.levels[category]) + 1,
                    probability=float(probabilities[row, category]),
                    level_probability=found.probability,
                    # A text without any word is read as one unknown word, which is none of its.
                    weights={
                        method: tuple(weight[:read].tolist())
                        for method, weight in found.methods.items()
                    },
                    unknown_probability=found.unknown_probability,
                    gap=found.gap,
                )
            )
        explanations.append(
            Explanation(str(text), words, predicted[row], tuple(explained), methods)
        )
    return explanations


def gradients_of(classifier: HARNNClassifier) -> IntegratedGradients:
    """Return the gradients of a classifier's network, compiled once for all explanations.

    Args:
        classifier: A fitted classifier.

    Raises:
        ConfigError: If its network does not begin with word vectors.
    """
    kept = classifier.__dict__.get("_gradients")
    if not isinstance(kept, IntegratedGradients) or kept.network.model is not classifier.model_:
        kept = IntegratedGradients(ExplainedNetwork(classifier.model_))
        classifier.__dict__["_gradients"] = kept
    return kept


def output_numbers(taxonomy: Taxonomy, level_sizes: Sequence[int]) -> np.ndarray:
    """Return which output of a network is each category's ``(categories,)``.

    Args:
        taxonomy: The categories.
        level_sizes: Outputs of each level: the level's categories, then perhaps "the path has
            ended".

    Example:
        >>> output_numbers(Taxonomy.from_paths(["a", "a/b", "c"]), (3, 2)).tolist()
        [0, 1, 3]
    """
    starts = np.cumsum([0, *level_sizes[:-1]]) - [part.start for part in taxonomy.level_slices]
    return np.asarray(np.arange(len(taxonomy)) + starts[taxonomy.levels])


def _asked(taxonomy: Taxonomy, categories: Sequence[Any]) -> list[int]:
    if isinstance(categories, str) or not len(categories):
        raise ConfigError(
            f"categories must be a list of paths such as [{taxonomy.path_strings[0]!r}], "
            f"not {categories!r}"
        )
    return list(dict.fromkeys(taxonomy.find(path) for path in categories))


def _with_ancestors(taxonomy: Taxonomy, paths: Sequence[tuple[str, float]]) -> list[int]:
    marked = np.zeros(len(taxonomy), dtype=bool)
    for path, _ in paths:
        marked |= taxonomy.ancestors[taxonomy.find(path)]
    return np.flatnonzero(marked).tolist()
