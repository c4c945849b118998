"""The classical associative memory (Hopfield, 1982)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

__all__ = ["HopfieldNetwork", "Recall"]

RULES = ("hebbian", "pseudo-inverse")
UPDATES = ("asynchronous", "synchronous")
# A smaller field is zero but for rounding; Hebbian fields that are not zero are 1 / units or more.
ROUNDING = 1e-10


@dataclass(frozen=True)
class Recall:
    """What became of probes. Of a single probe the batch axis is left out everywhere.

    Attributes:
        states: ``(batch, units)``, where the probes ended.
        converged: ``(batch,)``, whether they ended in a fixed point.
        cycling: ``(batch,)``, whether they ended in a cycle of two states.
        sweeps: ``(batch,)``, how many updates of all units that took; 0 for a fixed point.
        energies: ``(batch, sweeps + 1)`` before the first and after each sweep, of as many sweeps
            as the slowest probe took; that of a probe which is done stays as it was.
    """

    states: np.ndarray
    converged: np.ndarray
    cycling: np.ndarray
    sweeps: np.ndarray
    energies: np.ndarray


class HopfieldNetwork:
    """Units of −1 or +1, coupled by symmetric weights, that fall into the patterns they store.

    The energy of a state ``s`` is ``E = −½ sᵀWs + θᵀs``, and a unit's field ``h = Ws − θ`` tells
    it where to go: ``s_i ← sign(h_i)``; a zero field leaves it as it is.

    * ``"hebbian"``: ``W = XᵀX / units`` for patterns ``X``. About ``0.138 · units`` random patterns
      can be recalled; see ``capacity_curve``.
    * ``"pseudo-inverse"``: ``W = X⁺X``, the projection onto the span of the patterns. All of them
      are fixed points, correlated or not. With as many independent ones as units ``W`` says
      nothing any more: every state is a fixed point.

    The diagonal of ``W`` is zero in both. A unit coupled to itself clings to the state it is in,
    which shrinks the basins of the patterns; in the energy ``W_ii s_i²`` is but a constant.

    Args:
        rule: How patterns become weights.
        thresholds: ``θ``, one for all units or one a unit.

    Attributes:
        weights_: ``W``, ``(units, units)``.
        thresholds_: ``θ``, ``(units,)``.

    Raises:
        ValueError: If ``rule`` is neither of the two.

    References:
        Hopfield (1982), Neural networks and physical systems with emergent collective
        computational abilities; Personnaz, Guyon & Dreyfus (1985), Information storage and
        retrieval in spin-glass like neural networks; Kanter & Sompolinsky (1987), Associative
        recall of memory without errors (on the diagonal).

    Example:
        >>> import numpy as np
        >>> patterns = np.array([[1, 1, 1, -1, -1, -1], [1, -1, 1, -1, 1, -1]])
        >>> network = HopfieldNetwork().fit(patterns)
        >>> recall = network.recall([-1, 1, 1, -1, -1, -1], random_state=0)
        >>> recall.states.astype(int).tolist()
        [1, 1, 1, -1, -1, -1]
        >>> bool(recall.converged), recall.energies.round(2).tolist()
        (True, [-0.33, -2.33])
    """

    weights_: np.ndarray
    thresholds_: np.ndarray

    def __init__(
        self, rule: Literal["hebbian", "pseudo-inverse"] = "hebbian", thresholds: Any = 0.0
    ) -> None:
        _check_choice("rule", rule, RULES)
        self.rule = rule
        self.thresholds = thresholds

    def fit(self, patterns: Any) -> HopfieldNetwork:
        """Store patterns in place of those stored before.

        Args:
            patterns: ``(patterns, units)`` of −1 and +1.

        Returns:
            The network itself.

        Raises:
            TypeError: If ``patterns`` are not numbers.
            ValueError: If they are not as above, or there is not one threshold a unit.
        """
        check_patterns(patterns)
        rows = _signs("patterns", patterns)
        units = rows.shape[1]
        self.thresholds_ = _thresholds(self.thresholds, units)
        if self.rule == "hebbian":
            weights = rows.T @ rows / units
        else:
            basis = _basis(rows)
            weights = basis.T @ basis
        np.fill_diagonal(weights, 0.0)
        self.weights_ = weights
        return self

    def energy(self, states: Any) -> np.ndarray:
        """Return ``−½ sᵀWs + θᵀs``, ``(batch,)``.

        Args:
            states: ``(batch, units)`` or ``(units,)`` of −1 and +1.
        """
        rows = self._rows("states", states)
        return self._energy(rows).reshape(np.shape(states)[:-1])

    def is_stable(self, states: Any) -> np.ndarray:
        """Tell which states are fixed points: no unit's field points away from it; ``(batch,)``.

        Args:
            states: ``(batch, units)`` or ``(units,)`` of −1 and +1.
        """
        rows = self._rows("states", states)
        return self._is_stable(rows).reshape(np.shape(states)[:-1])

    def recall(
        self,
        probes: Any,
        updates: Literal["asynchronous", "synchronous"] = "asynchronous",
        max_sweeps: int = 100,
        random_state: int | np.random.Generator | None = None,
    ) -> Recall:
        """Let probes fall until nothing changes any more.

        ``"asynchronous"`` updates one unit at a time, in each sweep in another random order, the
        same for all probes: the energy never rises, and a fixed point is always reached.
        ``"synchronous"`` updates all units at once; that may end in two states in turn, each
        the other's successor, which is noticed and said. Longer cycles there are none.

        Args:
            probes: ``(batch, units)`` or ``(units,)`` of −1 and +1.
            updates: One unit after the other, or all at once.
            max_sweeps: Probes still on their way then are given up, as not converged.
            random_state: Seed of the order, or the generator that draws it.

        Returns:
            Where the probes ended, and how.

        Raises:
            TypeError: If ``probes`` are not numbers.
            ValueError: If ``probes``, ``updates`` or ``max_sweeps`` are not as above.
            sklearn.exceptions.NotFittedError: If there are no patterns yet; a ``ValueError``.
        """
        states = self._rows("probes", probes)
        _check_choice("updates", updates, UPDATES)
        check_count("max_sweeps", max_sweeps)
        generator = np.random.default_rng(random_state)
        before = states
        active = ~self._is_stable(states)
        cycling = np.zeros_like(active)
        sweeps = np.zeros(len(states), dtype=int)
        energies = [self._energy(states)]
        while active.any() and len(energies) <= max_sweeps:
            after = states.copy()
            if updates == "asynchronous":
                after[active] = self._sweep(states[active], generator)
            else:
                after[active] = _follow(self._fields(states[active]), states[active])
                # Two back is as far as one need look: −s_tᵀWs_{t−1} + θᵀ(s_t + s_{t−1}) never
                # rises (Goles-Chacc, Fogelman-Soulie & Pellegrin, 1985), and on a cycle, where it
                # cannot fall, each unit either alternates or stands still.
                cycling |= active & (after == before).all(axis=1)
            sweeps += active
            before, states = states, after
            energies.append(self._energy(states))
            active &= ~cycling & ~self._is_stable(states)
        shape = np.shape(probes)
        return Recall(
            states=states.reshape(shape),
            converged=(~active & ~cycling).reshape(shape[:-1]),
            cycling=cycling.reshape(shape[:-1]),
            sweeps=sweeps.reshape(shape[:-1]),
            energies=np.stack(energies, axis=-1).reshape(*shape[:-1], len(energies)),
        )

    def _rows(self, name: str, states: Any) -> np.ndarray:
        check_fitted(self, "weights_")
        return _signs(name, states, units=len(self.weights_))

    def _fields(self, states: np.ndarray) -> np.ndarray:
        return states @ self.weights_ - self.thresholds_

    def _energy(self, states: np.ndarray) -> np.ndarray:
        return np.sum(states * (self.thresholds_ - 0.5 * (states @ self.weights_)), axis=1)

    def _is_stable(self, states: np.ndarray) -> np.ndarray:
        return (_follow(self._fields(states), states) == states).all(axis=1)

    def _sweep(self, states: np.ndarray, generator: np.random.Generator) -> np.ndarray:
        units = states.T.copy()
        for unit in generator.permutation(len(units)):
            field = self.weights_[unit] @ units - self.thresholds_[unit]
            units[unit] = _follow(field, units[unit])
        return units.T


def _follow(fields: np.ndarray, states: np.ndarray) -> np.ndarray:
    """Return the signs of the fields, and where there is no field the states."""
    return np.where(fields * states < -ROUNDING, -states, states)


def _basis(rows: np.ndarray) -> np.ndarray:
    """Return an orthonormal basis of the rows' span, ``(rank, units)``."""
    _, sizes, directions = np.linalg.svd(rows, full_matrices=False)
    smallest = sizes[0] * max(rows.shape) * np.finfo(float).eps
    return directions[sizes > smallest]


