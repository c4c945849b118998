"""Tiny corpora, and tiny models fitted on them through the command line."""

from __future__ import annotations

import csv
import json
import os
import random
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import yaml
from typer.testing import CliRunner, Result

WORDS = {
    "nature/lake": ["water", "fish", "shore"],
    "nature/hill": ["rock", "climb", "slope"],
    "sport/tennis": ["racket", "serve", "court"],
    "sport/chess": ["board", "pawn", "king"],
}
# A network that trains in a second.
SMALL = {
    "preset": "adapted",
    "min_count": 1,
    "embedding_dim": 8,
    "recurrent_units": 4,
    "attention_units": 4,
    "dense_units": 8,
    "epochs": 2,
    "batch_size": 16,
    "learning_rate": 0.03,
}

Invoke = Callable[..., Result]


@pytest.fixture(scope="session", autouse=True)
def _own_cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    before = os.environ.get("HARNN_CACHE_DIR")
    os.environ["HARNN_CACHE_DIR"] = str(tmp_path_factory.mktemp("cache"))
    yield
    if before is None:
        del os.environ["HARNN_CACHE_DIR"]
    else:
        os.environ["HARNN_CACHE_DIR"] = before


@pytest.fixture(scope="session")
def harnn() -> Invoke:
    """Return a function that runs the command line in this process."""
    from harnn.cli.main import app

    def invoke(*arguments: object, **options: object) -> Result:
        return CliRunner().invoke(app, list(map(str, arguments)), **options)

    return invoke


@pytest.fixture(scope="session")
def articles(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a CSV file of 120 documents: id, body, section, topic."""
    path = tmp_path_factory.mktemp("articles") / "articles.csv"
    drawn = random.Random(0)
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(["id", "body", "section", "topic"])
        for number in range(120):
            label = drawn.choice(list(WORDS))
            words = drawn.choices([*WORDS[label], "the", "of"], k=7)
            writer.writerow([number, f"{' '.join(words)} n{number}", *label.split("/")])
    return path


@pytest.fixture(scope="session")
def run_config(articles: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the config of a run on these documents; its output folder is to be overridden."""
    path = tmp_path_factory.mktemp("config") / "run.yaml"
    config = {
        "corpus": {
            "source": str(articles),
            "text": "body",
            "labels": ["section", "topic"],
            "validation_fraction": 0.2,
            "test_fraction": 0.2,
        },
        "model": SMALL,
        "output": {"folder": str(path.parent / "unused")},
        "seed": 3,
    }
    path.write_text(yaml.safe_dump(config), encoding="utf-8")
    return path


@pytest.fixture(scope="session")
def fitted(harnn: Invoke, run_config: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of a complete run, its output in ``printed.txt``."""
    folder = tmp_path_factory.mktemp("run") / "articles"
    result = harnn("fit", run_config, f"output.folder={folder}", "--predictions", 3)
    assert result.exit_code == 0, result.output
    (folder / "printed.txt").write_text(result.stdout, encoding="utf-8")
    return folder


@pytest.fixture(scope="session")
def model(fitted: Path) -> Path:
    """Return the folder of a model of one path a document."""
    return fitted / "model"


@pytest.fixture(scope="session")
def tagged(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a JSONL file of documents with several paths each."""
    path = tmp_path_factory.mktemp("tagged") / "tagged.jsonl"
    drawn = random.Random(1)
    with path.open("w", encoding="utf-8") as stream:
        for _ in range(80):
            labels = drawn.sample(list(WORDS), k=drawn.choice([1, 2]))
            words = [word for label in labels for word in WORDS[label]]
            row = {"text": " ".join(words), "labels": labels}
            stream.write(json.dumps(row) + "\n")
    return path


@pytest.fixture(scope="session")
def several_paths_model(
    harnn: Invoke, tagged: Path, tmp_path_factory: pytest.TempPathFactory
) -> Path:
    """Return the folder of a model of several paths a document."""
    folder = tmp_path_factory.mktemp("several")
    config = folder / "tagged.yaml"
    config.write_text(
        yaml.safe_dump(
            {"corpus": {"source": str(tagged)}, "model": SMALL, "output": {"folder": "unused"}}
        )
    )
    result = harnn("fit", config, f"output.folder={folder / 'run'}")
    assert result.exit_code == 0, result.output
    return folder / "run" / "model"
