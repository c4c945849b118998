"""Word vectors trained without labels: skip-gram with negative sampling, with subwords or not."""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sized
from pathlib import Path
from typing import Any

import numpy as np

from harnn.errors import ConfigError, DataError, nearest
from harnn.text.documents.tokenizer import tokenize
from harnn.text.word_vectors.cooccurrence_start import cooccurrence_start
from harnn.text.word_vectors.pretraining_progress import PretrainingProgress
from harnn.text.word_vectors.quiet_gensim import quiet_gensim
from harnn.text.word_vectors.subwords import SubwordTable
from harnn.text.word_vectors.word_vectors import WordVectors

__all__ = ["KINDS", "pretrain_word_vectors"]

KINDS = ("cooccurrence", "word2vec", "fasttext")

# A word more frequent than this is read the less often the more frequent it is.
_SAMPLE = 1e-4
# fastText's own two million buckets take a gigabyte at 128 dims; these take a tenth, and are still
# more than the n-grams of a corpus that trains in minutes.
_BUCKETS = 200_000
# gensim reads no further than this in one sentence.
_LONGEST_SENTENCE = 10_000
# Texts between two looks at the progress.
_STRIDE = 64


def pretrain_word_vectors(
    texts: Iterable[str],
    *,
    kind: str,
    dim: int,
    epochs: int,
    min_count: int,
    max_length: int,
    window: int = 5,
    negative: int = 5,
    seed: int | None = None,
    workers: int = 1,
    verbose: bool = True,
) -> WordVectors:
    """Learn a vector for every word of a corpus from the words around it.

    ``"word2vec"`` is the skip-gram with negative sampling (Mikolov et al., NeurIPS 2013):
    a word's vector learns to tell the words that stand near it from words drawn at random.
    ``"fasttext"`` (Bojanowski et al., TACL 2017) learns the same for the sum of a word's and its
    character n-grams' vectors, so that related forms share what they learn and a word that was
    never seen has a vector too. It takes about twice as long. ``"cooccurrence"`` is the skip-gram
    started from factorised counts (`cooccurrence_start`) in place of random numbers: two or three
    epochs then do more than six of the others.

    The texts are read once and not held: their words wait in a temporary file, of about the size
    of the corpus. On Ctrl-C the training ends.

    Args:
        texts: The texts, labelled or not.
        kind: ``"cooccurrence"``, ``"word2vec"`` or ``"fasttext"``.
        dim: Numbers of a vector.
        epochs: How often the corpus is read.
        min_count: A word must occur this often to have a vector.
        max_length: Words of a text beyond this many are not read: these are the words that a
            ``Vocabulary`` of the same length reads.
        window: How many words before and after a word are its context, at the most.
        negative: How many words are drawn for each word of the context.
        seed: With the same seed and one worker, the vectors are the same; ``None`` draws one.
        workers: Threads that train. With more than one the result is another in each run.
        verbose: Whether to show the progress.

    Returns:
        The vectors, in the order of a ``Vocabulary``: the most frequent word first.

    Raises:
        ConfigError: If the kind is unknown or a number is below one.
        DataError: If no word occurs ``min_count`` times.

    Example:
        >>> vectors = pretrain_word_vectors(
        ...     ["a rose is a rose"] * 20, kind="word2vec", dim=4, epochs=1, min_count=2,
        ...     max_length=150, seed=0, verbose=False,
        ... )
        >>> vectors.words
        ('a', 'rose', 'is')
    """
    if kind not in KINDS:
        raise ConfigError(
            f"kind: {kind!r} is not one of {', '.join(map(repr, KINDS))}{nearest(kind, KINDS)}"
        )
    numbers = {
        "dim": dim, "epochs": epochs, "min_count": min_count, "max_length": max_length,
        "window": window, "negative": negative, "workers": workers,
    }  # fmt: skip
    for name, value in numbers.items():
        if value < 1:
            raise ConfigError(f"{name}: {value} must be 1 or more")
    with (
        tempfile.TemporaryDirectory(prefix="harnn-") as folder,
        PretrainingProgress(verbose) as progress,
    ):
        path = Path(folder) / "words.txt"
        counts = _write_words(texts, path, max_length, progress)
        frequent = [(-count, word) for word, count in counts.items() if count >= min_count]
        if not frequent:
            most = max(counts.values(), default=0)
            raise DataError(
                f"pre-training: no word occurs {min_count} times, the most frequent one {most} "
                "times; lower min_count or give more texts"
            )
        total = sum(counts.values())
        progress.note(f"{total} words, {len(frequent)} of which occur {min_count} times or more")
        # In a vocabulary's order, which also decides who starts from which random vector.
        frequencies = {word: -count for count, word in sorted(frequent)}
        corpus = _Corpus(path, epochs, progress)
        with quiet_gensim():
            model = _model(corpus, kind, dim, window, negative, seed, workers)
            model.build_vocab_from_freq(frequencies)
            if kind == "cooccurrence":
                progress.stage("counting which words stand near each other", total=None)
                _start_from_counts(model, path, frequencies)
            progress.stage(f"epoch 1/{epochs}", total=total * epochs)
            model.train(corpus, total_words=total, epochs=epochs)
        corpus.finish()
    subwords = None
    if kind == "fasttext":
        subwords = SubwordTable(model.wv.vectors_ngrams, model.wv.min_n, model.wv.max_n)
    return WordVectors(tuple(model.wv.index_to_key), model.wv.vectors, subwords)


