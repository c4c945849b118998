"""Texts to compare an export with the classifier on, where the user gives none."""

from __future__ import annotations

import numpy as np

from harnn.text.documents.vocabulary import Vocabulary

__all__ = ["probe_texts"]

# Difficult for a tokenizer: no word, unknown words, capitals whose small letter depends on what
# follows or is two characters, symbols, decomposed letters, scripts with marks or without spaces,
# characters that are not seen, a character beyond 16 bits, half of one.
_ODD = (
    "",
    " \t\n",
    "Qwxz qwxz?",
    "ΟΔΥΣΣΕΥΣ ΣΑΣ. Σ",
    "İstanbul'DA",
    "naïve e\u0301tude №7 ½ x²",
    "東京は日本の首都です。",
    "हिन्दी में ภาษาไทย كَتَبَ",
    "co\u00adop क्\u200dष zero\u200bwidth",
    "a\u00a0b\u2028c\ufeffd",
    "🙂🙃 ok",
    "half\ud83da pair",
)


def probe_texts(vocabulary: Vocabulary, count: int = 64, seed: int = 0) -> list[str]:
    """Return texts of known words, of all lengths up to beyond the longest that is read.

    Args:
        vocabulary: Of the classifier.
        count: How many.
        seed: Of what is drawn.

    Example:
        >>> texts = probe_texts(Vocabulary(["a", "rose"], max_length=4), count=20)
        >>> len(texts), max(len(text.split()) for text in texts) > 4
        (20, True)
    """
    generator = np.random.default_rng(seed)
    words = np.array(vocabulary.words or ("x",), dtype=object)
    longest = vocabulary.max_length + vocabulary.max_length // 4 + 1
    lengths = np.geomspace(1, longest, max(count - len(_ODD), 1)).round().astype(int)
    # Few of a vocabulary's words are frequent: as many of each rank's logarithm.
    texts = [
        " ".join(words[(len(words) ** generator.random(length)).astype(int) - 1])
        for length in lengths
    ]
    return [*_ODD, *texts][:count]
