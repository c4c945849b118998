"""Where the linear part of a forecast starts: the ridge regression on the training windows."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from sklearn.linear_model import Ridge, RidgeCV

from harnn.timeseries.forecast_batches import ForecastWindows

__all__ = ["linear_start"]

# Windows looked at; each is a row for every sensor.
_WINDOWS = 4000
_ALPHAS = np.logspace(-2, 4, 7)


def linear_start(
    windows: ForecastWindows, features: int, seed: int
) -> tuple[np.ndarray, np.ndarray] | None:
    """Return the weights of `LinearForecast` that forecast the training series best.

    The penalty is chosen by generalised cross-validation. Values that are missing after a window
    take no part: where few windows are followed by known values alone, each step ahead is
    fitted by itself.

    Args:
        windows: Of the training series.
        features: Number of sensors.
        seed: Of the choice among many windows.

    Returns:
        Kernel ``(window, horizon)`` and bias ``(horizon,)``; ``None`` where too few values
        are known.

    Example:
        >>> from harnn.timeseries.readings import Readings
        >>> from harnn.timeseries.series import read_series
        >>> X = np.sin(np.arange(500.0))[:, None]
        >>> windows = ForecastWindows(read_series(X), Readings("last", 1.0), window=4, horizon=1)
        >>> kernel, bias = linear_start(windows, features=1, seed=0)
        >>> ahead = X[3] + (X[:4, 0] - X[3]) @ kernel + bias
        >>> bool(abs(ahead - X[4]) < 1e-2)
        True
    """
    count = min(_WINDOWS, len(windows))
    rows = np.random.default_rng(seed).choice(len(windows), count, replace=False)
    fills = np.swapaxes(windows.readings(rows)[..., :features], 1, 2).reshape(-1, windows.window)
    true, weights = (
        np.swapaxes(array, 1, 2).reshape(-1, windows.horizon)
        for array in np.split(windows.targets(rows)["forecast"], 2, axis=-1)
    )
    known = weights > 0
    # Relative to the window's end; the last column is zero throughout.
    relative, wanted = (fills - fills[:, -1:]).astype(float), (true - fills[:, -1:]).astype(float)
    enough = 2 * windows.window
    whole = known.all(axis=1)
    if whole.sum() > enough:
        found = RidgeCV(_ALPHAS).fit(relative[whole], wanted[whole])
        return np.atleast_2d(found.coef_).T, np.atleast_1d(found.intercept_)
    if known.sum(axis=0).min() <= enough:
        return None
    alpha = RidgeCV(_ALPHAS).fit(relative[known[:, 0]], wanted[known[:, 0], 0]).alpha_
    steps = [
        Ridge(alpha).fit(relative[of_step], true_at) for of_step, true_at in _by_step(known, wanted)
    ]
    return np.stack([one.coef_ for one in steps], axis=1), np.array(
        [one.intercept_ for one in steps]
    )


def _by_step(known: np.ndarray, wanted: np.ndarray) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Give, for each step ahead, the rows that know it and what they know."""
    for of_step, values in zip(known.T, wanted.T, strict=True):
        yield of_step, values[of_step]
