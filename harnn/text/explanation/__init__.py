"""Why HARNN says what it says: the words that a prediction rests on, and whether they do."""

from harnn.text.explanation.explain import explain
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
