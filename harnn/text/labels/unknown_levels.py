"""A warning where NaN in labels may stand for an empty cell, which ends a path elsewhere."""

from __future__ import annotations

import warnings

from harnn.errors import UnknownLevelsWarning
from harnn.text.labels.labels import Labels

__all__ = ["warn_of_nan"]


def warn_of_nan(labels: Labels, name: str = "y", stacklevel: int = 2) -> None:
    """Warn if labels have NaN and no ``""``, and say how NaN was read.

    ``pandas.read_csv`` makes NaN of every empty cell, and an empty cell of a CSV file mostly ends
    a path. Labels with ``""`` or with an empty list show that their author tells the two apart,
    and ``None`` is never made by accident: there is no warning for them.

    Args:
        labels: The labels.
        name: What the user calls them.
        stacklevel: Whose line the warning points at; 2 is the caller's.

    Example:
        >>> from harnn.text.labels import read_labels
        >>> with warnings.catch_warnings(record=True) as caught:
        ...     warnings.simplefilter("always")
        ...     warn_of_nan(read_labels([["a", "b"], ["a", float("nan")]]))
        ...     warn_of_nan(read_labels([["a", "b"], ["a", None]]))
        >>> [str(warning.message)[:33] for warning in caught]
        ['y: 1 label is NaN (column 1: 1), ']
    """
    total = sum(labels.nan_cells)
    if not total or labels.says_ended:
        return
    if labels.form == "levels":
        columns = labels.columns or range(len(labels.nan_cells))
        counts = ", ".join(
            f"column {column!r}: {count}"
            for column, count in zip(columns, labels.nan_cells, strict=True)
            if count
        )
        found = f"{total:,} label{' is' if total == 1 else 's are'} NaN ({counts})"
        read = "that the level is not known, so that nothing is learnt on it"
        ended = "the path ends above the level"
    else:
        found = f"{total:,} label{' is' if total == 1 else 's are'} NaN"
        read = "that nothing is known of the document, so that nothing is learnt from it"
        ended = "the document has no category"
    warnings.warn(
        f"{name}: {found}, none is '' (or an empty list). NaN is read as saying {read}. If it "
        f"stands for an empty cell that says that {ended}, replace it by '': fillna(''). If it is "
        "meant as not known, give None in a column of dtype object, or ignore this warning "
        "(UnknownLevelsWarning)",
        UnknownLevelsWarning,
        stacklevel=stacklevel + 1,
    )
