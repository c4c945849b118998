"""How far back gradients reach: products of a cell's Jacobians over time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from harnn.cells.elman_cell import ElmanCell
from harnn.cells.state_jacobian import Function, jacobian_of, state_sizes, whole_state_step
from harnn.quiet_keras import keras, ops

__all__ = ["GradientFlow", "gradient_flow"]

Array = np.ndarray

# At a factor of 0.95 a step, half of a gradient is gone after 14 steps; at its inverse, it is
# twice as large after 14.
VANISHING = 0.95
EXPLODING = 1 / VANISHING

# max |φ'|
LIPSCHITZ = {
    keras.activations.linear: 1.0,
    keras.activations.relu: 1.0,
    keras.activations.sigmoid: 0.25,
    keras.activations.tanh: 1.0,
}


@dataclass(frozen=True, eq=False)
class GradientFlow:
    """How the last step of sequences depends on the steps before it.

    With ``s_t`` the whole state of a cell and ``h_t`` the part of it that is the output, the norms
    are those of ``∂s_T/∂s_{T-k}`` and of its block ``∂h_T/∂h_{T-k}``, largest singular values
    both, for the last real step ``T`` of each sequence. Where the state is the output (Elman,
    Jordan, GRU) they are the same. An LSTM's memory lives in ``c``, not in ``h``: its output norms
    drop at the first step and miss what flows through ``c`` alone; its state norms do not.

    A mean over sequences, at lag ``k``, is the arithmetic one over those of at least ``k`` steps.
    It bounds the norm of the mean of their Jacobians, and so what a batch's gradient can carry.

    Attributes:
        lags: ``(lags,)``: the steps ``k`` = 0, 1, ...
        output_norms: ``(lags,)``: mean over sequences of ``‖∂h_T/∂h_{T-k}‖``.
        state_norms: ``(lags,)``: mean over sequences of ``‖∂s_T/∂s_{T-k}‖``.
        output_norms_by_sequence: ``(batch, lags)``; NaN beyond a sequence's first step.
        state_norms_by_sequence: ``(batch, lags)``; NaN beyond a sequence's first step.
        rate: Factor a step: ``exp`` of the slope of log ``state_norms`` over the lags, by least
            squares, without lag 0 (which is one for any cell) if there are others to fit. Zero
            if nothing at all arrives from the largest lag.
        recurrent_norm: ``‖U‖``, the largest singular value of an Elman cell's recurrent kernel;
            None for other cells, whose recurrence is not one matrix.
        hochreiter_bound: ``(lags,)``: ``(γ ‖U‖)^k`` with ``γ = max |φ'|``, which no norm of an
            Elman cell exceeds, as its Jacobians are ``diag(φ') Uᵀ``. None where the bound does not
            hold or ``γ`` is not known: gates and Jordan's output layer put other factors into the
            Jacobian, and layer normalisation divides it by the spread of the linear map.
    """

    lags: Array
    output_norms: Array
    state_norms: Array
    output_norms_by_sequence: Array
    state_norms_by_sequence: Array
    rate: float
    recurrent_norm: float | None
    hochreiter_bound: Array | None

    @property
    def verdict(self) -> Literal["vanishing", "stable", "exploding"]:
        """``"vanishing"`` for a rate below 0.95, ``"exploding"`` above 1/0.95, else ``"stable"``.

        That is: halved, or doubled, within less than 14 steps.
        """
        if self.rate < VANISHING:
            return "vanishing"
        return "exploding" if self.rate > EXPLODING else "stable"

    def text(self) -> str:
        """Return a table of a few lags, doubling, and a line with rate and verdict."""
        last = len(self.lags) - 1
        shown = sorted({0, last, *(2**power for power in range(last.bit_length()))})
        columns = [("output", self.output_norms), ("state", self.state_norms)]
        if self.hochreiter_bound is not None:
            columns.append(("bound", self.hochreiter_bound))
        head = "".join(f"{name:>11}" for name, _ in columns)
        rows = ["".join(f"{values[lag]:11.2e}" for _, values in columns) for lag in shown]
        return "\n".join(
            [
                f"{'lag':>5}{head}",
                *(f"{lag:5d}{row}" for lag, row in zip(shown, rows, strict=True)),
                f"{self.verdict}: a factor of {self.rate:.3g} a step",
            ]
        )


def gradient_flow(
    cell: Any,
    sequences: Any,
    lengths: Any = None,
    initial_state: Any = None,
    max_lag: int | None = None,
) -> GradientFlow:
    """Measure how far back gradients reach through a cell, on given sequences.

    The Jacobians ``∂s_t/∂s_{t-1}`` come from automatic differentiation of the cell in inference
    mode, at the states it reaches on these sequences; their products from the end backwards are
    made in float64, and rescaled on the way so that none is lost to underflow.

    Memory is ``O(batch · time · S + batch · S²)`` for a state of size ``S``: only one Jacobian a
    sequence is held at a time. Time is ``O(batch · max_lag · S³)``; a few dozen sequences will do.

    Args:
        cell: A layer with Keras' cell protocol whose first state is its output, trained or not.
            One that is not built yet is built for these sequences.
        sequences: ``(batch, time, features)``, padded on the right.
        lengths: ``(batch,)`` integers, the number of real steps; all of them if not given.
            Sequences of length 0 take no part.
        initial_state: The cell's states before the first step, a list of ``(batch, size)``; what
            ``cell.get_initial_state`` says if not given.
        max_lag: The largest lag wanted; the longest sequence's length if not given or larger. At
            a lag of its length, a sequence's norm is with respect to the initial state.

    Returns:
        The norms by lag, with rate, bound and verdict.

    Raises:
        TypeError: If ``cell`` does not have the protocol, or ``lengths`` are not integers.
        ValueError: If shapes, lengths or lags do not fit, if a real step of a sequence or a
            state is not finite, or if there is no real step at all.
        NotImplementedError: On backends other than TensorFlow and JAX.

    References:
        Hochreiter (1991), Untersuchungen zu dynamischen neuronalen Netzen;
        Pascanu, Mikolov & Bengio (2013), On the difficulty of training recurrent neural networks.

    Example:
        >>> import keras
        >>> import numpy as np
        >>> half = keras.layers.SimpleRNNCell(
        ...     3, activation="linear", recurrent_initializer=keras.initializers.Identity(0.5)
        ... )
        >>> flow = gradient_flow(half, np.ones((2, 4, 1)))
        >>> flow.state_norms.round(12).tolist()
        [1.0, 0.5, 0.25, 0.125, 0.0625]
        >>> print(flow.text())
          lag     output      state      bound
            0   1.00e+00   1.00e+00   1.00e+00
            1   5.00e-01   5.00e-01   5.00e-01
            2   2.50e-01   2.50e-01   2.50e-01
            4   6.25e-02   6.25e-02   6.25e-02
        vanishing: a factor of 0.5 a step
    """
    sizes = state_sizes(cell)
    sequences, lengths = _checked_sequences(sequences, lengths)
    _check_features(cell, sequences.shape[-1])
    last_lag = _checked_last_lag(max_lag, int(lengths.max()))
    start = _checked_start(cell, sizes, initial_state, len(sequences))

    step = whole_state_step(cell, sizes)
    states = _states(cell, step, sequences, lengths, start)
    norms, log_state_norms = _norms(cell, step, sequences, lengths, states, sizes[0], last_lag)

    lags = np.arange(last_lag + 1)
    recurrent_norm, gain = _recurrent_gain(cell)
    with np.errstate(over="ignore"):
        output_norms, state_norms = np.nanmean(norms, axis=1)
        bound = None if gain is None else np.float64(gain) ** lags
    return GradientFlow(
        lags=lags,
        output_norms=output_norms,
        state_norms=state_norms,
        output_norms_by_sequence=norms[0],
        state_norms_by_sequence=norms[1],
        rate=_rate(log_state_norms),
        recurrent_norm=recurrent_norm,
        hochreiter_bound=bound,
    )


# Running it -------------------------------------------------------------------------------------


def _states(cell: Any, step: Function, sequences: Array, lengths: Array, start: Array) -> Array:
    """Return the states before, between and after the steps, ``(batch, time + 1, S)``."""
    state = _tensor(cell, start)
    states = [start]
    for inputs in np.moveaxis(sequences, 1, 0):
        state = step(_tensor(cell, inputs), state)
        states.append(_array(state))
    whole = np.stack(states, axis=1)
    real = np.arange(whole.shape[1]) <= lengths[:, None]
    broken = np.argwhere(real & ~np.isfinite(whole).all(axis=-1))
    if len(broken):
        row, after = broken[0]
        raise ValueError(
            f"{cell.name}: the state of sequence {row} is not finite after step {after}: a weight "
            f"is not finite, or the state grows beyond what {cell.compute_dtype} can hold"
        )
    return whole


def _norms(
    cell: Any,
    step: Function,
    sequences: Array,
    lengths: Array,
    states: Array,
    output_size: int,
    last_lag: int,
) -> tuple[Array, Array]:
    """Return the norms of ``∂h_T/∂h_{T-k}`` and ``∂s_T/∂s_{T-k}``, and the logs of the latter.

    From the end backwards, ``P_k = P_{k-1} J_{T-k+1}`` with ``P_0 = I``. A power of two is kept
    apart from each product, which loses no digit, and none to underflow.

    Returns:
        Norms ``(2, batch, lags)`` and logs ``(batch, lags)``, NaN beyond the first step.
    """
    jacobian = jacobian_of(step, _tensor(cell, sequences[:, 0]), _tensor(cell, states[:, 0]))
    batch, size = len(sequences), states.shape[-1]
    rows = np.arange(batch)
    products = np.broadcast_to(np.eye(size), (batch, size, size))
    exponents = np.zeros(batch, dtype=int)
    norms = np.full((2, batch, last_lag + 1), np.nan)
    logs = np.full((batch, last_lag + 1), np.nan)
    for lag in range(last_lag + 1):
        reached = lengths >= max(lag, 1)
        if lag:
            # Sequences that are through stay in the batch, so that its shape is always the same.
            at = np.maximum(lengths - lag, 0)
            inputs, before = _tensor(cell, sequences[rows, at]), _tensor(cell, states[rows, at])
            factors = np.where(reached[:, None, None], _array(jacobian(inputs, before)), 0)
            if not np.isfinite(factors).all():
                raise ValueError(
                    f"{cell.name}: a Jacobian is not finite {lag} steps before the end, though "
                    f"the states are; try dtype='float64'"
                )
            products = products @ factors
            _, shift = np.frexp(np.linalg.norm(products, axis=(1, 2)))
            products = np.ldexp(products, -shift[:, None, None])
            exponents += shift
        of_state = _spectral_norms(products[reached])
        of_output = of_state
        if output_size < size:
            of_output = _spectral_norms(products[reached, :output_size, :output_size])
        with np.errstate(over="ignore", divide="ignore"):
            norms[:, reached, lag] = np.ldexp([of_output, of_state], exponents[reached])
            logs[reached, lag] = np.log(of_state) + exponents[reached] * np.log(2)
    return norms, logs


def _spectral_norms(matrices: Array) -> Array:
    # The largest eigenvalue of A Aᵀ: as exact as the largest singular value, and far cheaper.
    gram = matrices @ np.swapaxes(matrices, 1, 2)
    return np.sqrt(np.maximum(np.linalg.eigvalsh(gram)[:, -1], 0))


def _rate(logs: Array) -> float:
    """Return ``exp`` of the slope of the log of the mean over sequences."""
    real = ~np.isnan(logs)
    mean = np.logaddexp.reduce(np.where(real, logs, -np.inf), axis=0) - np.log(real.sum(axis=0))
    if np.isneginf(mean[-1]):
        return 0.0
    first = 1 if len(mean) > 2 else 0
    slope = np.polyfit(np.arange(first, len(mean)), mean[first:], 1)[0]
    with np.errstate(over="ignore"):
        return float(np.exp(slope))


def _recurrent_gain(cell: Any) -> tuple[float | None, float | None]:
    """Return ``‖U‖`` and ``γ ‖U‖`` of an Elman cell."""
    if not isinstance(cell, ElmanCell | keras.layers.SimpleRNNCell):
        return None, None
    norm = float(np.linalg.norm(_array(cell.recurrent_kernel), 2))
    slope = LIPSCHITZ.get(keras.activations.get(cell.activation))
    if slope is None or getattr(cell, "layer_norm", False):
        return norm, None
    return norm, slope * norm


def _tensor(cell: Any, values: Array) -> Any:
    return ops.convert_to_tensor(values, dtype=cell.compute_dtype)


def _array(values: Any) -> Array:
    return np.asarray(ops.convert_to_numpy(values), dtype=np.float64)


# What comes in ----------------------------------------------------------------------------------


def _checked_sequences(sequences: Any, lengths: Any) -> tuple[Array, Array]:
    """Return the sequences without the steps that no sequence has, zero on padding; the lengths."""
    sequences = _array(sequences)
    if sequences.ndim != 3:
        raise ValueError(
            f"sequences must have the shape (batch, time, features), not {sequences.shape}"
        )
    batch, time, _ = sequences.shape
    lengths = np.full(batch, time) if lengths is None else np.asarray(lengths)
    if not np.issubdtype(lengths.dtype, np.integer):
        raise TypeError(f"lengths must be integers, not {lengths.dtype}")
    if lengths.shape != (batch,):
        raise ValueError(f"lengths must have the shape ({batch},), not {lengths.shape}")
    outside = np.flatnonzero((lengths < 0) | (lengths > time))
    if len(outside):
        raise ValueError(
            f"lengths[{outside[0]}] is {lengths[outside[0]]}; it must be from 0 to {time}, the "
            f"number of steps in sequences"
        )
    if not lengths.any():
        raise ValueError("there is no real step: give at least one sequence of length 1 or more")
    real = np.arange(time) < lengths[:, None]
    wrong = np.argwhere(~np.isfinite(sequences) & real[:, :, None])
    if len(wrong):
        row, at, feature = wrong[0]
        raise ValueError(
            f"sequences[{row}, {at}, {feature}] is {sequences[row, at, feature]}; every feature "
            f"of a real step must be finite"
        )
    return np.where(real[:, :, None], sequences, 0)[:, : lengths.max()], lengths.astype(int)


def _check_features(cell: Any, features: int) -> None:
    built = (cell.get_build_config() or {}).get("input_shape") if cell.built else None
    if built and built[-1] != features:
        raise ValueError(
            f"sequences have {features} features, but {cell.name} was built for {built[-1]}"
        )


def _checked_last_lag(max_lag: Any, longest: int) -> int:
    if max_lag is None:
        return longest
    if isinstance(max_lag, bool) or not isinstance(max_lag, int | np.integer) or max_lag < 1:
        raise ValueError(f"max_lag must be a positive integer, not {max_lag!r}")
    return min(int(max_lag), longest)


def _checked_start(cell: Any, sizes: list[int], initial_state: Any, batch: int) -> Array:
    """Return the whole state before the first step, ``(batch, S)``."""
    if initial_state is None:
        initial_state = cell.get_initial_state(batch_size=batch)
    if not isinstance(initial_state, list | tuple):
        initial_state = [initial_state]
    parts = [_array(part) for part in initial_state]
    expected = [(batch, size) for size in sizes]
    if [part.shape for part in parts] != expected:
        raise ValueError(
            f"initial_state must be a list of shapes {expected}, not "
            f"{[part.shape for part in parts]}"
        )
    whole = np.concatenate(parts, axis=-1)
    if not np.isfinite(whole).all():
        row = np.flatnonzero(~np.isfinite(whole).all(axis=-1))[0]
        raise ValueError(f"initial_state of sequence {row} is not finite")
    return whole
