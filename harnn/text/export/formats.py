"""The formats of an export: each writes its files, and reads them back to be checked."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from harnn.errors import ConfigError, nearest
from harnn.model_archive import check_archive_path
from harnn.onnx_file import check_exportable

if TYPE_CHECKING:
    from harnn.text.classifier import HARNNClassifier

__all__ = [
    "FORMATS",
    "Format",
    "Said",
    "archive_format",
    "check_export",
    "check_format",
    "format_named",
]


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


def check_format(name: str) -> None:
    """Refuse a format that there is not; nothing is imported for that.

    Args:
        name: What the user asked for.

    Raises:
        ConfigError: If it is none of ``FORMATS``.

    Example:
        >>> check_format("onx")
        Traceback (most recent call last):
        ...
        harnn.errors.ConfigError: format must be keras, saved_model, onnx, onnx_int8 or litert, \
not 'onx'; did you mean 'onnx'?
    """
    if name not in FORMATS:
        *others, last = FORMATS
        raise ConfigError(
            f"format must be {', '.join(others)} or {last}, not {name!r}{nearest(name, FORMATS)}"
        )


def check_export(path: str | os.PathLike[str], format: str) -> None:
    """Refuse an export that cannot be written, before a model is loaded for it.

    Args:
        path: The folder to write.
        format: One of ``FORMATS``.

    Raises:
        ConfigError: If there is no such format.
        OSError: If nothing can be written there, or something else stands there.
    """
    check_format(format)
    check_archive_path(path, archive_format(format))


def archive_format(format: str) -> str:
    """Return what the folder of an export calls its format."""
    return f"harnn-{format}"


def format_named(name: str) -> Format:
    """Return the module of a format.

    Args:
        name: One of ``FORMATS``.

    Raises:
        ConfigError: If there is no such format, or a package that it needs is not installed.
    """
    check_format(name)
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
