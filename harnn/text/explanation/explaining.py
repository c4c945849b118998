"""From a classifier and texts to explanations of what it predicts."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from harnn.text.explanation.explained_network import ExplainedNetwork
from harnn.text.explanation.explanation import Explanation
from harnn.text.explanation.integrated_gradients import IntegratedGradients
from harnn.text.explanation.network_weights import word_weights
from harnn.text.explanation.predicted_categories import explain_predicted
from harnn.text.explanation.word_weights import check_methods

if TYPE_CHECKING:
    from harnn.text.classifier import HARNNClassifier

__all__ = ["explain", "gradients_of"]


def explain(
    classifier: HARNNClassifier,
    texts: Sequence[str],
    methods: Sequence[str] = ("attention", "gradients"),
    categories: Sequence[Any] | None = None,
    steps: int = 32,
) -> list[Explanation]:
    """Say which words speak for and against the categories of documents.

    Args:
        classifier: A fitted classifier.
        texts: The documents.
        methods: ``"attention"``: the weights A that the category's own attention gave the words,
            which sum to one; ``"gradients"``: integrated gradients of the logarithm of the
            level's output, signed; ``"occlusion"``: by how much that logarithm is higher than
            with the unknown word in the word's place, signed.
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

    Source:
        Sundararajan, Taly, Yan: "Axiomatic attribution for deep networks", ICML 2017, for the
        gradients; Li, Monroe, Jurafsky: "Understanding neural networks through representation
        erasure", 2016, for occlusion.
    """
    methods = check_methods(methods, steps)
    weigh = partial(word_weights, gradients_of(classifier), methods=methods, steps=steps)
    return explain_predicted(classifier, classifier.vocabulary_, weigh, texts, methods, categories)


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
