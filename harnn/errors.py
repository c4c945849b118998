"""The errors that refuse bad input: each says what was wrong, where, and what would be right."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from typing import Any

__all__ = [
    "CheckpointError",
    "ConfigError",
    "ConstantSensorWarning",
    "DataError",
    "ExportError",
    "FewLabelsWarning",
    "LabelColumnsError",
    "ModelFolderError",
    "TaxonomyError",
    "UnknownLevelsWarning",
    "UnknownWordsWarning",
    "UnmeasuredSensorWarning",
    "nearest",
]


class DataError(ValueError):
    """Texts, labels or a corpus file that cannot be used as they are."""


class LabelColumnsError(DataError):
    """A table without columns of labels.

    Args:
        table: What the table is called.
        columns: The columns that it has.
        cure: How to name the columns of labels, in the syntax of the caller.
    """

    def __init__(self, table: str, columns: Iterable[str], cure: str) -> None:
        self.table = table
        self.columns = list(columns)
        self.cure = cure
        super().__init__(
            f"{table}: no columns of labels (l1, l2, ... or labels) among {self.columns}; {cure}"
        )

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.table, self.columns, self.cure)

    def with_cure(self, cure: str) -> LabelColumnsError:
        """Return the same error with the cure in another syntax."""
        return LabelColumnsError(self.table, self.columns, cure)


class TaxonomyError(DataError):
    """A hierarchy that is not one: a cycle, an orphan, duplicate siblings, an unknown name."""


class ConfigError(ValueError):
    """An option with a wrong name, type or value."""


class FewLabelsWarning(UserWarning):
    """So few labelled documents that what is learnt from them is uncertain."""


class UnknownLevelsWarning(UserWarning):
    """NaN in labels, read as "not known", that may stand for the end of a path."""


class UnknownWordsWarning(UserWarning):
    """Validation documents of which the model knows few words."""


class ConstantSensorWarning(UserWarning):
    """A sensor that never moves while it is learnt from."""


class UnmeasuredSensorWarning(UserWarning):
    """A sensor without enough values for validation to measure the width of its bands."""


class CheckpointError(ValueError):
    """A training state that is damaged, or of another fit."""


class ExportError(ValueError):
    """An export that does not say what the model says."""


class ModelFolderError(ValueError):
    """A saved model that is incomplete, altered, or of another version."""


def nearest(name: str, choices: Iterable[str]) -> str:
    """Return ``"; did you mean 'x'?"`` for the choice closest to ``name``, else an empty string.

    Args:
        name: What the user wrote.
        choices: What would have been right.

    Returns:
        The end of an error message.

    Example:
        >>> nearest("Politican", ["Politician", "Athlete"])
        "; did you mean 'Politician'?"
    """
    # A name that differs in case alone is the closest of all.
    folded = {choice.casefold(): choice for choice in choices}
    found = difflib.get_close_matches(name.casefold(), folded, n=1)
    return f"; did you mean {folded[found[0]]!r}?" if found else ""
