"""What is asked of PyPOTS, and what is made of its answers."""

from __future__ import annotations

import sys
from types import ModuleType
from typing import Any

import numpy as np
import pytest

from harnn.errors import ConfigError, DataError
from harnn.timeseries import load_imputer, pypots_imputer
from harnn.timeseries.pypots_imputer import PyPOTSImputer, pypots_installed
from harnn.timeseries.study import grid

TIME = np.arange(400.0)
TRUE = np.stack([5 + np.sin(TIME / 5), 100 * np.cos(TIME / 9)], axis=1)
HIDDEN = np.random.default_rng(0).random(TRUE.shape) < 0.3
HOLED = np.where(HIDDEN, np.nan, TRUE)


class Fake:
    """In the place of a network: fills every hole of a window with the number of the window."""

    def __init__(self, **options: Any) -> None:
        self.options = options

    def fit(self, train: dict[str, np.ndarray], validation: dict[str, np.ndarray]) -> None:
        self.train, self.validation = train, validation

    def predict(self, asked: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
        numbers = np.arange(len(asked["X"]))[:, None, None]
        return {"imputation": np.where(np.isnan(asked["X"]), numbers, asked["X"])}


@pytest.fixture
def fake(monkeypatch: pytest.MonkeyPatch) -> None:
    """Put a package in the place of PyPOTS."""
    names = ("pypots", "pypots.imputation", "pypots.utils", "pypots.utils.random")
    modules = {name: ModuleType(name) for name in names}
    modules["pypots.imputation"].BRITS = modules["pypots.imputation"].SAITS = Fake  # type: ignore[attr-defined]
    modules["pypots.utils.random"].set_random_seed = lambda seed: None  # type: ignore[attr-defined]
    for name, module in modules.items():
        monkeypatch.setitem(sys.modules, name, module)
    for module in (pypots_imputer, grid):
        monkeypatch.setattr(module, "pypots_installed", lambda: True)


@pytest.mark.usefixtures("fake")
def test_it_is_given_scaled_windows_and_other_holes_in_validation() -> None:
    imputer = PyPOTSImputer("saits", window=48, epochs=3).fit(HOLED)
    network = imputer._network
    assert network.options["n_steps"] == 48
    assert network.options["n_features"] == 2
    # 320 steps of training, windows 24 steps apart and a last one; 80 of validation, 48 apart.
    assert network.train["X"].shape == (13, 48, 2)
    assert network.validation["X"].shape == network.validation["X_ori"].shape == (2, 48, 2)
    assert np.nanstd(network.train["X"]) == pytest.approx(1.0, abs=0.1)
    known, true = (~np.isnan(network.validation[name]) for name in ("X", "X_ori"))
    assert not (known & ~true).any()
    assert known.sum() == pytest.approx(0.7 * true.sum(), rel=0.1)


@pytest.mark.usefixtures("fake")
@pytest.mark.parametrize("steps", [20, 48, 100])
def test_windows_are_put_together_to_the_whole_series(steps: int) -> None:
    imputer = PyPOTSImputer("brits", window=48).fit(HOLED)
    filled = imputer.transform(HOLED[:steps])
    assert filled.shape == (steps, 2)
    known = ~np.isnan(HOLED[:steps])
    np.testing.assert_array_equal(filled[known], HOLED[:steps][known])
    scaled = imputer.scaling_.scaled(filled)
    # Windows from 0, 48 and 52 of a hundred steps: the later one counts.
    number = np.select([np.arange(steps) < 48, np.arange(steps) < 52], [0, 1], 2)[:, None]
    expected = np.broadcast_to(number, filled.shape)[~known]
    np.testing.assert_allclose(scaled[~known], expected, atol=1e-6)


@pytest.mark.usefixtures("fake")
def test_wrong_options_are_refused() -> None:
    with pytest.raises(ConfigError, match="model is 'sait'"):
        PyPOTSImputer("sait").fit(HOLED)
    with pytest.raises(ConfigError, match="no causal mode"):
        PyPOTSImputer().fit(HOLED).transform(HOLED, causal=True)
    with pytest.raises(DataError, match="windows of 500 steps are needed"):
        PyPOTSImputer(window=500).fit(HOLED)


@pytest.mark.usefixtures("fake")
def test_a_study_has_its_rows_with_every_seed() -> None:
    rows = grid.reconstruction_rows({"window": 24, "epochs": 7, "hide_share": 0.2})
    row = rows["brits"]
    assert (row.title, row.factors, row.drawn) == ("BRITS (PyPOTS)", {}, True)
    given = row.estimator.get_params()
    assert (given["window"], given["epochs"], given["hide_share"]) == (24, 7, 0.2)
    assert rows["saits"].estimator.get_params()["model"] == "saits"


@pytest.mark.skipif(pypots_installed(), reason="PyPOTS is installed")
def test_where_there_is_no_pypots_it_is_said_and_no_study_has_it() -> None:
    with pytest.raises(ConfigError, match="pip install pypots"):
        PyPOTSImputer().fit(HOLED)
    assert "saits" not in grid.reconstruction_rows({})


@pytest.mark.skipif(not pypots_installed(), reason="needs PyPOTS")
@pytest.mark.parametrize("model", ["brits", "saits"])
def test_the_real_ones_learn_and_are_saved_as_numbers(model: str, tmp_path: Any) -> None:
    imputer = PyPOTSImputer(model, window=24, stride=3, units=32, epochs=60, batch_size=8).fit(
        HOLED
    )
    # Filled with the mean it would be -1.
    assert imputer.score(HOLED, TRUE) > -0.9
    imputer.save(tmp_path / "model")
    again = load_imputer(tmp_path / "model")
    np.testing.assert_array_equal(again.transform(HOLED), imputer.transform(HOLED))
