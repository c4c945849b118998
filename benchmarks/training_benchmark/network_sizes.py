"""Sizes of a HARNN, and the numbers of weights and multiply-adds that follow from them.

This module needs the standard library alone, so that the process that runs PyTorch can use it.
"""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["NetworkSizes"]


@dataclass(frozen=True)
class NetworkSizes:
    """The sizes of a HARNN.

    Attributes:
        vocabulary: Number of word ids, padding and the unknown word included.
        level_sizes: Number of categories of each level.
        embedding_dim: Size of a word vector.
        units: Units of the LSTM per direction.
        attention_units: Size of the space in which words and categories are compared.
        dense_units: Units of the dense layers of the local and the hybrid prediction.
        shortcut: True if a word's vector is concatenated to its LSTM state.
        category_scores: True if each category is scored by its own summary of the words.
        highway_layers: Number of highway layers of the hybrid prediction.
        name_words: Number of distinct words in the names of the categories; 0 if the document's
            words are not compared with them.
        paths: Number of paths of the softmax over whole paths; 0 if there is none.

    Example:
        >>> sizes = NetworkSizes(vocabulary=10, level_sizes=(2, 5), embedding_dim=4, units=3)
        >>> sizes.features, sizes.weights["embedding"]
        (6, 40)
    """

    vocabulary: int = 60_000
    level_sizes: tuple[int, ...] = (9, 70, 219)
    embedding_dim: int = 128
    units: int = 64
    attention_units: int = 64
    dense_units: int = 256
    shortcut: bool = False
    category_scores: bool = False
    highway_layers: int = 0
    name_words: int = 0
    paths: int = 0

    @property
    def features(self) -> int:
        """Return the number of features of a word after the BiLSTM."""
        return 2 * self.units + (self.embedding_dim if self.shortcut else 0)

    @property
    def outputs(self) -> int:
        """Return the number of categories of all levels."""
        return sum(self.level_sizes)

    @property
    def weights(self) -> dict[str, int]:
        """Return the number of trained weights of each part.

        The name matches, which have one weight per level, are not counted.
        """
        levels, dense = len(self.level_sizes), self.dense_units
        return {
            "embedding": self.vocabulary * self.embedding_dim,
            "bilstm": 2 * 4 * self.units * (self.embedding_dim + self.units + 1),
            "attention": self.attention_units * (levels * self.features + self.outputs),
            "category scores": self.outputs * self.features if self.category_scores else 0,
            "local": (levels * dense * (2 * self.features + 1) + self.outputs * (dense + 1)),
            "hybrid": (
                dense * (levels * dense + 1)
                + self.highway_layers * 2 * dense * (dense + 1)
                + self.outputs * (dense + 1)
            ),
        }

    @property
    def products_of_word(self) -> dict[str, int]:
        """Return the multiply-adds that a training step makes for a word, by part.

        See ``multiply_adds``.
        """
        levels = len(self.level_sizes)
        return {
            "bilstm": 3 * 2 * 4 * self.units * (self.embedding_dim + self.units),
            "attention": 3
            * (
                self.attention_units * (levels * self.features + self.outputs)
                + levels * self.features  # the summary of each level
            ),
            "category scores": 3 * self.outputs * self.features if self.category_scores else 0,
            "names": self.embedding_dim * self.name_words,
        }

    @property
    def products_of_document(self) -> dict[str, int]:
        """Return the multiply-adds that a training step makes once per document, by part.

        See ``multiply_adds``.
        """
        levels, dense = len(self.level_sizes), self.dense_units
        return {
            "local": 3 * dense * (levels * 2 * self.features + self.outputs),
            "hybrid": 3 * dense * (levels * dense + self.highway_layers * 2 * dense + self.outputs),
            "paths": 2 * self.outputs * self.paths,
        }

    def multiply_adds(self, documents: int, time: int) -> int:
        """Return the multiply-adds of the matrix products of one training step.

        A product ``(m, k) @ (k, n)`` has ``m k n`` of them. It counts three times: once forwards,
        and once for the gradient of each of its factors. The product with the constant matrix of
        the paths counts twice, and the comparison with the words of the names, from which no
        gradient is taken, once. Products count alike for all implementations, however they
        compute them, and for padding as for words. Element-wise operations, gathers and the
        optimiser count nothing.

        Args:
            documents: Documents of the batch.
            time: Words to which they are padded.
        """
        per_word = sum(self.products_of_word.values())
        return documents * (time * per_word + sum(self.products_of_document.values()))
