"""Keras' own recurrent layers and ours: one made of the other, with the same weights."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from harnn.cells.coupled_bidirectional import CoupledBidirectional
from harnn.cells.elman_cell import ACTIVATIONS, ElmanCell
from harnn.cells.gru_cell import GRUCell
from harnn.cells.lstm_cell import LSTMCell
from harnn.cells.recurrent import Recurrent
from harnn.quiet_keras import keras

__all__ = ["from_keras", "to_keras"]


class _Kind(NamedTuple):
    """A cell of ours, the cell and the layer of Keras', and an option all three have."""

    ours: Any
    cell: Any
    layer: Any
    option: str


KINDS = (
    _Kind(LSTMCell, keras.layers.LSTMCell, keras.layers.LSTM, "unit_forget_bias"),
    _Kind(GRUCell, keras.layers.GRUCell, keras.layers.GRU, "reset_after"),
    _Kind(ElmanCell, keras.layers.SimpleRNNCell, keras.layers.SimpleRNN, "activation"),
)
OPTIONS = (
    "units",
    "dropout",
    "recurrent_dropout",
    "kernel_initializer",
    "recurrent_initializer",
    "seed",
)
KEEPERS = [
    f"{weight}_{keeper}"
    for weight in ("kernel", "recurrent", "bias")
    for keeper in ("regularizer", "constraint")
]


def from_keras(layer: Any) -> Any:
    """Return the equivalent of a layer or cell of Keras', with the same weights.

    ``LSTMCell``, ``GRUCell`` and ``SimpleRNNCell`` become a cell, ``LSTM``, ``GRU`` and
    ``SimpleRNN`` a ``Recurrent`` over one, ``Bidirectional`` a ``CoupledBidirectional``. Sizes,
    dropout and the state of its generator, initialisers, dtype policy, what is trainable, and the
    name come along; so the next dropout masks are those that Keras would have drawn.

    Outputs and states at the real steps are the same, but for three conventions:

    - With ``go_backwards``, Keras returns the outputs in the order of reading, ours in that of
      the inputs: ``ours[:, t]`` is ``theirs[:, time - 1 - t]``.
    - At steps that are not real our outputs are zero; Keras', unless it is told otherwise, are
      those of the step before.
    - The ``z`` of our ``GRUCell`` is one minus Keras': its weights have the opposite sign.

    With ``recurrent_dropout``, and with ``implementation=1``, Keras' LSTM and GRU draw a mask for
    each gate: that is our ``dropout_per_gate``.

    Args:
        layer: One of the above, built.

    Returns:
        A layer or cell of ours, built.

    Raises:
        TypeError: If the layer is none of the above; subclasses have equations of their own.
        ValueError: If it has no weights yet, or an option that ours have not: activations other
            than tanh and sigmoid (in ``SimpleRNN`` also ReLU), ``use_bias=False``, another
            ``bias_initializer`` than zeros, regularizers, constraints, ``stateful``,
            ``zero_output_for_mask`` without ``return_sequences``; a ``Bidirectional`` also where
            ``merge_mode`` is not ``"concat"``, without ``return_sequences``, and where its
            directions differ in more than weights and seeds.

    Example:
        >>> x = np.ones((2, 5, 3), "float32")
        >>> theirs = keras.layers.GRU(4, return_sequences=True)
        >>> theirs.build(x.shape)
        >>> np.allclose(from_keras(theirs)(x), theirs(x), atol=1e-6)
        True
    """
    if type(layer) is keras.layers.Bidirectional:
        return _coupled_from_keras(layer)
    kind = _kind(layer, "cell", "layer", among="Bidirectional")
    if type(layer) is kind.cell:
        return _cell_from_keras(layer, layer, layer.name)
    _check_their_layer(layer, layer)
    ours = Recurrent(
        _cell_from_keras(layer.cell, layer, layer.cell.name),
        go_backwards=layer.go_backwards,
        return_sequences=layer.return_sequences,
        **_frame(layer, layer.unroll),
    )
    ours.build((None, None, layer.cell.kernel.shape[0]))
    return ours


