"""The imputer, as its users meet it."""

import numpy as np
import pandas as pd
import pytest
from sklearn.base import clone
from sklearn.pipeline import make_pipeline

from harnn.errors import ConfigError, ConstantSensorWarning, DataError, ModelFolderError
from harnn.timeseries.imputer import RecurrentImputer
from harnn.timeseries.missingness import hide_points
from harnn.timeseries.neighbours import Neighbours

TIME = np.arange(600.0)
# The second sensor follows the first; neither is a line between two points.
TRUE = np.stack([np.sin(TIME / 2), np.cos(TIME / 2) * 3 + 10], axis=1)
HIDDEN = hide_points(np.ones(TRUE.shape, dtype=bool), 0.2, seed=0)
HOLED = np.where(HIDDEN, np.nan, TRUE)


def imputer(**options):
    small = {"units": 16, "window": 24, "epochs": 15, "batch_size": 8, "stride": 6}
    return RecurrentImputer(**(small | options), random_state=0, verbose=False)


@pytest.fixture(scope="module")
def fitted():
    return imputer(likelihood="sensor").fit(HOLED)


def test_it_fills_better_than_a_line(fitted):
    line = Neighbours.of(~HIDDEN).interpolated(TRUE, TIME)
    scaled = fitted.scaling_.scaled
    of_line = ((scaled(line) - scaled(TRUE))[HIDDEN] ** 2).mean()
    assert -fitted.score(HOLED, TRUE) < 0.5 * of_line


def test_what_is_known_stays_as_it_is_and_no_hole_is_left(fitted):
    filled = fitted.transform(HOLED)
    np.testing.assert_array_equal(filled[~HIDDEN], TRUE[~HIDDEN])
    assert not np.isnan(filled).any()


def test_series_come_back_in_the_form_that_they_came_in(fitted):
    frame = pd.DataFrame(HOLED, columns=["0", "1"])
    filled = fitted.transform(frame[["1", "0"]])
    assert list(filled.columns) == ["1", "0"]
    np.testing.assert_array_equal(filled[["0", "1"]], fitted.transform(HOLED))
    frame.index = pd.date_range("2024-01-01", periods=600, freq="s")
    dated = imputer(epochs=1).fit(frame).transform(frame)
    pd.testing.assert_index_equal(dated.index, frame.index)
    several = fitted.transform([HOLED, HOLED[:30]])
    assert [len(one) for one in several] == [600, 30]
    (alone,) = fitted.transform([HOLED])
    np.testing.assert_allclose(alone, fitted.transform(HOLED), atol=1e-5)


def test_bands_contain_the_share_that_they_state():
    later = np.arange(600.0, 2400.0)
    known = np.stack([np.sin(later / 2), np.cos(later / 2) * 3 + 10], axis=1)
    model = imputer(likelihood="sensor", epochs=5).fit(HOLED, validation_data=known)
    fresh = hide_points(np.ones(known.shape, dtype=bool), 0.3, seed=9)
    found = model.reconstruct(np.where(fresh, np.nan, known))
    low, high = found.band(0.9)
    covered = ((low <= known) & (high >= known))[fresh].mean()
    assert covered == pytest.approx(0.9, abs=0.04)
    wider = found.band(0.99)
    assert (wider[1] - wider[0] > high - low).all()


def test_the_same_seed_gives_the_same_fit(fitted):
    again = imputer(likelihood="sensor").fit(HOLED)
    np.testing.assert_array_equal(again.transform(HOLED), fitted.transform(HOLED))


def test_a_killed_fit_goes_on_to_the_same_result(tmp_path, monkeypatch):
    whole = imputer(epochs=4).fit(HOLED)
    from harnn.training import loop

    honest = loop._one_epoch

    def killed(model, step, batches, validate, rank, state, progress):
        if state.epoch == 2:
            raise RuntimeError("killed")
        honest(model, step, batches, validate, rank, state, progress)

    monkeypatch.setattr(loop, "_one_epoch", killed)
    with pytest.raises(RuntimeError, match="killed"):
        imputer(epochs=4, checkpoint_dir=str(tmp_path)).fit(HOLED)
    monkeypatch.undo()
    resumed = imputer(epochs=4, checkpoint_dir=str(tmp_path)).fit(HOLED)
    assert len(resumed.history_) == 4
    np.testing.assert_array_equal(resumed.transform(HOLED), whole.transform(HOLED))


