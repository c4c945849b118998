"""The recurrent layers that the networks are built of."""

from __future__ import annotations

from typing import Any

from harnn.cells import (
    ConcatFusion,
    CoupledBidirectional,
    ElmanCell,
    GatedFusion,
    GRUCell,
    JordanCell,
    LSTMCell,
    Recurrent,
    RecurrentFusion,
)
from harnn.quiet_keras import keras
from harnn.timeseries.options import RecurrentOptions
from harnn.training.seeds import spread_seed

__all__ = ["build_cell", "build_fusion", "recurrent_layer"]

CELLS = {"elman": ElmanCell, "jordan": JordanCell, "lstm": LSTMCell, "gru": GRUCell}


def recurrent_layer(options: RecurrentOptions, seed: int | None, name: str) -> Any:
    """Return a recurrent layer of one direction, or of two coupled ones."""
    cell_seed, fusion_seed = spread_seed(seed, 2)
    cell = build_cell(options, cell_seed)
    if options.direction == "forward":
        return Recurrent(cell, name=name)
    return CoupledBidirectional(cell, fusion=build_fusion(options, fusion_seed), name=name)


def build_cell(options: RecurrentOptions, seed: int | None) -> Any:
    """Return the cell that the options name."""
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


def build_fusion(options: RecurrentOptions, seed: int | None) -> Any:
    """Return what makes one of two directions."""
    if options.fusion == "concat":
        return ConcatFusion(name="fusion")
    if options.fusion == "gate":
        return GatedFusion(keras.initializers.GlorotUniform(seed), name="fusion")
    # The third network is a GRU, as in the equation u_t = GRU([h^f_t ; h^b_t], u_{t-1}).
    return RecurrentFusion(
        build_cell(options.model_copy(update={"cell": "gru"}), seed), name="fusion"
    )
