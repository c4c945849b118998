"""What is calibrated, held out, left open and put into sets, with a classifier that is told all."""

from __future__ import annotations

import warnings
import zlib
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy.special import softmax

from harnn.errors import ConfigError, DataError
from harnn.evaluation import Hierarchy, level_calibration
from harnn.text.decisions.calibration import TemperatureCalibration
from harnn.text.hierarchical_classifier import HierarchicalClassifier
from harnn.text.labels import read_labels
from harnn.text.labels.label_codec import LabelCodec
from harnn.text.training_documents import read_training_documents

ENDS = ("a/b/c", "a/b/d", "a/e/f", "g/h/i", "g/h/j", "g/h")


class Told(HierarchicalClassifier):
    """Reads the true path in the text, ``"a/b hard 17"``, and the less of it the harder it is."""

    def __init__(
        self,
        taxonomy: Any = None,
        label_form: str = "auto",
        paths: str = "auto",
        calibration: str = "none",
        metric: str = "macro_f1",
    ) -> None:
        self.taxonomy = taxonomy
        self.label_form = label_form
        self.paths = paths
        self.calibration = calibration
        self.metric = metric

    def fit(self, X: Any, y: Any, validation_data: Any = None) -> Told:
        self._told: dict[str, list[np.ndarray]] = {}
        documents = read_training_documents(
            X, y, validation_data, label_form=self.label_form, paths=self.paths
        )
        self._set_codec(documents.codec)
        self._tune_thresholds(documents.validation_texts, documents.validation)
        return self

    def _calibration_kind(self) -> str:
        return self.calibration

    def _threshold_metric(self) -> str:
        return self.metric

    def _level_outputs(self, texts: Any) -> Any:
        texts = list(texts)
        for start in range(0, len(texts), 64):
            for text in texts[start : start + 64]:
                if text not in self._told:
                    self._told[text] = self._scores(text)
            chunk = [self._told[text] for text in texts[start : start + 64]]
            one_path = self._codec.one_path
            yield [
                softmax(level, axis=1) if one_path else 1 / (1 + np.exp(-level))
                for level in map(np.stack, zip(*chunk, strict=True))
            ]

    def _scores(self, text: str) -> list[np.ndarray]:
        generator = np.random.default_rng(zlib.crc32(text.encode()))
        paths = [part for part in text.split()[0].split("+") if part]
        labels = read_labels([paths], "paths")
        hot = LabelCodec.encode(self._codec, labels).indicator[0]
        levels = []
        for size, columns in zip(
            self._decoder.level_sizes, self.taxonomy_.level_slices, strict=True
        ):
            true = np.append(hot[columns], ~hot[columns].any())[:size]
            noise = generator.normal(scale=2.0 if self._codec.one_path else 1.1, size=size)
            levels.append(3 * (4 * true - 2 + (1 + len(levels) / 4) * noise))
        return levels


def documents(count: int, seed: int, several: bool = False) -> tuple[list[str], list[Any]]:
    generator = np.random.default_rng(seed)
    drawn = [
        sorted(generator.choice(ENDS, size=generator.integers(1, 3), replace=False).tolist())
        if several
        else [str(generator.choice(ENDS))]
        for _ in range(count)
    ]
    texts = [f"{'+'.join(paths)} {seed} {row}" for row, paths in enumerate(drawn)]
    return texts, drawn if several else [paths[0] for paths in drawn]


def rows_of_names(paths: list[str]) -> np.ndarray:
    return np.array([[*path.split("/"), ""][:3] for path in paths], dtype=object)


@pytest.fixture(scope="module")
def one_path() -> Told:
    texts, labels = documents(60, 0)
    held_out, true = documents(600, 1)
    return Told().fit(texts, rows_of_names(labels), (held_out, rows_of_names(true)))


@pytest.fixture(scope="module")
def several() -> Told:
    texts, labels = documents(60, 0, several=True)
    return Told().fit(texts, labels, documents(600, 1, several=True))


