"""What the names of categories are made of: words, as the documents have them."""

from __future__ import annotations

import re
from dataclasses import dataclass

from harnn.text.documents.tokenizer import tokenize
from harnn.text.documents.vocabulary import UNKNOWN, Vocabulary
from harnn.text.taxonomy import Taxonomy

__all__ = ["NameWords", "words_of_name"]

# A capital begins a word within "HorseRace", and ends one within "NCAATeam".
_BORDER = re.compile(r"(?<=[^\W\d_A-Z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][^\W\d_A-Z])|[\W_]+")


@dataclass(frozen=True)
class NameWords:
    """The words in the names of a network's outputs, as far as the vocabulary has them.

    Attributes:
        ids: The words of all names, each once, as the vocabulary numbers them.
        names: Of each output, those of the first level first, which of ``ids`` its name has. None
            where no word of it is known, nor where "the path has ended" is an output.

    Example:
        >>> taxonomy = Taxonomy.from_paths(["RoadRace", "HorseRace", "Xylem"])
        >>> words = NameWords.of(taxonomy, (3,), Vocabulary(["race", "horse"]))
        >>> taxonomy.names, words.names, words.ids
        (('HorseRace', 'RoadRace', 'Xylem'), ((0, 1), (1,), ()), (3, 2))
    """

    ids: tuple[int, ...]
    names: tuple[tuple[int, ...], ...]

    @classmethod
    def of(
        cls, taxonomy: Taxonomy, level_sizes: tuple[int, ...], vocabulary: Vocabulary
    ) -> NameWords:
        """Read the names of the categories.

        Args:
            taxonomy: The categories.
            level_sizes: Outputs of each level: its categories, and those beyond them.
            vocabulary: The words that have an id.

        Returns:
            Their words.
        """
        order: dict[int, int] = {}
        names: list[tuple[int, ...]] = []
        for categories, size in zip(taxonomy.level_slices, level_sizes, strict=True):
            for name in taxonomy.names[categories]:
                ids = (int(vocabulary.encode(word)[0]) for word in words_of_name(name))
                known = dict.fromkeys(number for number in ids if number > UNKNOWN)
                names.append(tuple(order.setdefault(number, len(order)) for number in known))
            names += [()] * (size - (categories.stop - categories.start))
        return cls(tuple(order), tuple(names))


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
