"""A labelled corpus: its parts, with their texts and their labels."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from harnn.errors import DataError, nearest
from harnn.text.corpora.texts import Texts
from harnn.text.taxonomy.path import join_path

if TYPE_CHECKING:
    import datasets

__all__ = ["Corpus", "LabelForm", "Split"]

LabelForm = Literal["levels", "paths"]


class Split:
    """One part of a corpus: documents with their labels, memory-mapped where they come from a file.

    It unpacks as ``texts, labels``, so that it can be handed to
    ``HARNNClassifier.fit(..., validation_data=corpus.validation)``; ``len`` counts documents.

    Args:
        dataset: The rows, a ``datasets.Dataset``.
        text: Its column of documents.
        levels: Its columns of names, one per level, for labels in the form "levels".
        paths: Its column of lists of paths, for labels in the form "paths"; a path is a string
            ``"a/b/c"`` or a list of names.

    Raises:
        DataError: A column is missing, or there are no rows.

    Example:
        >>> import datasets
        >>> rows = {"text": ["a senator", "a song"], "l1": ["Agent", "Work"], "l2": ["Senator", ""]}
        >>> split = Split(datasets.Dataset.from_dict(rows), levels=("l1", "l2"))
        >>> texts, labels = split
        >>> len(split), texts[0], labels.tolist()
        (2, 'a senator', [['Agent', 'Senator'], ['Work', '']])
    """

    def __init__(
        self,
        dataset: datasets.Dataset,
        *,
        text: str = "text",
        levels: tuple[str, ...] = (),
        paths: str | None = None,
    ) -> None:
        if levels and paths is not None:
            raise DataError("labels stand either in one column a level or in one column of paths")
        for column in (text, *levels, *([] if paths is None else [paths])):
            if column not in dataset.column_names:
                found = nearest(column, dataset.column_names)
                raise DataError(f"there is no column {column!r} in {dataset.column_names}{found}")
        if len(dataset) == 0:
            raise DataError("there are no documents")
        self.dataset = dataset
        self.text_column = text
        self.levels = tuple(levels)
        self.paths_column = paths

    def __len__(self) -> int:
        return len(self.dataset)

    def __iter__(self) -> Iterator[Any]:
        yield self.texts
        yield self.labels

    def __repr__(self) -> str:
        return f"Split(documents={len(self)}, label_form={self.label_form!r})"

    @property
    def label_form(self) -> LabelForm | None:
        """``"levels"``, ``"paths"``, or None where there are no labels."""
        if self.levels:
            return "levels"
        return None if self.paths_column is None else "paths"

    @cached_property
    def texts(self) -> Texts:
        """The documents, a sequence of strings that stays on disk."""
        return Texts(self.dataset, self.text_column)

    @cached_property
    def labels(self) -> np.ndarray | list[Any] | None:
        """The labels, held in memory.

        In the form "levels" an object array ``(documents, levels)``: a name, ``""`` where the
        path has ended, None where the level is not known. In the form "paths" a list of paths for
        each document, each spelled ``"a/b/c"``, or a tuple of names if it ends in None, below which
        it is not known; None for a document of which nothing is known. None where there are no
        labels.
        """
        if self.levels:
            labels = np.empty((len(self), len(self.levels)), dtype=object)
            for level, column in enumerate(self.levels):
                labels[:, level] = self._names(column)
            return labels
        if self.paths_column is None:
            return None
        # Equal paths are one object.
        spelled: dict[Any, Any] = {}
        documents: list[list[Any] | None] = []
        for paths in self._arrow(self.paths_column).to_pylist():
            if paths is None:
                documents.append(None)
                continue
            keys = [path if isinstance(path, str) else tuple(path) for path in paths]
            for key in keys:
                if key not in spelled:
                    whole = isinstance(key, tuple) and None not in key
                    spelled[key] = join_path(key) if whole else key
            documents.append([spelled[key] for key in keys])
        return documents

    def take(self, n: int, seed: int = 0) -> Split:
        """Draw ``n`` documents at random, without replacement, in their order here.

        Args:
            n: How many, from 1 to ``len(self)``.
            seed: The same seed draws the same documents.

        Returns:
            A part that reads from the same file.

        Raises:
            DataError: ``n`` is not in that range.

        Example:
            >>> import datasets
            >>> split = Split(datasets.Dataset.from_dict({"text": ["a", "b", "c"]}))
            >>> len(split.take(2, seed=1))
            2
        """
        if not 1 <= n <= len(self):
            raise DataError(f"cannot take {n} of {len(self)} documents: n must be 1 to {len(self)}")
        drawn = np.random.default_rng(seed).choice(len(self), size=n, replace=False)
        return self.select(np.sort(drawn))

    def select(self, indices: np.ndarray) -> Split:
        """Return the documents at ``indices``, in that order, without copying them.

        Args:
            indices: Row numbers from 0, ``(chosen,)``.

        Returns:
            A part that reads from the same file.
        """
        return Split(
            self.dataset.select(indices),
            text=self.text_column,
            levels=self.levels,
            paths=self.paths_column,
        )

    def _arrow(self, column: str) -> Any:
        return self.dataset.select_columns([column]).with_format("arrow")[:].column(column)

    def _names(self, column: str) -> np.ndarray:
        # Through a dictionary, so that a name that stands a million times is one object.
        encoded = self._arrow(column).combine_chunks().dictionary_encode()
        if hasattr(encoded, "combine_chunks"):
            encoded = encoded.combine_chunks()
        names = np.array([*encoded.dictionary.to_pylist(), None], dtype=object)
        return names[encoded.indices.fill_null(len(names) - 1).to_numpy(zero_copy_only=False)]


@dataclass(frozen=True)
class Corpus:
    """A corpus and its parts.

    Args:
        name: What it is called in messages and reports.
        train: The documents to learn from.
        validation: The documents to choose by, if set apart.
        test: The documents to report on, if set apart.
        unlabelled: Documents without labels, for pre-training.
        best_accuracy: The share of documents the best possible classifier gets right at every
            level, where that is known (a generated corpus).

    Raises:
        DataError: The parts have labels of different forms.

    Example:
        >>> from harnn.text.corpora import load_corpus
        >>> corpus = load_corpus(["a senator", "a song"], labels=["Agent", "Work"])
        >>> print(corpus.summary())
        lists: 1 level (level 1), labels in the form 'levels'
          train          2 documents
    """

    name: str
    train: Split
    validation: Split | None = None
    test: Split | None = None
    unlabelled: Split | None = None
    best_accuracy: float | None = None

    def __post_init__(self) -> None:
        for part in ("validation", "test"):
            split = getattr(self, part)
            if split is None:
                continue
            if (split.label_form, len(split.levels)) != (self.label_form, len(self.levels)):
                raise DataError(
                    f"{self.name}: the part {part!r} has labels in the form {split.label_form!r} "
                    f"with levels {list(split.levels)}, where 'train' has {self.label_form!r} "
                    f"with {list(self.levels)}"
                )

    @classmethod
    def from_parts(cls, name: str, parts: Mapping[str, Split]) -> Corpus:
        """Make a corpus of parts by name, ``train`` among them.

        Args:
            name: What the corpus is called.
            parts: The parts that are there.

        Returns:
            The corpus.
        """
        return cls(
            name,
            parts["train"],
            parts.get("validation"),
            parts.get("test"),
            parts.get("unlabelled"),
        )

    @property
    def label_form(self) -> LabelForm | None:
        """The form of the labels: ``"levels"``, ``"paths"`` or None."""
        return self.train.label_form

    @property
    def levels(self) -> tuple[str, ...]:
        """The columns of the levels, coarsest first; empty where labels are not in that form."""
        return self.train.levels

    @property
    def parts(self) -> dict[str, Split]:
        """The parts that are there, by name."""
        named = {
            "train": self.train,
            "validation": self.validation,
            "test": self.test,
            "unlabelled": self.unlabelled,
        }
        return {name: split for name, split in named.items() if split is not None}

    def summary(self) -> str:
        """Say in a few lines what the corpus holds.

        Returns:
            The name, the form of the labels, and a line a part with its number of documents.
        """
        if self.label_form == "levels":
            count = len(self.levels)
            named = f"{count} level{'s' if count > 1 else ''} ({', '.join(self.levels)})"
            head = f"{self.name}: {named}, labels in the form 'levels'"
        elif self.label_form == "paths":
            head = f"{self.name}: several paths a document, labels in the form 'paths'"
        else:
            head = f"{self.name}: no labels"
        lines = [head]
        lines += [f"  {part:<10} {len(split):>5,} documents" for part, split in self.parts.items()]
        if self.best_accuracy is not None:
            lines.append(f"  best reachable share right at every level: {self.best_accuracy:.4f}")
        return "\n".join(lines)