def _model(
    corpus: _Corpus, kind: str, dim: int, window: int, negative: int, seed: int | None, workers: int
) -> Any:
    from gensim.models import FastText, Word2Vec

    base: Any = FastText if kind == "fasttext" else Word2Vec

    class Stoppable(base):
        """Ends its threads on Ctrl-C: gensim's own would wait, and hold the model, for ever."""

        def _log_epoch_progress(self, progress_queue: Any, *args: Any, **options: Any) -> Any:
            try:
                return super()._log_epoch_progress(progress_queue, *args, **options)
            except BaseException:  # KeyboardInterrupt above all; it is raised again
                corpus.stop()
                running = self.workers
                while running:  # each ends with a None
                    running -= progress_queue.get() is None
                raise

    options = {
        "sg": 1, "hs": 0, "vector_size": dim, "window": window, "negative": negative,
        "sample": _SAMPLE, "workers": workers,
        "min_count": 1, "sorted_vocab": 0,  # rarer words never come this far; the rest is in order
        "seed": int(np.random.default_rng().integers(2**31)) if seed is None else seed,
    }  # fmt: skip
    if kind == "fasttext":
        options["bucket"] = _BUCKETS
    return Stoppable(**options)


def _start_from_counts(model: Any, path: Path, frequencies: Mapping[str, int]) -> None:
    """Give the vectors of words and contexts their start; words not counted keep theirs."""
    with path.open(encoding="utf-8", newline="\n") as file:
        words, contexts = cooccurrence_start(
            (line.rstrip("\n").split(" ") for line in file),
            frequencies,
            dim=model.vector_size,
            window=model.window,
            sample=model.sample,
            seed=model.seed,
        )
    counted = words.any(axis=1)
    model.wv.vectors[counted] = words[counted]
    model.syn1neg[counted] = contexts[counted]


def _write_words(
    texts: Iterable[str], path: Path, max_length: int, progress: PretrainingProgress
) -> Counter[str]:
    """Write the words of each text on a line, and count them."""
    counts: Counter[str] = Counter()
    progress.stage("reading the texts", total=len(texts) if isinstance(texts, Sized) else None)
    with path.open("w", encoding="utf-8", newline="\n") as file:
        for number, text in enumerate(texts, start=1):
            words = tokenize(text)[:max_length]
            counts.update(words)
            for start in range(0, len(words), _LONGEST_SENTENCE):
                file.write(" ".join(words[start : start + _LONGEST_SENTENCE]) + "\n")
            if number % _STRIDE == 0:
                progress.advance(_STRIDE)
    return counts


class _Corpus:
    """The words of the texts, read from their file once an epoch.

    gensim could read the file itself (``corpus_file``). With one thread that is no faster, it shows
    nothing before an epoch ends, and after Ctrl-C it goes on in the background to the epoch's end.
    Each way gives the same vectors for the same seed, though not those of the other.

    Args:
        path: The file.
        epochs: How often it will be read.
        progress: Told what was read.
    """

    def __init__(self, path: Path, epochs: int, progress: PretrainingProgress) -> None:
        self.path = path
        self.epochs = epochs
        self.progress = progress
        self._epoch = 0
        self._stopped = False
        self._failure: BaseException | None = None

    def __iter__(self) -> Iterator[list[str]]:
        # gensim reads in a thread of its own, and would wait for ever for one that had failed.
        try:
            yield from self._lines()
        except OSError as error:
            self._failure = error

    def stop(self) -> None:
        """End the epoch that runs."""
        self._stopped = True

    def finish(self) -> None:
        """Note the end of the last epoch, or raise what ended the reading early."""
        if self._failure is not None:
            raise self._failure
        self._note_epoch()

    def _lines(self) -> Iterator[list[str]]:
        if self._epoch > 0:  # all threads have done with an epoch before the next one is read
            self._note_epoch()
        self._epoch += 1
        self.progress.rename(f"epoch {self._epoch}/{self.epochs}")
        words_read = 0
        with self.path.open(encoding="utf-8", newline="\n") as file:
            for number, line in enumerate(file):
                if self._stopped:
                    return
                # Not split(): a word is whatever stands between two blanks.
                words = line.rstrip("\n").split(" ")
                words_read += len(words)
                if number % _STRIDE == 0:
                    self.progress.advance(words_read)
                    words_read = 0
                yield words
        self.progress.advance(words_read)

    def _note_epoch(self) -> None:
        self.progress.note(f"epoch {self._epoch}/{self.epochs}", pace=True)
