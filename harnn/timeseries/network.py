"""The networks: recurrent layers over the readings of a series, and heads that correct its fill."""

from __future__ import annotations

from typing import Any

import keras

from harnn.cells import (
    ConcatFusion,
    CoupledBidirectional,
    DecoupledBidirectional,
    ElmanCell,
    GatedFusion,
    GRUCell,
    JordanCell,
    LSTMCell,
    Recurrent,
    RecurrentFusion,
)
from harnn.timeseries.heads import CorrectedFill
from harnn.timeseries.options import RecurrentOptions
from harnn.training.seeds import spread_seed

__all__ = ["build_reconstruction_network"]

CELLS = {"elman": ElmanCell, "jordan": JordanCell, "lstm": LSTMCell, "gru": GRUCell}


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
            states = _recurrent(options, of_layer, f"recurrent_{number}")(states)
        outputs = {"reconstruction": head("reconstruction", head_seed)(states, readings)}
        return keras.Model(readings, outputs, name="reconstruction_network")
    cell_seed, fusion_seed = spread_seed(seeds[0], 2)
    student, teacher = DecoupledBidirectional(
        _cell(options, cell_seed), alpha=options.alpha, alignment="inclusive", name="twins"
    )(states, return_teacher=True)
    fused_seed, student_seed, teacher_seed = spread_seed(head_seed, 3)
    # Either direction learns from its own head; what fuses them learns on top of both.
    fused = _fusion(options, fusion_seed)(
        keras.ops.stop_gradient(student), keras.ops.stop_gradient(teacher)
    )
    outputs = {
        "reconstruction": head("reconstruction", fused_seed)(fused, readings),
        "student": head("student", student_seed)(student, readings),
        "teacher": head("teacher", teacher_seed)(teacher, readings),
    }
    return keras.Model(readings, outputs, name="reconstruction_network")


def _recurrent(options: RecurrentOptions, seed: int | None, name: str) -> Any:
    """Return a recurrent layer of one direction, or of two coupled ones."""
    cell_seed, fusion_seed = spread_seed(seed, 2)
    cell = _cell(options, cell_seed)
    if options.direction == "forward":
        return Recurrent(cell, name=name)
    return CoupledBidirectional(cell, fusion=_fusion(options, fusion_seed), name=name)


def _cell(options: RecurrentOptions, seed: int | None) -> Any:
    kernel_seed, recurrent_seed, mask_seed = spread_seed(seed, 3)
    return CELLS[options.cell](
        options.units,
        dropout=options.dropout,
        recurrent_dropout=options.recurrent_dropout,
        layer_norm=options.layer_norm,
        kernel_initializer=keras.initializers.GlorotUniform(kernel_seed),
        recurrent_initializer=keras.initializers.Orthogonal(seed=recurrent_seed),
        seed=mask_seed,
    )


def _fusion(options: RecurrentOptions, seed: int | None) -> Any:
    if options.fusion == "concat":
        return ConcatFusion(name="fusion")
    if options.fusion == "gate":
        return GatedFusion(keras.initializers.GlorotUniform(seed), name="fusion")
    # The third network is a GRU, as in the equation u_t = GRU([h^f_t ; h^b_t], u_{t-1}).
    return RecurrentFusion(_cell(options.model_copy(update={"cell": "gru"}), seed), name="fusion")