@pytest.mark.parametrize("direction", ["forward", "decoupled"])
def test_the_past_alone_is_enough_where_it_is_all_that_is_read(direction):
    model = imputer(direction=direction, epochs=2).fit(HOLED)
    changed = HOLED.copy()
    changed[300:] = 0.0
    before = model.transform(HOLED, causal=True)[:300]
    np.testing.assert_array_equal(before, model.transform(changed, causal=True)[:300])


def test_a_teacher_may_learn_first(tmp_path):
    options = {"direction": "decoupled", "procedure": "teacher_first", "epochs": 3}
    model = imputer(**options, checkpoint_dir=str(tmp_path)).fit(HOLED)
    assert len(model.history_) == 6
    assert model.best_epoch_ > 3
    twins = model.model_.get_layer("twins")
    teacher = [np.asarray(weight) for weight in twins.teacher.weights]
    # Resumed, it has nothing left to do: neither of the teacher nor of the student.
    again = imputer(**options, checkpoint_dir=str(tmp_path)).fit(HOLED)
    for weight, expected in zip(
        again.model_.get_layer("twins").teacher.weights, teacher, strict=True
    ):
        np.testing.assert_array_equal(np.asarray(weight), expected)
    np.testing.assert_array_equal(again.transform(HOLED), model.transform(HOLED))


def test_it_is_a_scikit_learn_transformer():
    model = make_pipeline(clone(imputer(epochs=1)))
    assert model.fit_transform(HOLED).shape == HOLED.shape
    assert imputer().get_params()["units"] == 16


def test_a_constant_sensor_is_filled_with_its_value():
    constant = np.column_stack([HOLED[:, 0], np.where(HIDDEN[:, 1], np.nan, 5.0)])
    with pytest.warns(ConstantSensorWarning, match=r"'1' \(5\); nothing is learnt of how"):
        filled = imputer(epochs=3).fit_transform(constant)
    np.testing.assert_allclose(filled[:, 1], 5.0, atol=0.1)


def test_a_sensor_that_is_dead_later_on_is_filled_from_the_others(fitted):
    dead = HOLED[:100].copy()
    dead[:, 1] = np.nan
    assert not np.isnan(fitted.transform(dead)).any()


@pytest.mark.parametrize(
    ("data", "options", "error", "words"),
    [
        (
            HOLED[:20],
            {},
            DataError,
            "windows of 24 steps are needed, and the longest series has 16",
        ),
        (np.full((100, 2), np.nan), {}, DataError, "never observed in the training part: '0', '1'"),
        (HOLED, {"units": 0}, ConfigError, "option 'units'"),
        (HOLED, {"cell": "rnn"}, ConfigError, "option 'cell'"),
        (HOLED, {"direction": "decoupled", "layers": 2}, ConfigError, "has one layer"),
    ],
)
def test_what_cannot_be_fitted_is_refused(data, options, error, words):
    with pytest.raises(error, match=words):
        imputer(**options).fit(data)


def test_other_sensors_than_at_fit_are_refused(fitted):
    with pytest.raises(DataError, match="X has 3 features; 2 are needed"):
        fitted.transform(np.zeros((30, 3)))


def test_a_score_needs_truth_where_there_are_holes(fitted):
    with pytest.raises(DataError, match="nothing to score"):
        fitted.score(HOLED, HOLED)
    with pytest.raises(DataError, match=r"y has series of \[599\] steps; \[600\] are needed"):
        fitted.score(HOLED, TRUE[:599])


@pytest.mark.parametrize("direction", ["forward", "decoupled"])
def test_a_stream_says_what_the_whole_series_at_once_does(direction):
    times = np.cumsum(np.random.default_rng(0).random(600) + 0.5)
    model = imputer(direction=direction, epochs=1, periods=[20.0]).fit(HOLED, times=times)
    stream = model.stream()
    streamed = [stream.step(values, time) for values, time in zip(HOLED, times, strict=True)]
    at_once = model.transform(HOLED, times=times, causal=True)
    np.testing.assert_allclose(np.stack(streamed), at_once, atol=1e-5)


