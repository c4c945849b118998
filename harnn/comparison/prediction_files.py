"""What every model said of every document, as Parquet files for a closer look."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from harnn.atomic import atomic_file
from harnn.comparison.fitting import FittedModel
from harnn.comparison.judge import Judge

if TYPE_CHECKING:
    import pandas as pd

    from harnn.text.corpora import Split

__all__ = ["write_documents", "write_predictions"]


def write_documents(folder: Path, split: Split, judge: Judge, part: str) -> None:
    """Write ``documents.parquet``: a row a document.

    ======== ==================================================================================
    column   what it holds
    ======== ==================================================================================
    row      the number of the document in its part, from 0
    text     the document
    true     the paths of its most specific known categories
    complete whether all of its levels are known
    ======== ==================================================================================

    Args:
        folder: Where the file goes.
        split: The documents.
        judge: What is true of them.
        part: Their part's name.
    """
    import pandas as pd

    targets = judge.targets[part]
    known = targets.indicator & targets.known[:, judge.hierarchy.levels]
    frame = pd.DataFrame(
        {
            "row": np.arange(len(split)),
            "text": list(split.texts),
            "true": _paths(known, judge),
            "complete": targets.known.all(axis=1),
        }
    )
    _write(frame, folder / "documents.parquet")


def write_predictions(
    folder: Path, name: str, runs: Mapping[int | None, FittedModel], judge: Judge, part: str
) -> None:
    """Write one ``NAME[-seed-K].parquet`` a fit: a row a document, as in ``documents.parquet``.

    ========== ================================================================================
    column     what it holds
    ========== ================================================================================
    row        the number of the document in its part, from 0
    predicted  the paths of the most specific categories predicted
    each_level all categories that the levels choose each for itself; null if not told
    confidence the probability of each predicted path's last category; null if not told
    right      whether all levels are right; null where not all of them are known
    ========== ================================================================================

    Args:
        folder: Where the files go.
        name: The model's name.
        runs: Its fits by seed.
        judge: What is true of the documents.
        part: Their part's name.
    """
    import pandas as pd

    targets = judge.targets[part]
    complete = targets.known.all(axis=1)
    names = np.array(judge.hierarchy.names, dtype=object)
    for seed, fitted in runs.items():
        said = fitted.predictions[part]
        specific = judge.codec.taxonomy.most_specific(said.decisions)
        right = (said.decisions == targets.indicator).all(axis=1)
        frame = pd.DataFrame(
            {
                "row": np.arange(len(specific)),
                "predicted": [list(names[row]) for row in specific],
                "each_level": None
                if said.each_level is None
                else [list(names[row]) for row in said.each_level],
                "confidence": None
                if said.probabilities is None
                else [
                    row[chosen].tolist()
                    for row, chosen in zip(said.probabilities, specific, strict=True)
                ],
                "right": pd.Series(right, dtype="boolean").where(pd.Series(complete)),
            }
        )
        file = name if seed is None else f"{name}-seed-{seed}"
        _write(frame, folder / f"{file}.parquet")


def _paths(indicator: np.ndarray, judge: Judge) -> list[list[str]]:
    names = np.array(judge.hierarchy.names, dtype=object)
    return [list(names[row]) for row in judge.codec.taxonomy.most_specific(indicator)]


def _write(frame: pd.DataFrame, path: Path) -> None:
    with atomic_file(path) as temporary:
        frame.to_parquet(temporary, index=False)
