"""The continuous associative memory that attends to its patterns (Ramsauer et al., 2021)."""

from __future__ import annotations

from numbers import Real
from typing import Any

import numpy as np

from harnn.cells.hopfield_network import (
    Recall,
    check_count,
    check_fitted,
    check_patterns,
    finite_rows,
)

__all__ = ["ModernHopfield"]


class ModernHopfield:
    """An associative memory over real states whose update is that of attention.

    With the stored patterns as the rows of ``X``, a state goes to their average, weighted by how
    much they look like it: ``ξ ← softmax(β ξXᵀ) X``. The energy

        ``E = −lse(β, Xξ) + ½ ξᵀξ + β⁻¹ log(patterns) + ½ M²``

    never rises on the way, where ``lse(β, z) = β⁻¹ log Σ exp(β z)`` and ``M`` is the largest norm
    of a pattern. How many patterns can be told apart grows exponentially with the units, not in
    proportion to them. A small ``β``, or patterns close together, make states between them stable.

    Args:
        beta: ``β``, how sharply the most similar pattern is preferred.

    Attributes:
        patterns_: ``X``, ``(patterns, units)``.

    Raises:
        ValueError: If ``beta`` is not a positive number.

    References:
        Ramsauer et al. (2021), Hopfield Networks is All You Need, equations 1 to 3.

    Example:
        >>> import numpy as np
        >>> patterns = np.array([[0.0, 2.0], [2.0, 0.0], [-1.0, -1.0]])
        >>> recall = ModernHopfield(beta=8.0).fit(patterns).recall([0.4, 1.1])
        >>> recall.states.round(3).tolist()
        [0.0, 2.0]
        >>> bool(recall.converged)
        True
    """

    beta: float
    patterns_: np.ndarray

    def __init__(self, beta: float = 1.0) -> None:
        if not (isinstance(beta, Real) and 0 < beta < np.inf):
            raise ValueError(f"beta must be a positive number, not {beta!r}")
        self.beta = beta

    def fit(self, patterns: Any) -> ModernHopfield:
        """Store patterns in place of those stored before.

        Args:
            patterns: ``(patterns, units)``, finite.

        Returns:
            The network itself.

        Raises:
            TypeError: If ``patterns`` are not numbers.
            ValueError: If they are not as above.
        """
        check_patterns(patterns)
        self.patterns_ = finite_rows("patterns", patterns)
        return self

    def energy(self, states: Any) -> np.ndarray:
        """Return the energy, ``(batch,)``; of averages of patterns it lies in ``0 … 2M²``.

        Args:
            states: ``(batch, units)`` or ``(units,)``.
        """
        return self._energy(self._rows("states", states)).reshape(np.shape(states)[:-1])

    def attention(self, states: Any) -> np.ndarray:
        """Return ``softmax(β ξXᵀ)``: how much each pattern counts, ``(batch, patterns)``.

        Args:
            states: ``(batch, units)`` or ``(units,)``.
        """
        weights = self._attention(self._rows("states", states))
        return weights.reshape(*np.shape(states)[:-1], len(self.patterns_))

    def recall(self, probes: Any, max_sweeps: int = 1000, tolerance: float = 1e-8) -> Recall:
        """Let probes fall until they stand still.

        Args:
            probes: ``(batch, units)`` or ``(units,)``.
            max_sweeps: Probes still on their way then are given up, as not converged.
            tolerance: A probe stands still if no unit would move by more than this share of ``M``.

        Returns:
            Where the probes ended, and how; there are no cycles.

        Raises:
            TypeError: If ``probes`` are not numbers.
            ValueError: If ``probes``, ``max_sweeps`` or ``tolerance`` are not as above.
            sklearn.exceptions.NotFittedError: If there are no patterns yet; a ``ValueError``.
        """
        states = self._rows("probes", probes)
        check_count("max_sweeps", max_sweeps)
        if not 0 <= tolerance < np.inf:
            raise ValueError(f"tolerance must be a number of 0 or more, not {tolerance!r}")
        still = tolerance * np.sqrt(self._largest_square())
        after = self._attention(states) @ self.patterns_
        active = np.abs(after - states).max(axis=1) > still
        sweeps = np.zeros(len(states), dtype=int)
        energies = [self._energy(states)]
        while active.any() and len(energies) <= max_sweeps:
            states = np.where(active[:, None], after, states)
            sweeps += active
            energies.append(self._energy(states))
            after[active] = self._attention(states[active]) @ self.patterns_
            active &= np.abs(after - states).max(axis=1) > still
        shape = np.shape(probes)
        return Recall(
            states=states.reshape(shape),
            converged=(~active).reshape(shape[:-1]),
            cycling=np.zeros(shape[:-1], dtype=bool),
            sweeps=sweeps.reshape(shape[:-1]),
            energies=np.stack(energies, axis=-1).reshape(*shape[:-1], len(energies)),
        )

    def _rows(self, name: str, states: Any) -> np.ndarray:
        check_fitted(self, "patterns_")
        return finite_rows(name, states, units=self.patterns_.shape[1])

    def _largest_square(self) -> float:
        return float(np.max(np.sum(self.patterns_**2, axis=1)))

    def _attention(self, states: np.ndarray) -> np.ndarray:
        likeness = self.beta * (states @ self.patterns_.T)
        weights = np.exp(likeness - likeness.max(axis=1, keepdims=True))
        return weights / weights.sum(axis=1, keepdims=True)

    def _energy(self, states: np.ndarray) -> np.ndarray:
        likeness = states @ self.patterns_.T
        largest = likeness.max(axis=1)
        # The mean in place of the sum is the term β⁻¹ log(patterns).
        rest = np.log(np.exp(self.beta * (likeness - largest[:, None])).mean(axis=1)) / self.beta
        return 0.5 * (np.sum(states**2, axis=1) + self._largest_square()) - largest - rest
