"""Parts cut by a hash of the text: stable across machines, and duplicates stay together."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

import numpy as np

from harnn.errors import ConfigError
from harnn.text.corpora.corpus import Split

__all__ = ["check_fractions", "hash_positions", "normalised", "partition"]


def normalised(text: str) -> str:
    r"""Return the text lower-cased with single spaces: what two copies have in common.

    Example:
        >>> normalised("A  Song\n")
        'a song'
    """
    return " ".join(text.lower().split())


def hash_positions(texts: Iterable[str], seed: int = 0) -> np.ndarray:
    """Give each text a place in [0, 1) that depends on nothing but its words and the seed.

    Args:
        texts: The documents.
        seed: Another seed gives other places.

    Returns:
        The places, ``(documents,)``.

    Example:
        >>> first, second = hash_positions(["A song", "a  SONG"])
        >>> bool(first == second)
        True
    """
    salt = str(seed).encode()
    digests = (
        hashlib.blake2b(normalised(text).encode(), digest_size=8, key=salt).digest()
        for text in texts
    )
    return np.fromiter((int.from_bytes(digest, "big") for digest in digests), np.uint64) / 2.0**64


def check_fractions(validation: float, test: float) -> None:
    """Refuse fractions that leave nothing to train on.

    Raises:
        ConfigError: One is outside [0, 1), or they add up to 1 or more.
    """
    for name, fraction in (("validation_fraction", validation), ("test_fraction", test)):
        if not 0 <= fraction < 1:
            raise ConfigError(f"{name}={fraction}: it must be at least 0 and below 1")
    if validation + test >= 1:
        raise ConfigError(
            f"validation_fraction={validation} and test_fraction={test} leave nothing to train on"
        )


def partition(
    split: Split, validation: float, test: float, seed: int = 0
) -> tuple[Split, Split | None, Split | None]:
    """Cut a part into training, validation and test documents by the hash of their texts.

    Args:
        split: The documents.
        validation: The share of documents to choose by; 0 for none.
        test: The share of documents to report on; 0 for none.
        seed: Another seed cuts differently.

    Returns:
        The three parts, None for one whose share is 0.

    Raises:
        ConfigError: The fractions cannot be, or a part they ask for comes out empty.

    Example:
        >>> import datasets
        >>> rows = datasets.Dataset.from_dict({"text": [str(i) for i in range(1000)]})
        >>> train, validation, test = partition(Split(rows), 0.1, 0.1)
        >>> len(train) + len(validation) + len(test)
        1000
    """
    check_fractions(validation, test)
    positions = hash_positions(split.texts, seed)
    bounds = {
        "test": (0.0, test),
        "validation": (test, test + validation),
        "train": (test + validation, 1.0),
    }
    parts: dict[str, Split | None] = {}
    for name, (low, high) in bounds.items():
        rows = np.flatnonzero((positions >= low) & (positions < high))
        if low < high and not len(rows):
            raise ConfigError(
                f"{len(split)} documents are too few: none falls into the {name} part "
                f"(validation_fraction={validation}, test_fraction={test})"
            )
        parts[name] = split.select(rows) if low < high else None
    assert parts["train"] is not None
    return parts["train"], parts["validation"], parts["test"]
