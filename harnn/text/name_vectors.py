"""What the names of categories say of them: the vectors of their words."""

from __future__ import annotations

import re

import numpy as np

from harnn.text.taxonomy import Taxonomy
from harnn.text.vocabulary import UNKNOWN, Vocabulary, tokenize

__all__ = ["name_vectors", "words_of_name"]

# A capital begins a word within "HorseRace", and ends one within "NCAATeam".
_BORDER = re.compile(r"(?<=[^\W\d_A-Z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][^\W\d_A-Z])|[\W_]+")


def words_of_name(name: str) -> list[str]:
    """Split a category's name into lower-cased words.

    Args:
        name: As the taxonomy has it.

    Returns:
        Its words: parted where something else than letters and digits stands, and at capitals
        within a word.

    Example:
        >>> words_of_name("HorseRace"), words_of_name("NCAATeam_season")
        (['horse', 'race'], ['ncaa', 'team', 'season'])
    """
    return [word for part in _BORDER.split(name) for word in tokenize(part)]


def name_vectors(
    taxonomy: Taxonomy, vocabulary: Vocabulary, vectors: np.ndarray
) -> list[np.ndarray]:
    """Return a direction for every category: the mean of the vectors of its name's words.

    The mean over the level is taken off, which leaves what tells its categories apart.

    Args:
        taxonomy: The categories.
        vocabulary: The words that have a vector.
        vectors: Their vectors ``(ids, dims)``.

    Returns:
        One array a level, ``(categories, dims)``, rows of length one; zeros where no word of a
        name is known.

    Example:
        >>> taxonomy = Taxonomy.from_paths(["RoadRace", "Lake"])
        >>> vocabulary = Vocabulary(["race", "lake"])
        >>> vectors = np.array([[0.0, 0.0], [0.0, 0.0], [1.0, 0.0], [0.0, 1.0]])
        >>> name_vectors(taxonomy, vocabulary, vectors)[0].astype(float).round(2).tolist()
        [[-0.71, 0.71], [0.71, -0.71]]
    """
    directions = np.zeros((len(taxonomy), vectors.shape[1]))
    for category, name in enumerate(taxonomy.names):
        ids = [int(vocabulary.encode(word)[0]) for word in words_of_name(name)]
        # The name as it stands may be a word too: "SoccerPlayer" is read as "soccerplayer".
        ids += [int(vocabulary.encode(word)[0]) for word in tokenize(name)]
        known = [number for number in dict.fromkeys(ids) if number > UNKNOWN]
        if known:
            directions[category] = vectors[known].mean(axis=0)
    return [_apart(directions[level]) for level in taxonomy.level_slices]


def _apart(directions: np.ndarray) -> np.ndarray:
    """Centre the rows that are not zero, and give them length one."""
    named = directions.any(axis=1)
    apart = np.zeros_like(directions)
    if named.sum() > 1:  # one alone has nothing to differ from
        apart[named] = directions[named] - directions[named].mean(axis=0)
        lengths = np.linalg.norm(apart, axis=1, keepdims=True)
        apart /= np.where(lengths > 0, lengths, 1.0)
    return apart.astype(np.float32)
