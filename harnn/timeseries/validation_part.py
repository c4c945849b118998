"""Checks that the steps held out for validation hold enough values."""

from __future__ import annotations

import warnings
from collections.abc import Sequence

import numpy as np

from harnn.errors import ConfigError, DataError, UnmeasuredSensorWarning
from harnn.timeseries.series import Series
from harnn.timeseries.split import split_series

__all__ = ["check_targets", "hold_out", "spans", "warn_of_unmeasured"]

# Steps for validation: one of two is hidden, or forecast.
_FEWEST = 2
# Series named in an error.
_NAMED = 3


def hold_out(series: Sequence[Series], fraction: float) -> tuple[list[Series], list[Series]]:
    """Split series into a training part and the steps at each one's end.

    Args:
        series: As the user gave them.
        fraction: Share of the steps that is held out.

    Raises:
        ConfigError: If the fraction is not between 0 and 1.
        DataError: If a part is empty, or a sensor has values in the held-out part alone.

    Example:
        >>> from harnn.timeseries.series import read_series
        >>> train, held_out = hold_out(read_series(np.zeros((10, 1))), 0.2)
        >>> spans(train), spans(held_out)
        ('X, rows 0 to 7', 'X, rows 8 to 9')
    """
    if not 0 < fraction < 1:
        raise ConfigError(
            f"validation_fraction is {fraction}; a number between 0 and 1 is needed where no "
            "validation_data are given"
        )
    train, held_out, _ = split_series(series, (1 - fraction, fraction, 0.0))
    if not train or sum(map(len, held_out)) < _FEWEST:
        raise DataError(
            f"{spans(series)}: too few steps to hold out {100 * fraction:g} % for validation: give "
            f"at least {_steps_needed(fraction)} steps, or validation_data"
        )
    first, ever = (
        np.any([one.observed.any(axis=0) for one in part], axis=0) for part in (train, series)
    )
    late = [series[0].names[sensor] for sensor in np.flatnonzero(ever & ~first)]
    if late:
        raise DataError(
            f"{spans(train)}: never observed in the training part: {', '.join(map(repr, late))}, "
            f"whose values all lie in what is held out for validation ({spans(held_out)}): choose "
            "a smaller validation_fraction, give validation_data, or leave the sensor out"
        )
    return train, held_out


def check_targets(series: Sequence[Series], window: int, part: str) -> None:
    """Refuse a part in which no value is known that could be forecast.

    Args:
        series: Of the part.
        window: Steps that are read before the first forecast.
        part: Its name, ``"training"`` or ``"validation"``.

    Raises:
        DataError: If no value is known after the first window of any series.

    Warns:
        UnmeasuredSensorWarning: If some sensors have no such value for validation.
    """
    known = np.any([one.observed[window:].any(axis=0) for one in series], axis=0)
    if not known.any():
        names = ", ".join(map(repr, series[0].names))
        long = [one for one in series if len(one) > window]
        where = ", ".join(one.span(window) for one in long[:_NAMED]) + _more(long)
        raise DataError(
            f"{where}: no sensor ({names}) has a value there, after the first window of {window} "
            f"steps of the {part} part: nothing to forecast; leave the outage out, or give "
            "validation_data or another validation_fraction"
        )
    if part == "validation":
        warn_of_unmeasured(series, ~known)


def warn_of_unmeasured(series: Sequence[Series], unmeasured: np.ndarray) -> None:
    """Warn of sensors whose errors cannot be measured for lack of values.

    Args:
        series: The validation part.
        unmeasured: Which sensors, booleans ``(features,)``.
    """
    if not unmeasured.any():
        return
    names = ", ".join(repr(series[0].names[number]) for number in np.flatnonzero(unmeasured))
    warnings.warn(
        f"{spans(series)}: held out for validation, and too few values are known there of {names}: "
        "its bands are as wide as if its mean were predicted; give validation_data or another "
        "validation_fraction",
        UnmeasuredSensorWarning,
        stacklevel=4,  # whoever calls fit
    )


def _steps_needed(fraction: float) -> int:
    """Return the length of the shortest series that can be split."""
    steps = _FEWEST + 1
    while not _FEWEST <= steps - round((1 - fraction) * steps) < steps:
        steps += 1
    return steps


def spans(series: Sequence[Series]) -> str:
    """Return where some series stand in their sources, for an error."""
    return ", ".join(one.span() for one in series[:_NAMED]) + _more(series)


def _more(series: Sequence[Series]) -> str:
    return f" and {len(series) - _NAMED} more" if len(series) > _NAMED else ""