# Calibration -------------------------------------------------------------------------------------


@pytest.mark.parametrize("several", [False, True])
@pytest.mark.parametrize("kind", ["temperature", "isotonic"])
def test_every_prediction_is_of_the_calibrated_levels(kind, several):
    texts, labels = documents(60, 0, several)
    validation = documents(400, 1, several)
    plain = Told().fit(texts, labels, validation)
    model = Told(calibration=kind).fit(texts, labels, validation)
    new, _ = documents(100, 2, several)
    raw = [np.concatenate(parts) for parts in zip(*plain._level_outputs(new), strict=True)]
    expected = model._decoder.probabilities(model._calibration.apply(raw))
    probabilities = model.predict_proba(new)
    assert np.abs(expected - plain.predict_proba(new)).max() > 0.05
    np.testing.assert_allclose(probabilities, expected, atol=1e-6)
    decided, each, scores = model.predict_decisions(new)
    np.testing.assert_allclose(scores, expected, atol=1e-6)
    np.testing.assert_array_equal(decided, model._decoder.decide(expected))
    np.testing.assert_array_equal(
        each, model._decoder.decide_each_level(model._calibration.apply(raw))
    )
    paths = [[path for path, _ in chosen] for chosen, _ in model.predict_stream(new)]
    predicted = model.predict(new)
    assert paths == (predicted if several else [[path] for path in predicted])
    assert model.taxonomy_.is_consistent(decided).all()


def test_the_calibrated_probabilities_come_true_more_often_as_they_say():
    texts, labels = documents(60, 0)
    new, true = documents(1500, 2)
    errors = {}
    for kind in ("none", "temperature", "isotonic"):
        model = Told(calibration=kind).fit(texts, labels, documents(600, 1))
        taxonomy = model.taxonomy_
        hierarchy = Hierarchy(taxonomy.levels, taxonomy.parents, taxonomy.path_strings)
        truth = model._codec.encode(read_labels(true)).indicator
        found = level_calibration(truth, model.predict_proba(new), hierarchy)
        errors[kind] = [level.ece for level in found]
    assert errors["none"][2] > 0.05
    assert max(errors["temperature"]) < 0.04
    assert errors["isotonic"][2] < errors["none"][2]


def test_thresholds_are_tuned_on_what_is_calibrated_and_for_the_metric_asked_for():
    texts, labels = documents(60, 0, several=True)
    validation = documents(400, 1, several=True)
    models = {
        options: Told(calibration=options[0], metric=options[1]).fit(texts, labels, validation)
        for options in (("none", "macro_f1"), ("temperature", "macro_f1"), ("none", "micro_f1"))
    }
    plain, calibrated, micro = (model.thresholds_ for model in models.values())
    assert np.abs(plain - calibrated).max() > 0.01
    assert np.abs(plain - micro).max() > 0.001
    with pytest.raises(ConfigError, match="metric"):
        Told(metric="f1").fit(texts, labels, validation)


def test_a_new_fit_forgets_the_calibration_and_the_held_out_documents_of_the_last():
    texts, labels = documents(60, 0)
    model = Told(calibration="temperature").fit(texts, labels, documents(100, 1))
    assert isinstance(model._calibration, TemperatureCalibration)
    model.fit(texts, labels)
    assert model._calibration is None
    with pytest.raises(DataError, match="has kept none: fit it with validation_data"):
        model.predict_sets(texts)


# Stopping where the model is not sure ------------------------------------------------------------


def test_what_is_given_is_the_beginning_of_what_is_predicted(one_path):
    texts, _ = documents(300, 2)
    whole = one_path.predict(texts)
    given = one_path.predict(texts, stop="confident", precision=0.95)
    assert given.shape == whole.shape
    open_ended = given == None  # noqa: E711
    assert 0.05 < open_ended.mean() < 0.9
    np.testing.assert_array_equal(given[~open_ended], whole[~open_ended])
    # Once a level is not known, none below it is.
    assert (open_ended[:, :-1] <= open_ended[:, 1:]).all()
    read_labels(given.tolist(), "levels")  # and the labels can be read again


