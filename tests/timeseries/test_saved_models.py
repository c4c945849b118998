"""A saved model is loaded by what it does, whatever it is."""

import numpy as np
import pytest

from harnn.errors import ModelFolderError
from harnn.timeseries import (
    RecurrentForecaster,
    RecurrentImputer,
    SimpleForecaster,
    SimpleImputer,
    load_forecaster,
    load_imputer,
)

X = np.sin(np.arange(400.0) / 5)[:, None]
SMALL = {"units": 4, "window": 12, "epochs": 1, "random_state": 0, "verbose": False}


@pytest.mark.parametrize(
    ("model", "load", "said"),
    [
        (SimpleImputer("last"), load_imputer, "transform"),
        (RecurrentImputer(**SMALL), load_imputer, "transform"),
        (SimpleForecaster("last", horizon=3, window=12), load_forecaster, "predict"),
        (RecurrentForecaster(**SMALL, horizon=3), load_forecaster, "predict"),
    ],
)
def test_each_kind_is_loaded_as_itself(model, load, said, tmp_path):
    model.fit(X).save(tmp_path / "model")
    loaded = load(tmp_path / "model")
    assert type(loaded) is type(model)
    np.testing.assert_array_equal(getattr(loaded, said)(X), getattr(model, said)(X))


def test_a_forecaster_is_no_imputer(tmp_path):
    SimpleForecaster("last", horizon=3, window=12).fit(X).save(tmp_path / "model")
    with pytest.raises(ModelFolderError, match="'harnn-RecurrentImputer' or 'harnn-SimpleImputer'"):
        load_imputer(tmp_path / "model")
