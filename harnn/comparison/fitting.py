"""One model of a comparison: fitted, timed, and asked about the held-out documents."""

from __future__ import annotations

import inspect
import sys
import tempfile
import time
import warnings
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from harnn.comparison.judge import Judge
from harnn.comparison.predictions import Predictions
from harnn.errors import ConfigError, DataError
from harnn.evaluation.report import Cost
from harnn.text.classifier import HARNNClassifier
from harnn.text.hierarchical_classifier import HierarchicalClassifier
from harnn.text.labels import read_labels
from harnn.text.options import preset_name

if TYPE_CHECKING:
    from harnn.text.corpora import Split

__all__ = ["FittedModel", "Task", "fit_model", "settings"]


# Parameters that change nothing of what is learned.
_NO_SETTINGS = frozenset(("checkpoint_dir", "n_jobs", "verbose"))


@dataclass(frozen=True)
class Task:
    """What it takes to fit one model.

    Attributes:
        model: A scikit-learn estimator, which is not fitted yet.
        train: The documents to learn from.
        validation: The documents to choose by.
        held_out: The parts to predict, by name; the one that is judged last, as it is timed.
        judge: The categories.
        unlabelled: Texts without labels, for models that learn from such too.
        folder: Where the fitted model goes, if it can be saved; nowhere if None.
        own_process: Whether it is fitted in a process of its own.
    """

    model: Any
    train: Split
    validation: Split
    held_out: dict[str, Split]
    judge: Judge
    unlabelled: Split | None = None
    folder: Path | None = None
    own_process: bool = True


@dataclass(frozen=True)
class FittedModel:
    """What one fit gave.

    Attributes:
        predictions: For each part that was asked for.
        cost: What it cost.
        settings: The model's settings, those that a preset filled in included.
        history: One mapping an epoch or round.
        best_epoch: The epoch or round that was kept.
        notes: The warnings of the fit.
    """

    predictions: dict[str, Predictions]
    cost: Cost
    settings: dict[str, Any]
    history: tuple[dict[str, float], ...] = ()
    best_epoch: int | None = None
    notes: tuple[str, ...] = field(default=())


def fit_model(task: Task) -> FittedModel:
    """Fit a model and predict the held-out documents.

    Args:
        task: What to fit.

    Returns:
        Predictions and costs.

    Raises:
        KeyboardInterrupt: If Ctrl-C ended the fit early: a comparison has no use for half a fit.
    """
    model = task.model
    if isinstance(model, HARNNClassifier) and task.own_process:
        # Keras is loaded before the clock starts.
        import_module("harnn.quiet_keras")
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("default")
        start = time.perf_counter()
        _fit(model, task)
        fit_seconds = time.perf_counter() - start
        if getattr(model, "interrupted_", False):
            raise KeyboardInterrupt
        predictions = {}
        predict_seconds, documents = 0.0, 0
        for name, part in task.held_out.items():
            start = time.perf_counter()
            predictions[name] = _predictions(model, part, task.judge)
            predict_seconds, documents = time.perf_counter() - start, len(part)
        disk_bytes = _saved(model, task.folder)
    notes = [
        str(warning.message) for warning in caught if issubclass(warning.category, UserWarning)
    ]
    history = getattr(model, "history_", None) or []
    return FittedModel(
        predictions=predictions,
        cost=Cost(
            fit_seconds=fit_seconds,
            predict_seconds=predict_seconds,
            documents_per_second=documents / predict_seconds,
            peak_memory_bytes=_peak_memory() if task.own_process else None,
            parameters=getattr(model, "n_parameters_", None),
            disk_bytes=disk_bytes,
        ),
        settings=settings(model),
        history=tuple({key: float(value) for key, value in row.items()} for row in history),
        best_epoch=getattr(model, "best_epoch_", None),
        notes=tuple(dict.fromkeys(notes)),
    )


def settings(model: Any) -> dict[str, Any]:
    """Return the settings of a model as what JSON can hold.

    Args:
        model: An estimator.

    Returns:
        Its parameters by name, with what its preset fills in, and in words what is no number,
        text, list or mapping.

    Example:
        >>> from sklearn.svm import LinearSVC
        >>> settings(LinearSVC(C=0.5))["C"]
        0.5
    """
    parameters: dict[str, Any] = model.get_params(deep=False)
    if not getattr(model, "uses_random_state", True):
        parameters.pop("random_state", None)
    options = _options(model)
    if options is not None:
        filled = {
            name: value
            for section in options.model_dump().values()
            for name, value in section.items()
        }
        parameters = {
            name: filled.get(name) if value is None else value for name, value in parameters.items()
        }
        if isinstance(model, HARNNClassifier):
            parameters["preset"] = preset_name(model.preset)
    return {
        name: _plain(value)
        for name, value in sorted(parameters.items())
        if name not in _NO_SETTINGS
    }


def _options(model: Any) -> Any:
    """Return the options of a fitted HARNN, or those that it would be fitted with."""
    if hasattr(model, "options_") or not hasattr(model, "resolved_options"):
        return getattr(model, "options_", None)
    try:
        return model.resolved_options()
    except ConfigError:  # of which its fit tells
        return None


def _plain(value: Any) -> Any:
    if value is None or isinstance(value, bool | int | float | str):
        return value
    if isinstance(value, np.generic):
        return value.item()
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if isinstance(value, dict):
        return {str(key): _plain(item) for key, item in value.items()}
    return repr(value)


def _fit(model: Any, task: Task) -> None:
    arguments: dict[str, Any] = {}
    accepted = inspect.signature(model.fit).parameters
    if "validation_data" in accepted:
        arguments["validation_data"] = (task.validation.texts, task.validation.labels)
    if "unlabelled" in accepted and task.unlabelled is not None:
        arguments["unlabelled"] = task.unlabelled.texts
    if "level_names" in accepted:
        arguments["level_names"] = task.judge.codec.level_names
    model.fit(task.train.texts, task.train.labels, **arguments)


def _predictions(model: Any, part: Split, judge: Judge) -> Predictions:
    if isinstance(model, HierarchicalClassifier):
        paths = model.taxonomy_.path_strings
        decisions, each_level, probabilities = model.predict_decisions(part.texts)
        return Predictions(
            judge.aligned(decisions, paths),
            judge.aligned(each_level, paths),
            judge.aligned(probabilities.astype(np.float32), paths),
        )
    labels = read_labels(model.predict(part.texts), judge.codec.template.form, name="predictions")
    if len(labels) != len(part):
        raise DataError(f"predict returned {len(labels)} labels for {len(part)} texts")
    return Predictions(judge.codec.encode(labels).indicator)


def _saved(model: Any, folder: Path | None) -> int | None:
    """Save the model where it knows how, else only see how much it would take."""
    with tempfile.TemporaryDirectory() as temporary:
        target = Path(temporary, "model") if folder is None else folder
        if hasattr(model, "save"):
            model.save(target)
            return sum(file.stat().st_size for file in target.rglob("*") if file.is_file())
        import joblib

        try:
            written = joblib.dump(model, Path(temporary, "model.joblib"))
        except Exception:  # pickling runs the model's own code: its size is not worth a failed fit
            return None
        return sum(Path(file).stat().st_size for file in written)


def _peak_memory() -> int | None:
    """Return the most bytes this process has held so far, where the system tells."""
    try:
        import resource
    except ImportError:  # Windows
        return None
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return int(peak if sys.platform == "darwin" else peak * 1024)
