"""Rows with what a model predicts for their texts, in constant memory."""

from __future__ import annotations

from collections import deque
from collections.abc import Collection, Generator, Iterable, Iterator, Mapping
from dataclasses import replace
from itertools import islice
from typing import Any

from harnn.cli.answer_journal import AnswerJournal
from harnn.cli.record_columns import RecordColumns
from harnn.errors import ConfigError, nearest
from harnn.text.prediction.answers import Answer, Asked

__all__ = ["PredictedColumns", "predicted_rows"]

Row = Mapping[str, Any]

PREDICTED = "predicted_"


class PredictedColumns:
    """What stands in the columns that a prediction adds.

    ================= ======================================================================
    column            holds
    ================= ======================================================================
    ``l1``, ``l2``, … the name on each level, ``""`` below the end of the path, null where it
                      is not given: for a model that gives one path a document; where the levels
                      have names, such as ``section``, ``topic``, they are the columns' names
    ``labels``        the list of paths, instead, null where none of some is given: for a model
                      that gives several
    ``probability``   of the path; a list, one a path, for a model that gives several
    ``top_k``         the likeliest paths, as a list of ``{"path": …, "probability": …}``
    ``probabilities`` every path, the likeliest first, as in ``top_k``
    ``set``           the prediction set, a list of paths, ``""`` for no category
    ================= ======================================================================

    Args:
        classifier: A fitted `HARNNClassifier`, or an `OnnxClassifier`.
        asked: What is asked of each document; nothing beside its paths if None.
        probabilities: Whether there is a column ``probabilities``.
        prefix: Put before the name of every column.
        taken: The columns of the input that are kept. If the name of a level is one of them, and
            there is no prefix, or if it is the name of another column that is added, each level's
            column is called ``predicted_`` and its name.

    Attributes:
        names: The names of the columns.
        needed: What they need to be asked of each document.
    """

    def __init__(
        self,
        classifier: Any,
        asked: Asked | None = None,
        probabilities: bool = False,
        prefix: str = "",
        taken: Collection[str] = (),
    ) -> None:
        asked = asked or Asked()
        self.one_path = classifier._codec.one_path
        self.top_k = asked.top_k
        self.probabilities = probabilities
        self._depth = classifier.taxonomy_.n_levels
        paths = len(classifier.taxonomy_.terminals)
        self.needed = replace(asked, top_k=paths if probabilities else min(asked.top_k, paths))
        other = ["probability"]
        other += ["top_k"] if asked.top_k else []
        other += ["probabilities"] if probabilities else []
        other += ["set"] if asked.coverage is not None else []
        own = [f"l{level + 1}" for level in range(self._depth)] if self.one_path else ["labels"]
        named = classifier.level_names_
        if self.one_path and named is not None:
            others = {*other, *(() if prefix else taken)}
            clash = not others.isdisjoint(named)
            own = [f"{PREDICTED}{name}" for name in named] if clash else [*named]
        self.names = [prefix + name for name in [*own, *other]]

    def types(self) -> dict[str, Any]:
        """Return the Arrow types of the columns."""
        import pyarrow as pa

        name, score = pa.string(), pa.float64()
        own = [*[name] * self._depth, score] if self.one_path else [pa.list_(name), pa.list_(score)]
        scored = pa.list_(pa.struct({"path": name, "probability": score}))
        own += [scored] * (bool(self.top_k) + self.probabilities)
        own += [pa.list_(name)] * (self.needed.coverage is not None)
        return dict(zip(self.names, own, strict=True))

    def cells(self, answer: Answer) -> dict[str, Any]:
        """Return the columns of one document.

        Args:
            answer: To what is ``needed`` of it.
        """
        from harnn.text.taxonomy.path import split_path

        chosen, likeliest, depth, prediction_set = answer
        scores = [round(probability, 6) for _, probability in chosen]
        values: list[Any]
        if self.one_path:
            names = split_path(chosen[0][0]) if chosen else ()
            levels = [*names, *[""] * (depth - len(names)), *[None] * (self._depth - depth)]
            values = [*levels, scores[0] if scores else None]
        elif depth == 0:
            values = [None, None]
        else:
            values = [[path for path, _ in chosen], scores]
        if self.top_k:
            values.append(_scored(likeliest[: self.top_k]))
        if self.probabilities:
            values.append(_scored(likeliest))
        if self.needed.coverage is not None:
            values.append(prediction_set)
        return dict(zip(self.names, values, strict=True))


def _scored(paths: list[tuple[str, float]]) -> list[dict[str, Any]]:
    return [{"path": path, "probability": round(probability, 6)} for path, probability in paths]


def predicted_rows(
    classifier: Any,
    rows: Iterable[tuple[Row, str]],
    columns: PredictedColumns,
    keep: Iterable[str] | None = None,
    journal: AnswerJournal | None = None,
    known: RecordColumns | None = None,
) -> Generator[dict[str, Any]]:
    """Add predictions to rows, holding a few thousand of them at a time.

    Args:
        classifier: A fitted `HARNNClassifier`, or an `OnnxClassifier`.
        rows: Rows with their texts, read as needed.
        columns: The columns to add.
        keep: The columns of the rows to keep; all if None. Where a row lacks one, it is null.
        journal: The answers for the first rows, where others are written down.
        known: The columns of the rows, if they are known before the rows.

    Yields:
        The rows, in their order.

    Raises:
        ConfigError: If a row has a column of a predicted one's name, or no row has one to keep;
            where that is not known before the rows, it is raised after the last of them.
    """
    # The classifier reads texts ahead of its answers: the rows wait here meanwhile.
    waiting: deque[Row] = deque()
    selection = _Selection(keep, columns.names, known)

    def texts() -> Iterator[str]:
        for row, text in remaining:
            waiting.append(selection.of(row))
            yield text

    remaining = iter(rows)
    if journal is not None:
        for (row, _), answer in zip(islice(remaining, journal.count), journal, strict=True):
            yield {**selection.of(row), **columns.cells(answer)}
    answers = classifier._stream(texts(), columns.needed)
    for answer in answers if journal is None else journal.recorded(answers):
        yield {**waiting.popleft(), **columns.cells(answer)}
    selection.check_found()


class _Selection:
    """The columns of rows that are kept beside those that are added."""

    def __init__(
        self, keep: Iterable[str] | None, added: list[str], known: RecordColumns | None
    ) -> None:
        self._keep = None if keep is None else tuple(keep)
        self._added = added
        self._found: dict[str, None] = dict.fromkeys(known.names) if known is not None else {}
        if known is not None and known.complete:
            self.check_found()

    def of(self, row: Row) -> Row:
        """Return what is kept of a row."""
        if self._keep is not None:
            self._found.update(dict.fromkeys(row))
            row = {column: row.get(column) for column in self._keep}
        taken = [column for column in self._added if column in row]
        if taken:
            raise ConfigError(
                f"the input has a column {taken[0]!r} already: --prefix predicted_ gives the "
                "predictions other names, or --keep leaves it out"
            )
        return row

    def check_found(self) -> None:
        """Refuse to keep a column that no row has."""
        for column in self._keep or ():
            if column not in self._found:
                raise ConfigError(
                    f"--keep {column}: there is no such column in {list(self._found)}"
                    f"{nearest(column, self._found)}"
                )
