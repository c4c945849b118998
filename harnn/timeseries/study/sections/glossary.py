"""What the scores mean."""

from __future__ import annotations

from harnn.evaluation.report.blocks import (
    Definitions,
    Section,
)

__all__ = ["glossary_section"]


def glossary_section() -> Section:
    """What the scores mean."""
    items = (
        ("Micro MSE", "Mean squared error over all judged values; each sensor has deviation 1."),
        ("Macro MSE", "Mean over the sensors of each one's mean squared error."),
        ("MAE", "Mean absolute error over all judged values."),
        ("MRE", "Sum of the absolute errors over the sum of the absolute true values."),
        (
            "NLL",
            "Mean negative log-likelihood of a judged value under a normal distribution with the "
            "model's mean and deviation, in nats.",
        ),
        (
            "90 % band holds",
            "Share of the judged values within the band that held 90 % of the validation values.",
        ),
        (
            "Forward, coupled, decoupled",
            "Reads the past alone; both directions, fused; a forward student taught by a backward "
            "teacher.",
        ),
    )
    return Section("glossary", "Terms", (Definitions(items),))
