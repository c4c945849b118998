"""An evaluation as what JSON can hold, and back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from typing import Any

from harnn.errors import DataError, nearest
from harnn.evaluation.evaluation import CompleteScores, Evaluation
from harnn.evaluation.levels import LevelScores
from harnn.evaluation.scores import PrecisionRecallF1

__all__ = ["evaluation_from_dict", "evaluation_to_dict"]


def evaluation_to_dict(evaluation: Evaluation) -> dict[str, Any]:
    """Return ``evaluation`` as dictionaries, lists and numbers that JSON can hold.

    Args:
        evaluation: The evaluation.

    Returns:
        A dictionary with the attributes' names; None where a value is undefined.
    """
    return {field.name: _encode(getattr(evaluation, field.name)) for field in fields(evaluation)}


def evaluation_from_dict(data: Mapping[str, Any]) -> Evaluation:
    """Return the evaluation that ``evaluation_to_dict`` made ``data`` of.

    Args:
        data: What ``evaluation_to_dict`` returned, or what JSON made of it.

    Returns:
        An equal evaluation.

    Raises:
        DataError: If a key is missing or unknown, or a value is of another type.
    """
    names = [field.name for field in fields(Evaluation)]
    values = _keys(data, names, "evaluation")
    levels = values["levels"]
    if not isinstance(levels, list):
        raise DataError(f"evaluation.levels is {levels!r}; a list is needed")
    precisions = values["precision_at_k"]
    if not isinstance(precisions, Mapping) or not all(str(k).isdecimal() for k in precisions):
        raise DataError(
            f"evaluation.precision_at_k is {precisions!r}; a mapping from whole numbers is needed"
        )
    return Evaluation(
        documents=_count(values["documents"], "evaluation.documents"),
        complete=_complete(values["complete"]),
        levels=tuple(_level(level, f"evaluation.levels[{i}]") for i, level in enumerate(levels)),
        precision_at_k={
            int(k): _score(value, f"evaluation.precision_at_k[{k}]")
            for k, value in precisions.items()
        },
        micro=_triple(values["micro"], "evaluation.micro"),
        macro=_triple(values["macro"], "evaluation.macro"),
        samples=_triple(values["samples"], "evaluation.samples"),
        weighted=_triple(values["weighted"], "evaluation.weighted"),
        hierarchical=_triple(values["hierarchical"], "evaluation.hierarchical"),
        auprc_micro=_score(values["auprc_micro"], "evaluation.auprc_micro"),
        auprc_macro=_score(values["auprc_macro"], "evaluation.auprc_macro"),
        incoherent_share=_score(values["incoherent_share"], "evaluation.incoherent_share"),
    )


def _encode(value: Any) -> Any:
    if isinstance(value, PrecisionRecallF1):
        return value._asdict()
    if isinstance(value, LevelScores):
        plain = {field.name: _encode(getattr(value, field.name)) for field in fields(value)}
        if value.name is None:
            del plain["name"]
        return plain
    if is_dataclass(value):
        return {field.name: _encode(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, tuple):
        return [_encode(entry) for entry in value]
    if isinstance(value, Mapping):
        # JSON has no other keys than strings.
        return {str(key): _encode(entry) for key, entry in value.items()}
    return value


def _complete(data: Any) -> CompleteScores:
    where = "evaluation.complete"
    values = _keys(data, [field.name for field in fields(CompleteScores)], where)
    return CompleteScores(
        documents=_count(values["documents"], f"{where}.documents"),
        subset_accuracy=_score(values["subset_accuracy"], f"{where}.subset_accuracy"),
        micro=_triple(values["micro"], f"{where}.micro"),
        macro=_triple(values["macro"], f"{where}.macro"),
    )


def _level(data: Any, where: str) -> LevelScores:
    # A level without a name has no such key.
    values = _keys(
        {"name": None, **data} if isinstance(data, Mapping) else data,
        [field.name for field in fields(LevelScores)],
        where,
    )
    name = values["name"]
    if not isinstance(name, str | None):
        raise DataError(f"{where}.name is {name!r}; a text, or null, is needed")
    return LevelScores(
        level=_count(values["level"], f"{where}.level"),
        support=_count(values["support"], f"{where}.support"),
        accuracy=_score(values["accuracy"], f"{where}.accuracy"),
        micro=_triple(values["micro"], f"{where}.micro"),
        macro=_triple(values["macro"], f"{where}.macro"),
        name=name,
    )


def _triple(data: Any, where: str) -> PrecisionRecallF1[float | None]:
    values = _keys(data, PrecisionRecallF1._fields, where)
    return PrecisionRecallF1(
        *(_score(values[name], f"{where}.{name}") for name in PrecisionRecallF1._fields)
    )


def _score(value: Any, where: str) -> float | None:
    # A NaN, which json reads without asking, is no number between 0 and 1 either.
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= 1:
        raise DataError(f"{where} is {value!r}; a number between 0 and 1, or null, is needed")
    return float(value)


def _count(value: Any, where: str) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        raise DataError(f"{where} is {value!r}; a whole number is needed")
    return value


def _keys(data: Any, names: list[str] | tuple[str, ...], where: str) -> Mapping[str, Any]:
    if not isinstance(data, Mapping):
        raise DataError(f"{where} is {data!r}; a mapping is needed")
    for key in data:
        if key not in names:
            raise DataError(f"{where} has an unknown key {key!r}{nearest(str(key), names)}")
    for name in names:
        if name not in data:
            raise DataError(f"{where} lacks the key {name!r}")
    return data
