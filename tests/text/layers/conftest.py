"""Every HARNN there is, small, computed twice: by the Keras layers and by plain NumPy."""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from types import ModuleType
from typing import Any

import keras
import numpy as np
import pytest

from harnn.text.network import build_network
from harnn.text.options import NetworkOptions

LENGTHS = (5, 1, 3, 5, 2, 0)
PADDED = 6
LEVEL_SIZES = {1: (4,), 2: (3, 5), 4: (1, 3, 4, 6)}


@dataclass(frozen=True)
class Case:
    """One form of HARNN on one ragged batch.

    Attributes:
        dependency: Its category dependency.
        level_sizes: Its categories.
        tensors: What its Keras layers give for the padded batch, by name.
        documents: What the equations give for each document alone.
    """

    dependency: str
    level_sizes: tuple[int, ...]
    tensors: dict[str, np.ndarray]
    documents: list[Any]

    def levels(self) -> range:
        """Return the numbers of the levels."""
        return range(1, len(self.level_sizes) + 1)

    def assert_agrees(self, name: str, expected: Callable[[Any], np.ndarray]) -> None:
        """Compare a tensor, cut to each document's words, with what is expected of it."""
        assert len(self.tensors[name]) == len(self.documents)
        for row, document in zip(self.tensors[name], self.documents, strict=True):
            reference = expected(document)
            actual = row[tuple(slice(size) for size in reference.shape)]
            np.testing.assert_allclose(actual, reference, rtol=1e-5, atol=1e-5, err_msg=name)


def _load_numpy_harnn() -> ModuleType:
    path = Path(__file__).with_name("numpy_harnn.py")
    specification = importlib.util.spec_from_file_location("numpy_harnn", path)
    assert specification is not None
    assert specification.loader is not None
    module = importlib.util.module_from_spec(specification)
    # Its dataclasses look themselves up there.
    sys.modules["numpy_harnn"] = module
    specification.loader.exec_module(module)
    return module


numpy_module = _load_numpy_harnn()


@pytest.fixture(scope="session")
def numpy_harnn() -> ModuleType:
    """Return the module with the equations."""
    return numpy_module


def _ragged_batch(generator: np.random.Generator) -> np.ndarray:
    batch = np.zeros((len(LENGTHS), PADDED), dtype=np.int32)
    for row, length in enumerate(LENGTHS):
        batch[row, :length] = generator.integers(1, 20, size=length)
    return batch


def _parameters() -> Iterator[Any]:
    forms = ("highway", "plain", "category scores", "path softmax")
    for dependency, activation, levels, form in product(
        ("none", "paper", "reference", "scaled"), ("softmax", "sigmoid"), LEVEL_SIZES, forms
    ):
        # Several paths a document have no softmax over paths.
        if (form, activation) != ("path softmax", "sigmoid"):
            name = f"{dependency}-{activation}-{levels} levels-{form}"
            yield pytest.param((dependency, activation, LEVEL_SIZES[levels], form), id=name)


@pytest.fixture(scope="session", params=_parameters())
def case(request: pytest.FixtureRequest) -> Case:
    """Return one form of HARNN, with weights large enough that every part of it matters."""
    dependency, activation, level_sizes, form = request.param
    options = NetworkOptions(
        embedding_dim=6,
        recurrent_units=5,
        attention_units=4,
        dense_units=7,
        highway_layers=int(form == "highway"),
        category_scores=form in ("category scores", "path softmax"),
        path_softmax=form == "path softmax",
        dependency=dependency,
        alpha=0.3,  # with one half, P_L and P_G could be mistaken for each other
    )
    model = build_network(options, 20, level_sizes, activation, seed=0)
    generator = np.random.default_rng(1)
    for variable in model.trainable_variables:
        variable.assign(generator.normal(scale=0.7, size=variable.shape))
    weights = {v.path: keras.ops.convert_to_numpy(v) for v in model.trainable_variables}
    reference = numpy_module.NumpyHARNN(
        weights,
        level_sizes,
        activation,
        dependency,
        options.highway_layers,
        options.alpha,
        options.path_softmax,
    )
    tokens = _ragged_batch(generator)
    tensors = {
        name: keras.ops.convert_to_numpy(tensor)
        for name, tensor in keras.Model(model.input, _intermediate(model))(tokens).items()
    }
    documents = [reference(row[row > 0]) for row in tokens]
    return Case(dependency, level_sizes, tensors, documents)


def _intermediate(model: Any) -> dict[str, Any]:
    """Name every tensor between the layers."""
    names = {
        "document": ("words", "mean", "mask", "vectors"),
        "attention": ("attention", "summary"),
        "prediction": ("features", "local_logits", "local_probabilities"),
        "dependency": ("word_weights",),
        "level": ("probabilities",),
    }
    tensors: dict[str, Any] = {}
    for layer in model.layers:
        kind, _, level = layer.name.partition("_")
        outputs = layer.output if isinstance(layer.output, list | tuple) else [layer.output]
        if kind == "hybrid":
            tensors |= {f"global_logits_{k}": tensor for k, tensor in enumerate(outputs, start=1)}
        elif kind in names:
            suffix = f"_{level}" if level else ""
            tensors |= {
                name + suffix: tensor for name, tensor in zip(names[kind], outputs, strict=True)
            }
    return tensors
