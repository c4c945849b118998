"""One level of a hierarchy learned with gradient-boosted trees."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from threading import Event
from typing import Any

import numpy as np
import scipy.sparse as sp
import xgboost as xgb
from rich.console import Console

__all__ = ["BoostedLevel", "BoostingWatch", "LevelProblem", "boost_level"]

# A line of progress at least this often (seconds).
_HEARTBEAT = 10.0


@dataclass(frozen=True)
class LevelProblem:
    """What there is to learn of a level: XGBoost takes only what is known and varies.

    Attributes:
        constant: The probabilities of outputs that do not vary, 0 for the others.
        learned: The numbers of the outputs that do.
        rows: The documents to learn from.
        labels: What XGBoost learns of them.
        validation_rows: The documents to stop by.
        validation_labels: What is true of them.
        objective: XGBoost's parameters for the level; empty where nothing varies.

    Example:
        >>> targets = np.array([0, 2, 2, -1])
        >>> problem = LevelProblem.read(targets, np.array([1, 2]), outputs=3)
        >>> problem.learned.tolist(), problem.labels.tolist(), problem.validation_rows.tolist()
        ([0, 2], [0, 1, 1], [1])
    """

    constant: np.ndarray
    learned: np.ndarray
    rows: np.ndarray
    labels: np.ndarray
    validation_rows: np.ndarray
    validation_labels: np.ndarray
    objective: dict[str, Any]

    @staticmethod
    def read(target: np.ndarray, validation: np.ndarray, outputs: int) -> LevelProblem:
        """Read the targets of a level, as `harnn.text.labels.targets.level_targets` returns them.

        Args:
            target: ``(documents,)`` where outputs exclude one another, else
                ``(documents, outputs)``; −1 for not known.
            validation: Likewise, of the validation documents.
            outputs: Their number.

        Returns:
            The problem.
        """
        read = _one_path if target.ndim == 1 else _several_paths
        return read(target, validation, outputs)


def _one_path(target: np.ndarray, validation: np.ndarray, outputs: int) -> LevelProblem:
    """Read a level whose outputs exclude one another, ``(documents,)`` with −1 for not known."""
    rows = np.flatnonzero(target >= 0)
    classes = np.unique(target[rows])
    constant = np.zeros(outputs, dtype=np.float32)
    objective: dict[str, Any] = {}
    if len(classes) > 1:
        objective = {"objective": "multi:softprob", "num_class": len(classes)}
        objective["eval_metric"] = "mlogloss"
    elif len(classes) == 1:
        constant[classes] = 1.0
    else:  # Nothing is known: everything is as likely.
        constant[:] = 1.0 / outputs
    validation_rows = np.flatnonzero(np.isin(validation, classes))
    return LevelProblem(
        constant,
        classes,
        rows,
        np.searchsorted(classes, target[rows]),
        validation_rows,
        np.searchsorted(classes, validation[validation_rows]),
        objective,
    )


def _several_paths(target: np.ndarray, validation: np.ndarray, outputs: int) -> LevelProblem:
    """Read a level of outputs side by side, ``(documents, outputs)`` with −1 for not known."""
    rows = np.flatnonzero((target >= 0).all(axis=1))
    share = target[rows].sum(axis=0, dtype=np.int64) / max(1, len(rows))
    learned = np.flatnonzero((share > 0) & (share < 1))
    constant = share.astype(np.float32)
    constant[learned] = 0.0
    validation_rows = np.flatnonzero((validation >= 0).all(axis=1))
    return LevelProblem(
        constant,
        learned,
        rows,
        target[rows][:, learned],
        validation_rows,
        validation[validation_rows][:, learned],
        {"objective": "binary:logistic", "eval_metric": "logloss"} if len(learned) else {},
    )


@dataclass(frozen=True)
class BoostedLevel:
    """What was learned of a level.

    Attributes:
        constant: As in `LevelProblem`.
        learned: As in `LevelProblem`.
        booster: The trees; None where there was nothing to learn.
        rounds: How many rounds are kept.
        nodes: How many splits and leaves they have.
        losses: The validation log-loss after each round that was tried.
    """

    constant: np.ndarray
    learned: np.ndarray
    booster: xgb.Booster | None = None
    rounds: int = 0
    nodes: int = 0
    losses: list[float] = field(default_factory=list)

    def probabilities(self, features: sp.csr_matrix) -> np.ndarray:
        """Return the probabilities ``(documents, outputs)``."""
        filled = np.tile(self.constant, (features.shape[0], 1))
        if self.booster is not None:
            learned = self.booster.inplace_predict(features)
            filled[:, self.learned] = learned.reshape(len(filled), -1)
        return filled


def boost_level(
    problem: LevelProblem,
    features: sp.csr_matrix,
    validation_features: sp.csr_matrix,
    parameters: dict[str, Any],
    rounds: int,
    patience: int,
    watch: BoostingWatch,
) -> BoostedLevel:
    """Learn the trees of a level.

    Args:
        problem: What there is to learn.
        features: ``(documents, features)``, float32.
        validation_features: Of the validation documents, of which there may be none.
        parameters: XGBoost's.
        rounds: Boosting rounds at most.
        patience: Rounds without a better log-loss after which to stop.
        watch: Follows the rounds.

    Returns:
        What was learned.
    """
    if not problem.objective:
        return BoostedLevel(problem.constant, problem.learned)
    parameters = {**parameters, **problem.objective}
    binning = {"max_bin": parameters["max_bin"], "nthread": parameters["nthread"]}
    training = xgb.QuantileDMatrix(features[problem.rows], problem.labels, **binning)
    judged = []
    callbacks: list[xgb.callback.TrainingCallback] = [watch]
    if len(problem.validation_rows):
        validation = xgb.QuantileDMatrix(
            validation_features[problem.validation_rows],
            problem.validation_labels,
            ref=training,
            **binning,
        )
        judged.append((validation, "validation"))
        callbacks.append(xgb.callback.EarlyStopping(rounds=patience, save_best=True))
    booster = xgb.train(
        parameters,
        training,
        num_boost_round=rounds,
        evals=judged,
        callbacks=callbacks,
        verbose_eval=False,
    )
    return BoostedLevel(
        problem.constant,
        problem.learned,
        booster,
        booster.num_boosted_rounds(),
        # A line a node.
        sum(tree.count("\n") for tree in booster.get_dump()),
        watch.losses,
    )


class BoostingWatch(xgb.callback.TrainingCallback):
    """Keeps a level's losses, tells of them, and ends a fit of which another level has failed.

    Args:
        level: What the lines of progress call the level.
        rounds: Boosting rounds at most.
        verbose: Whether to show progress.
        stopped: Set when another level has failed.

    Attributes:
        losses: The validation log-loss after each round.
    """

    def __init__(self, level: str, rounds: int, verbose: bool, stopped: Event) -> None:
        self.losses: list[float] = []
        self._level = level
        self._rounds = rounds
        self._stopped = stopped
        self._console = Console(stderr=True, quiet=not verbose)
        self._last_line = time.monotonic()

    def after_iteration(self, model: Any, epoch: int, evals_log: Any) -> bool:
        """Note a round."""
        loss = ""
        if evals_log:
            [scores] = evals_log["validation"].values()
            self.losses.append(float(scores[-1]))
            loss = f", log-loss {scores[-1]:.4f}"
        if epoch + 1 == self._rounds or time.monotonic() - self._last_line > _HEARTBEAT:
            self._console.print(
                f"{self._level}: round {epoch + 1}/{self._rounds}{loss}", highlight=False
            )
            self._last_line = time.monotonic()
        return self._stopped.is_set()
