"""Measure how fast a trained model answers, from raw text to labels, in each exported form.

    HARNN_DATA_DIR=... python benchmarks/prediction.py MODEL dbpedia [--documents 2000] [--rivals]
                                                       [--minilm FOLDER] [--occlusion 1000]

One row per form: the saved model on Keras, and its exports as SavedModel, ONNX and ONNX of eight
bits, written to a temporary folder. With ``--rivals`` also logistic regression and XGBoost, fitted
here on the corpus, and sentence embeddings of MiniLM with logistic regression where the package
sentence-transformers and the model's files are installed. All answer the same validation documents,
one after the other. With ``--occlusion`` the models explain one document of so many words, too.

"documents per second" is `predict` on all of them, the better of two runs after a warm one; the
latencies are `predict` on one document at a time; "tokens" is the time that splitting the texts
into words takes by itself, as a share of the run; "same" is how many documents get the labels that
Keras gives; "right" is the share of the documents whose levels are all known that get all of them
right.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from rich.console import Console
from rich.table import Table

from harnn import HARNNClassifier, load_corpus
from harnn.runtime import OnnxClassifier
from harnn.text.documents.tokenizer import tokenize

Predict = Callable[[Sequence[str]], Any]
# A title, what predicts, and what splits a text into words where that can be timed by itself.
Row = tuple[str, Predict, Callable[[str], Any] | None]
# The name on the hub of the sentence embeddings that are compared.
_MINILM = "sentence-transformers/all-MiniLM-L6-v2"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("model", type=Path, help="the folder of a saved model")
    parser.add_argument("corpus", help="what it was trained on, as for load_corpus")
    parser.add_argument("--documents", type=int, default=2000)
    parser.add_argument("--single", type=int, default=300, help="documents asked one at a time")
    parser.add_argument("--threads", type=int, help="of onnxruntime; one per core by default")
    parser.add_argument(
        "--occlusion",
        type=int,
        default=0,
        metavar="WORDS",
        help="explain a document of so many words by occlusion",
    )
    parser.add_argument("--rivals", action="store_true", help="fit and time the baselines, too")
    parser.add_argument("--minilm", default=_MINILM, help="its folder, or its name on the hub")
    arguments = parser.parse_args()
    corpus = load_corpus(arguments.corpus)
    part = corpus.validation or corpus.test
    texts = list(part.texts)[: arguments.documents]
    model = HARNNClassifier.load(arguments.model)
    encode = model.vocabulary_.encode
    rows: list[Row] = [("Keras", model.predict, encode)]
    with tempfile.TemporaryDirectory() as folder:
        for format in ("saved_model", "onnx", "onnx_int8"):
            model.export(Path(folder, format), format)
        exports = {
            "ONNX": OnnxClassifier.load(Path(folder, "onnx"), arguments.threads),
            "ONNX, 8 bits": OnnxClassifier.load(Path(folder, "onnx_int8"), arguments.threads),
        }
        rows.append(("SavedModel", saved_model(Path(folder, "saved_model")), None))
        rows += [(title, export.predict, encode) for title, export in exports.items()]
        if arguments.rivals:
            rows += rivals(corpus, arguments.minilm)
        show(rows, texts, list(part.labels)[: arguments.documents], arguments.single)
        if arguments.occlusion:
            occlude({"Keras": model, **exports}, texts, arguments.occlusion)


def saved_model(folder: Path) -> Predict:
    """Return a function that asks the signature for texts, in batches of similar length."""
    import tensorflow as tf

    loaded = tf.saved_model.load(str(folder))

    def predict(texts: Sequence[str]) -> list[str]:
        order = np.argsort([len(text) for text in texts], kind="stable")
        paths = [""] * len(texts)
        for at in range(0, len(texts), 64):
            rows = order[at : at + 64]
            batch = tf.constant([texts[row] for row in rows])
            said = loaded.signatures["serving_default"](texts=batch)["paths"].numpy()
            for row, of_row in zip(rows, said, strict=True):
                paths[row] = "|".join(path.decode() for path in of_row if path)
        return paths

    return predict


def occlude(models: dict[str, Any], texts: Sequence[str], count: int) -> None:
    """Print how long one document takes to be explained without each of its words."""
    words: list[str] = []
    for text in texts:
        words += tokenize(text)
    document = " ".join(words[:count])
    for title, model in models.items():
        model.explain(texts[:1], ["occlusion"])
        seconds = seconds_of(lambda m=model: m.explain([document], ["occlusion"]))
        print(f"{title}: occlusion of a document of {count:,} words in {seconds:.2f} s")


def rivals(corpus: Any, encoder: str) -> list[Row]:
    """Fit what a user would try first; its speed does not depend on how well it is tuned."""
    from baselines import LogisticRegressionBaseline, XGBoostTrees

    found: list[Row] = []
    for title, rival in (
        ("logistic regression", LogisticRegressionBaseline()),
        ("XGBoost", XGBoostTrees()),
    ):
        rival.fit(corpus.train.texts, corpus.train.labels)
        found.append((title, rival.predict, None))
    try:
        found.append(("MiniLM + logistic regression", minilm(corpus, encoder), None))
    except (ImportError, OSError) as error:
        Console().print(f"no row of MiniLM: {error}", style="dim", markup=False)
    return found


def minilm(corpus: Any, name: str) -> Predict:
    """Fit on the documents with a whole path: it is one classifier, over whole paths."""
    from sentence_transformers import SentenceTransformer
    from sklearn.linear_model import LogisticRegression

    encoder = SentenceTransformer(name, local_files_only=True, device="cpu")
    known = [row for row, label in enumerate(corpus.train.labels) if whole(label)]
    vectors = encoder.encode([corpus.train.texts[row] for row in known])
    paths = [path_of(corpus.train.labels[row]) for row in known]
    model = LogisticRegression(max_iter=200).fit(vectors, paths)
    return lambda texts: model.predict(encoder.encode(list(texts)))


def whole(label: Any) -> bool:
    """Return whether all levels of a document are known."""
    return all(name is not None for name in label)


def path_of(label: Any) -> str:
    """Return a path as a string: of names, or written so already."""
    return label if isinstance(label, str) else "/".join(name for name in label if name)


def show(
    rows: Sequence[Row],
    texts: Sequence[str],
    truth: Sequence[Any],
    single: int,
) -> None:
    """Time every row and print the table."""
    words = np.mean([len(text.split()) for text in texts])
    table = Table(title=f"{len(texts):,} documents of {words:.0f} words, from text to labels")
    table.add_column("model", no_wrap=True)
    for column in ("documents per second", "p50 ms", "p95 ms", "p99 ms", "tokens", "same", "right"):
        table.add_column(column, justify="right")
    reference: list[str] = []
    for title, predict, encode in rows:
        predict(texts[:64])
        seconds = min(seconds_of(lambda p=predict: p(texts)) for _ in range(2))
        alone = [seconds_of(lambda p=predict, t=text: p([t])) for text in texts[:single]]
        p50, p95, p99 = np.percentile(alone, [50, 95, 99]) * 1000
        share = ""
        if encode is not None:
            spent = seconds_of(lambda e=encode: [e(text) for text in texts])
            share = f"{100 * spent / seconds:.0f} %"
        labels = [path_of(label) for label in predict(texts)]
        reference = reference or labels
        same = sum(a == b for a, b in zip(labels, reference, strict=True))
        hits = [a == path_of(b) for a, b in zip(labels, truth, strict=True) if whole(b)]
        table.add_row(
            title, f"{len(texts) / seconds:,.0f}", *(f"{ms:.1f}" for ms in (p50, p95, p99)),
            share, f"{same:,}", f"{np.mean(hits):.3f}",
        )  # fmt: skip
    Console(width=110).print(table)
    print(f"one product of float32 matrices: {product_rate():.0f} GFLOP/s on this machine")


def product_rate(size: int = 3000) -> float:
    """Return billions of operations per second of a large matrix product."""
    matrix = np.random.default_rng(0).random((size, size), dtype=np.float32)
    return 2 * size**3 / min(seconds_of(lambda: matrix @ matrix) for _ in range(4)) / 1e9


def seconds_of(call: Callable[[], Any]) -> float:
    started = time.perf_counter()
    call()
    return time.perf_counter() - started


if __name__ == "__main__":
    main()
