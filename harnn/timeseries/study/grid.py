"""The rows of a study: every cell, direction and fusion, and what needs no network beside them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from harnn.timeseries.pypots_imputer import MODELS, PyPOTSImputer, pypots_installed
from harnn.timeseries.series_estimator import SeriesEstimator
from harnn.timeseries.simple_forecaster import SimpleForecaster
from harnn.timeseries.simple_imputer import SimpleImputer

__all__ = ["Row", "forecasting_rows", "reconstruction_rows"]

_CELLS = {"lstm": "LSTM", "gru": "GRU", "elman": "Elman", "jordan": "Jordan"}
_FUSIONS = {"concat": "concatenated", "gate": "gated", "recurrent": "recurrent fuser"}


@dataclass(frozen=True)
class Row:
    """A model of a study.

    Attributes:
        title: What the report calls it.
        estimator: Not fitted; its ``random_state`` is set to each seed.
        factors: What is varied in the grid: cell, direction, fusion. Empty beside the grid.
        drawn: Whether it draws anything at random, so that each seed is another fit.
    """

    title: str
    estimator: SeriesEstimator
    factors: dict[str, str] = field(default_factory=dict)
    drawn: bool = True


def reconstruction_rows(
    options: Mapping[str, Any],
    cells: Sequence[str] = ("lstm", "gru"),
    directions: Sequence[str] = ("forward", "coupled", "decoupled"),
    fusions: Sequence[str] = ("concat", "gate", "recurrent"),
) -> dict[str, Row]:
    """Return a row a configuration of `RecurrentImputer`, simple fills, and PyPOTS if there is any.

    Args:
        options: What all of them share.
        cells: See `RecurrentOptions`.
        directions: ″
        fusions: ″ A forward network has none.

    Example:
        >>> len([row for row in reconstruction_rows({}).values() if row.factors])
        14
    """
    # Not before it is needed: it loads Keras.
    from harnn.timeseries.imputer import RecurrentImputer

    rows = {
        name: Row(title, RecurrentImputer(**(dict(options) | factors), verbose=False), factors)
        for name, title, factors in _grid(cells, directions, fusions, ("coupled", "decoupled"))
    }
    shared = {name: options[name] for name in ("hide_share", "hide_length") if name in options}
    for strategy, title in (("line", "linear interpolation"), ("last", "last value"), _MEAN):
        rows[strategy] = Row(title, SimpleImputer(strategy, **shared), drawn=False)
    if pypots_installed():
        names = ("window", "stride", "units", "epochs", "patience", "batch_size")
        shared |= {name: options[name] for name in names if name in options}
        for model in MODELS:
            title = f"{model.upper()} (PyPOTS)"
            rows[model] = Row(title, PyPOTSImputer(model, **shared))
    return rows


def forecasting_rows(
    options: Mapping[str, Any],
    cells: Sequence[str] = ("lstm", "gru"),
    directions: Sequence[str] = ("forward", "coupled", "decoupled"),
    fusions: Sequence[str] = ("concat", "gate", "recurrent"),
) -> dict[str, Row]:
    """Return a row a configuration of `RecurrentForecaster`, and simple forecasts.

    Args:
        options: What all of them share.
        cells: See `RecurrentOptions`.
        directions: ″
        fusions: ″ Only a coupled network has any: of a decoupled one the forward student
            forecasts alone.

    Example:
        >>> len([row for row in forecasting_rows({}).values() if row.factors])
        10
    """
    # Not before it is needed: it loads Keras.
    from harnn.timeseries.forecaster import RecurrentForecaster

    rows = {
        name: Row(title, RecurrentForecaster(**(dict(options) | factors), verbose=False), factors)
        for name, title, factors in _grid(cells, directions, fusions, ("coupled",))
    }
    shared = {name: options[name] for name in ("horizon", "window") if name in options}
    for strategy, title in (("linear", "linear map"), ("last", "last value"), _MEAN):
        rows[strategy] = Row(title, SimpleForecaster(strategy, **shared), drawn=False)
    return rows


_MEAN = ("mean", "mean of the training part")


def _grid(
    cells: Sequence[str], directions: Sequence[str], fusions: Sequence[str], fused: Sequence[str]
) -> Iterator[tuple[str, str, dict[str, str]]]:
    """Give names, titles and factors."""
    for cell in cells:
        for direction in directions:
            of_direction = {"cell": cell, "direction": direction}
            if direction not in fused:
                yield f"{cell}_{direction}", f"{_CELLS[cell]}, {direction}", of_direction
                continue
            for fusion in fusions:
                title = f"{_CELLS[cell]}, {direction}, {_FUSIONS[fusion]}"
                yield f"{cell}_{direction}_{fusion}", title, of_direction | {"fusion": fusion}
