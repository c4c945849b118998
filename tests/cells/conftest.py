"""What the tests of the cells share: ragged batches, random cells, the equations in NumPy."""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from types import ModuleType
from typing import Any

import keras
import numpy as np
import pytest

from harnn.cells import ElmanCell, GRUCell, JordanCell, LSTMCell

Array = np.ndarray
Reference = Callable[..., tuple[Array, Array, Array]]

UNITS, FEATURES = 4, 3

CELLS: dict[str, Any] = {
    "lstm": LSTMCell,
    "gru": GRUCell,
    "gru_reset_before": partial(GRUCell, reset_after=False),
    "elman": ElmanCell,
    "elman_relu": partial(ElmanCell, activation="relu"),
    "jordan": partial(JordanCell, outputs=2),
}


def _load_numpy_cells() -> ModuleType:
    path = Path(__file__).with_name("numpy_cells.py")
    specification = importlib.util.spec_from_file_location("numpy_cells", path)
    assert specification is not None
    assert specification.loader is not None
    module = importlib.util.module_from_spec(specification)
    sys.modules["numpy_cells"] = module
    specification.loader.exec_module(module)
    return module


numpy_module = _load_numpy_cells()


@pytest.fixture(scope="session")
def numpy_cells() -> ModuleType:
    """Return the module with the equations."""
    return numpy_module


def _numpy_lstm(cell: Any, sequence: Array, hidden: Any = None, memory: Any = None) -> Any:
    zero = np.zeros(cell.units)
    states = [zero if state is None else state for state in (hidden, memory)]
    outputs, (hidden, memory) = numpy_module.NumpyCell(cell).run(sequence, states)
    return outputs, hidden, memory


@pytest.fixture(scope="session")
def numpy_lstm() -> Reference:
    """Return the function that runs an LSTM's weights over one sequence.

    It gives all outputs ``(time, units)`` and the last h and c.
    """
    return _numpy_lstm


# Batches ----------------------------------------------------------------------------------------


@pytest.fixture
def sequences() -> Array:
    """Return a batch ``(5, 6, 3)``; what stands beyond a sequence's end is noise on purpose."""
    return np.random.default_rng(0).normal(size=(5, 6, 3))


@pytest.fixture
def lengths() -> Array:
    """Return the lengths of the sequences: full, short, one and none among them."""
    return np.array([6, 3, 1, 0, 5], dtype=np.int32)


@pytest.fixture
def gaps() -> Array:
    """Return a mask with gaps: at the start, within and at the end, one step alone and none."""
    rows = ["111111", "010110", "001000", "000000", "100101"]
    return np.array([[step == "1" for step in row] for row in rows])


# Cells ------------------------------------------------------------------------------------------


def _randomise(layer: Any, scale: float = 0.7) -> Any:
    generator = np.random.default_rng(3)
    for variable in layer.trainable_variables:
        variable.assign(generator.normal(scale=scale, size=variable.shape))
    return layer


@pytest.fixture(scope="session")
def randomise() -> Callable[..., Any]:
    """Return the function that gives every weight of a layer, biases too, a random value."""
    return _randomise


@pytest.fixture(scope="module", params=CELLS)
def make_cell(request: pytest.FixtureRequest) -> Callable[..., Any]:
    """Return the function that makes a cell of one kind, built, with random weights."""

    def make(dtype: str = "float64", scale: float = 0.7, **options: Any) -> Any:
        cell = CELLS[request.param](UNITS, dtype=dtype, **options)
        cell.build((None, FEATURES))
        return _randomise(cell, scale)

    return make


@pytest.fixture(scope="session")
def random_states() -> Callable[..., list[Array]]:
    """Return the function that makes states for a batch of some size."""

    def make(cell: Any, batch: int = 5, seed: int = 1) -> list[Array]:
        generator = np.random.default_rng(seed)
        return [generator.normal(size=(batch, size)) for size in cell.state_size]

    return make


# Gradients --------------------------------------------------------------------------------------


def _gradients(function: Callable[..., Any], arguments: list[Any]) -> list[Array]:
    if keras.config.backend() == "tensorflow":
        import tensorflow as tf

        tensors = [tf.constant(argument) for argument in arguments]
        with tf.GradientTape() as tape:
            tape.watch(tensors)
            value = function(*tensors)
        found = tape.gradient(value, tensors)
    else:
        import jax

        found = jax.grad(function, argnums=tuple(range(len(arguments))))(*arguments)
    return [keras.ops.convert_to_numpy(gradient) for gradient in found]


@pytest.fixture(scope="session")
def gradients() -> Callable[..., list[Array]]:
    """Return the function that differentiates a scalar function by each of its arrays."""
    return _gradients


@pytest.fixture(scope="session")
def assert_gradients() -> Callable[..., None]:
    """Return the check of a function's gradients against central differences in float64.

    Of each argument, the slope along a random direction; with a step of 1e-6 its error is of the
    order of 1e-10, that of rounding.
    """

    def check(function: Callable[..., Any], arguments: list[Array]) -> None:
        generator = np.random.default_rng(6)
        step = 1e-6
        for place, gradient in enumerate(_gradients(function, arguments)):
            along = generator.normal(size=gradient.shape)
            above, below = (
                float(
                    function(
                        *arguments[:place],
                        arguments[place] + sign * step * along,
                        *arguments[place + 1 :],
                    )
                )
                for sign in (1, -1)
            )
            slope = (above - below) / (2 * step)
            assert slope != 0.0
            assert np.sum(gradient * along) == pytest.approx(slope, rel=1e-6, abs=1e-8)

    return check
