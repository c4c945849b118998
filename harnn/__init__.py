"""Hierarchical multi-label text classification with HARNN on Keras 3."""

from __future__ import annotations

from importlib.metadata import version
from typing import TYPE_CHECKING

from harnn.lazy_exports import lazy_exports

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
    "Corpus": "text.corpora",
    "HARNNClassifier": "text.classifier",
    "Taxonomy": "text.taxonomy",
    "compare": "comparison",
    "generate_corpus": "text.corpora",
    "load_corpus": "text.corpora",
}

__getattr__, __dir__ = lazy_exports(__name__, _HOME)