def test_what_is_given_is_right_as_often_as_asked_for_on_every_level(one_path):
    texts, labels = documents(3000, 3)
    true = rows_of_names(labels)
    whole = one_path.predict(texts)
    for precision in (0.8, 0.85):
        given = one_path.predict(texts, stop="confident", precision=precision)
        for level in range(3):
            there = given[:, level] != None  # noqa: E711
            right = (given[there, : level + 1] == true[there, : level + 1]).all(axis=1)
            assert there.any()
            assert right.mean() >= precision - 0.01
    assert (whole == true).all(axis=1).mean() < 0.9


def test_a_higher_precision_gives_no_more(one_path):
    texts, _ = documents(200, 2)
    given = [
        one_path.predict(texts, stop="confident", precision=precision) != None  # noqa: E711
        for precision in (0.8, 0.9, 0.95, 0.98)
    ]
    for more, less in pairwise(given):
        assert not (less & ~more).any()


def test_the_labels_keep_the_form_of_fit():
    validation = documents(600, 1)
    texts, labels = documents(60, 0)
    new, _ = documents(100, 2)
    spelled = Told().fit(texts, labels, validation).predict(new, stop="confident")
    frame = pd.DataFrame(rows_of_names(labels), columns=["one", "two", "three"])
    held_out = pd.DataFrame(rows_of_names(validation[1]), columns=["one", "two", "three"])
    table = Told().fit(texts, frame, (validation[0], held_out)).predict(new, stop="confident")
    assert table.columns.tolist() == ["one", "two", "three"]
    for path, row in zip(spelled, table.to_numpy(), strict=True):
        names = [name for name in row if name]
        assert (path or "") == "/".join(names)
    lists = Told(paths="one").fit(
        texts, [[path] for path in labels], (validation[0], [[path] for path in validation[1]])
    )
    assert lists.predict(new, stop="confident") == [
        None if path is None else [path] for path in spelled
    ]


def test_of_several_paths_the_categories_that_are_not_sure_are_dropped(several):
    texts, labels = documents(2000, 3, several=True)
    truth = several._codec.encode(read_labels(labels, "paths")).indicator
    whole, _, _ = several.predict_decisions(texts)
    labels = several.predict(texts, stop="confident", precision=0.9)
    given = several._codec.encode(read_labels([row or [] for row in labels], "paths")).indicator
    assert not (given & ~whole).any()
    for level, columns in enumerate(several.taxonomy_.level_slices):
        right = truth[:, columns][given[:, columns]]
        assert right.mean() >= 0.9 - 0.01, level
        assert right.mean() > truth[:, columns][whole[:, columns]].mean()
    # None where something was predicted and nothing of it is given.
    assert all(row is None or len(row) for row in labels)


def test_the_stream_stops_where_predict_does(one_path, several):
    for model in (one_path, several):
        texts, _ = documents(100, 2, several=model is several)
        given = model.predict(texts, stop="confident", precision=0.95)
        probabilities = model.predict_proba(texts)
        streamed = model.predict_stream(texts, stop="confident", precision=0.95)
        for row, (label, (chosen, _)) in enumerate(zip(given, streamed, strict=True)):
            paths = [path for path, _ in chosen]
            if model is several:
                assert paths == (label or [])
            else:
                assert paths == (["/".join(filter(None, label))] if label[0] else [])
            for path, probability in chosen:
                category = model.taxonomy_.find(path)
                assert probability <= probabilities[row, category] + 1e-6


