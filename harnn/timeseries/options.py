"""The options of the recurrent networks for series, and of their training."""

from __future__ import annotations

from typing import Literal, Self

from pydantic import Field, PositiveFloat, model_validator

from harnn.strict_options import StrictOptions

__all__ = ["ForecastOptions", "HoleOptions", "RecurrentOptions", "SeriesTrainingOptions"]


class RecurrentOptions(StrictOptions):
    """What the network is.

    Attributes:
        cell: The recurrent cell, of `harnn.cells`.
        direction: ``"forward"``: it reads the past alone; ``"coupled"``: both directions at once,
            fused; ``"decoupled"``: a backward teacher and a forward student that learns from it,
            each with a head of its own.
        fusion: How two directions become one: side by side (``"concat"``), by a gate
            (``"gate"``) or by a third recurrent network (``"recurrent"``).
        units: Of the cell.
        layers: Recurrent layers, one on the other; a decoupled network has one.
        layer_norm: Layer normalisation in the cell.
        dropout: Variational dropout on the inputs of a recurrent layer.
        recurrent_dropout: Variational dropout on its recurrent connection.
        head_dropout: Dropout on the states that the head reads.
        alpha: Weight of the twin loss of a decoupled network.
        procedure: Of a decoupled network: ``"joint"``: teacher and student learn at once (as in
            the twin networks' public code); ``"teacher_first"``: one after the other.
        periods: Seconds of the periods that the series may follow, such as ``(86_400,)`` of a day:
            the network is told where in each of them it is. Days of times with a zone are
            counted in UTC.
        likelihood: What the network says of its own certainty: ``"none"`` (it is trained on
            squared errors), ``"scalar"`` (a precision λ a step) or ``"sensor"`` (one a step and
            sensor), trained on the Gaussian likelihood.
    """

    cell: Literal["elman", "jordan", "lstm", "gru"] = "gru"
    direction: Literal["forward", "coupled", "decoupled"] = "coupled"
    fusion: Literal["concat", "gate", "recurrent"] = "concat"
    units: int = Field(64, ge=1)
    layers: int = Field(1, ge=1)
    layer_norm: bool = False
    dropout: float = Field(0.0, ge=0.0, lt=1.0)
    recurrent_dropout: float = Field(0.0, ge=0.0, lt=1.0)
    head_dropout: float = Field(0.1, ge=0.0, lt=1.0)
    alpha: float = Field(0.1, ge=0.0)
    procedure: Literal["joint", "teacher_first"] = "joint"
    periods: tuple[PositiveFloat, ...] = ()
    likelihood: Literal["none", "scalar", "sensor"] = "none"

    @model_validator(mode="after")
    def _one_layer_of_twins(self) -> Self:
        if self.direction == "decoupled" and self.layers > 1:
            raise ValueError("a decoupled network has one layer")
        return self


class HoleOptions(StrictOptions):
    """The holes that a network learns to fill: drawn anew each epoch among what is observed.

    Attributes:
        hide_share: Share of the observed values that an epoch hides.
        hide_length: The longest run of steps hidden of a sensor at once; 1 hides points.
        stayed_weight: What a value that stayed weighs in the loss, beside 1 of a hidden one.
    """

    hide_share: float = Field(0.3, gt=0.0, lt=1.0)
    hide_length: int = Field(1, ge=1)
    stayed_weight: float = Field(0.1, ge=0.0)


class ForecastOptions(StrictOptions):
    """What is forecast, and of what.

    Attributes:
        horizon: Steps ahead, all of which are forecast at once.
        segment: Steps of the window that are one recurrent step.
        shared: Whether one network reads each sensor by itself, in place of one that reads all of
            them together.
        linear: Whether the network corrects a linear forecast, which starts as a ridge regression
            and is learnt on with it, and not the last value.
    """

    horizon: int = Field(1, ge=1)
    segment: int = Field(1, ge=1)
    shared: bool = False
    linear: bool = True


class SeriesTrainingOptions(StrictOptions):
    """How the network is trained.

    Attributes:
        window: Steps of a training window.
        stride: An epoch has as many windows as if they stood this many steps apart; half a window
            if not given. Where they stand is drawn anew each epoch.
        epochs: At most this many.
        batch_size: Windows a step.
        learning_rate: The highest one, reached after the warm-up.
        schedule: ``"cosine"``: linear warm-up, then a half cosine down to zero; ``"constant"``.
        warmup: Share of all steps in which the learning rate rises.
        weight_decay: Of AdamW, on matrices but not on biases.
        clip_norm: The gradient's global norm is clipped to this.
        patience: Stop after this many epochs without a better validation score.
        validation_fraction: Share of the steps at each series' end that is held out where ``fit``
            is given no validation data.
    """

    window: int = Field(48, ge=2)
    stride: int | None = Field(None, ge=1)
    epochs: int = Field(100, ge=1)
    batch_size: int = Field(64, ge=1)
    learning_rate: float = Field(3e-3, gt=0.0)
    schedule: Literal["cosine", "constant"] = "cosine"
    warmup: float = Field(0.05, ge=0.0, lt=1.0)
    weight_decay: float = Field(0.01, ge=0.0)
    clip_norm: float = Field(1.0, gt=0.0)
    patience: int = Field(50, ge=1)
    validation_fraction: float = Field(0.2, gt=0.0, lt=1.0)
