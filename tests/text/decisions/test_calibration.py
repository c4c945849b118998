from __future__ import annotations

import json
import time

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import check_grad, minimize_scalar
from scipy.special import expit, log_softmax, logit, softmax
from sklearn.isotonic import IsotonicRegression

from harnn.errors import ConfigError, DataError
from harnn.evaluation import Hierarchy, level_calibration
from harnn.text.decisions.calibration import (
    IsotonicCalibration,
    TemperatureCalibration,
    calibration_from_dict,
    fit_calibration,
)
from harnn.text.decisions.decoding import BestPathDecoder, ThresholdDecoder
from harnn.text.decisions.temperature_calibration import _path_loss
from harnn.text.labels.label_codec import Targets
from harnn.text.taxonomy import Taxonomy

PATHS = st.lists(
    st.lists(st.sampled_from("abc"), min_size=1, max_size=4).map(tuple), min_size=1, max_size=10
)
EXTREMES = st.sampled_from([0.0, 1e-45, 1e-20, 1e-7, 0.1, 0.5, 1 - 2**-24, 1.0])
KINDS = ("temperature", "isotonic")


def one_path_problem(
    taxonomy: Taxonomy, documents: int, sharpness: float, seed: int = 0
) -> tuple[list[np.ndarray], Targets, BestPathDecoder]:
    """True paths drawn from the product of levels, and levels that are surer than that."""
    generator = np.random.default_rng(seed)
    decoder = BestPathDecoder(taxonomy)
    scores = [generator.normal(scale=2, size=(documents, size)) for size in decoder.level_sizes]
    paths = decoder.path_probabilities([softmax(level, axis=1) for level in scores])
    drawn = paths.cumsum(axis=1) > generator.random((documents, 1)) * paths.sum(1, keepdims=True)
    indicator = decoder.through[drawn.argmax(axis=1)]
    levels = [softmax(sharpness * level, axis=1).astype(np.float32) for level in scores]
    return levels, Targets(indicator, np.ones((documents, taxonomy.n_levels), bool)), decoder


def tree() -> Taxonomy:
    return Taxonomy.from_paths(["a/b/c", "a/b/d", "a/e", "f/g/h", "f/g/i", "f/j/k"])


def errors(decoder, levels, targets) -> list[float]:
    taxonomy = decoder.taxonomy
    hierarchy = Hierarchy(taxonomy.levels, taxonomy.parents, taxonomy.path_strings)
    one_path = isinstance(decoder, BestPathDecoder)
    found = level_calibration(
        targets.indicator,
        decoder.probabilities(levels),
        hierarchy,
        known=targets.known,
        exclusive=one_path,
    )
    return [level.ece for level in found]


# Temperatures ------------------------------------------------------------------------------------


def test_the_temperatures_undo_how_much_too_sure_the_levels_are():
    levels, targets, decoder = one_path_problem(tree(), 4000, sharpness=3.0)
    calibration = TemperatureCalibration.fit(levels, targets, decoder)
    np.testing.assert_allclose(calibration.temperatures, 3.0, rtol=0.15)
    before = errors(decoder, levels, targets)
    after = errors(decoder, calibration.apply(levels), targets)
    assert min(before) > 0.07
    assert max(after) < 0.03


def test_one_level_has_the_temperature_that_minimises_the_log_loss_of_its_softmax():
    taxonomy = Taxonomy.from_paths(["a", "b", "c"])
    levels, targets, decoder = one_path_problem(taxonomy, 500, sharpness=2.0)
    (temperature,) = TemperatureCalibration.fit(levels, targets, decoder).temperatures
    logs = np.log(levels[0].astype(np.float64))

    def loss(log_temperature: float) -> float:
        right = log_softmax(logs / np.exp(log_temperature), axis=1)[targets.indicator]
        return -right.sum() + log_temperature**2

    best = minimize_scalar(loss, bounds=(-3, 3), method="bounded", options={"xatol": 1e-8}).x
    assert np.log(temperature) == pytest.approx(best, abs=1e-4)


