"""What a cell costs: parameters, multiplications a step, numbers remembered."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

__all__ = ["CellCost", "cell_cost", "cost_table", "cost_text"]

KINDS = ("jordan", "elman", "gru", "gru_reset_before", "lstm")
TABLE = ("jordan", "elman", "gru", "lstm", "bigru", "bilstm")


@dataclass(frozen=True)
class CellCost:
    """The cost of a cell, of both directions where there are two.

    Attributes:
        kind: Name of the cell; ``"bi"`` before it where there are two directions.
        features: Size of the input.
        units: Size of the hidden state, a direction.
        parameters: Number of weights, biases included.
        matrix_products: Multiply-adds a step and sequence in products with matrices.
        elementwise_products: Multiplications a step and sequence by gates, as the cells of
            ``harnn.cells`` compute them. Biases and activations are not counted.
        state_size: Numbers carried from a step to the next.
    """

    kind: str
    features: int
    units: int
    parameters: int
    matrix_products: int
    elementwise_products: int
    state_size: int

    @property
    def multiplications_per_step(self) -> int:
        """Matrix and element-wise products together."""
        return self.matrix_products + self.elementwise_products


def cell_cost(kind: str, features: int, units: int, outputs: int | None = None) -> CellCost:
    """Return the cost of a cell.

    With ``d`` features and ``u`` units, and one direction:

    ==================== ========================== ===================== ============ =======
    kind                 parameters                 matrix products       element-wise state
    ==================== ========================== ===================== ============ =======
    ``elman``            ``u(d+u+1)``               ``u(d+u)``            0            ``u``
    ``jordan``           ``u(d+o+1) + o(u+1)``      ``u(d+o) + ou``       0            ``o``
    ``gru``              ``3u(d+u+2)``              ``3u(d+u)``           ``2u``       ``u``
    ``gru_reset_before`` ``3u(d+u+1)``              ``3u(d+u)``           ``2u``       ``u``
    ``lstm``             ``4u(d+u+1)``              ``4u(d+u)``           ``3u``       ``2u``
    ==================== ========================== ===================== ============ =======

    Args:
        kind: ``"elman"``, ``"jordan"``, ``"gru"`` (reset after the product), ``"lstm"`` or
            ``"gru_reset_before"``; with ``"bi"`` before it, of two directions.
        features: ``d``.
        units: ``u``, a direction.
        outputs: ``o``, the outputs of a Jordan cell; ``units`` if not given.

    Raises:
        ValueError: If ``kind`` is unknown, a size is not a positive integer, or ``outputs`` are
            given for another cell than Jordan's.

    Example:
        >>> cell_cost("bilstm", features=100, units=256).parameters
        731136
    """
    name = kind.removeprefix("bi")
    if name not in KINDS:
        raise ValueError(
            f"kind must be one of {', '.join(KINDS)}, or one of them after 'bi', not {kind!r}"
        )
    if outputs is not None and name != "jordan":
        raise ValueError(f"outputs are those of a Jordan cell; {kind!r} has none: leave them out")
    o = units if outputs is None else outputs
    for size_name, size in (("features", features), ("units", units), ("outputs", o)):
        if isinstance(size, bool) or not isinstance(size, int) or size < 1:
            raise ValueError(f"{size_name} must be a positive integer, not {size!r}")
    d, u = features, units
    # (gates, biases of a gate, element-wise products, size of the state)
    gates, biases, elementwise, state = {
        "elman": (1, 1, 0, u),
        "jordan": (1, 1, 0, o),
        "gru": (3, 2, 2 * u, u),
        "gru_reset_before": (3, 1, 2 * u, u),
        "lstm": (4, 1, 3 * u, 2 * u),
    }[name]
    matrix = gates * u * (d + o)
    parameters = matrix + gates * biases * u
    if name == "jordan":
        matrix += u * o
        parameters += (u + 1) * o
    directions = 2 if kind != name else 1
    return CellCost(
        kind=kind,
        features=features,
        units=units,
        parameters=directions * parameters,
        matrix_products=directions * matrix,
        elementwise_products=directions * elementwise,
        state_size=directions * state,
    )


def cost_table(features: int, units: int, kinds: Iterable[str] = TABLE) -> list[CellCost]:
    """Return the costs of several kinds of cells, of the same sizes.

    Args:
        features: Size of the input.
        units: Size of the hidden state, a direction.
        kinds: As in ``cell_cost``.
    """
    return [cell_cost(kind, features, units) for kind in kinds]


def cost_text(costs: Iterable[CellCost]) -> str:
    """Return the costs as a table in plain text, a row a cell.

    Args:
        costs: The rows.

    Example:
        >>> print(cost_text(cost_table(features=100, units=256, kinds=["elman", "lstm"])))
        cell   features  units  parameters  products/step  element-wise  state
        elman       100    256      91,392         91,136             0    256
        lstm        100    256     365,568        364,544           768    512
    """
    head = ("cell", "features", "units", "parameters", "products/step", "element-wise", "state")
    rows: list[tuple[str, ...]] = [head]
    for cost in costs:
        numbers = (
            cost.features,
            cost.units,
            cost.parameters,
            cost.matrix_products,
            cost.elementwise_products,
            cost.state_size,
        )
        rows.append((cost.kind, *(f"{number:,}" for number in numbers)))
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return "\n".join(
        "  ".join(
            [name.ljust(widths[0])]
            + [cell.rjust(width) for cell, width in zip(cells, widths[1:], strict=True)]
        )
        for name, *cells in rows
    )
