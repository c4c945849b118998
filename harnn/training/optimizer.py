"""The optimiser of a fit: schedule, weight decay, clipping."""

from __future__ import annotations

from typing import Any

from harnn.quiet_keras import keras
from harnn.training.lazy_adamw import LazyAdamW

__all__ = ["build_optimizer", "build_schedule"]


def build_schedule(name: str, learning_rate: float, steps: int, warmup: float = 0.0) -> Any:
    """Return the learning rate as a function of the step.

    Args:
        name: ``"cosine"``: linear warm-up from zero, then a half cosine down to zero;
            ``"exponential"``: times 0.95 every 500 steps; ``"constant"``.
        learning_rate: The highest one.
        steps: Steps of the whole fit.
        warmup: Share of the steps in which a cosine schedule rises.

    Raises:
        ValueError: If there is no such schedule.

    Example:
        >>> schedule = build_schedule("cosine", 0.1, steps=100, warmup=0.1)
        >>> [round(float(schedule(step)), 3) for step in (0, 10, 55, 100)]
        [0.0, 0.1, 0.05, 0.0]
    """
    if name == "constant":
        return learning_rate
    if name not in ("cosine", "exponential"):
        raise ValueError(f"schedule must be 'cosine', 'exponential' or 'constant', not {name!r}")
    if name == "exponential":
        return keras.optimizers.schedules.ExponentialDecay(
            learning_rate, decay_steps=500, decay_rate=0.95, staircase=True
        )
    rising = int(steps * warmup)
    if rising == 0:
        return keras.optimizers.schedules.CosineDecay(learning_rate, max(steps, 1))
    return keras.optimizers.schedules.CosineDecay(
        0.0, max(steps - rising, 1), warmup_target=learning_rate, warmup_steps=rising
    )


def build_optimizer(name: str, schedule: Any, clip_norm: float, weight_decay: float = 0.0) -> Any:
    """Build an optimiser that clips the global norm of the gradient.

    Args:
        name: ``"adamw"`` (Loshchilov & Hutter, ICLR 2019), ``"lazy_adamw"``, which moves only
            those rows of an embedding that a step reads (`LazyAdamW`), or ``"adam"``.
        schedule: The learning rate, a number or a schedule.
        clip_norm: The gradient's global norm is clipped to this (Pascanu et al., ICML 2013).
        weight_decay: Of AdamW. Biases and embeddings do not decay: a rare word's vector would
            shrink between the few steps that read it.

    Raises:
        ValueError: If there is no such optimiser.
    """
    kinds = {"adamw": keras.optimizers.AdamW, "lazy_adamw": LazyAdamW}
    if name not in ("adam", *kinds):
        raise ValueError(f"optimizer must be 'adam', 'adamw' or 'lazy_adamw', not {name!r}")
    if name == "adam":
        return keras.optimizers.Adam(schedule, global_clipnorm=clip_norm)
    optimizer = kinds[name](schedule, weight_decay=weight_decay, global_clipnorm=clip_norm)
    # Matched against a name on some backends, on TensorFlow against a path that ends in ":0".
    optimizer.exclude_from_weight_decay(var_names=[r"(^|/)(bias|embeddings)\b"])
    return optimizer
