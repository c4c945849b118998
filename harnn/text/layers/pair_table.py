"""A table of pairs of words, in which a network can look up pairs by itself: cuckoo hashing."""

from __future__ import annotations

from typing import Any

import numpy as np

__all__ = ["PRIMES", "fill_slots", "places", "slots_for"]

# Products of two of these, and one more, are below 2³¹: TensorFlow, JAX and ONNX agree on int32.
PRIMES = (32749, 65521), (32719, 65519)


def slots_for(pairs: int) -> int:
    """Return how many slots the table of so many pairs has.

    Example:
        >>> slots_for(60_000)
        240001
    """
    return 4 * pairs + 1


def places(first: Any, second: Any, slots: int) -> tuple[Any, Any]:
    """Return the two slots in which a pair may stand (Pagh & Rodler, "Cuckoo hashing", 2001).

    Args:
        first: Ids of the first words, integers of any shape: of NumPy or of a backend.
        second: Of the second words.
        slots: Of the table.

    Returns:
        Two slots a pair.

    Example:
        >>> places(7, 3, slots=9)
        (1, 4)
    """
    (few, many), (fewer, more) = PRIMES
    return (
        (first % few * many + second % many) % slots,
        (second % fewer * more + first % more) % slots,
    )


def fill_slots(pairs: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Put pairs of words into a table.

    Args:
        pairs: The ids of two words each ``(pairs, 2)``, no pair twice.

    Returns:
        What each slot holds ``(slots,)``, int32: the number of a pair, counted from 1, or 0; and
        the pairs ``(pairs, 2)`` that are in the table, in the order given. All of them but for
        very few, for which there is no place.

    Example:
        >>> slots, kept = fill_slots(np.array([[2, 5], [7, 3]]))
        >>> sorted(number for number in slots.tolist() if number), kept.tolist()
        ([1, 2], [[2, 5], [7, 3]])
    """
    while True:
        slots, homeless = _filled(pairs)
        if not homeless:
            return slots, pairs
        pairs = np.delete(pairs, homeless, axis=0)


def _filled(pairs: np.ndarray) -> tuple[np.ndarray, list[int]]:
    """Return the slots, and which pairs found no place."""
    both = np.stack(places(pairs[:, 0], pairs[:, 1], slots_for(len(pairs))), axis=1).tolist()
    slots = [-1] * slots_for(len(pairs))
    homeless = []
    # A walk that is much longer than those that end goes in a circle.
    longest = 8 * len(pairs).bit_length() + 8
    for pair in range(len(pairs)):
        moving, place = pair, both[pair][0]
        for _ in range(longest):
            slots[place], moving = moving, slots[place]
            if moving < 0:
                break
            here, there = both[moving]
            place = there if place == here else here
        else:
            homeless.append(moving)
    return np.array(slots, dtype=np.int32) + 1, homeless
