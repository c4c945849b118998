"""Holes made on purpose, in exact numbers: points, subsequences, blocks, whole sensors.

All take what is observed, booleans ``(windows, time, features)`` or ``(time, features)``, and
return what to hide of it, booleans of the same shape. They draw without replacement: what is
asked for is what is hidden.
"""

from __future__ import annotations

import numpy as np

from harnn.errors import ConfigError, DataError

__all__ = ["hide_blocks", "hide_points", "hide_sensors", "hide_subsequences"]


def hide_points(observed: np.ndarray, share: float, seed: int | None = None) -> np.ndarray:
    """Hide single values at random.

    Args:
        observed: ``(..., time, features)``.
        share: Of the observed values, in ``[0, 1]``; their number is rounded.
        seed: Of the draw.

    Example:
        >>> int(hide_points(np.ones((10, 10), dtype=bool), 0.1, seed=0).sum())
        10
    """
    _check_share(share)
    candidates = np.flatnonzero(observed)
    count = round(share * len(candidates))
    chosen = np.random.default_rng(seed).choice(candidates, count, replace=False)
    return _mask(observed.shape, chosen)


def hide_subsequences(
    observed: np.ndarray, share: float, length: int, seed: int | None = None
) -> np.ndarray:
    """Hide runs of ``length`` steps of single sensors.

    Runs do not overlap, though one may start where another ends. Their number is rounded, and
    all of a run counts, whether its values were observed or not: only what was is hidden.

    Args:
        observed: ``(..., time, features)``.
        share: Of all places, in ``[0, 1]``.
        length: Steps of a run.
        seed: Of the draw.

    Raises:
        DataError: If there is no room for so many runs.

    Example:
        >>> hidden = hide_subsequences(np.ones((4, 48, 7), dtype=bool), 0.5, 36, seed=0)
        >>> int(hidden.sum()) // 36, round(4 * 48 * 7 * 0.5 / 36)
        (19, 19)
    """
    _check_share(share)
    rng = np.random.default_rng(seed)
    lanes = np.moveaxis(observed, -1, -2)
    shape, time = lanes.shape, observed.shape[-2]
    lanes = lanes.reshape(-1, time)
    hidden = _runs(len(lanes), time, share, length, rng) & lanes
    return np.moveaxis(hidden.reshape(shape), -1, -2)


def hide_blocks(
    observed: np.ndarray, share: float, length: int, width: int, seed: int | None = None
) -> np.ndarray:
    """Hide runs of ``length`` steps of ``width`` sensors at once, as where they share a cable.

    Which sensors go together is drawn anew for each window. The number of blocks is rounded.

    Args:
        observed: ``(..., time, features)``.
        share: Of all places, in ``[0, 1]``.
        length: Steps of a block.
        width: Sensors of a block.
        seed: Of the draw.

    Raises:
        ConfigError: If there are fewer sensors than ``width``.
        DataError: If there is no room for so many blocks.

    Example:
        >>> int(hide_blocks(np.ones((24, 6), dtype=bool), 0.25, 6, 3, seed=0).sum())
        36
    """
    _check_share(share)
    time, features = observed.shape[-2:]
    if not 1 <= width <= features:
        raise ConfigError(f"width is {width}; 1 to {features} are needed, the number of sensors")
    rng = np.random.default_rng(seed)
    windows = observed.reshape(-1, time, features)
    groups = features // width
    # The share is of all places, of which those of the sensors left over can have no block.
    share_of_groups = share * features / (groups * width)
    runs = _runs(len(windows) * groups, time, share_of_groups, length, rng)
    runs = np.swapaxes(runs.reshape(len(windows), groups, time), 1, 2)
    hidden = np.zeros(windows.shape, dtype=bool)
    for window, of_window in zip(hidden, runs, strict=True):
        members = rng.permutation(features)[: groups * width]
        window[:, members] = np.repeat(of_window, width, axis=1)
    return hidden.reshape(observed.shape) & observed


def hide_sensors(observed: np.ndarray, count: int, seed: int | None = None) -> np.ndarray:
    """Hide some sensors of each window whole.

    Args:
        observed: ``(..., time, features)``.
        count: Sensors a window.
        seed: Of the draw.

    Raises:
        ConfigError: If there are not so many sensors.

    Example:
        >>> hidden = hide_sensors(np.ones((3, 5, 4), dtype=bool), 2, seed=0)
        >>> hidden.all(axis=1).sum(axis=1).tolist()
        [2, 2, 2]
    """
    features = observed.shape[-1]
    if not 0 <= count <= features:
        raise ConfigError(f"count is {count}; 0 to {features} are needed, the number of sensors")
    rng = np.random.default_rng(seed)
    order = rng.random((*observed.shape[:-2], 1, features)).argsort(axis=-1).argsort(axis=-1)
    return (order < count) & observed


def _runs(lanes: int, time: int, share: float, length: int, rng: np.random.Generator) -> np.ndarray:
    """Place runs at random on lanes ``(lanes, time)``, so that none overlaps another."""
    if length < 1:
        raise ConfigError(f"length is {length}; at least 1 is needed")
    count = round(share * lanes * time / length)
    room = time // length
    if count > lanes * room:
        raise DataError(
            f"a share of {share:.3g} is {count} runs of {length} steps, and {time} steps of "
            f"{lanes} lanes have room for {lanes * room}"
        )
    owners = rng.choice(lanes * room, count, replace=False) // max(room, 1)
    hidden = np.zeros((lanes, time), dtype=bool)
    for lane, runs in zip(*np.unique(owners, return_counts=True), strict=True):
        # Every way to place them is as likely: runs shrunk to one step stand at different places.
        starts = np.sort(rng.choice(time - runs * (length - 1), runs, replace=False))
        starts += np.arange(runs) * (length - 1)
        hidden[lane, (starts[:, None] + np.arange(length)).ravel()] = True
    return hidden


def _check_share(share: float) -> None:
    if not 0 <= share <= 1:
        raise ConfigError(f"share is {share}; a number from 0 to 1 is needed")


def _mask(shape: tuple[int, ...], chosen: np.ndarray) -> np.ndarray:
    mask = np.zeros(shape, dtype=bool)
    mask.reshape(-1)[chosen] = True
    return mask