def test_the_gradient_of_the_loss_is_that_of_finite_differences():
    levels, targets, decoder = one_path_problem(tree(), 60, sharpness=2.0)
    targets.known[::3, 2] = False
    loss = _path_loss([level.astype(np.float64) for level in levels], targets, decoder)
    for point in ([0.0, 0.0, 0.0], [0.7, -0.4, 1.1]):
        difference = check_grad(lambda x: loss(x)[0], lambda x: loss(x)[1], np.array(point))
        assert difference < 1e-6


def test_the_loss_is_the_mean_over_the_documents_of_each_level_of_the_decoded_probabilities():
    levels, targets, decoder = one_path_problem(tree(), 60, sharpness=2.0)
    targets.known[::3, 2] = False
    temperatures = np.array([1.5, 0.8, 2.0])
    decoded = decoder.probabilities(TemperatureCalibration(temperatures, True).apply(levels))
    total = 0.0
    for row, (true, known) in enumerate(zip(targets.indicator, targets.known, strict=True)):
        above = 1.0
        for level, columns in enumerate(decoder.taxonomy.level_slices):
            there = decoded[row, columns][true[columns]]
            children = decoded[row, columns].sum() if level else 1.0
            ended = 1.0 - children  # a/e ends above the last level, in the only way there is
            above = there[0] if len(there) else ended
            total -= np.log(above) / targets.known[:, level].sum() if known[level] else 0.0
    expected = total + (np.log(temperatures) ** 2).sum() / len(targets)
    loss = _path_loss([level.astype(np.float64) for level in levels], targets, decoder)
    assert loss(np.log(temperatures))[0] == pytest.approx(expected, rel=1e-4)


def test_sigmoids_get_the_temperature_they_were_made_with():
    generator = np.random.default_rng(0)
    taxonomy = Taxonomy.from_paths(["a", "b", "c", "d"])
    scores = generator.normal(scale=2, size=(4000, 4))
    truth = generator.random(scores.shape) < expit(scores)
    targets = Targets(truth, np.ones((4000, 1), dtype=bool))
    decoder = ThresholdDecoder(taxonomy)
    levels = [expit(2.5 * scores).astype(np.float32)]
    calibration = TemperatureCalibration.fit(levels, targets, decoder)
    np.testing.assert_allclose(calibration.temperatures, 2.5, rtol=0.1)
    (calibrated,) = calibration.apply(levels)
    expected = logit(levels[0].astype(float)) / calibration.temperatures[0]
    sure = (levels[0] > 1e-6) & (levels[0] < 1 - 1e-6)
    np.testing.assert_allclose(logit(calibrated.astype(float))[sure], expected[sure], atol=2e-2)
    assert errors(decoder, [calibrated], targets)[0] < errors(decoder, levels, targets)[0] / 3


@pytest.mark.parametrize("kind", KINDS)
def test_a_level_that_few_documents_know_stays_as_it_is(kind):
    levels, targets, decoder = one_path_problem(tree(), 300, sharpness=3.0)
    targets.known[19:, 2] = False
    calibrated = fit_calibration(kind, levels, targets, decoder).apply(levels)
    np.testing.assert_array_equal(calibrated[2], levels[2])
    assert not np.allclose(calibrated[0], levels[0])
    nothing = Targets(targets.indicator[:0], targets.known[:0])
    empty = [level[:0] for level in levels]
    for level, same in zip(
        levels, fit_calibration(kind, empty, nothing, decoder).apply(levels), strict=True
    ):
        np.testing.assert_array_equal(level, same)


def test_temperatures_stay_finite_where_every_document_is_right():
    taxonomy = Taxonomy.from_paths(["a", "b"])
    truth = np.tile([[True, False], [False, True]], (50, 1))
    targets = Targets(truth, np.ones((100, 1), dtype=bool))
    levels = [np.where(truth, 0.9, 0.1)]
    (temperature,) = TemperatureCalibration.fit(
        levels, targets, BestPathDecoder(taxonomy)
    ).temperatures
    assert 0.05 < temperature < 1


