"""How much a classical associative memory holds, measured (Amit, Gutfreund & Sompolinsky, 1985)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from harnn.cells.hopfield_network import HopfieldNetwork, check_count

__all__ = ["CapacityCurve", "capacity_curve"]


@dataclass(frozen=True)
class CapacityCurve:
    """How well random patterns are recalled as they become more; one entry a load.

    Attributes:
        loads: Patterns a unit, of the whole numbers of patterns there were.
        overlaps: Mean over patterns of ``x·s / units``, where ``s`` is what became of ``x``: 1 if
            all are recalled. It stays well above 0 in an overloaded network, too, because each
            recall begins near its pattern and is caught on the way.
        stored: Fraction of the patterns that are fixed points.
    """

    loads: np.ndarray
    overlaps: np.ndarray
    stored: np.ndarray


def capacity_curve(
    units: int,
    loads: Sequence[float] | np.ndarray,
    rule: Literal["hebbian", "pseudo-inverse"] = "hebbian",
    flipped: float = 0.0,
    max_sweeps: int = 100,
    random_state: int | np.random.Generator | None = None,
) -> CapacityCurve:
    """Measure how many random patterns a network can hold, by asynchronous recall of each.

    With the Hebbian rule the overlap falls sharply near a load of 0.138, the sharper the more
    units there are (Amit, Gutfreund & Sompolinsky, 1985).

    Args:
        units: Size of the network.
        loads: Patterns a unit; rounded to whole patterns, one at least.
        rule: As of ``HopfieldNetwork``.
        flipped: Fraction of a pattern's units that are inverted in the probe.
        max_sweeps: As of ``HopfieldNetwork.recall``.
        random_state: Seed of patterns, noise and order, or the generator that draws them.

    Raises:
        ValueError: If there is no unit, a load is not positive, or ``flipped`` is not in 0 … 1.

    Example:
        >>> curve = capacity_curve(200, [0.05, 0.3], random_state=0)
        >>> (curve.overlaps > 0.9).tolist()
        [True, False]
    """
    check_count("units", units)
    wanted = np.asarray(loads, dtype=float)
    if wanted.ndim != 1 or not np.all((wanted > 0) & np.isfinite(wanted)):
        raise ValueError(f"loads must be positive numbers, such as [0.05, 0.1, 0.2], not {loads}")
    if not 0 <= flipped <= 1:
        raise ValueError(f"flipped is a fraction of the units, from 0 to 1, not {flipped}")
    generator = np.random.default_rng(random_state)
    network = HopfieldNetwork(rule)
    counts = np.maximum(1, np.rint(wanted * units)).astype(int)
    overlaps, stored = [], []
    for count in counts:
        patterns = generator.choice([-1.0, 1.0], size=(count, units))
        ranks = generator.permuted(np.tile(np.arange(units), (count, 1)), axis=1)
        probes = np.where(ranks < round(flipped * units), -patterns, patterns)
        network.fit(patterns)
        recall = network.recall(probes, max_sweeps=max_sweeps, random_state=generator)
        overlaps.append(np.mean(recall.states * patterns))
        stored.append(np.mean(network.is_stable(patterns)))
    return CapacityCurve(counts / units, np.array(overlaps), np.array(stored))
