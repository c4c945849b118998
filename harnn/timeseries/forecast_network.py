"""The networks that forecast: recurrent layers over a window, and a head that looks ahead."""

from __future__ import annotations

from typing import Any

from harnn.cells import DecoupledBidirectional, Recurrent
from harnn.cells.coupled_bidirectional import backward_cell
from harnn.quiet_keras import keras
from harnn.timeseries.linear_forecast import LinearForecast
from harnn.timeseries.options import ForecastOptions, RecurrentOptions
from harnn.timeseries.recurrent_layers import build_cell, build_fusion, recurrent_layer
from harnn.timeseries.segments import JoinedSensors, Segments
from harnn.training.seeds import spread_seed

__all__ = ["build_forecast_network"]


def build_forecast_network(
    options: RecurrentOptions,
    forecast: ForecastOptions,
    window: int,
    features: int,
    channels: int,
    seed: int | None = None,
) -> Any:
    """Build a network that forecasts what follows a window.

    Two coupled directions both read the window, which ends before what is forecast; their
    summaries are the forward states at its end and the backward ones at its start. The teacher of
    a decoupled network reads the window backwards, and learns to tell what was before it.

    Args:
        options: Cell, directions, fusion, sizes.
        forecast: Horizon, segments, and what is corrected.
        window: Steps of a window.
        features: Number of sensors.
        channels: Channels of the readings (`harnn.timeseries.readings`).
        seed: Of the initial weights and the dropout masks.

    Returns:
        A ``keras.Model`` from readings ``(batch, window, channels)`` to ``{"forecast": (batch,
        horizon, features)}``; a decoupled one has the output ``"teacher"`` besides, the steps
        before the window, the nearest first.

    Example:
        >>> import numpy as np
        >>> model = build_forecast_network(
        ...     RecurrentOptions(units=4), ForecastOptions(horizon=3), 10, 2, 6, seed=0
        ... )
        >>> tuple(model(np.ones((5, 10, 6), "float32"))["forecast"].shape)
        (5, 3, 2)
    """
    readings = keras.Input((window, channels), name="readings")
    head_seed, teacher_seed, *seeds = spread_seed(seed, 2 + options.layers)
    steps = Segments(features, forecast.segment, forecast.shared, name="segments")(readings)
    for number, layer_seed in enumerate(seeds[:-1], start=1):
        steps = recurrent_layer(options, layer_seed, f"recurrent_{number}")(steps)
    ahead = LinearForecast(
        features, forecast.horizon, trainable=forecast.linear, name="linear_forecast"
    )(readings)
    summary, of_teacher = _summaries(options, steps, seeds[-1])
    correction = _correction(options, forecast, features, head_seed, "correction")(summary)
    outputs = {"forecast": keras.layers.Add(name="forecast")([ahead, correction])}
    if of_teacher is not None:
        back = LinearForecast(
            features, forecast.horizon, trainable=forecast.linear, name="linear_backcast"
        )(keras.ops.flip(readings, axis=1))
        correction = _correction(options, forecast, features, teacher_seed, "teacher_correction")
        outputs["teacher"] = keras.layers.Add(name="teacher")([back, correction(of_teacher)])
    return keras.Model(readings, outputs, name="forecast_network")


def _summaries(options: RecurrentOptions, steps: Any, seed: int | None) -> tuple[Any, Any]:
    """Return what is known of a window ``(batch, units)``, and what its teacher knows."""
    cell_seed, fusion_seed = spread_seed(seed, 2)
    cell = build_cell(options, cell_seed)
    if options.direction == "forward":
        return Recurrent(cell, return_sequences=False, name="last_recurrent")(steps), None
    if options.direction == "decoupled":
        student, teacher = DecoupledBidirectional(cell, alpha=options.alpha, name="twins")(
            steps, return_teacher=True
        )
        return student[:, -1], teacher[:, 0]
    forward = Recurrent(cell, name="forward")(steps)
    backward = Recurrent(backward_cell(cell), go_backwards=True, name="backward")(steps)
    fusion = build_fusion(options, fusion_seed)
    if options.fusion == "recurrent":
        return fusion(forward, backward)[:, -1], None
    return fusion(forward[:, -1:], backward[:, :1])[:, 0], None


def _correction(
    options: RecurrentOptions, forecast: ForecastOptions, features: int, seed: int | None, name: str
) -> Any:
    """Return what makes corrections ``(batch, horizon, features)`` of summaries; small at first."""
    mask_seed, kernel_seed = spread_seed(seed, 2)
    outputs = forecast.horizon * (1 if forecast.shared else features)
    dropout = keras.layers.Dropout(options.head_dropout, seed=mask_seed, name=f"{name}_dropout")
    dense = keras.layers.Dense(
        outputs,
        kernel_initializer=keras.initializers.RandomNormal(0.0, 0.01, seed=kernel_seed),
        name=name,
    )
    joined = (
        JoinedSensors(features, name=f"{name}_joined")
        if forecast.shared
        else keras.layers.Reshape((forecast.horizon, features), name=f"{name}_steps")
    )
    return lambda summary: joined(dense(dropout(summary)))
