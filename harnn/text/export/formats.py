"""The formats of an export: each writes its files, and reads them back to be checked."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from harnn.errors import ConfigError, nearest
from harnn.onnx_file import check_exportable

if TYPE_CHECKING:
    from harnn.text.classifier import HARNNClassifier

__all__ = ["FORMATS", "Format", "Said", "format_named"]


@dataclass(frozen=True)
class Said:
    """What an export says of texts.

    Attributes:
        probabilities: Of all categories ``(documents, categories)``.
        paths: The predicted ones of each document.
    """

    probabilities: np.ndarray
    paths: list[list[str]]


class Format(Protocol):
    """A module that writes one format."""

    FILES: dict[str, str]  # what stands in the folder, and what it is
    NEEDS: str  # what the one who loads it must have installed
    EXAMPLE: str  # how it is loaded and asked, in Python
    TOLERANCE: float  # the most that a probability may differ by from the classifier's own
    SAME_PATHS: float  # the least share of documents with the classifier's own paths

    def write(self, classifier: HARNNClassifier, folder: Path) -> None:
        """Write the files."""

    def reader(self, folder: Path, description: dict[str, Any]) -> Callable[[Sequence[str]], Said]:
        """Load what was written, and return what asks it."""


FORMATS = ("keras", "saved_model", "onnx", "onnx_int8", "litert")
# What is installed for each beside the package.
_EXTRAS = {"onnx": "onnx", "onnx_int8": "onnx", "litert": "litert"}


def format_named(name: str) -> Format:
    """Return the module of a format.

    Args:
        name: One of ``FORMATS``.

    Raises:
        ConfigError: If there is no such format, or a package that it needs is not installed.
    """
    if name not in FORMATS:
        raise ConfigError(f"format must be one of {FORMATS}, not {name!r}{nearest(name, FORMATS)}")
    check_exportable()
    try:
        module: Any = import_module(f"harnn.text.export.{name}_format")
    except ModuleNotFoundError as error:
        if error.name is not None and error.name.startswith("harnn"):
            raise
        raise ConfigError(
            f"format {name!r} needs the package {error.name}: "
            f"pip install 'harnn[{_EXTRAS.get(name, name)}]'"
        ) from None
    return module
