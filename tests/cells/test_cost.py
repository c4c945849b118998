from __future__ import annotations

from typing import Any

import keras
import pytest

from harnn.cells.cost import CellCost, cell_cost, cost_table, cost_text
from harnn.cells.elman_cell import ElmanCell
from harnn.cells.gru_cell import GRUCell
from harnn.cells.jordan_cell import JordanCell
from harnn.cells.lstm_cell import LSTMCell

CELLS: dict[str, Any] = {
    "elman": ElmanCell,
    "jordan": JordanCell,
    "gru": GRUCell,
    "gru_reset_before": lambda units: GRUCell(units, reset_after=False),
    "lstm": LSTMCell,
}


def _built(cell: Any, features: int) -> Any:
    cell.build((None, features))
    return cell


@pytest.mark.parametrize(("features", "units"), [(3, 5), (7, 2), (1, 1)])
@pytest.mark.parametrize("kind", CELLS)
def test_parameters_and_state_are_those_of_a_built_cell(
    kind: str, features: int, units: int
) -> None:
    cell = _built(CELLS[kind](units), features)
    cost = cell_cost(kind, features, units)
    assert cost.parameters == cell.count_params()
    assert cost.state_size == sum(cell.state_size)


@pytest.mark.parametrize("kind", CELLS)
def test_every_entry_of_a_matrix_is_multiplied_once_a_step(kind: str) -> None:
    cell = _built(CELLS[kind](5), 3)
    kernels = [weight for weight in cell.weights if weight.name.endswith("kernel")]
    expected = sum(weight.shape[0] * weight.shape[1] for weight in kernels)
    assert cell_cost(kind, 3, 5).matrix_products == expected


def test_a_jordan_cell_may_have_fewer_outputs_than_units() -> None:
    cell = _built(JordanCell(5, outputs=2), 3)
    cost = cell_cost("jordan", 3, 5, outputs=2)
    assert cost.parameters == cell.count_params() == 5 * (3 + 2 + 1) + 2 * (5 + 1)
    assert cost.state_size == 2


@pytest.mark.parametrize(
    ("kind", "layer"),
    [("elman", "SimpleRNN"), ("gru", "GRU"), ("lstm", "LSTM")],
)
def test_keras_layers_of_one_and_two_directions_have_as_many_parameters(
    kind: str, layer: str
) -> None:
    one = getattr(keras.layers, layer)(4)
    one.build((None, 6, 3))
    both = keras.layers.Bidirectional(getattr(keras.layers, layer)(4))
    both.build((None, 6, 3))
    assert cell_cost(kind, 3, 4).parameters == one.count_params()
    assert cell_cost(f"bi{kind}", 3, 4).parameters == both.count_params()


def test_the_published_formulas_hold() -> None:
    d, u = 100, 256
    assert cell_cost("lstm", d, u).parameters == 4 * u * (d + u + 1)
    assert cell_cost("gru_reset_before", d, u).parameters == 3 * u * (d + u + 1)
    assert cell_cost("gru", d, u).parameters == 3 * u * (d + u + 2)
    assert cell_cost("lstm", d, u).multiplications_per_step == 4 * u * (d + u) + 3 * u
    assert cell_cost("gru", d, u).multiplications_per_step == 3 * u * (d + u) + 2 * u


@pytest.mark.parametrize("kind", CELLS)
def test_two_directions_cost_twice_as_much(kind: str) -> None:
    one, both = cell_cost(kind, 3, 5), cell_cost(f"bi{kind}", 3, 5)
    assert both == CellCost(
        kind=f"bi{kind}",
        features=3,
        units=5,
        parameters=2 * one.parameters,
        matrix_products=2 * one.matrix_products,
        elementwise_products=2 * one.elementwise_products,
        state_size=2 * one.state_size,
    )


def test_the_table_has_the_kinds_asked_for_in_their_order() -> None:
    kinds = ["lstm", "bigru"]
    assert cost_table(3, 5, kinds) == [cell_cost(kind, 3, 5) for kind in kinds]
    default = [cost.kind for cost in cost_table(3, 5)]
    assert default == ["jordan", "elman", "gru", "lstm", "bigru", "bilstm"]


def test_the_text_has_a_row_a_cell_in_columns_of_one_width() -> None:
    costs = cost_table(30, 500)
    head, *rows = cost_text(costs).splitlines()
    assert head.split()[0] == "cell"
    assert {len(row) for row in rows} == {len(head)}
    for row, cost in zip(rows, costs, strict=True):
        kind, *numbers = row.split()
        assert kind == cost.kind
        assert [int(number.replace(",", "")) for number in numbers] == [
            cost.features,
            cost.units,
            cost.parameters,
            cost.matrix_products,
            cost.elementwise_products,
            cost.state_size,
        ]
    assert cost_text([]) == "  ".join(head.split())


@pytest.mark.parametrize("kind", ["rnn", "bibilstm", "bi", ""])
def test_an_unknown_kind_is_refused_and_the_known_ones_are_named(kind: str) -> None:
    with pytest.raises(ValueError, match=f"elman.*lstm.*not '{kind}'"):
        cell_cost(kind, 3, 5)


@pytest.mark.parametrize("size", [0, -1, 2.0, True])
@pytest.mark.parametrize("name", ["features", "units", "outputs"])
def test_a_size_that_is_no_positive_integer_is_refused(name: str, size: Any) -> None:
    sizes = {"features": 3, "units": 5, "outputs": 2, name: size}
    with pytest.raises(ValueError, match=f"{name} must be a positive integer"):
        cell_cost("jordan", **sizes)


def test_only_a_jordan_cell_has_outputs() -> None:
    with pytest.raises(ValueError, match="'bilstm' has none"):
        cell_cost("bilstm", 3, 5, outputs=2)
