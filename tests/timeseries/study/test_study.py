"""A small study, as its users meet it."""

import json
import re

import numpy as np
import pandas as pd
import pytest

from harnn.errors import ConfigError, DataError
from harnn.timeseries import RecurrentImputer, SimpleForecaster
from harnn.timeseries.study import (
    Holes,
    StudyProblem,
    forecasting_rows,
    read_study,
    reconstruction_rows,
    run_study,
)

TIME = np.arange(900.0)
FRAME = pd.DataFrame({"a": np.sin(TIME / 2), "b": np.cos(TIME / 2) * 3 + 10})
FRAME += np.random.default_rng(0).normal(0.0, 0.05, FRAME.shape)
SMALL = {"units": 6, "window": 16, "epochs": 2, "batch_size": 32, "learning_rate": 0.02}


def problem(task="reconstruction", **options):
    return StudyProblem.of("waves", task, {"": FRAME}, **options)


def rows(**options):
    return reconstruction_rows(SMALL | options, cells=("gru",), fusions=("concat",))


@pytest.fixture(scope="module")
def studied(tmp_path_factory):
    folder = tmp_path_factory.mktemp("study")
    found = run_study(problem(), rows(), folder, seeds=(0, 1), verbose=False)
    return found, folder


def test_every_row_is_fitted_with_every_seed_and_what_draws_nothing_once(studied):
    results, _ = studied
    counts = {row.name: len(row.trials) for row in results.rows}
    assert counts == {
        "gru_forward": 2,
        "gru_coupled_concat": 2,
        "gru_decoupled_concat": 2,
        "line": 1,
        "last": 1,
        "mean": 1,
    }
    scores = [row.mean("micro_mse") for row in results.ranked()]
    assert scores == sorted(scores)
    # A mean says nothing of a wave: its error is the variance.
    assert results.ranked()[-1].name == "mean"
    assert scores[-1] == pytest.approx(1.0, abs=0.15)


def test_a_row_is_judged_at_the_holes_that_are_stored_and_nowhere_else(studied):
    results, folder = studied
    with np.load(folder / "holes.npz") as stored:
        hidden = stored["series_0"]
    true = FRAME.to_numpy()[720:]
    assert hidden.sum() == round(0.2 * true.size) == results.problem.judged
    model = RecurrentImputer.load(folder / "trials" / "gru_coupled_concat" / "seed-1")
    said = model.reconstruct(FRAME[720:].mask(hidden)).mean
    errors = ((said - true) / model.scaling_.scale)[hidden]
    (row,) = [row for row in results.rows if row.name == "gru_coupled_concat"]
    assert row.trials[1].scores["micro_mse"] == pytest.approx((errors**2).mean(), rel=1e-4)
    assert row.trials[1].scores["mae"] == pytest.approx(np.abs(errors).mean(), rel=1e-4)
    by_length = row.trials[1].by_length
    assert sum(one.places for one in by_length) == hidden.sum()
    assert sum(one.places * one.mse for one in by_length) == pytest.approx((errors**2).sum(), 1e-4)


def test_what_is_fitted_is_not_fitted_again_and_the_report_has_all(studied, monkeypatch):
    results, folder = studied
    monkeypatch.setattr(
        "harnn.timeseries.study.study.run_trial", lambda *_, **__: pytest.fail("fitted again")
    )
    again = run_study(problem(), rows(), folder, seeds=(0, 1), verbose=False)
    assert again.rows == results.rows
    assert read_study(folder / "results.json") == again


def test_other_settings_data_holes_or_versions_are_fitted_anew(studied, tmp_path, monkeypatch):
    _, folder = studied
    done = []

    def counted(problem, estimator, *_, **__):
        done.append(type(estimator).__name__)
        raise DataError("enough")

    monkeypatch.setattr("harnn.timeseries.study.study.run_trial", counted)
    for of_what, of_rows in (
        (problem(), rows(units=7)),
        (problem(holes=Holes(share=0.3)), rows()),
        (problem(fractions=(0.5, 0.3, 0.2)), rows()),
    ):
        with pytest.raises(DataError, match="enough"):
            run_study(of_what, of_rows, folder, seeds=(0,), verbose=False)
    monkeypatch.setattr("harnn.__version__", "0.0.0")
    with pytest.raises(DataError, match="enough"):
        run_study(problem(), rows(), folder, seeds=(0,), verbose=False)
    assert done == ["RecurrentImputer"] * 4


def test_a_study_that_was_stopped_goes_on_where_it_was(tmp_path, monkeypatch):
    from harnn.timeseries.study import study

    original, done = study.run_trial, []

    def stopped(problem, estimator, *arguments, **options):
        if len(done) == 2:
            raise KeyboardInterrupt
        done.append(estimator)
        return original(problem, estimator, *arguments, **options)

    chosen = {name: row for name, row in rows().items() if not row.factors}
    monkeypatch.setattr(study, "run_trial", stopped)
    with pytest.raises(KeyboardInterrupt):
        run_study(problem(), chosen, tmp_path, verbose=False)
    reported = read_study(tmp_path / "results.json")
    assert [len(row.trials) for row in reported.rows] == [1, 1, 0]
    assert reported.rows[2].title in (tmp_path / "report.html").read_text(encoding="utf-8")
    monkeypatch.setattr(study, "run_trial", original)
    found = run_study(problem(), chosen, tmp_path, only=["mean"], verbose=False)
    assert [row.name for row in found.rows if row.trials] == ["line", "last", "mean"]