def test_levels_that_contradict_what_is_true_entirely_still_have_a_temperature():
    taxonomy = Taxonomy.from_paths(["a/b", "c/d"])
    truth = np.tile([[True, False, True, False]], (40, 1))
    targets = Targets(truth, np.ones((40, 2), dtype=bool))
    levels = [np.tile([[0.0, 1.0]], (40, 1)).astype(np.float32)] * 2
    decoder = BestPathDecoder(taxonomy)
    calibration = TemperatureCalibration.fit(levels, targets, decoder)
    assert min(calibration.temperatures) > 10
    assert np.isfinite(decoder.probabilities(calibration.apply(levels))).all()


def test_1200_documents_of_219_paths_take_seconds():
    paths = [f"{k % 9}/{k % 70}/{k}" for k in range(219)]
    levels, targets, decoder = one_path_problem(Taxonomy.from_paths(paths), 1200, sharpness=2.0)
    start = time.process_time()
    TemperatureCalibration.fit(levels, targets, decoder)
    assert time.process_time() - start < 5


# Isotonic regression -----------------------------------------------------------------------------


def test_the_isotonic_curve_is_that_of_all_entries_of_the_level_together():
    generator = np.random.default_rng(0)
    scores = generator.random((400, 3))
    truth = generator.random(scores.shape) < scores**2
    targets = Targets(truth, np.ones((400, 1), dtype=bool))
    decoder = ThresholdDecoder(Taxonomy.from_paths(["a", "b", "c"]))
    calibration = IsotonicCalibration.fit([scores], targets, decoder)
    reference = IsotonicRegression(y_min=1 / 1202, y_max=1 - 1 / 1202, out_of_bounds="clip")
    expected = reference.fit(scores.ravel(), truth.ravel()).predict(scores.ravel())
    (calibrated,) = calibration.apply([scores])
    np.testing.assert_allclose(calibrated.ravel(), 0.99 * expected + 0.01 * scores.ravel())
    assert errors(decoder, [calibrated], targets)[0] < 0.02 < errors(decoder, [scores], targets)[0]


@settings(deadline=None, max_examples=40)
@given(seed=st.integers(0, 1000), outputs=st.lists(st.floats(0, 1), min_size=2, max_size=6))
def test_isotonic_outputs_keep_their_order_and_stay_inside_of_zero_and_one(seed, outputs):
    generator = np.random.default_rng(seed)
    truth = generator.random((30, 2)) < 0.5
    targets = Targets(truth, np.ones((30, 1), dtype=bool))
    decoder = ThresholdDecoder(Taxonomy.from_paths(["a", "b"]))
    calibration = IsotonicCalibration.fit([generator.random((30, 2))], targets, decoder)
    (bent,) = calibration.apply([np.array([sorted(outputs)])])
    assert (np.diff(bent) >= 0).all()
    assert ((bent > 0) & (bent < 1)).all()


def test_levels_that_exclude_one_another_still_sum_to_one():
    levels, targets, decoder = one_path_problem(tree(), 300, sharpness=3.0)
    for kind in KINDS:
        for level in fit_calibration(kind, levels, targets, decoder).apply(levels):
            np.testing.assert_allclose(level.sum(axis=1), 1.0, atol=1e-5)
            assert level.dtype == np.float32


# Both --------------------------------------------------------------------------------------------