def test_no_text_gives_no_label_and_wrong_arguments_are_refused(one_path):
    assert len(one_path.predict([], stop="confident")) == 0
    assert one_path.predict_sets([]) == []
    with pytest.raises(ConfigError, match="stop must be 'leaf' or 'confident', not 'never'"):
        one_path.predict(["a/b/c"], stop="never")
    with pytest.raises(ConfigError, match="precision"):
        one_path.predict(["a/b/c"], stop="confident", precision=95)
    with pytest.raises(DataError, match="needs at least 3688 validation answers"):
        one_path.predict(["a/b/c"], stop="confident", precision=0.999)
    for level in (0, 4, 1.0, True):
        with pytest.raises(ConfigError, match="level must be"):
            one_path.predict_sets(["a/b/c"], level=level)
    with pytest.raises(ConfigError, match="coverage"):
        one_path.predict_sets(["a/b/c"], coverage=90)


# Sets --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("coverage", [0.8, 0.9, 0.95])
def test_the_sets_of_one_path_hold_the_true_one_as_often_as_asked_for(one_path, coverage):
    texts, labels = documents(3000, 3)
    order = {path: number for number, path in enumerate(one_path.taxonomy_.path_strings)}
    for level in (1, 2, 3, None):
        sets = one_path.predict_sets(texts, coverage=coverage, level=level)
        cut = [("/".join(path.split("/")[: level or 3])) for path in labels]
        held = np.mean([true in found for true, found in zip(cut, sets, strict=True)])
        # The threshold's own spread, of 600 validation documents, and that of 3000 new ones.
        assert held > coverage - 3 * np.sqrt(coverage * (1 - coverage) * (1 / 600 + 1 / 3000))
        for found in sets:
            assert [order[path] for path in found] == sorted(order[path] for path in found)
    assert one_path.predict_sets(texts, coverage) == one_path.predict_sets(texts, coverage, 3)


def test_the_sets_of_several_paths_hold_all_true_categories_and_what_is_above_them(several):
    texts, labels = documents(2000, 3, several=True)
    taxonomy = several.taxonomy_
    truth = several._codec.encode(read_labels(labels, "paths")).indicator
    found = several.predict_sets(texts, coverage=0.9)
    chosen = np.zeros_like(truth)
    for row, paths in enumerate(found):
        chosen[row, [taxonomy.find(path) for path in paths]] = True
    assert taxonomy.is_consistent(chosen).all()
    held = (~truth | chosen).all(axis=1).mean()
    assert 0.86 < held < 0.94
    first = several.predict_sets(texts, coverage=0.9, level=1)
    assert {path for paths in first for path in paths} <= {"a", "g"}


def test_documents_whose_lower_levels_are_not_known_calibrate_the_higher_ones_only():
    texts, labels = documents(60, 0)
    held_out, true = documents(100, 1)
    rows = rows_of_names(true)
    rows[8:, 2] = None
    model = Told().fit(texts, rows_of_names(labels), (held_out, rows))
    assert len(model.predict_sets(texts, coverage=0.9, level=2)) == 60
    complete = int(model._held_out.true.shape[0] - np.isnan(model._held_out.true[:, 3]).sum())
    assert 8 <= complete < 60  # a/e implies a/e/f
    with pytest.raises(
        DataError, match=rf"at least 99 validation documents.* there are {complete}"
    ):
        model.predict_sets(texts, coverage=0.99)


def test_a_category_that_training_has_not_counts_as_missed():
    texts, labels = documents(60, 0)
    kept = [row for row, path in enumerate(labels) if not path.startswith("a/e")]
    validation = documents(400, 1)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        spoken = [text.replace("a/e/f", "a/b/c") for text in validation[0]]
        model = Told().fit(
            [texts[k] for k in kept], [labels[k] for k in kept], (spoken, validation[1])
        )
    unseen = np.array([path.startswith("a/e") for path in validation[1]])
    held_out = model._held_out
    assert (held_out.true[unseen, 1:] == 0).all()
    assert (held_out.true[unseen, 0] > 0).all()
    assert not held_out.right[held_out.level == 2][unseen].any()