def test_fits_at_a_time_give_what_one_after_the_other_gives(studied, tmp_path):
    results, _ = studied
    at_once = run_study(
        problem(), rows(), tmp_path, seeds=(0,), only=["gru_forward", "line"], jobs=2, verbose=False
    )
    for name in ("gru_forward", "line"):
        (first,) = [row for row in at_once.rows if row.name == name]
        (second,) = [row for row in results.rows if row.name == name]
        # The threads of a process add numbers in another order.
        assert first.trials[0].scores == pytest.approx(second.trials[0].scores, rel=1e-3)


def test_a_damaged_record_is_refused_by_its_name(studied, tmp_path):
    chosen = {"line": rows()["line"]}
    run_study(problem(), chosen, tmp_path, verbose=False)
    file = tmp_path / "trials" / "line" / "only.json"
    file.write_text(file.read_text()[:50])
    with pytest.raises(DataError, match=r"only\.json: damaged"):
        run_study(problem(), chosen, tmp_path, verbose=False)
    (tmp_path / "results.json").write_text(json.dumps({"format": "other"}))
    with pytest.raises(DataError, match="no results of a study"):
        read_study(tmp_path / "results.json")


def test_a_wrong_name_and_a_study_of_nothing_are_refused(tmp_path):
    with pytest.raises(ConfigError, match="'gru_forwards' is no model of the study; did you mean"):
        run_study(problem(), rows(), tmp_path, only=["gru_forwards"])
    with pytest.raises(DataError, match="no model is fitted"):
        run_study(problem(), rows(), tmp_path, only=[], verbose=False)


def test_the_report_tells_the_scores_and_draws_them(studied):
    results, folder = studied
    text = (folder / "report.md").read_text()
    page = (folder / "report.html").read_text()
    best = results.ranked()[0]
    assert f"Best: {best.title}, micro MSE {best.mean('micro_mse'):.4f}" in text
    for row in results.rows:
        assert f"{row.mean('micro_mse'):.4f}" in text
        assert row.title in page
    for title in ("What each choice brings", "Sensor by sensor", "Error by length of the hole"):
        assert title in text
    # Scores, lengths, costs, and two models' signals of two sensors.
    assert len(re.findall(r"<svg[^>]*role=\"img\"", page)) == 3 + 2 * 2
    assert not re.findall(r"(?:src|href)=\"(?!#)", page)


@pytest.mark.parametrize("horizon", [1, 3])
def test_forecasts_are_studied_too(horizon, tmp_path):
    chosen = forecasting_rows(SMALL | {"horizon": horizon}, ("gru",), ("forward",))
    results = run_study(problem("forecasting"), chosen, tmp_path, verbose=False)
    assert {row.name for row in results.rows} == {"gru_forward", "linear", "last", "mean"}
    (linear,) = [row for row in results.rows if row.name == "linear"]
    model = SimpleForecaster.load(tmp_path / "trials" / "linear" / "only")
    found = model.backtest(FRAME[720:].reset_index(drop=True))
    assert linear.trials[0].scores["micro_mse"] == pytest.approx(found.scores().micro_mse)
    of_steps = [one.mse for one in linear.trials[0].by_length]
    np.testing.assert_allclose(of_steps, found.mse_by_step(), rtol=1e-6)
    assert results.problem.horizon == horizon
    assert (tmp_path / "report.html").is_file()
    # What an excerpt shows as true is what came at its times.
    excerpt = linear.trials[0].excerpts[1]
    start = 720 + 16 + horizon - 1 + max(0, (180 - 16 - horizon + 1 - 160) // 2)
    np.testing.assert_allclose(excerpt.true, FRAME["b"][start : start + 160], rtol=1e-5)


@pytest.mark.parametrize(
    ("holes", "words"),
    [
        (Holes(), "single points, 20 % of the values"),
        (Holes(kind="subsequences", share=0.3, length=9), "subsequences of 9 steps, 30 %"),
        (Holes(kind="blocks", share=0.2, length=5, width=2), "blocks of 5 steps and 2 sensors"),
        (Holes(kind="sensors", share=0.5), "whole sensors, 50 % of the sensors"),
    ],
)
def test_holes_of_every_kind_are_made_in_their_number(holes, words):
    found = problem(holes=holes)
    assert found.holes.text().startswith(words)
    (hidden,) = found.hidden
    assert hidden.mean() == pytest.approx(holes.share, abs=0.03)
    assert found.holed[0].isna().to_numpy()[hidden].all()
    np.testing.assert_array_equal(found.hidden[0], problem(holes=holes).hidden[0])


def test_holes_that_hide_nothing_or_have_what_is_not_theirs_are_refused():
    with pytest.raises(DataError, match=r"hide nothing of a test part of 180 steps"):
        problem(holes=Holes(kind="subsequences", share=0.001, length=150))
    with pytest.raises(ConfigError, match="points have no length"):
        Holes.checked(length=5)
    with pytest.raises(ConfigError, match="subsequences have no width"):
        Holes.checked(kind="subsequences", width=2)


def test_a_split_without_a_part_is_refused():
    with pytest.raises(DataError, match="the validation part is empty"):
        problem(fractions=(0.8, 0.0, 0.2))