def to_keras(layer: Any) -> Any:
    """Return the equivalent of a layer or cell of ours as Keras' own, with the same weights.

    The reverse of ``from_keras``; weights that go there and back are the same to the last bit.
    The new layer writes zeros at steps that are not real, as ours do. Keras names the cell within
    a layer itself.

    Args:
        layer: An ``LSTMCell``, a ``GRUCell``, an ``ElmanCell``, a ``Recurrent`` over one, or a
            ``CoupledBidirectional`` of one, built.

    Returns:
        A layer or cell of Keras', built.

    Raises:
        TypeError: If the layer is none of the above.
        ValueError: If it has no weights yet, or an option that Keras' have not: ``layer_norm``, a
            ``fusion``, ``dropout_per_gate`` other than Keras draws its masks: for each gate where
            there is ``recurrent_dropout``, else one for all.

    Example:
        >>> x = np.ones((2, 5, 3), "float32")
        >>> ours = CoupledBidirectional(LSTMCell(4))
        >>> ours.build(x.shape)
        >>> np.allclose(to_keras(ours)(x), ours(x), atol=1e-6)
        True
    """
    if type(layer) is CoupledBidirectional:
        return _bidirectional_to_keras(layer)
    if type(layer) is not Recurrent:
        kind = _kind(layer, "ours", among="Recurrent, CoupledBidirectional")
        _check_our_cell(layer, layer)
        theirs = kind.cell(**_options(layer, kind), name=layer.name)
        theirs.build((None, layer.kernel.shape[0]))
        return _carry(layer, theirs)
    _check_our_layer(layer)
    theirs = _layer_to_keras(
        layer.cell,
        go_backwards=layer.go_backwards,
        return_sequences=layer.return_sequences,
        # Without sequences, Keras would put zero for the last output where a sequence is padded.
        zero_output_for_mask=layer.return_sequences,
        **_frame(layer, layer.unroll),
    )
    theirs.build((None, None, layer.cell.kernel.shape[0]))
    _carry(layer.cell, theirs.cell)
    return theirs


# From Keras -------------------------------------------------------------------------------------


def _cell_from_keras(cell: Any, named: Any, name: str) -> Any:
    kind = _kind(cell, "cell")
    _check_their_cell(cell, named)
    options = _options(cell, kind)
    if kind.option == "activation":
        options["activation"] = _name_of(cell.activation)
    per_gate = getattr(cell, "implementation", 2) == 1 and (cell.dropout or cell.recurrent_dropout)
    ours = kind.ours(**options, dropout_per_gate=bool(per_gate), name=name)
    ours.build((None, cell.kernel.shape[0]))
    return _carry(cell, ours)


def _coupled_from_keras(layer: Any) -> Any:
    directions = (layer.forward_layer, layer.backward_layer)
    for direction in directions:
        _kind(direction, "layer")
        _check_their_layer(direction, layer)
    name = layer.forward_layer.name.removeprefix("forward_")
    forward, backward = (_cell_from_keras(direction.cell, layer, name) for direction in directions)
    unlike = (
        type(forward) is not type(backward)
        or _without_seeds(forward.get_config()) != _without_seeds(backward.get_config())
        or layer.forward_layer.unroll != layer.backward_layer.unroll
    )
    _refuse(
        layer,
        (layer.merge_mode != "concat", f"merge_mode={layer.merge_mode!r}; ours is 'concat'"),
        (not layer.return_sequences, "return_sequences=False; ours returns sequences"),
        (
            layer.forward_layer.go_backwards,
            "its forward layer goes backwards; it is to go forwards",
        ),
        (unlike, "its directions differ in more than weights and seeds; ours do not"),
        *_of_any_layer(layer, forward),
    )
    ours = CoupledBidirectional(forward, **_frame(layer, layer.forward_layer.unroll))
    ours.build((None, None, forward.kernel.shape[0]))
    _carry(layer.backward_layer.cell, ours.backward.cell)
    return ours


def _check_their_layer(layer: Any, named: Any) -> None:
    _refuse(
        named,
        (layer.stateful, "stateful=True; ours has initial_state and return_state instead"),
        (
            layer.zero_output_for_mask and not layer.return_sequences,
            "zero_output_for_mask=True without return_sequences: zero is the last output of a "
            "padded sequence; ours is that of its last real step",
        ),
        *_of_any_layer(layer, layer.cell),
    )


def _check_their_cell(cell: Any, named: Any) -> None:
    known: dict[str, Any] = {"activation": ("tanh",), "recurrent_activation": ("sigmoid",)}
    if _kind(cell, "cell").ours is ElmanCell:
        known = {"activation": ACTIVATIONS}
    for option, names in known.items():
        given = getattr(cell, option)
        words = f"its {option} is {getattr(given, '__name__', 'unnamed')}"
        _refuse(named, (_name_of(given) not in names, f"{words}, not Keras' {' or '.join(names)}"))
    zeros = isinstance(cell.bias_initializer, keras.initializers.Zeros)
    keepers = [name for name in KEEPERS if getattr(cell, name) is not None]
    _refuse(
        named,
        (not cell.use_bias, "use_bias=False; our cells have a bias"),
        (not zeros, "its bias_initializer is not zeros, with which our cells start"),
        (keepers, f"it has a {' and a '.join(keepers)}; our cells have none"),
        *_of_any_cell(cell),
    )


def _name_of(activation: Any) -> str | None:
    names = ("tanh", "relu", "sigmoid")
    return next((name for name in names if keras.activations.get(name) is activation), None)


# To Keras ---------------------------------------------------------------------------------------


def _layer_to_keras(cell: Any, **frame: Any) -> Any:
    kind = _kind(cell, "ours")
    return kind.layer(**{**_options(cell, kind), **frame})