@settings(deadline=None, max_examples=60)
@given(
    paths=PATHS,
    one_path=st.booleans(),
    kind=st.sampled_from(KINDS),
    seed=st.integers(0, 100),
    data=st.data(),
)
def test_after_calibrating_and_decoding_no_child_is_more_probable_than_a_parent(
    paths, one_path, kind, seed, data
):
    taxonomy = Taxonomy.from_paths(paths, allow_repeats=True)
    decoder = BestPathDecoder(taxonomy) if one_path else ThresholdDecoder(taxonomy)
    generator = np.random.default_rng(seed)
    levels = [softmax(generator.normal(size=(25, size)), axis=1) for size in decoder.level_sizes]
    ends = generator.choice(taxonomy.terminals, size=25)
    targets = Targets(taxonomy.ancestors[ends], np.ones((25, taxonomy.n_levels), dtype=bool))
    calibration = fit_calibration(kind, levels, targets, decoder)
    extreme = [
        np.array(data.draw(st.lists(EXTREMES, min_size=2 * size, max_size=2 * size)), np.float32)
        for size in decoder.level_sizes
    ]
    probabilities = decoder.probabilities(
        calibration.apply([level.reshape(2, -1) for level in extreme])
    )
    assert np.isfinite(probabilities).all()
    assert ((probabilities >= 0) & (probabilities <= 1)).all()
    for child, parents in enumerate(taxonomy.parents):
        for parent in parents:
            assert (probabilities[:, parent] >= probabilities[:, child]).all()


@pytest.mark.parametrize("kind", KINDS)
def test_a_calibration_comes_back_from_json_as_it_was(kind):
    levels, targets, decoder = one_path_problem(tree(), 300, sharpness=3.0)
    targets.known[5:, 1] = False
    calibration = fit_calibration(kind, levels, targets, decoder)
    read = calibration_from_dict(json.loads(json.dumps(calibration.to_dict())))
    assert type(read) is type(calibration)
    for level, same in zip(calibration.apply(levels), read.apply(levels), strict=True):
        np.testing.assert_array_equal(level, same)


@pytest.mark.parametrize(
    ("written", "message"),
    [
        (None, "one of the kinds"),
        ({"kind": "pickle"}, "one of the kinds"),
        ({"kind": "temperature", "exclusive": True}, "expected"),
        ({"kind": "temperature", "exclusive": 1, "temperatures": [1.0]}, "true or false"),
        ({"kind": "temperature", "exclusive": True, "temperatures": [0.0]}, "not above 0"),
        ({"kind": "temperature", "exclusive": True, "temperatures": [float("nan")]}, "not finite"),
        ({"kind": "temperature", "exclusive": True, "temperatures": ["1"]}, "list of numbers"),
        ({"kind": "isotonic", "exclusive": True, "curves": None}, "list"),
        ({"kind": "isotonic", "exclusive": True, "curves": [[[0.0]]]}, "two lists"),
        ({"kind": "isotonic", "exclusive": True, "curves": [[[1.0, 0.0], [0.1, 0.2]]]}, "rising"),
        ({"kind": "isotonic", "exclusive": True, "curves": [[[0.0], [1.0]]]}, "strictly between"),
    ],
)
def test_a_damaged_calibration_is_refused(written, message):
    with pytest.raises(DataError, match=message):
        calibration_from_dict(written)


def test_no_calibration_is_none_and_an_unknown_kind_is_refused():
    levels, targets, decoder = one_path_problem(tree(), 30, sharpness=1.0)
    assert fit_calibration("none", levels, targets, decoder) is None
    with pytest.raises(ConfigError, match="did you mean 'isotonic'"):
        fit_calibration("isotonik", levels, targets, decoder)


def test_levels_that_a_decoder_reads_in_its_own_way_are_not_calibrated():
    class Other(BestPathDecoder):
        pass

    levels, targets, decoder = one_path_problem(tree(), 30, sharpness=1.0)
    for kind in KINDS:
        with pytest.raises(ConfigError, match="Other hang together"):
            fit_calibration(kind, levels, targets, Other(decoder.taxonomy))


def test_other_levels_than_those_fitted_are_refused():
    calibration = TemperatureCalibration([1.0, 2.0], exclusive=True)
    with pytest.raises(DataError, match="of 2 levels, but there are 1"):
        calibration.apply([np.ones((1, 2))])