# What comes in ----------------------------------------------------------------------------------


def check_fitted(network: Any, attribute: str) -> None:
    """Refuse to go on before ``fit``."""
    if not hasattr(network, attribute):
        from sklearn.exceptions import NotFittedError

        raise NotFittedError(
            f"this {type(network).__name__} has no patterns yet: call fit(patterns) first"
        )


def check_patterns(patterns: Any) -> None:
    """Refuse what is not a table of one pattern or more."""
    shape = np.shape(patterns)
    if len(shape) != 2 or 0 in shape:
        raise ValueError(
            f"patterns: expected the shape (patterns, units), one of each at least, not {shape}"
            + ("; for a single pattern pass [pattern]" if len(shape) == 1 else "")
        )


def check_count(name: str, count: Any) -> None:
    """Refuse what is not a positive integer."""
    if isinstance(count, bool) or not isinstance(count, int | np.integer) or count < 1:
        raise ValueError(f"{name} must be a positive integer, not {count!r}")


def finite_rows(name: str, values: Any, units: int | None = None) -> np.ndarray:
    """Return values as float64 rows ``(batch, units)``; one vector makes one row."""
    given = np.asarray(values)
    if given.dtype.kind not in "biuf":
        raise TypeError(f"{name} must be real numbers, not {given.dtype}")
    if given.ndim not in (1, 2) or (units is not None and given.shape[-1] != units):
        width = "units" if units is None else units
        raise ValueError(
            f"{name}: expected the shape (batch, {width}) or ({width},), not {given.shape}"
        )
    rows = np.atleast_2d(given).astype(float)
    _refuse(name, rows, ~np.isfinite(rows), "only finite numbers may stand here")
    return rows


def _signs(name: str, values: Any, units: int | None = None) -> np.ndarray:
    rows = finite_rows(name, values, units)
    advice = "states are −1 or +1; of zeros and ones they are made by 2 * x − 1"
    _refuse(name, rows, np.abs(rows) != 1, advice)
    return rows


def _refuse(name: str, rows: np.ndarray, wrong: np.ndarray, advice: str) -> None:
    if wrong.any():
        row, unit = (int(place) for place in np.argwhere(wrong)[0])
        raise ValueError(
            f"{name}: row {row}, unit {unit} is {rows[row, unit]:g} ({wrong.sum()} such values); "
            f"{advice}"
        )


def _thresholds(thresholds: Any, units: int) -> np.ndarray:
    shape = np.shape(thresholds)
    if shape not in ((), (units,)):
        raise ValueError(
            f"thresholds: expected one number, or one a unit of shape ({units},), not {shape}"
        )
    return finite_rows("thresholds", np.broadcast_to(thresholds, units))[0]


def _check_choice(name: str, given: str, choices: tuple[str, str]) -> None:
    if given not in choices:
        raise ValueError(f"{name} must be {choices[0]!r} or {choices[1]!r}, not {given!r}")