def _bidirectional_to_keras(layer: Any) -> Any:
    _check_our_layer(layer)
    _refuse(layer, (layer.fusion is not None, "it has a fusion; Keras' Bidirectional has none"))
    forward, backward = layer.forward.cell, layer.backward.cell
    inner = {**_frame(layer, layer.unroll), "return_sequences": True}
    theirs = keras.layers.Bidirectional(
        _layer_to_keras(forward, **{**inner, "name": forward.name}),
        backward_layer=_layer_to_keras(
            backward, **{**inner, "name": f"backward_{forward.name}", "go_backwards": True}
        ),
        name=layer.name,
        dtype=layer.dtype_policy,
        trainable=layer.trainable,
    )
    theirs.build((None, None, forward.kernel.shape[0]))
    _carry(forward, theirs.forward_layer.cell)
    _carry(backward, theirs.backward_layer.cell)
    return theirs


def _check_our_layer(layer: Any) -> None:
    _kind(layer.cell, "ours")
    _check_our_cell(layer.cell, layer)
    _refuse(layer, *_of_any_layer(layer, layer.cell))


def _check_our_cell(cell: Any, named: Any) -> None:
    # Where there is one gate, a mask for each is one for all.
    drawn = len(cell.gates) > 1 and (cell.dropout or cell.recurrent_dropout)
    per_gate = bool(cell.recurrent_dropout)
    _refuse(
        named,
        (cell.layer_norm, "layer_norm=True; Keras' cells have none"),
        (
            drawn and cell.dropout_per_gate != per_gate,
            f"dropout_per_gate={cell.dropout_per_gate}; Keras draws a mask for each gate where "
            f"there is recurrent_dropout, else one for all: here dropout_per_gate={per_gate}",
        ),
        *_of_any_cell(cell),
    )


# Either way -------------------------------------------------------------------------------------


def _kind(layer: Any, *sides: str, among: str = "") -> _Kind:
    """Return the kind that a layer is of, as seen from some sides of it."""
    for kind in KINDS:
        if type(layer) in (getattr(kind, side) for side in sides):
            return kind
    names = [getattr(kind, side).__name__ for side in sides for kind in KINDS]
    raise TypeError(
        f"{type(layer).__module__}.{type(layer).__name__} has no counterpart; "
        f"what can be converted is {', '.join(filter(None, [*names, among]))}, no subclasses"
    )


def _options(cell: Any, kind: _Kind) -> dict[str, Any]:
    """Return what both sides' cells are made with."""
    options = {option: getattr(cell, option) for option in (*OPTIONS, kind.option)}
    return {**options, "dtype": cell.dtype_policy}


def _frame(layer: Any, unroll: bool) -> dict[str, Any]:
    """Return what both sides' layers are made with, beside the cell and the direction."""
    return {
        "return_state": layer.return_state,
        "unroll": unroll,
        "name": layer.name,
        "dtype": layer.dtype_policy,
        "trainable": layer.trainable,
    }


def _carry(source: Any, target: Any) -> Any:
    """Give a cell of one side the weights, and the seeds, of one of the other."""
    for name in ("kernel", "recurrent_kernel", "bias"):
        values = keras.ops.convert_to_numpy(getattr(source, name))
        if isinstance(source, GRUCell | keras.layers.GRUCell):
            # σ(-a) = 1 - σ(a): the one side's z is the complement of the other's.
            values = np.concatenate(
                [-values[..., : source.units], values[..., source.units :]], axis=-1
            )
        getattr(target, name).assign(values)
    target.trainable = source.trainable
    # Our backward cell is made with other seeds, and the forward one that Bidirectional makes from
    # a configuration with none, where that is SimpleRNN's.
    for name in ("seed", "kernel_initializer", "recurrent_initializer"):
        setattr(target, name, getattr(source, name))
    if hasattr(source, "seed_generator") and hasattr(target, "seed_generator"):
        target.seed_generator.state.assign(source.seed_generator.state)
    return target


def _without_seeds(config: Any) -> Any:
    if not isinstance(config, dict):
        return config
    return {key: _without_seeds(value) for key, value in config.items() if key != "seed"}


def _refuse(layer: Any, *reasons: tuple[Any, str]) -> None:
    """Raise the first reason that holds."""
    for holds, words in reasons:
        if holds:
            raise ValueError(f"{layer.name} cannot be converted: {words}")


# Reasons to refuse what is of either side.


def _of_any_layer(layer: Any, cell: Any) -> list[tuple[Any, str]]:
    outer, inner = layer.dtype_policy, cell.dtype_policy
    words = f"its dtype is {outer.name} and its cell's {inner.name}; give both the same"
    return [(outer != inner, words), *_of_activity(layer)]


def _of_any_cell(cell: Any) -> list[tuple[Any, str]]:
    words = "it has no weights yet; build it, or call it on data, before"
    return [(not cell.built, words), *_of_activity(cell)]


def _of_activity(layer: Any) -> list[tuple[Any, str]]:
    return [(layer.activity_regularizer is not None, "it has an activity_regularizer")]
