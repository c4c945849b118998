"""Why HARNN says what it says: the words that a prediction rests on, and whether they do."""

from __future__ import annotations

from typing import TYPE_CHECKING

from harnn.lazy_exports import lazy_exports

if TYPE_CHECKING:
    from harnn.text.explanation.explaining import explain
    from harnn.text.explanation.explanation import CategoryExplanation, Explanation
    from harnn.text.explanation.faithfulness import (
        Faithfulness,
        MethodFaithfulness,
        measure_faithfulness,
    )
    from harnn.text.explanation.html import explanation_page
    from harnn.text.explanation.words import Word

__all__ = [
    "CategoryExplanation",
    "Explanation",
    "Faithfulness",
    "MethodFaithfulness",
    "Word",
    "explain",
    "explanation_page",
    "measure_faithfulness",
]

# Imported when first asked for: `harnn.runtime` explains without Keras.
_HOME = {
    "CategoryExplanation": "explanation",
    "Explanation": "explanation",
    "Faithfulness": "faithfulness",
    "MethodFaithfulness": "faithfulness",
    "Word": "words",
    "explain": "explaining",
    "explanation_page": "html",
    "measure_faithfulness": "faithfulness",
}

__getattr__, __dir__ = lazy_exports(__name__, _HOME)
