"""One temperature a level, fitted on what the decoder makes of all levels together."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from harnn.errors import DataError
from harnn.text.decisions.calibration_checks import (
    ENOUGH,
    are_exclusive,
    boolean,
    check_depth,
    check_keys,
    numbers,
)
from harnn.text.decisions.decoding import BestPathDecoder, Decoder
from harnn.text.labels.label_codec import Targets
from harnn.text.labels.targets import level_targets

__all__ = ["TemperatureCalibration"]

# A few numbers are fitted: more documents than this, evenly spaced, change nothing but the time.
MOST = 5000
# A temperature outside of this says that probabilities mean nothing, or everything.
LOG_RANGE = (np.log(0.05), np.log(20.0))
# Of a logarithm's argument.
_TINY = 1e-12


class TemperatureCalibration:
    """One temperature a level: above 1 it makes the level less sure of itself, below 1 surer.

    Where a document has one path, a level's outputs are raised to the power 1/T and divided by
    their sum; where it may have several, the log-odds of each output are divided by T. The order
    of a level's outputs stays, and 1 leaves them as they are.

    Args:
        temperatures: One a level.
        exclusive: Whether a document has one path.

    Source:
        Guo, Pleiss, Sun, Weinberger: "On calibration of modern neural networks", ICML 2017,
        section 4.2, for one level.

    Example:
        >>> calibration = TemperatureCalibration([2.0], exclusive=True)
        >>> calibration.apply([np.array([[0.8, 0.2]])])[0].round(3).tolist()
        [[0.667, 0.333]]
    """

    kind = "temperature"

    def __init__(self, temperatures: Sequence[float], exclusive: bool) -> None:
        self.temperatures = tuple(float(temperature) for temperature in temperatures)
        self.exclusive = bool(exclusive)

    @classmethod
    def fit(
        cls, levels: list[np.ndarray], targets: Targets, decoder: Decoder
    ) -> TemperatureCalibration:
        """Find the temperatures with the least log loss of the decoded probabilities.

        All levels are fitted together, on what the decoder makes of them: the product of levels
        that all see the same evidence is too sure even where each level is not. The log loss of a
        level is the mean over the documents that know it, and every level counts the same; a
        weak penalty, (log T)² as if of one document more, keeps temperatures finite where every
        document is right. A level that fewer than 20 documents know keeps the temperature 1.

        The least log loss is not the least calibration error: where a few documents are wrong and
        very sure, it makes the others less sure than they could be.

        Args:
            levels: Outputs for validation documents, ``(documents, outputs of the level)`` each.
            targets: What is known of these documents.
            decoder: What reads the levels.

        Returns:
            The calibration.

        Raises:
            ConfigError: If the decoder reads no levels that are independent of one another.
        """
        from scipy.optimize import minimize

        exclusive = are_exclusive(decoder)
        rows = np.unique(np.linspace(0, len(targets) - 1, min(len(targets), MOST)).astype(int))
        levels, targets = [level[rows].astype(np.float64) for level in levels], targets[rows]
        free = np.flatnonzero(targets.known.sum(axis=0) >= ENOUGH)
        inverse = np.ones(len(levels))
        if len(free):
            loss: Callable[[np.ndarray], float | tuple[float, np.ndarray]]
            if isinstance(decoder, BestPathDecoder):
                loss = _path_loss(levels, targets, decoder)
            else:
                loss = _threshold_loss(levels, targets, decoder)

            def of_free(logs: np.ndarray) -> Any:
                every = np.zeros(len(levels))
                every[free] = logs
                value = loss(every)
                if isinstance(value, tuple):
                    return value[0], value[1][free]
                return value

            found = minimize(
                of_free,
                np.zeros(len(free)),
                jac=True if isinstance(decoder, BestPathDecoder) else None,
                method="L-BFGS-B",
                bounds=[LOG_RANGE] * len(free),
            )
            inverse[free] = np.exp(-found.x)
        return cls(tuple(1.0 / inverse), exclusive)

    def apply(self, levels: list[np.ndarray]) -> list[np.ndarray]:
        """Calibrate outputs, ``(documents, outputs of the level)`` each."""
        check_depth(levels, len(self.temperatures))
        return [
            level
            if temperature == 1.0
            else _tempered(level, 1 / temperature, self.exclusive).astype(level.dtype)
            for level, temperature in zip(levels, self.temperatures, strict=True)
        ]

    def to_dict(self) -> dict[str, Any]:
        """Return what `calibration_from_dict` reads."""
        return {
            "kind": self.kind,
            "exclusive": self.exclusive,
            "temperatures": list(self.temperatures),
        }

    @classmethod
    def from_dict(cls, written: Mapping[str, Any]) -> TemperatureCalibration:
        """Read what ``to_dict`` returned.

        Raises:
            DataError: If it is no such thing.
        """
        check_keys(written, ("exclusive", "temperatures"))
        temperatures = numbers(written["temperatures"], "temperatures")
        if (temperatures <= 0).any():
            raise DataError(f"calibration: a temperature of {temperatures.min()} is not above 0")
        return cls(temperatures.tolist(), boolean(written["exclusive"]))


def _tempered(level: np.ndarray, power: float, exclusive: bool) -> np.ndarray:
    level = level.astype(np.float64)
    logs = np.log(np.maximum(level, _TINY))
    if exclusive:
        logs *= power
        raised = np.exp(logs - logs.max(axis=1, keepdims=True))
        return np.asarray(raised / raised.sum(axis=1, keepdims=True))
    odds = power * (logs - np.log(np.maximum(1.0 - level, _TINY)))
    return np.asarray(np.exp(-np.logaddexp(0.0, -odds)))


def _path_loss(
    levels: list[np.ndarray], targets: Targets, decoder: BestPathDecoder
) -> Callable[[np.ndarray], tuple[float, np.ndarray]]:
    """Return the mean log loss of what is true on each level, and its gradient in log T.

    With l_h the logarithm of the level's output that a path takes, log P(c) is the logsumexp of
    Σ_h l_h / T_h over the paths through c less that over all paths; its derivative in 1 / T_h is
    the mean of l_h over the paths through c less that over all, weighted by their probabilities.
    """
    true = level_targets(targets, decoder.taxonomy, decoder.level_sizes, "softmax")
    shares = 1.0 / np.maximum(targets.known.sum(axis=0), 1)
    logs = [np.log(np.maximum(level, _TINY)) for level in levels]
    # Documents × paths at a time: some taxonomies have thousands of paths.
    step = max(1, 500_000 // len(decoder.outputs))

    def loss(log_temperatures: np.ndarray) -> tuple[float, np.ndarray]:
        power = np.exp(-log_temperatures)
        total, slopes = 0.0, np.zeros(len(levels))
        for start in range(0, len(targets), step):
            rows = slice(start, start + step)
            taken = [level[rows][:, decoder.outputs[:, h]] for h, level in enumerate(logs)]
            scores = sum(p * own for p, own in zip(power, taken, strict=True))
            weights = np.exp(scores - np.max(scores, axis=1, keepdims=True))
            every = weights.sum(axis=1)
            means = np.stack([(weights * own).sum(axis=1) / every for own in taken])
            for h, outputs in enumerate(true):
                known = np.flatnonzero(outputs[rows] >= 0)
                through = outputs[rows][known, None] == decoder.outputs[:, h]
                inside = np.where(through, weights[known], 0.0)
                # Where all paths through the true category underflow, their loss is bounded.
                mass = np.maximum(inside.sum(axis=1), 1e-300)
                total -= shares[h] * float(np.log(mass / every[known]).sum())
                for other, own in enumerate(taken):
                    mean = (inside * own[known]).sum(axis=1) / mass
                    slopes[other] -= shares[h] * float((mean - means[other, known]).sum())
        penalty = float((log_temperatures**2).sum()) / len(targets)
        return total + penalty, -slopes * power + 2 * log_temperatures / len(targets)

    return loss


def _threshold_loss(
    levels: list[np.ndarray], targets: Targets, decoder: Decoder
) -> Callable[[np.ndarray], float]:
    """Return the mean log loss of the categories of each level, for sigmoids."""
    known = targets.known[:, decoder.taxonomy.levels]
    true = targets.indicator[known]
    # Of each entry: each level counts the same.
    shares = 1.0 / np.maximum(targets.known.sum(axis=0), 1)
    weights = np.broadcast_to(shares[decoder.taxonomy.levels], known.shape)[known]

    def loss(log_temperatures: np.ndarray) -> float:
        tempered = [
            _tempered(level, power, exclusive=False)
            for level, power in zip(levels, np.exp(-log_temperatures), strict=True)
        ]
        decoded = decoder.probabilities(tempered)[known]
        right = np.where(true, decoded, 1.0 - decoded)
        nats = -(weights * np.log(np.maximum(right, _TINY))).sum()
        return float(nats + (log_temperatures**2).sum() / len(targets))

    return loss
