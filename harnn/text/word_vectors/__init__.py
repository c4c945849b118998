"""Word vectors trained without labels, or read from a file: where word embeddings start from."""

from harnn.text.word_vectors.pretraining import pretrain_word_vectors
from harnn.text.word_vectors.vector_files import read_word_vectors
from harnn.text.word_vectors.word_vectors import WordVectors

__all__ = ["WordVectors", "pretrain_word_vectors", "read_word_vectors"]
