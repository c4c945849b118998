"""Hierarchical multi-label text classification with HARNN on Keras 3."""

from __future__ import annotations

from importlib import import_module
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from harnn.comparison.compare import compare
    from harnn.text.classifier import HARNNClassifier
    from harnn.text.corpora import Corpus, generate_corpus, load_corpus
    from harnn.text.taxonomy import Taxonomy

__all__ = [
    "Corpus",
    "HARNNClassifier",
    "Taxonomy",
    "__version__",
    "compare",
    "generate_corpus",
    "load_corpus",
]

__version__ = version("harnn")

# Imported when first asked for, so that ``import harnn`` takes no time.
_HOME = {
    "Corpus": "harnn.text.corpora",
    "HARNNClassifier": "harnn.text.classifier",
    "Taxonomy": "harnn.text.taxonomy",
    "compare": "harnn.comparison",
    "generate_corpus": "harnn.text.corpora",
    "load_corpus": "harnn.text.corpora",
}


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_HOME[name]), name)


def __dir__() -> list[str]:
    return sorted(__all__)
