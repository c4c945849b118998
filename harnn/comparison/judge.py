"""The categories and the truth that all models of a comparison are judged by."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from harnn.errors import DataError
from harnn.evaluation import Hierarchy
from harnn.text.labels import read_labels
from harnn.text.labels.label_codec import LabelCodec, Targets
from harnn.text.labels.level_names import telling_names
from harnn.text.taxonomy import Taxonomy

if TYPE_CHECKING:
    from harnn.text.corpora import Corpus

__all__ = ["Judge"]


@dataclass(frozen=True)
class Judge:
    """One hierarchy for all models: the categories of every part of the corpus.

    A category that no training document has is there too: where it is true, every model that
    does not have it misses it.

    Attributes:
        codec: The categories, and the form of the labels.
        hierarchy: The same, as the metrics need it.
        targets: What is known of the documents of each part, by the part's name.
        digest: SHA-256 over texts and labels.
        unlabelled_digest: SHA-256 over the texts without labels, for the models that read them.

    Example:
        >>> from harnn import load_corpus
        >>> corpus = load_corpus(
        ...     ["one", "two"],
        ...     labels=[["a", "b"], ["c", "d"]],
        ...     test=(["three"], [["a", "new"]]),
        ...     label_form="levels",
        ... )
        >>> judge = Judge.of(corpus)
        >>> judge.unseen
        ('a/new',)
        >>> judge.training_documents.tolist()
        [1, 1, 1, 0, 1]
    """

    codec: LabelCodec
    hierarchy: Hierarchy
    targets: dict[str, Targets]
    digest: str
    unlabelled_digest: str

    @classmethod
    def of(cls, corpus: Corpus, taxonomy: Any = None, paths: str = "auto") -> Judge:
        """Read the labels of a corpus.

        Args:
            corpus: With a part ``train``, and others.
            taxonomy: The categories, if they are not to be inferred from the labels.
            paths: Whether a document has ``"one"`` path or ``"several"``; ``"auto"``: as in the
                training labels.

        Returns:
            The judge.

        Raises:
            DataError: If the corpus has no labels.
        """
        if corpus.label_form is None:
            raise DataError(f"{corpus.name}: there are no labels to learn from")
        parts = {name: part for name, part in corpus.parts.items() if name != "unlabelled"}
        labels = {
            name: read_labels(part.labels, corpus.label_form, name=f"{corpus.name}, {name}")
            for name, part in parts.items()
        }
        known = None if taxonomy is None else Taxonomy.read(taxonomy)
        codec = LabelCodec.infer(labels["train"], known, paths, telling_names(corpus.levels))
        for name in labels:
            codec, _ = codec.extended(labels[name])
        hierarchy = Hierarchy(
            codec.taxonomy.levels, codec.taxonomy.parents, codec.taxonomy.path_strings
        )
        targets = {name: codec.encode(part) for name, part in labels.items()}
        digest = hashlib.sha256(codec.taxonomy.to_json().encode())
        for name, part in parts.items():
            digest.update(f"{name} {len(part)}".encode())
            digest.update(np.packbits(targets[name].indicator).tobytes())
            digest.update(np.packbits(targets[name].known).tobytes())
            _update(digest, part.texts)
        unlabelled = hashlib.sha256()
        if corpus.unlabelled is not None:
            _update(unlabelled, corpus.unlabelled.texts)
        return cls(codec, hierarchy, targets, digest.hexdigest(), unlabelled.hexdigest())

    @property
    def training_documents(self) -> np.ndarray:
        """How many training documents are known to have each category ``(categories,)``."""
        train = self.targets["train"]
        known = train.known[:, self.hierarchy.levels]
        return np.count_nonzero(train.indicator & known, axis=0)

    @property
    def unseen(self) -> tuple[str, ...]:
        """The paths of the categories that no training document has."""
        counts = self.training_documents
        return tuple(
            name for name, count in zip(self.hierarchy.names, counts, strict=True) if count == 0
        )

    def aligned(self, array: np.ndarray, paths: tuple[str, ...]) -> np.ndarray:
        """Put the columns of a model's array into the order of the judge's categories.

        Args:
            array: ``(documents, the model's categories)``.
            paths: The paths of the model's categories.

        Returns:
            ``(documents, categories)``; 0 in the columns of categories the model does not have.

        Raises:
            DataError: If the model has a category that the corpus and its taxonomy do not have.
        """
        number = {path: column for column, path in enumerate(self.hierarchy.names)}
        foreign = [path for path in paths if path not in number]
        if foreign:
            raise DataError(
                f"the corpus does not have all categories of the model, such as {foreign[0]!r} "
                f"({len(foreign)} in all): give the comparison the same taxonomy"
            )
        wide = np.zeros((len(array), len(number)), dtype=array.dtype)
        wide[:, [number[path] for path in paths]] = array
        return wide


def _update(digest: Any, texts: Iterable[str]) -> None:
    for text in texts:
        # The length parts the texts: "ab", "c" is not "a", "bc".
        digest.update(f"{len(text)} {text}".encode("utf-8", "surrogatepass"))
