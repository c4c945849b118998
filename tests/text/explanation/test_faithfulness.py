from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from harnn import HARNNClassifier
from harnn.errors import ConfigError, DataError
from harnn.text.explanation.faithfulness import FRACTIONS, Faithfulness, measure_faithfulness


@pytest.fixture(scope="module")
def measured(planted_classifier: HARNNClassifier, planted: Any) -> Faithfulness:
    """Return what is measured on documents in which one word decides, two texts without words."""
    return measure_faithfulness(planted_classifier, [*planted[0], "", "\n"], draws=3, resamples=200)


@pytest.mark.parametrize("method", ["gradients", "occlusion"])
def test_words_in_the_order_of_their_attributions_beat_a_random_order(
    measured: Faithfulness, method: str
) -> None:
    assert list(measured.methods) == ["attention", "gradients", "occlusion", "random"]
    found, random = measured.methods[method], measured.methods["random"]
    assert found.deletion_area < random.deletion_area - 0.1
    assert found.insertion_area > random.insertion_area + 0.1
    assert found.comprehensiveness > random.comprehensiveness
    assert found.sufficiency < random.sufficiency
    for difference in (found.deletion_against_random, found.insertion_against_random):
        assert difference is not None
        assert difference.interval is not None
        assert difference.p_value is not None
        assert difference.interval.low <= difference.difference <= difference.interval.high
        assert difference.p_value < 0.05
    assert random.deletion_against_random is None


def test_all_orders_begin_and_end_alike(planted_classifier: HARNNClassifier, planted: Any) -> None:
    vocabulary, taxonomy = planted_classifier.vocabulary_, planted_classifier.taxonomy_
    whole, nothing = [], []
    for text, path in zip(planted[0][:3], planted_classifier.predict(planted[0][:3]), strict=True):
        ids = vocabulary.encode(text)
        place = taxonomy.find(path) - taxonomy.level_slices[1].start
        levels = planted_classifier.model_(np.stack([ids, np.ones_like(ids)]))["level_2"]
        whole.append(float(levels[0, place]))
        nothing.append(float(levels[1, place]))
    some = measure_faithfulness(planted_classifier, planted[0][:3], ("attention",), draws=2)
    for found in some.methods.values():
        assert found.deletion[0] == pytest.approx(np.mean(whole), abs=1e-5)
        assert found.deletion[-1] == pytest.approx(np.mean(nothing), abs=1e-5)
        assert found.insertion[0] == pytest.approx(np.mean(nothing), abs=1e-5)
        assert found.insertion[-1] == pytest.approx(np.mean(whole), abs=1e-5)


def test_areas_and_means_are_those_of_the_curves(measured: Faithfulness) -> None:
    for found in measured.methods.values():
        assert len(found.deletion) == len(found.insertion) == len(FRACTIONS)
        for curve, area in (
            (found.deletion, found.deletion_area),
            (found.insertion, found.insertion_area),
        ):
            assert area == pytest.approx(np.trapezoid(curve, FRACTIONS))
        inner = np.array([found.deletion, found.insertion])[:, 1:-1]
        lost = found.deletion[0] - inner.mean(axis=1)
        assert (found.comprehensiveness, found.sufficiency) == pytest.approx(tuple(lost))


def test_documents_without_a_word_are_left_out_and_counted(measured: Faithfulness) -> None:
    assert (measured.documents, measured.left_out) == (40, 2)


def test_the_same_seed_gives_the_same_numbers(
    planted_classifier: HARNNClassifier, planted: Any
) -> None:
    first, second = (
        measure_faithfulness(planted_classifier, planted[0][:5], ("attention",), draws=2, seed=4)
        for _ in range(2)
    )
    assert first == second


def test_the_table_has_a_row_a_method_in_each_part(measured: Faithfulness) -> None:
    table = measured.table()
    assert max(map(len, table.splitlines())) <= 80
    for name in ("attention", "gradients", "random"):
        assert sum(line.strip().startswith(name) for line in table.splitlines()) == 2
    assert f"{measured.methods['random'].deletion_area:.3f}" in table
    assert " to " in table


def test_nothing_to_measure_is_refused(planted_classifier: HARNNClassifier) -> None:
    with pytest.raises(DataError, match="none of 2 has a word and a predicted category"):
        measure_faithfulness(planted_classifier, ["", " "])
    with pytest.raises(ConfigError, match="draws is 0"):
        measure_faithfulness(planted_classifier, ["the Rhine"], draws=0)
