"""A whole fit of one model in a process of its own."""

from __future__ import annotations

import time

# Before the libraries are loaded, which is timed too.
_STARTED = time.perf_counter()

import json
import sys
import warnings
from dataclasses import asdict
from importlib import import_module
from typing import Any

from baselines.registry import BASELINES
from harnn import HARNNClassifier
from training_benchmark.corpus import load_parts
from training_benchmark.process_usage import peak_memory
from training_benchmark.stages import STAGES, StageClock
from training_benchmark.turns import answer_stream

__all__: list[str] = []


def fit(name: str, seed: int, corpus_name: str, limit: int | None) -> dict[str, Any]:
    """Fit a model on the training part and judge it on the validation part.

    Args:
        name: A preset, or the name of a baseline.
        seed: Of the fit of a preset.
        corpus_name: As for ``load_corpus``.
        limit: At most this many documents of each part.

    Returns:
        The facts of a `training_benchmark.fits.Fit`, of types that JSON has.
    """
    baseline = BASELINES.get(name)
    if baseline is None:
        import_module("harnn.text.training")  # the network's libraries, which fit would load
        model: Any = HARNNClassifier(name, random_state=seed)
    else:
        model = baseline.build()
    import_seconds = time.perf_counter() - _STARTED
    corpus = load_parts(corpus_name, limit)
    given: dict[str, Any] = {"validation_data": corpus.validation}
    if baseline is None:
        given["unlabelled"] = corpus.unlabelled.texts if corpus.unlabelled else ()
    with StageClock(STAGES if baseline is None else {}) as clock:
        model.fit(corpus.train.texts, corpus.train.labels, **given)
    peak = peak_memory()
    assert corpus.validation is not None  # load_parts refuses a corpus without it
    scores = model.evaluate(*corpus.validation)
    return {
        "import_seconds": import_seconds,
        "whole": asdict(clock.whole()),
        "stages": [asdict(stage) for stage in clock.stages()],
        "peak_memory": peak,
        "several_paths": hasattr(model, "thresholds_"),
        "epochs": [] if baseline is not None else list(map(_numbers, model.history_)),
        "best_epoch": None if baseline is not None else model.best_epoch_,
        "scores": {
            "all_levels_right": scores.complete.subset_accuracy,
            "micro_f1": scores.micro.f1,
            "macro_f1": scores.macro.f1,
        },
    }


def _numbers(epoch: dict[str, Any]) -> dict[str, float]:
    return {name: float(value) for name, value in epoch.items() if isinstance(value, int | float)}


def main() -> None:
    answers = answer_stream()
    arguments = json.loads(sys.argv[1])
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of categories that a cut corpus lacks
        facts = fit(arguments["model"], arguments["seed"], arguments["corpus"], arguments["limit"])
    answers.write(json.dumps(facts) + "\n")


if __name__ == "__main__":
    main()
