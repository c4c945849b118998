"""The effect of each part of preset best: one row per part, with one option changed.

    HARNN_DATA_DIR=... python benchmarks/ablation.py configs/dbpedia.yaml [--seeds 3] [--epochs 6]

Word vectors are trained once and kept as files, from which all rows start.
Where words start at random, no name can be matched: that row lacks the names, too.

Every row is fitted with every seed and stored as soon as it is: the same command goes on where it
stopped, and ``--only ROW`` fits some rows alone. Judged on the validation part, by which presets
are chosen; the differences are the row less preset best, on the same documents, with their 95 %
bootstrap intervals. A full report of the rows stands in the folder too.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from harnn import HARNNClassifier
from harnn.atomic import atomic_file
from harnn.cli.config import load_config
from harnn.comparison import compare
from harnn.text.corpora import Corpus
from harnn.text.options import PRESETS, WordVectorOptions
from harnn.text.word_vectors import pretrain_word_vectors

ROWS: dict[str, dict[str, Any]] = {
    "best": {},
    "vectors_random": {"vectors_file": None, "name_matches": False},
    "vectors_fasttext": {"vectors_file": "fasttext"},
    "vectors_word2vec": {"vectors_file": "word2vec"},
    "no_names": {"name_matches": False},
    "no_name_documents": {"name_documents": 0},
    "wide": {"recurrent_units": 128, "attention_units": 128},
    "no_shortcut": {"shortcut": False},
    "no_category_scores": {"category_scores": False},
    "no_term_scores": {"term_share": 0.0},
    "term_share_fixed": {"tune_term_share": False},
    "no_term_pairs": {"term_pairs": 0},
    "first_words_alone": {"max_length": 200},
    "softmax_a_level": {"path_softmax": False},
    "unknown_ignored": {"unknown_levels": "ignored"},
    "dependency_scaled": {"dependency": "scaled"},
    "dependency_paper": {"dependency": "paper"},
    "dependency_reference": {"dependency": "reference"},
    "optimizer_adamw": {"optimizer": "adamw"},
}
SCORES = ("all_levels_right", "micro_f1", "macro_f1")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("config", type=Path, help="the corpus, as for harnn compare")
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--epochs", type=int, help="of every row, in place of the preset's")
    parser.add_argument("--only", nargs="+", choices=ROWS, metavar="ROW", help=", ".join(ROWS))
    parser.add_argument("--folder", type=Path, help="by default runs/ablation/CORPUS")
    arguments = parser.parse_args()
    run = load_config(arguments.config)
    corpus = run.corpus.load()
    folder = arguments.folder or Path("runs/ablation", corpus.name)
    given = run.model.model_dump(exclude_none=True) | {
        "preset": "best",
        "pretrain": "none",
        "vectors_file": PRESETS["best"].vectors.pretrain,
    }
    if arguments.epochs:  # Else a shorter schedule would go over the documents more often.
        given |= {"epochs": arguments.epochs, "minimum_steps": 0}
    shared = {name: given.pop(name, None) for name in ("taxonomy", "paths")}
    rows = {name: HARNNClassifier(**(given | changed)) for name, changed in ROWS.items()}
    for name, row in rows.items():
        if (kind := row.vectors_file) is not None:
            row.set_params(vectors_file=str(folder / f"{kind}.txt"))
            if name in (arguments.only or rows):
                train_vectors(corpus, kind, folder / f"{kind}.txt")
    comparison = compare(
        rows,
        corpus,
        folder=folder,
        part="validation",
        seeds=range(arguments.seeds),
        only=arguments.only,
        reference="best",
        taxonomy=shared["taxonomy"],
        paths=shared["paths"] or "auto",
    )
    # In a log, wide enough for the intervals.
    Console(width=None if sys.stdout.isatty() else 150).print(table_of(comparison.results))
    print(f"the report: {comparison.report}")


def train_vectors(corpus: Corpus, kind: str, path: Path) -> None:
    """Train word vectors on the texts that the preset reads, unless the file is there already."""
    if path.exists():
        return
    options = PRESETS["best"]
    # Skip-gram from random vectors needs more passes than skip-gram from factorised counts.
    same = kind == options.vectors.pretrain
    vectors = options.vectors if same else WordVectorOptions()
    texts = [*corpus.train.texts, *(corpus.unlabelled.texts if corpus.unlabelled else ())]
    trained = pretrain_word_vectors(
        texts,
        kind=kind,
        dim=options.network.embedding_dim,
        epochs=vectors.pretrain_epochs,
        min_count=options.vocabulary.min_count,
        max_length=options.vocabulary.max_length,
        seed=0,
    )
    with atomic_file(path) as temporary, temporary.open("w", encoding="utf-8") as stream:
        stream.write(f"{len(trained)} {trained.dim}\n")
        for word, vector in zip(trained.words, trained.vectors, strict=True):
            stream.write(f"{word} {' '.join(f'{number:.6g}' for number in vector)}\n")


def table_of(results: Any) -> Table:
    """Return one row per model: scores over the seeds, and their differences from preset best."""
    table = Table(title=f"{results.corpus.name}, validation, {len(results.seeds)} seeds")
    table.add_column("row", no_wrap=True)
    for score in SCORES:
        table.add_column(score.replace("_", " "), justify="right")
        table.add_column("difference", justify="right")
    table.add_column("seconds", justify="right")
    pairs = {pair.rival: pair.differences for pair in results.pairs}
    for model in results.models:
        cells = [model.title]
        for score in SCORES:
            found = model.scores.get(score)
            cells += [_mean(found), _difference(pairs.get(model.name, {}).get(score))]
        seconds = [run.cost.fit_seconds for run in model.runs]
        table.add_row(*cells, f"{sum(seconds) / len(seconds):.0f}" if seconds else "failed")
    return table


def _mean(score: Any) -> str:
    if score is None or score.mean is None:
        return ""
    return f"{score.mean:.4f}" + ("" if score.std is None else f" ± {score.std:.4f}")


def _difference(pair: Any) -> str:
    """Turn preset best less the row round: the effect of the change."""
    if pair is None:
        return ""
    low, high = (-pair.interval.high, -pair.interval.low) if pair.interval else (None, None)
    return f"{-pair.difference:+.4f}" + ("" if low is None else f" ({low:+.4f} to {high:+.4f})")


if __name__ == "__main__":
    main()
