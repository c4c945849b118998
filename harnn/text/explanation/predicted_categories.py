"""Explains what any predictor says, by any weights of words. Pure NumPy."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from harnn.errors import ConfigError
from harnn.text.documents import check_texts
from harnn.text.documents.vocabulary import Vocabulary
from harnn.text.explanation.explanation import CategoryExplanation, Explanation
from harnn.text.explanation.word_weights import WordWeights
from harnn.text.explanation.words import find_words
from harnn.text.prediction.hierarchical_predictor import HierarchicalPredictor
from harnn.text.taxonomy import Taxonomy

__all__ = ["explain_predicted", "output_numbers"]


def explain_predicted(
    predictor: HierarchicalPredictor,
    vocabulary: Vocabulary,
    weigh: Callable[..., list[WordWeights]],
    texts: Sequence[str],
    methods: Sequence[str],
    categories: Sequence[Any] | None = None,
) -> list[Explanation]:
    """Say which words speak for and against the categories of documents.

    Args:
        predictor: The predictor.
        vocabulary: From a text to the word ids that it reads.
        weigh: From word ids of documents and targets, pairs of a document's number and an
            output's, to the weights of the words.
        texts: The documents.
        methods: The methods that ``weigh`` weighs by.
        categories: Which to explain, as paths; the predicted ones with all above them if not
            given.

    Returns:
        The explanations, one a document.

    Raises:
        ConfigError: If there are no categories where they are given.
        DataError: If the texts are none.
        TaxonomyError: If a category is unknown.
    """
    texts = check_texts(texts, name="texts")
    taxonomy = predictor.taxonomy_
    asked = None if categories is None else _asked(taxonomy, categories)
    outputs = output_numbers(taxonomy, predictor._decoder.level_sizes)
    probable = predictor.predict_proba(texts)
    predicted = [tuple(answer.paths) for answer in predictor._answers(probable)]
    chosen = [_with_ancestors(taxonomy, paths) if asked is None else asked for paths in predicted]
    targets = [(row, int(outputs[c])) for row, which in enumerate(chosen) for c in which]
    weights = iter(weigh([vocabulary.encode(text) for text in texts], targets))
    explanations = []
    for text, paths, which, probabilities in zip(texts, predicted, chosen, probable, strict=True):
        words = find_words(text, vocabulary, vocabulary.max_length)
        read = sum(word.read for word in words)
        explained = [
            CategoryExplanation(
                path=taxonomy.path_strings[category],
                level=int(taxonomy.levels[category]) + 1,
                probability=float(probabilities[category]),
                level_probability=found.probability,
                # A text without any word is read as one unknown word, which is none of its.
                weights={
                    method: tuple(found.methods[method][:read].tolist()) for method in methods
                },
                unknown_probability=found.unknown_probability,
                gap=found.gap,
            )
            for category, found in zip(which, weights, strict=False)
        ]
        explanations.append(Explanation(str(text), words, paths, tuple(explained), tuple(methods)))
    return explanations


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
