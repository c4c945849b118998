"""The twin networks' matching of a forward to a backward network (Serdyuk et al., ICLR 2018)."""

from __future__ import annotations

from typing import Any

from harnn.cells.sequences import sequence_mask
from harnn.quiet_keras import keras, ops

__all__ = ["check_alignment", "twin_loss"]

# How many steps after the student's output the teacher's stands that it is paired with.
_OFFSETS = {"exclusive": 2, "inclusive": 0}


def twin_loss(student: Any, teacher: Any, lengths: Any = None, alignment: str = "exclusive") -> Any:
    """Return the squared distance of the student's outputs from the teacher's.

    The paper's penalty is ``Σ_t ‖g(h^f_t) - h^b_t‖²``, with an affine map ``g`` that the caller
    has applied. In the paper ``h^f_t`` has seen the inputs before ``t`` and ``h^b_t`` those after
    ``t``, and both predict ``x_t``. Outputs of ``Recurrent`` have seen the step that they stand
    at: ``F[t]`` the inputs up to ``t``, ``B[t]`` the inputs from ``t`` on. Hence two alignments,
    for a sequence of ``n`` steps:

    - ``"exclusive"``, the paper's: both predict ``x_t``, and neither has seen it. The pairs are
      ``(F[t-1], B[t+1])`` for ``1 ≤ t ≤ n - 2``.
    - ``"inclusive"``: both have seen ``x_t``. The pairs are ``(F[t], B[t])`` for
      ``0 ≤ t ≤ n - 1``.

    The squares are summed over the units, and averaged over each sequence's own pairs, then over
    the sequences: neither the padding nor the length of a sequence changes its weight. A sequence
    too short for any pair counts as zero.

    Args:
        student: The forward outputs, mapped: ``(batch, time, units)``.
        teacher: The backward outputs, in the order of the inputs, of the same shape. No gradient
            flows into them.
        lengths: ``(batch,)`` integers, the number of real steps; all of them if not given.
        alignment: ``"exclusive"`` or ``"inclusive"``.

    Returns:
        A scalar, in single precision at least.

    Raises:
        ValueError: If the shapes differ, or the alignment is none of these.

    Example:
        >>> import numpy as np
        >>> steps = np.array([[[1.0], [2.0], [3.0], [4.0]]])
        >>> [float(twin_loss(steps, steps, alignment=a)) for a in ("inclusive", "exclusive")]
        [0.0, 4.0]
    """
    check_alignment(alignment)
    if len(student.shape) != 3 or tuple(student.shape) != tuple(teacher.shape):
        raise ValueError(
            f"twin_loss: expected student and teacher of one shape (batch, time, units), not "
            f"{tuple(student.shape)} and {tuple(teacher.shape)}"
        )
    offset = _OFFSETS[alignment]
    dtype = keras.backend.result_type(student.dtype, "float32")
    student, teacher = ops.cast(student, dtype), ops.cast(ops.stop_gradient(teacher), dtype)
    time = ops.shape(student)[1]
    difference = ops.subtract(student[:, : time - offset], teacher[:, offset:])
    pairs = ops.shape(difference)[1]
    count = ops.cast(pairs, dtype)
    if lengths is not None:
        real = sequence_mask(ops.subtract(lengths, offset), pairs)
        # Chosen before it is squared, so that not even a NaN on padding reaches the gradient.
        difference = ops.where(ops.expand_dims(real, -1), difference, 0.0)
        count = ops.sum(ops.cast(real, dtype), axis=1)
    totals = ops.sum(ops.square(difference), axis=(1, 2))
    return ops.mean(ops.divide(totals, ops.maximum(count, 1)))


def check_alignment(alignment: Any) -> None:
    """Refuse an alignment that is not one of ``twin_loss``."""
    if alignment not in _OFFSETS:
        names = " or ".join(repr(name) for name in _OFFSETS)
        raise ValueError(f"alignment must be {names}, not {alignment!r}")
