"""The networks that reconstruct: recurrent layers, and heads that correct a simple fill."""

from __future__ import annotations

from typing import Any

from harnn.cells import DecoupledBidirectional
from harnn.quiet_keras import keras
from harnn.timeseries.heads import CorrectedFill
from harnn.timeseries.options import RecurrentOptions
from harnn.timeseries.recurrent_layers import build_cell, build_fusion, recurrent_layer
from harnn.training.seeds import spread_seed

__all__ = ["build_reconstruction_network"]


def build_reconstruction_network(
    options: RecurrentOptions, features: int, channels: int, seed: int | None = None
) -> Any:
    """Build a network that reconstructs every value of a series from its readings.

    Args:
        options: Cell, directions, fusion, sizes.
        features: Number of sensors.
        channels: Channels of the readings (`harnn.timeseries.readings`).
        seed: Of the initial weights and the dropout masks.

    Returns:
        A ``keras.Model`` from readings ``(batch, time, channels)`` to ``{"reconstruction":
        (batch, time, features + precisions)}``; a decoupled one has the outputs ``"student"`` and
        ``"teacher"`` besides, what each direction says by itself.

    Example:
        >>> import numpy as np
        >>> model = build_reconstruction_network(RecurrentOptions(units=4), 2, 8, seed=0)
        >>> tuple(model(np.ones((3, 10, 8), "float32"))["reconstruction"].shape)
        (3, 10, 2)
    """
    readings = keras.Input((None, channels), name="readings")
    head_seed, *seeds = spread_seed(seed, 1 + options.layers)
    precisions = {"none": 0, "scalar": 1, "sensor": features}[options.likelihood]

    def head(name: str, seed: int | None) -> Any:
        return CorrectedFill(features, precisions, options.head_dropout, seed=seed, name=name)

    states = readings
    if options.direction != "decoupled":
        for number, of_layer in enumerate(seeds, start=1):
            states = recurrent_layer(options, of_layer, f"recurrent_{number}")(states)
        outputs = {"reconstruction": head("reconstruction", head_seed)(states, readings)}
        return keras.Model(readings, outputs, name="reconstruction_network")
    cell_seed, fusion_seed = spread_seed(seeds[0], 2)
    student, teacher = DecoupledBidirectional(
        build_cell(options, cell_seed), alpha=options.alpha, alignment="inclusive", name="twins"
    )(states, return_teacher=True)
    fused_seed, student_seed, teacher_seed = spread_seed(head_seed, 3)
    # Either direction learns from its own head; what fuses them learns on top of both.
    fused = build_fusion(options, fusion_seed)(
        keras.ops.stop_gradient(student), keras.ops.stop_gradient(teacher)
    )
    outputs = {
        "reconstruction": head("reconstruction", fused_seed)(fused, readings),
        "student": head("student", student_seed)(student, readings),
        "teacher": head("teacher", teacher_seed)(teacher, readings),
    }
    return keras.Model(readings, outputs, name="reconstruction_network")
