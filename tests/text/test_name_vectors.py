from __future__ import annotations

import numpy as np
import pytest

from harnn import Taxonomy
from harnn.text.name_vectors import name_vectors, words_of_name
from harnn.text.vocabulary import Vocabulary

WORDS = ("horse", "race", "road", "lake", "soccerplayer", "soccer", "player")
VECTORS = np.vstack([np.zeros((2, 3)), np.random.default_rng(0).normal(size=(len(WORDS), 3))])


def _vector(word: str) -> np.ndarray:
    return VECTORS[2 + WORDS.index(word)]


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


def test_a_direction_is_the_mean_of_the_words_off_the_mean_of_the_level_and_of_length_one() -> None:
    taxonomy = Taxonomy.from_paths(["HorseRace", "Road", "Lake", "Unheard"])
    (level,) = name_vectors(taxonomy, Vocabulary(WORDS), VECTORS)
    names = dict(zip(taxonomy.names, level, strict=True))
    means = {
        "HorseRace": (_vector("horse") + _vector("race")) / 2,
        "Road": _vector("road"),
        "Lake": _vector("lake"),
    }
    centre = np.mean(list(means.values()), axis=0)
    for name, mean in means.items():
        expected = (mean - centre) / np.linalg.norm(mean - centre)
        np.testing.assert_allclose(names[name], expected, rtol=1e-5)
    assert not names["Unheard"].any()


def test_a_whole_name_that_is_a_word_counts_with_its_parts() -> None:
    taxonomy = Taxonomy.from_paths(["SoccerPlayer", "Road"])
    (level,) = name_vectors(taxonomy, Vocabulary(WORDS), VECTORS)
    whole = (_vector("soccer") + _vector("player") + _vector("soccerplayer")) / 3
    apart = whole - _vector("road")
    row = taxonomy.names.index("SoccerPlayer")
    np.testing.assert_allclose(level[row], apart / np.linalg.norm(apart), rtol=1e-5)


def test_a_level_of_one_category_has_nothing_to_differ_from() -> None:
    (level,) = name_vectors(Taxonomy.from_paths(["Road"]), Vocabulary(WORDS), VECTORS)
    assert not level.any()
