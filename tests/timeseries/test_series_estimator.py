"""Estimators of series are copied, pickled and fitted side by side."""

import copy
import pickle
import subprocess
import sys

import joblib
import numpy as np
import pytest
from sklearn.model_selection import GridSearchCV, cross_val_score

from harnn.errors import DataError
from harnn.timeseries import RecurrentForecaster, RecurrentImputer, SimpleForecaster, SimpleImputer

X = np.stack([np.sin(np.arange(300) / 5), np.cos(np.arange(300) / 9)], axis=1)
SMALL = {"units": 4, "window": 12, "epochs": 1, "random_state": 0, "verbose": False}
MODELS = [
    (SimpleImputer(), "transform"),
    (SimpleForecaster("linear", window=12), "predict"),
    (RecurrentImputer(direction="decoupled", **SMALL), "transform"),
    (RecurrentForecaster(direction="coupled", fusion="gate", **SMALL), "predict"),
]


@pytest.fixture(scope="module", params=MODELS, ids=lambda pair: type(pair[0]).__name__)
def fitted(request):
    model, ask = request.param
    model.fit(X)
    getattr(model, ask)(X)  # compiled by now
    return model, ask


def test_a_copy_answers_alike(fitted):
    model, ask = fitted
    expected = getattr(model, ask)(X)
    for other in (pickle.loads(pickle.dumps(model)), copy.deepcopy(model)):
        np.testing.assert_array_equal(getattr(other, ask)(X), expected)
        np.testing.assert_array_equal(getattr(model, ask)(X), expected)
    unfitted = type(model)(**model.get_params())
    assert pickle.loads(pickle.dumps(unfitted)).get_params() == unfitted.get_params()


def test_another_process_answers_alike(fitted, tmp_path):
    model, ask = fitted
    joblib.dump((model, X), tmp_path / "model.joblib")
    code = (
        "import sys, joblib; model, X = joblib.load(sys.argv[1]); "
        f"print(model.{ask}(X)[-1].tolist())"
    )
    ran = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path / "model.joblib")],
        capture_output=True,
        text=True,
        timeout=300,
        check=True,
    )
    np.testing.assert_allclose(eval(ran.stdout), getattr(model, ask)(X)[-1], atol=1e-6)


@pytest.mark.filterwarnings("ignore:A worker stopped:UserWarning")
def test_series_are_searched_and_scored_by_two_jobs():
    several = [X + shift for shift in range(4)]
    search = GridSearchCV(
        SimpleForecaster("last", window=12), {"strategy": ["last", "mean"]}, cv=2, n_jobs=2
    ).fit(several)
    assert search.best_params_["strategy"] == "last"
    scores = cross_val_score(SimpleForecaster("last", window=12), several, cv=2, n_jobs=2)
    assert len(scores) == 2
    model = RecurrentForecaster(**SMALL).fit(X)
    (one, two) = joblib.Parallel(n_jobs=2)(joblib.delayed(model.predict)(X) for _ in range(2))
    np.testing.assert_allclose(one, model.predict(X), atol=1e-6)
    np.testing.assert_array_equal(one, two)


@pytest.mark.parametrize("mark", [9.969209968386869e36, -3.4028234663852886e38, 1e20, 1e300])
def test_a_mark_that_single_precision_cannot_hold_is_refused_everywhere(mark, fitted):
    model, ask = fitted
    marked = X.copy()
    marked[290, 1] = mark
    words = r"X, row 290, column '1': .* mark for \"no data\""
    for refused in (
        getattr(model, ask),
        type(model)(**model.get_params()).fit,
        getattr(model, "backtest", getattr(model, ask)),
    ):
        with pytest.raises(DataError, match=words):
            refused(marked)
    early = X.copy()
    early[3, 0] = mark
    with pytest.raises(DataError, match=r"X\[1\], row 3, column '0'"):
        type(model)(**model.get_params()).fit([X, early])


def test_an_ordinary_mark_is_a_number(fitted):
    model, ask = fitted
    marked = X.copy()
    marked[-1, 0] = -9999.0
    assert np.isfinite(getattr(model, ask)(marked)).all()


def test_a_list_of_series_has_times_for_all_or_for_none():
    import pandas as pd

    dated = pd.DataFrame(X, columns=["0", "1"], index=pd.date_range("2024-01-01", periods=300))
    with pytest.raises(DataError, match="X has no times, and fit was given some"):
        SimpleImputer().fit([dated, X])
