"""From words to ids. Pure Python and NumPy: the same on every backend."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterable
from itertools import chain, repeat
from pathlib import Path

import numpy as np

from harnn.atomic import atomic_file
from harnn.errors import DataError, ModelFolderError
from harnn.text.documents.tokenizer import WORDS_VERSION, always_one_word, tokenize

__all__ = ["PADDING", "UNKNOWN", "Vocabulary", "tokenize"]

PADDING = 0
UNKNOWN = 1
# Words are lower-cased and brackets are words of their own: no text can contain these two.
_SPECIAL = ("[PAD]", "[UNK]")


class Vocabulary:
    """The words that have an id.

    Id 0 is padding and id 1 the unknown word; the known words follow, the most frequent first.

    Args:
        words: The known words, in the order of their ids.
        max_length: Words of a document beyond this many are not read.

    Raises:
        DataError: If a word stands twice or could never come out of ``tokenize``.

    Example:
        >>> vocabulary = Vocabulary.fit(["a rose is a rose", "is it"], min_count=2)
        >>> vocabulary.words
        ('a', 'is', 'rose')
        >>> vocabulary.encode("A rose, Rose!").tolist()
        [2, 4, 1, 4, 1]
    """

    def __init__(self, words: Iterable[str], max_length: int = 150) -> None:
        self.words = tuple(words)
        self.max_length = max_length
        self._ids = {word: number for number, word in enumerate(self.words, start=len(_SPECIAL))}
        if len(self._ids) != len(self.words):
            twice = Counter(self.words).most_common(1)[0][0]
            raise DataError(f"vocabulary: {twice!r} stands in it twice")
        for number, word in enumerate(self.words, start=len(_SPECIAL)):
            if tokenize(word) != [word]:
                raise DataError(
                    f"vocabulary: id {number}: {word!r} is not one lower-cased word, "
                    "so no text could ever match it"
                )

    @classmethod
    def fit(
        cls,
        texts: Iterable[str],
        *,
        min_count: int = 2,
        max_size: int = 20_000,
        max_length: int = 150,
    ) -> Vocabulary:
        """Count the words of a corpus, read once and never held in memory.

        Args:
            texts: The training texts.
            min_count: A word must occur this often to have an id.
            max_size: At most this many words: the most frequent ones, in alphabetical order
                among equals.
            max_length: Words of a document beyond this many are neither counted nor read.

        Returns:
            The vocabulary.
        """
        counts: Counter[str] = Counter(
            chain.from_iterable(tokenize(text)[:max_length] for text in texts)
        )
        frequent = [(-count, word) for word, count in counts.items() if count >= min_count]
        return cls((word for _, word in sorted(frequent)[:max_size]), max_length=max_length)

    def __len__(self) -> int:
        """Return the number of ids, padding and the unknown word included."""
        return len(self.words) + len(_SPECIAL)

    def __contains__(self, word: object) -> bool:
        """Return whether a word has an id of its own."""
        return word in self._ids

    def encode(self, text: str) -> np.ndarray:
        """Return the ids ``(words,)`` of a text, cut at ``max_length``.

        A text without any word is read as one unknown word, so that every document has a length.
        """
        return self.encode_words(tokenize(text))

    def encode_words(self, words: list[str]) -> np.ndarray:
        """Return what ``encode`` does, for a text that has been split into words.

        Args:
            words: What ``tokenize`` returned.
        """
        words = words[: self.max_length]
        found = map(self._ids.get, words, repeat(UNKNOWN))
        return np.fromiter(found if words else [UNKNOWN], np.int32, len(words) or 1)

    def decode(self, ids: Iterable[int]) -> list[str]:
        """Return the words of ids, ``[PAD]`` and ``[UNK]`` for the two special ones."""
        table = (*_SPECIAL, *self.words)
        return [table[number] for number in ids]

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write the vocabulary as UTF-8 text, a word a line: line number = id + 1."""
        with atomic_file(path) as temporary:
            temporary.write_text("\n".join((*_SPECIAL, *self.words)) + "\n", encoding="utf-8")

    @classmethod
    def load(
        cls,
        path: str | os.PathLike[str],
        max_length: int = 150,
        words_version: int = WORDS_VERSION,
    ) -> Vocabulary:
        """Read what ``save`` wrote.

        Args:
            path: The file.
            max_length: Words of a document beyond this many are not read.
            words_version: The ``WORDS_VERSION`` of `harnn.text.documents.tokenizer` that the words
                were found with.

        Raises:
            ModelFolderError: If the file is not a vocabulary, or if texts with its words are split
                otherwise by now.
        """
        try:
            # Not splitlines(): it would also split at characters that may stand in a word.
            lines = Path(path).read_text(encoding="utf-8").split("\n")
        except UnicodeDecodeError as error:
            raise ModelFolderError(f"{path}: byte {error.start} is not UTF-8") from None
        if tuple(lines[:2]) != _SPECIAL or lines[-1] != "":
            raise ModelFolderError(
                f"{path}: not a whole vocabulary: it must begin with the lines {_SPECIAL[0]} and "
                f"{_SPECIAL[1]} and end with a newline"
            )
        words = lines[2:-1]
        if words_version < WORDS_VERSION:
            changed = [word for word in words if not always_one_word(word)]
            if changed:
                raise ModelFolderError(
                    f"{path}: {len(changed)} of its {len(words)} words, such as {changed[0]!r}, "
                    "were found by an earlier version of harnn, which cut words at combining marks "
                    "and did not split Chinese, Japanese or Thai text. Texts with them have other "
                    "words now, and the model would predict otherwise: fit it again"
                )
        try:
            return cls(words, max_length=max_length)
        except DataError as error:
            raise ModelFolderError(f"{path}: {error}") from None

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, Vocabulary)
            and self.words == other.words
            and self.max_length == other.max_length
        )

    def __repr__(self) -> str:
        return f"Vocabulary({len(self.words)} words, max_length={self.max_length})"
