"""Corpora: documents with their labels, from files, the hub, memory, or made here."""

from harnn.text.corpora.corpus import Corpus, Split
from harnn.text.corpora.load import load_corpus
from harnn.text.corpora.synthetic import generate_corpus

__all__ = ["Corpus", "Split", "generate_corpus", "load_corpus"]
