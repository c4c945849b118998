"""The seconds of a single time, computed without pandas: a stream may run where there is none."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import numpy as np

from harnn.errors import DataError

__all__ = ["has_zone", "stream_seconds"]


def stream_seconds(moment: Any) -> float:
    """Return a time as the seconds that series are read with.

    Args:
        moment: A date of Python, pandas or NumPy, or text of one; a duration; a period, of which
            the start counts; or seconds.

    Returns:
        Of a date the seconds since 1970, in UTC if it has a zone, else by its own clock.

    Raises:
        DataError: If it is none of these.

    Example:
        >>> [stream_seconds(moment) for moment in ("1970-01-02", "1970-01-02T01:00+01:00", 7.5)]
        [86400.0, 86400.0, 7.5]
    """
    try:
        moment = _parsed(moment)
        if isinstance(moment, datetime):
            epoch = datetime(1970, 1, 1, tzinfo=UTC if has_zone(moment) else None)
            return float((moment - epoch).total_seconds())
        if isinstance(moment, timedelta):
            return float(moment.total_seconds())
        if isinstance(moment, np.datetime64):
            moment = moment - np.datetime64(0, "s")
        if isinstance(moment, np.timedelta64):
            return float(moment / np.timedelta64(1, "s"))
        return float(moment)
    except (TypeError, ValueError) as error:
        raise DataError(f"time {moment!r} is no date and no number: {error}") from None


def has_zone(moment: Any) -> bool:
    """Return whether a time is a date with a zone.

    Args:
        moment: As for ``stream_seconds``.

    Example:
        >>> has_zone("2024-01-31 12:00"), has_zone("2024-01-31 12:00Z")
        (False, True)
    """
    try:
        return getattr(_parsed(moment), "tzinfo", None) is not None
    except ValueError:
        return False


def _parsed(moment: Any) -> Any:
    """Return text, days and periods as dates, and all else as it is."""
    if isinstance(moment, str):
        try:
            return datetime.fromisoformat(moment)
        except ValueError:
            # Other spellings of dates are those that pandas knows.
            import pandas as pd

            return pd.Timestamp(moment)
    if hasattr(moment, "start_time"):  # of pandas.Period
        return moment.start_time
    if isinstance(moment, date) and not isinstance(moment, datetime):
        return datetime.combine(moment, time())
    return moment
