"""Top-down logistic regression: a classifier a parent, over what may be below it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

import numpy as np
import scipy.sparse as sp
from scipy.special import expit, softmax

from baselines.linear_classifier import LinearClassifier
from baselines.logistic_regression import binary_logistic_regression
from baselines.multinomial import fit_multinomial
from harnn.text.decisions.decoding import BestPathDecoder, Decoder
from harnn.text.labels.label_codec import LabelCodec
from harnn.text.linear_scores.one_vs_rest import fit_one_vs_rest
from harnn.text.taxonomy import Taxonomy

__all__ = ["TopDownLogisticRegression"]


class TopDownLogisticRegression(LinearClassifier):
    """A local classifier a parent node (LCPPN; Silla & Freitas, 2011), their outputs multiplied.

    With one path a document, each parent has a multinomial regression over its children and,
    where paths may end there, "the path ends here"; it learns from the documents that pass
    through the parent and whose next level is known. A path's probability is the product down the
    path; the most probable path is predicted, not the one that the likeliest child leads to step
    by step. What a level decides for itself is its category with the highest such probability.

    With several, each category has a binary regression, learned from the documents that have all
    its parents (the "siblings" policy), and its probability is the product of that and the
    probability of its parent, the least probable one where it has several.

    Args:
        C: Inverse strength of the regularisation; ``None``: 100 with one path a document, 3 with
            several.
        max_ngram: Features are words and n-grams of up to this many words.
        min_count: A feature must occur in this many training documents.
        max_features: At most this many features, the most frequent ones; ``None``: all.
        name_documents: As how many training documents the name of a category is read that has few
            of its own, or none: see `harnn.text.name_documents`.
        validation_fraction: Without validation documents, the share of the training documents
            that thresholds are tuned on, where a document may have several paths.
        taxonomy: The categories, if they are not to be inferred from the labels.
        label_form: How the labels are written; see `harnn.text.labels`.
        paths: Whether a document has ``"one"`` path or ``"several"``; ``"auto"``: as in the labels.
        random_state: Taken, as every classifier takes it, and not used: the solver's seed is fixed.
        verbose: Taken likewise, and not used: there is no progress to show.

    Example:
        >>> texts = ["a river in the north", "a deep lake", "plays tennis", "runs marathons"] * 5
        >>> labels = ["place/river", "place/lake", "person/tennis", "person/runner"] * 5
        >>> model = TopDownLogisticRegression().fit(texts, labels)
        >>> model.predict(["this lake"]).tolist()
        ['place/lake']
        >>> model.n_parameters_ == 6 * (model.n_features_ + 1)
        True
    """

    def _set_codec(self, codec: LabelCodec) -> None:
        super()._set_codec(codec)
        if isinstance(self._decoder, BestPathDecoder):
            self._decoder = _ProductDecoder(codec.taxonomy, codec.may_be_empty)

    def _fit_levels(
        self,
        features: sp.csr_matrix,
        targets: list[np.ndarray],
        validation_features: sp.csr_matrix,
        validation_targets: list[np.ndarray],
    ) -> None:
        self._families = _families(self.taxonomy_, self._decoder)
        self._scores = []
        for family in self._families:
            local = family.targets(targets, self.taxonomy_)
            if self._one_path:
                self._scores.append(fit_multinomial(features, local, self._strength))
            else:
                make = partial(binary_logistic_regression, self._strength)
                self._scores.append(fit_one_vs_rest(features, local, make))

    @property
    def _one_path(self) -> bool:
        return isinstance(self._decoder, BestPathDecoder)

    def _levels(self, features: sp.csr_matrix) -> list[np.ndarray]:
        probabilities = np.ones((features.shape[0], len(self.taxonomy_)), dtype=np.float32)
        for family, scores in zip(self._families, self._scores, strict=True):
            raw = scores(features)
            below = softmax(raw, axis=1) if self._one_path else expit(raw)
            above = probabilities[:, family.parents].min(axis=1, initial=1.0)
            probabilities[:, family.children] = (
                above[:, None] * np.minimum(below, 1.0)[:, : len(family.children)]
            )
        levels = []
        for columns, size in zip(
            self.taxonomy_.level_slices, self._decoder.level_sizes, strict=True
        ):
            level = probabilities[:, columns]
            if size > level.shape[1]:
                ended = np.maximum(1.0 - level.sum(axis=1, dtype=np.float64), 0.0)
                level = np.column_stack([level, ended.astype(np.float32)])
            levels.append(level)
        return levels


@dataclass(frozen=True)
class _Family:
    """Categories of the same parents.

    Attributes:
        parents: Their parents; none at the top.
        children: The categories.
        may_end: Whether "the path ends at the parent" is one more output.
    """

    parents: list[int]
    children: list[int]
    may_end: bool

    def targets(self, targets: list[np.ndarray], taxonomy: Taxonomy) -> np.ndarray:
        """Return what the family learns from, ``(documents, outputs)``: −1 where it does not."""

        def of(category: int) -> np.ndarray:
            level = int(taxonomy.levels[category])
            return targets[level][:, category - taxonomy.level_slices[level].start]

        columns = [of(child) for child in self.children]
        if self.may_end:
            columns.append(targets[int(taxonomy.levels[self.children[0]])][:, -1])
        local = np.column_stack(columns)
        for parent in self.parents:
            local[of(parent) != 1] = -1
        return local


def _families(taxonomy: Taxonomy, decoder: Decoder) -> list[_Family]:
    """Return the families, parents before children."""
    families: dict[tuple[int, ...], list[int]] = {}
    for category, parents in enumerate(taxonomy.parents):
        families.setdefault(parents, []).append(category)
    one_path = isinstance(decoder, BestPathDecoder)
    may_be_empty = decoder.level_sizes[0] > taxonomy.level_sizes[0]
    return [
        _Family(
            parents=list(parents),
            children=children,
            may_end=one_path and bool(taxonomy.stops[parents[0]] if parents else may_be_empty),
        )
        for parents, children in families.items()
    ]


class _ProductDecoder(BestPathDecoder):
    """Reads levels whose outputs are already the probabilities that the path goes through them."""

    def path_probabilities(self, levels: list[np.ndarray]) -> np.ndarray:
        probabilities = self.probabilities(levels)
        top = probabilities[:, self.taxonomy.level_slices[0]]
        ends = np.column_stack([self.ends(probabilities), 1.0 - top.sum(axis=1)])
        return ends[:, : len(self.outputs)].astype(np.float32)

    def probabilities(self, levels: list[np.ndarray]) -> np.ndarray:
        sizes = self.taxonomy.level_sizes
        return np.concatenate(
            [level[:, :size] for level, size in zip(levels, sizes, strict=True)], axis=1
        )
