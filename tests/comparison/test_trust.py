from __future__ import annotations

import numpy as np
import pytest

from harnn.comparison.judge import Judge
from harnn.comparison.predictions import Predictions
from harnn.comparison.trust import trust_records
from harnn.evaluation import Hierarchy
from harnn.text.decisions.decoding import BestPathDecoder, ThresholdDecoder
from harnn.text.labels import read_labels
from harnn.text.labels.label_codec import LabelCodec

ENDS = ("a/b", "a/c", "d/e", "d")


def problem(several: bool) -> tuple[Judge, dict[str, Predictions]]:
    """Labels drawn at random, one in five without its second level, and noisy predictions."""
    generator = np.random.default_rng(0)

    def labels(count: int) -> list[list[tuple[str | None, ...]]]:
        drawn = []
        for row in range(count):
            size = 1 + several * int(generator.integers(2))
            paths = [path.split("/") for path in generator.choice(ENDS, size=size, replace=False)]
            unknown = row % 5 == 0
            drawn.append([(path[0], None) if unknown else tuple(path) for path in paths])
        return drawn

    train = read_labels([[("a", "b")], [("a", "c")], [("d", "e")], [("d",)]], "paths")
    codec = LabelCodec.infer(train, paths="several" if several else "one")
    taxonomy = codec.taxonomy
    judge = Judge(
        codec,
        Hierarchy(taxonomy.levels, taxonomy.parents, taxonomy.path_strings),
        {
            part: codec.encode(read_labels(labels(count), "paths"))
            for part, count in (("validation", 400), ("test", 1500))
        },
        digest="",
        unlabelled_digest="",
    )
    decoder = ThresholdDecoder(taxonomy) if several else BestPathDecoder(taxonomy)
    predictions = {}
    for part in ("validation", "test"):
        truth = judge.targets[part].indicator
        levels = []
        for size, columns in zip(decoder.level_sizes, taxonomy.level_slices, strict=True):
            true = np.column_stack([truth[:, columns], ~truth[:, columns].any(axis=1)])[:, :size]
            raw = 1 / (1 + np.exp(-(3 * true - 1.5 + generator.normal(size=true.shape))))
            levels.append(raw.astype(np.float32))
        probabilities = decoder.probabilities(levels)
        predictions[part] = Predictions(decoder.decide(probabilities), None, probabilities)
    return judge, predictions


@pytest.fixture(scope="module", params=[False, True], ids=["one path", "several paths"])
def judged(request: pytest.FixtureRequest) -> tuple[Judge, dict[str, Predictions]]:
    return problem(request.param)


def test_risk_is_one_less_the_precision_of_what_is_predicted_and_known(judged):
    judge, predictions = judged
    records = trust_records(predictions, judge, "test")
    targets = judge.targets["test"]
    for level, columns in enumerate(judge.codec.taxonomy.level_slices):
        rows = targets.known[:, level]
        said, true = predictions["test"].decisions[rows], targets.indicator[rows]
        if judge.codec.one_path:
            wrong = (said != true)[:, : columns.stop].any(axis=1)
        else:
            wrong = ~true[:, columns][said[:, columns]]
        assert records["selective"][level].count == len(wrong)
        assert records["selective"][level].risk == pytest.approx(wrong.mean())


def test_sets_hold_the_truth_and_early_stops_are_right_as_often_as_asked_for(judged):
    judge, predictions = judged
    records = trust_records(predictions, judge, "test")
    assert [(r.level, r.target) for r in records["sets"]] == [
        (level, target) for level in (0, 1) for target in (0.9, 0.95)
    ]
    for record in records["sets"]:
        assert record.documents == judge.targets["test"].known[:, record.level].sum()
        assert record.coverage > record.target - 0.04
        # One choice alone may hold the truth more often than asked for.
        assert record.coverage < record.target + 0.04 or record.single > 0.98
        assert 1 <= record.size <= 4
        assert 0 <= record.single <= 1
    given = {(r.level, r.target): r.given for r in records["stops"]}
    assert given[0, 0.9] >= given[0, 0.95] > 0
    assert given[0, 0.9] >= given[1, 0.9]
    for record in records["stops"]:
        assert record.precision is None or record.precision > record.target - 0.02


def test_they_agree_with_a_count_document_by_document(judged):
    judge, predictions = judged
    taxonomy, one_path = judge.codec.taxonomy, judge.codec.one_path
    (record, *_) = [r for r in trust_records(predictions, judge, "test")["sets"] if r.level == 1]

    def scores(part: str, row: int) -> dict[str, float]:
        """What may be true on the second level: its categories, and d, which may end there."""
        row_of = predictions[part].probabilities[row].astype(float)
        p = dict(zip(taxonomy.path_strings, row_of, strict=True))
        found = {path: p[path] for path in ("a/b", "a/c", "d/e")}
        return {**found, "d": p["d"] - p["d/e"]} if one_path else found

    def true(part: str, row: int) -> set[str]:
        chosen = judge.targets[part].indicator[row]
        paths = {taxonomy.path_strings[c] for c in np.flatnonzero(chosen)}
        deep = {path for path in paths if "/" in path}
        return (deep or {"d"}) if one_path else deep

    def rows(part: str) -> np.ndarray:
        return np.flatnonzero(judge.targets[part].known[:, 1])

    kept = sorted(
        (
            min([scores("validation", row)[path] for path in true("validation", row)], default=1.0)
            for row in rows("validation")
        ),
        reverse=True,
    )
    threshold = kept[int(np.ceil((len(kept) + 1) * 0.9)) - 1]
    sizes, held = [], []
    for row in rows("test"):
        each = scores("test", row)
        least = min(threshold, max(each.values())) if one_path else threshold
        chosen = {path for path, score in each.items() if score >= least}
        sizes.append(len(chosen))
        held.append(true("test", row) <= chosen)
    assert record.size == pytest.approx(np.mean(sizes))
    assert record.coverage == pytest.approx(np.mean(held))


def test_the_validation_part_is_not_judged_by_what_was_chosen_on_it(judged):
    judge, predictions = judged
    records = trust_records(predictions, judge, "validation")
    assert list(records) == ["selective"]
    alone = trust_records({"test": predictions["test"]}, judge, "test")
    assert list(alone) == ["selective"]


def test_of_a_model_without_probabilities_nothing_is_told(judged):
    judge, predictions = judged
    silent = {name: Predictions(said.decisions) for name, said in predictions.items()}
    assert trust_records(silent, judge, "test") == {}


def test_too_few_validation_documents_give_no_sets_and_no_stops(judged):
    judge, predictions = judged
    said = predictions["validation"]
    few = judge.targets["validation"][:8]
    small = Judge(judge.codec, judge.hierarchy, {**judge.targets, "validation": few}, "", "")
    part = Predictions(said.decisions[:8], None, said.probabilities[:8])
    records = trust_records({**predictions, "validation": part}, small, "test")
    assert records["sets"] == records["stops"] == ()
