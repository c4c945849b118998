"""Whether explanations name the words that a model rests on: deletion and insertion curves.

    python benchmarks/faithfulness.py MODEL CORPUS [--documents 200] [--split test]

Prints the areas under both curves for attention, integrated gradients, occlusion and a random
order, with 95 % bootstrap intervals of the differences from random:
`harnn.text.explanation.faithfulness`.
"""

from __future__ import annotations

import argparse
import time

from harnn import HARNNClassifier, load_corpus
from harnn.text.explanation import measure_faithfulness
from harnn.text.explanation.word_weights import METHODS


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("model", help="the folder of a saved model")
    parser.add_argument("corpus", help="a corpus by name, a file or a folder")
    parser.add_argument("--split", default="test", choices=("train", "validation", "test"))
    parser.add_argument("--documents", type=int, default=200)
    parser.add_argument("--method", action="append", choices=METHODS, help="by default all")
    parser.add_argument("--steps", type=int, default=32)
    parser.add_argument("--draws", type=int, default=5, help="random orders a document")
    parser.add_argument("--seed", type=int, default=0)
    arguments = parser.parse_args()
    classifier = HARNNClassifier.load(arguments.model)
    split = load_corpus(arguments.corpus).parts.get(arguments.split)
    if split is None:
        parser.error(f"{arguments.corpus} has no part {arguments.split!r}")
    texts, _ = split.take(min(arguments.documents, len(split)), arguments.seed)
    started = time.perf_counter()
    found = measure_faithfulness(
        classifier,
        texts,
        arguments.method or METHODS,
        steps=arguments.steps,
        draws=arguments.draws,
        seed=arguments.seed,
    )
    print(
        f"{found.documents} documents of {arguments.corpus}, {arguments.split}"
        f" ({found.left_out} left out), {time.perf_counter() - started:.0f} s\n\n{found.table()}"
    )


if __name__ == "__main__":
    main()
