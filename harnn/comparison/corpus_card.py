"""The facts about a corpus that a report must tell."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from harnn.comparison.judge import Judge
from harnn.evaluation.report import CategoryCard, CorpusCard, LengthCard, LevelCard, PartCard
from harnn.text.corpora.partition import normalised

if TYPE_CHECKING:
    from harnn.text.corpora import Corpus, Split

__all__ = ["corpus_card"]


def corpus_card(corpus: Corpus, judge: Judge) -> CorpusCard:
    """Describe a corpus.

    Args:
        corpus: The corpus.
        judge: Made of it.

    Returns:
        Its parts, levels and categories.

    Example:
        >>> from harnn import load_corpus
        >>> texts, labels = ["one two", "Two one", "one two"], [["a"], ["b"], ["a"]]
        >>> corpus = load_corpus(texts, labels=labels, label_form="levels")
        >>> card = corpus_card(corpus, Judge.of(corpus))
        >>> card.parts[0].documents, card.parts[0].duplicates, card.levels[0].categories
        (3, 1, 2)
    """
    training = {hash(normalised(text)) for text in corpus.train.texts}
    counts = {
        name: np.count_nonzero(targets.indicator & targets.known[:, judge.hierarchy.levels], axis=0)
        for name, targets in judge.targets.items()
    }
    names = judge.codec.level_names or corpus.levels
    return CorpusCard(
        name=corpus.name,
        digest=judge.digest,
        one_path=judge.codec.one_path,
        levels=tuple(
            LevelCard(
                name=names[level] if level < len(names) else f"level {level + 1}",
                categories=int(columns.sum()),
                rarest=int(counts["train"][columns].min()),
                median=float(np.median(counts["train"][columns])),
                most_frequent=int(counts["train"][columns].max()),
            )
            for level in range(judge.hierarchy.depth)
            for columns in [judge.hierarchy.levels == level]
        ),
        parts=tuple(_part(name, corpus.parts[name], judge, training) for name in judge.targets),
        categories=tuple(
            CategoryCard(
                path=path,
                level=int(judge.hierarchy.levels[column]),
                documents={name: int(number[column]) for name, number in counts.items()},
            )
            for column, path in enumerate(judge.hierarchy.names)
        ),
        unseen=judge.unseen,
    )


def _part(name: str, split: Split, judge: Judge, training: set[int]) -> PartCard:
    words: list[int] = []
    seen: set[int] = set()
    duplicates = in_training = 0
    for text in split.texts:
        plain = normalised(text)
        words.append(plain.count(" ") + 1 if plain else 0)
        key = hash(plain)
        duplicates += key in seen
        in_training += key in training
        seen.add(key)
    targets = judge.targets[name]
    return PartCard(
        name=name,
        documents=len(split),
        known=tuple(int(count) for count in targets.known.sum(axis=0)),
        complete=int(targets.known.all(axis=1).sum()),
        duplicates=duplicates,
        in_training=0 if name == "train" else in_training,
        lengths=LengthCard(
            shortest=min(words),
            median=float(np.median(words)),
            mean=float(np.mean(words)),
            percentile_95=float(np.percentile(words, 95)),
            longest=max(words),
        ),
    )
