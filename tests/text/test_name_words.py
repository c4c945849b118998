from __future__ import annotations

import pytest

from harnn import Taxonomy
from harnn.text.documents.vocabulary import Vocabulary
from harnn.text.name_words import NameWords, words_of_name

WORDS = ("horse", "race", "road", "lake")
HORSE, RACE, ROAD, LAKE = range(2, 6)


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("HorseRace", ["horse", "race"]),
        ("NCAATeamSeason", ["ncaa", "team", "season"]),
        ("comp.sys.ibm", ["comp", "sys", "ibm"]),
        ("snake_case-name", ["snake", "case", "name"]),
        ("ÄrzteKammer", ["ärzte", "kammer"]),
        ("anger", ["anger"]),
        ("...", []),
    ],
)
def test_a_name_is_split_into_its_words(name: str, words: list[str]) -> None:
    assert words_of_name(name) == words


def _names(taxonomy: Taxonomy, level_sizes: tuple[int, ...]) -> list[set[int]]:
    words = NameWords.of(taxonomy, level_sizes, Vocabulary(WORDS))
    assert len(set(words.ids)) == len(words.ids)
    return [{words.ids[word] for word in name} for name in words.names]


def test_names_that_share_a_word_share_its_number() -> None:
    taxonomy = Taxonomy.from_paths(["HorseRace", "RoadRace", "Lake"])
    expected = {"HorseRace": {HORSE, RACE}, "RoadRace": {ROAD, RACE}, "Lake": {LAKE}}
    assert _names(taxonomy, (3,)) == [expected[name] for name in taxonomy.names]


def test_words_that_no_document_has_are_left_out_of_a_name() -> None:
    taxonomy = Taxonomy.from_paths(["RoadRally", "Xylem"])
    assert _names(taxonomy, (2,)) == [{ROAD}, set()]


def test_outputs_beyond_the_categories_of_a_level_have_no_name() -> None:
    taxonomy = Taxonomy.from_paths(["Lake", "Road/HorseRace"])
    assert _names(taxonomy, (2, 2)) == [{LAKE}, {ROAD}, {HORSE, RACE}, set()]
