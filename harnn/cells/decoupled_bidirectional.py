"""Twin networks: a forward student learns from a backward teacher (Serdyuk et al., ICLR 2018)."""

from __future__ import annotations

import math
from typing import Any

from harnn.cells.border import check_sequences
from harnn.cells.coupled_bidirectional import backward_cell
from harnn.cells.recurrent import Recurrent
from harnn.cells.sequences import close_gaps, reopen_gaps
from harnn.cells.twin_loss import check_alignment, twin_loss
from harnn.quiet_keras import keras, ops

__all__ = ["DecoupledBidirectional"]

_STAGES = ("joint", "teacher", "student")


@keras.saving.register_keras_serializable(package="harnn")
class DecoupledBidirectional(keras.layers.Layer):
    """Runs a forward network that has learnt from a backward one to look ahead.

    The backward network, the teacher, knows what is still to come. In training, the forward
    network, the student, is drawn towards it by ``alpha`` times the ``twin_loss`` of its outputs,
    mapped by ``affine``. At inference the student runs alone: nothing after ``t`` changes what it
    says up to ``t``, and it costs what one direction costs.

    The teacher learns from a head of its own, in one of two procedures:

    - jointly, as in the paper: ``NLL_f + NLL_b + α · twin``. Call the layer with
      ``return_teacher=True`` and put a head on either output.
    - one after the other: with ``stage = "teacher"`` the layer returns the teacher's outputs; fit
      it with its head. Then set ``stage = "student"`` and fit the student with a head of its own:
      the teacher is frozen, and its dropout off.

    A stage decides what is trainable: compile a model again after setting it, as after setting
    ``trainable``. The weights are the same ones in every stage.

    Args:
        cell: The student's cell. The teacher's is a second one with the same configuration and
            weights of its own.
        alpha: Weight of the twin loss.
        alignment: Which outputs are matched, ``"exclusive"`` or ``"inclusive"``: see
            ``twin_loss``.
        stage: ``"joint"`` (all weights learn), ``"teacher"`` (the teacher's only, there is no
            twin loss) or ``"student"`` (all but the teacher's).
        **kwargs: Of ``keras.layers.Layer``.

    Raises:
        ValueError: If ``alpha`` is not a finite number of at least zero, or the alignment or the
            stage is none of these.

    Example:
        >>> import numpy as np
        >>> from harnn.cells import LSTMCell
        >>> layer = DecoupledBidirectional(LSTMCell(4), stage="student")
        >>> sequences, lengths = np.ones((2, 5, 3)), np.array([5, 2])
        >>> tuple(layer(sequences, lengths=lengths).shape)
        (2, 5, 4)
        >>> student, teacher = layer(sequences, lengths=lengths, return_teacher=True)
        >>> tuple(teacher.shape)
        (2, 5, 4)
    """

    def __init__(
        self,
        cell: Any,
        alpha: float = 1.0,
        alignment: str = "exclusive",
        stage: str = "joint",
        **kwargs: Any,
    ) -> None:
        _check_alpha(alpha)
        check_alignment(alignment)
        _check_stage(stage)
        super().__init__(**kwargs)
        self.cell = cell
        self.alpha = alpha
        self.alignment = alignment
        self._stage = stage
        self.supports_masking = True
        policy = self.dtype_policy
        self.student = Recurrent(cell, dtype=policy, name="student")
        # A cell saved while it was frozen comes back as frozen; the stage decides, not the cell.
        cell.trainable = True
        self.teacher = Recurrent(
            backward_cell(cell), go_backwards=True, dtype=policy, name="teacher"
        )
        self.affine = keras.layers.Dense(cell.output_size, dtype=policy, name="affine")
        self._freeze()

    @property
    def stage(self) -> str:
        """What learns: ``"joint"``, ``"teacher"`` or ``"student"``. Compile again after setting."""
        return self._stage

    @stage.setter
    def stage(self, stage: str) -> None:
        _check_stage(stage)
        self._stage = stage
        self._freeze()

    @property
    def trainable(self) -> bool:
        """Whether what learns at this stage does."""
        return bool(self._trainable)

    @trainable.setter
    def trainable(self, value: bool) -> None:
        # Keras hands the value to all sublayers; those that the stage freezes stay frozen.
        keras.layers.Layer.trainable.fset(self, value)
        self._freeze()

    def build(self, sequences_shape: tuple[int | None, ...], **_: Any) -> None:
        """Build both networks and the map, whatever the stage."""
        self.student.build(sequences_shape)
        self.teacher.build(sequences_shape)
        self.affine.build(self.compute_output_shape(sequences_shape))

    def call(
        self,
        sequences: Any,
        lengths: Any = None,
        mask: Any = None,
        training: bool = False,
        return_teacher: bool = False,
    ) -> Any:
        """Return the student's outputs; in training, add the twin loss.

        Args:
            sequences: ``(batch, time, features)``, padded on the right.
            lengths: ``(batch,)`` integers, the number of real steps; all of them if not given.
            mask: ``(batch, time)``, true for the real steps, wherever they are. The twin loss
                pairs the steps as if there were no others.
            training: Whether dropout applies and the twin loss is added.
            return_teacher: Return the teacher's outputs, too.

        Returns:
            Outputs ``(batch, time, units)``, zero at steps that are not real: the student's, or
            at the stage ``"teacher"`` the teacher's. With ``return_teacher`` the pair
            ``(student, teacher)``, at every stage.
        """
        check_sequences(self.name, sequences, lengths, mask)
        order = None
        if mask is not None:
            sequences, lengths, order = close_gaps(sequences, mask, lengths)
        outputs = self._outputs(sequences, lengths, training, return_teacher)
        if order is None:
            return outputs
        return keras.tree.map_structure(lambda output: reopen_gaps(output, order), outputs)

    def compute_output_shape(
        self, sequences_shape: tuple[int | None, ...], **_: Any
    ) -> tuple[int | None, ...]:
        """Return ``(batch, time, units)``."""
        return (*sequences_shape[:2], self.cell.output_size)

    def compute_output_spec(
        self, sequences: Any, *_: Any, return_teacher: bool = False, **__: Any
    ) -> Any:
        """Return the symbolic outputs: two with ``return_teacher``, which no shape can say."""
        shape = self.compute_output_shape(sequences.shape)
        student, teacher = (keras.KerasTensor(shape, dtype=self.compute_dtype) for _ in range(2))
        return (student, teacher) if return_teacher else student

    def get_config(self) -> dict[str, Any]:
        """Return what rebuilds the layer."""
        return {
            **super().get_config(),
            "cell": keras.saving.serialize_keras_object(self.cell),
            "alpha": self.alpha,
            "alignment": self.alignment,
            "stage": self.stage,
        }

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> DecoupledBidirectional:
        """Rebuild the layer from ``get_config()``."""
        config = dict(config)
        config["cell"] = keras.saving.deserialize_keras_object(config["cell"])
        return cls(**config)

    def _outputs(self, sequences: Any, lengths: Any, training: bool, return_teacher: bool) -> Any:
        if self.stage == "teacher" and not return_teacher:
            return self.teacher(sequences, lengths=lengths, training=training)
        student = self.student(sequences, lengths=lengths, training=training)
        matches = training and self.stage != "teacher"
        if not (matches or return_teacher):
            return student
        # A frozen teacher says the same whenever it is asked.
        teacher_training = training and self.stage != "student"
        teacher = self.teacher(sequences, lengths=lengths, training=teacher_training)
        if matches:
            twin = twin_loss(self.affine(student), teacher, lengths, self.alignment)
            self.add_loss(ops.multiply(twin, self.alpha))
        return (student, teacher) if return_teacher else student

    def _freeze(self) -> None:
        """Let learn what does at this stage."""
        self.teacher.trainable = self.trainable and self.stage != "student"
        for part in (self.student, self.affine):
            part.trainable = self.trainable and self.stage != "teacher"


def _check_alpha(alpha: Any) -> None:
    number = isinstance(alpha, int | float) and not isinstance(alpha, bool)
    if not number or not math.isfinite(alpha) or alpha < 0:
        raise ValueError(f"alpha must be a finite number of at least zero, not {alpha!r}")


def _check_stage(stage: Any) -> None:
    if stage not in _STAGES:
        names = ", ".join(repr(name) for name in _STAGES)
        raise ValueError(f"stage must be one of {names}, not {stage!r}")
