"""How far back gradients reach, drawn."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

import numpy as np

from harnn.cells.gradient_flow import GradientFlow

__all__ = ["plot_gradient_flow"]


def plot_gradient_flow(
    flows: Mapping[str, GradientFlow],
    ax: Any = None,
    *,
    of: Literal["state", "output"] = "state",
) -> Any:
    """Draw the norms of several cells by lag, a line a cell; the bounds of Hochreiter are dashed.

    Norms of zero have no place on the logarithmic axis and are left out.

    Args:
        flows: By name of the cell.
        ax: The matplotlib ``Axes`` to draw on; those of a new figure if not given, which is
            ``ax.figure`` and unknown to pyplot.
        of: Which norms: those of the whole ``"state"``, or of the ``"output"`` alone.

    Returns:
        The ``Axes``.

    Raises:
        ValueError: If ``of`` is neither of the two.

    Example:
        >>> import numpy as np
        >>> from harnn.cells import LSTMCell, gradient_flow
        >>> ax = plot_gradient_flow({"LSTM": gradient_flow(LSTMCell(4), np.ones((2, 5, 3)))})
        >>> ax.figure.savefig("gradient_flow.png")
    """
    if of not in ("state", "output"):
        raise ValueError(f"of must be 'state' or 'output', not {of!r}")
    if ax is None:
        from matplotlib.figure import Figure

        ax = Figure(layout="constrained").add_subplot()
    letter = "s" if of == "state" else "h"
    for name, flow in flows.items():
        norms = flow.state_norms if of == "state" else flow.output_norms
        (line,) = ax.plot(flow.lags, _drawable(norms), label=name)
        if flow.hochreiter_bound is not None:
            ax.plot(
                flow.lags,
                _drawable(flow.hochreiter_bound),
                linestyle="--",
                color=line.get_color(),
                label=f"{name}: bound",
            )
    ax.set_yscale("log")
    ax.set_xlabel("lag $k$ (steps)")
    ax.set_ylabel(rf"$\|\partial {letter}_T / \partial {letter}_{{T-k}}\|_2$")
    if flows:
        ax.legend()
    return ax


def _drawable(norms: np.ndarray) -> np.ndarray:
    return np.where((norms > 0) & np.isfinite(norms), norms, np.nan)
