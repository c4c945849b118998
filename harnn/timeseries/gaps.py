"""Time gaps: how long ago each sensor was last observed."""

from __future__ import annotations

import numpy as np

__all__ = ["time_gaps"]


def time_gaps(observed: np.ndarray, times: np.ndarray) -> np.ndarray:
    """Return the time since each feature's last observation *before* each step.

    The δ of Che et al. (*Recurrent Neural Networks for Multivariate Time Series with Missing
    Values*, 2018, equation 2), in the unit of the times::

        δ_0 = 0
        δ_t = s_t - s_{t-1}              where the feature was observed at t - 1
        δ_t = s_t - s_{t-1} + δ_{t-1}    where it was not

    Before its first observation a feature's gap counts from the first step.

    Args:
        observed: Booleans ``(..., time, features)``.
        times: ``(..., time)``, increasing.

    Returns:
        ``(..., time, features)``, in double precision.

    Example:
        >>> observed = np.array([[True], [False], [False], [True]])
        >>> time_gaps(observed, np.array([0.0, 1.0, 4.0, 6.0]))[:, 0].tolist()
        [0.0, 1.0, 4.0, 6.0]
    """
    times = np.asarray(times, dtype=float)[..., None]
    seen = np.where(observed, times, times[..., :1, :])
    last = np.maximum.accumulate(seen, axis=-2)
    gaps = np.zeros(last.shape)
    gaps[..., 1:, :] = times[..., 1:, :] - last[..., :-1, :]
    return gaps
