"""What each measure means."""

from __future__ import annotations

from harnn.evaluation.report.blocks import Definitions, Section

__all__ = ["glossary_section"]

TERMS = (
    (
        "Precision, recall, F1",
        "Which share of the predicted categories is true; which share of the true categories was "
        "predicted; their harmonic mean.",
    ),
    (
        "Micro, macro",
        "Micro: over all entries of all documents at once, so frequent categories weigh most. "
        "Macro: computed for each category, then averaged, so rare categories weigh as much as "
        "frequent ones; categories that neither occur nor are predicted are left out.",
    ),
    (
        "All levels right",
        "The share of documents whose categories are exactly right on every level (subset "
        "accuracy). Only documents with all levels known are judged.",
    ),
    (
        "Accuracy of a level",
        "The share of documents whose categories on that level are exactly right, among those that "
        "have the level known.",
    ),
    (
        "Hierarchical precision, recall, F1",
        "The micro average after adding to each category its ancestors: a prediction near the "
        "truth counts more than one far away (Kiritchenko et al., 2006).",
    ),
    (
        "Incoherent",
        "A prediction with a category but without a path of its ancestors.",
    ),
    (
        "95 % interval",
        "Documents are drawn anew, with replacement, many times; the middle 95 % of the scores so "
        "found. It says how far the choice of documents moves a score, not that of the seed.",
    ),
    (
        "±",
        "The standard deviation over seeds (n − 1). It says how far the seed moves a score.",
    ),
    (
        "p-value",
        "Of a difference: how often that of a bootstrap resample lies on the other side of zero, "
        "two-sided. Below 0.05 a difference is called significant here.",
    ),
    (
        "McNemar's test",
        "Looks only at the documents that one model got right and the other wrong (exact, "
        "two-sided; McNemar, 1947).",
    ),
    (
        "p (Holm)",
        "McNemar's p-value, corrected for testing several rivals at once (Holm, 1979).",
    ),
    (
        "Expected calibration error",
        "Predictions are sorted into bins by their confidence; the mean over the predictions of "
        "the gap between a bin's confidence and its accuracy.",
    ),
    (
        "AURC",
        "The area under the risk–coverage curve: the share of wrong answers among the most "
        "confident ones, averaged over how many are given. Low where a model is right, and knows "
        "where it is not (Geifman & El-Yaniv, 2017).",
    ),
    (
        "Prediction set",
        "Everything that may be true, so chosen on the validation documents that the truth is in "
        "it with the probability asked for (split conformal prediction; Vovk et al., 2005).",
    ),
    (
        "–",
        "Undefined: there was nothing to measure it on. It is not zero.",
    ),
)


def glossary_section() -> Section:
    """Lay out the definitions.

    Returns:
        The section.

    Example:
        >>> glossary_section().name
        'glossary'
    """
    return Section("glossary", "Glossary", (Definitions(TERMS),))
