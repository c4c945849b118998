"""The form of what comes back, as scikit-learn's set_output asks for it."""

import numpy as np
import pandas as pd
import polars as pl
import pytest
import sklearn
from sklearn.base import clone
from sklearn.pipeline import make_pipeline

from harnn.errors import ConfigError, DataError
from harnn.timeseries import RecurrentForecaster, RecurrentImputer, SimpleForecaster, SimpleImputer

X = np.stack([np.sin(np.arange(200) / 5), np.cos(np.arange(200) / 9)], axis=1)
FRAME = pd.DataFrame(X, columns=["b", "a"], index=pd.date_range("2024-01-01", periods=200))
SMALL = {"units": 4, "window": 12, "epochs": 1, "random_state": 0, "verbose": False}
MODELS = [
    (SimpleImputer(), "transform"),
    (SimpleForecaster("last", window=12, horizon=2), "predict"),
    (RecurrentImputer(**SMALL), "transform"),
    (RecurrentForecaster(**SMALL), "predict"),
]
KINDS = {"pandas": pd.DataFrame, "polars": pl.DataFrame}


@pytest.mark.parametrize(("model", "ask"), MODELS)
def test_a_container_is_what_comes_back(model, ask):
    fitted = clone(model).fit(X)
    plain = getattr(fitted, ask)(X)
    for name, kind in KINDS.items():
        out = getattr(fitted.set_output(transform=name), ask)(X)
        assert type(out) is kind
        assert list(out.columns) == list(fitted.get_feature_names_out()) == ["0", "1"]
        np.testing.assert_array_equal(np.asarray(out), plain)
        several = getattr(fitted, ask)([X, X[:50]])
        assert [type(one) for one in several] == [kind, kind]
    assert type(getattr(fitted.set_output(transform="default"), ask)(X)) is np.ndarray


@pytest.mark.parametrize(("model", "ask"), MODELS)
def test_a_container_that_is_set_for_all_breaks_nothing(model, ask):
    fitted = clone(model).fit(FRAME)
    own = getattr(fitted, ask)(FRAME[["a", "b"]])
    with sklearn.config_context(transform_output="pandas"):
        pd.testing.assert_frame_equal(getattr(fitted, ask)(FRAME[["a", "b"]]), own)
    with sklearn.config_context(transform_output="polars"):
        assert getattr(fitted, ask)(FRAME[["a", "b"]]).columns == ["a", "b"]


def test_a_pipeline_hands_the_container_on():
    pipeline = make_pipeline(SimpleImputer()).set_output(transform="pandas")
    filled = pipeline.fit_transform(X)
    assert type(filled) is pd.DataFrame
    assert pipeline.get_feature_names_out().tolist() == ["0", "1"]
    again = clone(pipeline).fit(X).transform(X)
    pd.testing.assert_frame_equal(again, filled)


def test_times_of_an_array_become_the_index():
    seconds = np.arange(200) * 60
    imputer = SimpleImputer().set_output(transform="pandas")
    filled = imputer.fit_transform(X, times=seconds)
    assert filled.index.tolist() == seconds.tolist()


def test_what_is_no_container_and_no_sensor_is_refused():
    imputer = SimpleImputer().fit(FRAME)
    with pytest.raises(ConfigError, match="transform is 'arrow'; one of"):
        imputer.set_output(transform="arrow")
    assert imputer.set_output() is imputer
    assert imputer.get_feature_names_out(["b", "a"]).tolist() == ["b", "a"]
    with pytest.raises(DataError, match="input_features are 'c'; fit was given 'b', 'a'"):
        imputer.get_feature_names_out(["c"])