def test_a_stream_refuses_what_is_no_step():
    stream = imputer(direction="forward", epochs=1).fit(HOLED).stream()
    stream.step([0.0, 1.0], time=5.0)
    for values, time, words in (
        ([0.0], 6.0, r"shape \(1,\); \(2,\) is needed: 0, 1"),
        ([0.0, np.inf], 6.0, "sensor '1' is infinite"),
        ([0.0, 1.0], 5.0, "time 5.0 does not lie after 5.0"),
        ([0.0, 1.0], float("nan"), "does not lie after"),
    ):
        with pytest.raises(DataError, match=words):
            stream.step(values, time)


def test_a_stream_takes_dates_and_names_and_needs_the_clock_of_the_fit():
    times = pd.date_range("2024-01-01", periods=300, freq="min")
    frame = pd.DataFrame(TRUE[:300], index=times, columns=["a", "b"][: TRUE.shape[1]])
    frame = frame.mask(np.random.default_rng(0).random(frame.shape) < 0.2)
    model = imputer(direction="forward", epochs=1).fit(frame)
    stream = model.stream()
    said = [stream.step(frame.iloc[n][frame.columns[::-1]], times[n]) for n in range(20)]
    np.testing.assert_allclose(said, model.transform(frame[:20]), atol=1e-6)
    with pytest.raises(DataError, match="give the time of each step"):
        stream.step(frame.iloc[20])
    with pytest.raises(DataError, match="no date and no number"):
        stream.step(frame.iloc[20], "noon-ish")
    with pytest.raises(DataError, match=f"lacks '{frame.columns[0]}'"):
        stream.step(frame.iloc[20][1:], times[20])
    with pytest.raises(DataError, match="X has no times, and fit was given some"):
        model.transform(frame.to_numpy())


def test_a_coupled_network_has_no_stream(fitted):
    with pytest.raises(ValueError, match="reads what is still to come"):
        fitted.stream()


def test_a_saved_imputer_says_the_same(fitted, tmp_path):
    fitted.save(tmp_path / "model")
    loaded = RecurrentImputer.load(tmp_path / "model")
    np.testing.assert_array_equal(loaded.transform(HOLED), fitted.transform(HOLED))
    one, other = fitted.reconstruct(HOLED).band(0.8), loaded.reconstruct(HOLED).band(0.8)
    np.testing.assert_array_equal(one, other)
    assert loaded.get_params() == fitted.get_params()
    assert loaded.history_ == fitted.history_


def test_bands_of_the_past_alone_are_measured_on_the_past_alone(tmp_path):
    wave = np.sin(np.arange(5000.0) / 2)[:, None]
    wave += np.random.default_rng(0).normal(scale=0.1, size=wave.shape)
    model = imputer(direction="decoupled", stride=24).fit(wave[:2000], validation_data=wave[2000:])
    fresh = hide_points(np.ones((3000, 1), dtype=bool), 0.3, seed=9)
    holed = np.where(fresh, np.nan, wave[2000:])
    widths = []
    for causal in (False, True):
        found = model.reconstruct(holed, causal=causal)
        low, high = found.band(0.8)
        inside = (low <= wave[2000:]) & (wave[2000:] <= high)
        assert inside[fresh].mean() == pytest.approx(0.8, abs=0.07)
        widths.append((high - low)[fresh].mean())
    assert widths[1] > 1.1 * widths[0]
    model.save(tmp_path / "model")
    loaded = RecurrentImputer.load(tmp_path / "model").reconstruct(holed, causal=True)
    np.testing.assert_array_equal(loaded.band(0.8), found.band(0.8))


@pytest.mark.parametrize("name", ["model.json", "network.weights.h5", "numbers.npz"])
def test_a_damaged_folder_is_refused(fitted, tmp_path, name):
    fitted.save(tmp_path / "model")
    file = tmp_path / "model" / name
    file.write_bytes(file.read_bytes()[:-7])
    with pytest.raises(ModelFolderError, match=name):
        RecurrentImputer.load(tmp_path / "model")


def test_another_model_is_refused(fitted, tmp_path):
    fitted.save(tmp_path / "model")
    index = tmp_path / "model" / "model.json"
    index.write_text(index.read_text().replace("harnn-RecurrentImputer", "harnn-classifier"))
    with pytest.raises(ModelFolderError, match="expected 'harnn-RecurrentImputer'"):
        RecurrentImputer.load(tmp_path / "model")
