from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
import yaml

from harnn import HARNNClassifier
from harnn.cli.config import load_config
from harnn.evaluation import Evaluation
from harnn.training.progress import FitProgress


@pytest.fixture
def finished(fitted: Path, tmp_path: Path) -> tuple[Path, str]:
    """Return a copy of a complete run, and the override that leads there."""
    folder = tmp_path / "run"
    shutil.copytree(fitted, folder)
    config = yaml.safe_load((folder / "config.yaml").read_text())
    config["output"]["folder"] = str(folder)
    (folder / "config.yaml").write_text(yaml.safe_dump(config))
    return folder, f"output.folder={folder}"


def stop_at_epoch(monkeypatch: pytest.MonkeyPatch, number: int, error: BaseException) -> None:
    original = FitProgress.step

    def step(self: FitProgress, epoch: int, loss: float) -> None:
        if epoch + 1 == number:
            raise error
        original(self, epoch, loss)

    monkeypatch.setattr(FitProgress, "step", step)


def test_a_run_leaves_a_model_its_scores_and_its_complete_config(fitted, run_config):
    scores = json.loads((fitted / "scores.json").read_text())
    classifier = HARNNClassifier.load(fitted / "model")
    corpus = load_config(run_config).corpus.load()
    for part in ("validation", "test"):
        expected = classifier.evaluate(*getattr(corpus, part))
        assert Evaluation.from_dict(scores[part]) == expected
    config = load_config(fitted / "config.yaml")
    assert config == config.resolved()
    assert config.model.epochs == 2
    assert (config.seed, classifier.random_state) == (3, 3)
    assert {path.name for path in fitted.iterdir()} == {
        "model", "scores.json", "config.yaml", "printed.txt",
    }  # fmt: skip


def test_a_run_prints_corpus_scores_predictions_and_what_to_do_next(fitted):
    printed = (fitted / "printed.txt").read_text()
    assert "articles: 2 levels (section, topic)" in printed
    assert printed.count("all levels right") == 2
    assert printed.count("\n  true       ") == 3
    assert f"harnn predict {fitted / 'model'} INPUT.csv --text body -o OUTPUT.csv" in printed
    lines = printed.splitlines()
    predicted = [line.split("  predicted  ")[1] for line in lines if "  predicted  " in line]
    for path in predicted:
        section, topic = path.split(" / ")
        assert 0 <= float(topic[-5:-1]) <= float(section[-5:-1]) <= 1


def test_a_finished_run_is_not_fitted_again_unasked(harnn, run_config, finished):
    folder, override = finished
    result = harnn("fit", run_config, override)
    assert result.exit_code == 2
    assert f"{folder}: already fitted with this config; --overwrite" in result.stderr


def test_a_run_with_another_config_is_not_replaced(harnn, run_config, finished):
    folder, override = finished
    before = (folder / "model" / "model.json").read_bytes()
    result = harnn("fit", run_config, override, "model.epochs=1")
    assert result.exit_code == 2
    assert "holds a run with another config (model.epochs was 2); give another" in result.stderr
    assert (folder / "model" / "model.json").read_bytes() == before


def test_overwrite_replaces_a_run_and_no_test_leaves_the_test_part_alone(
    harnn, run_config, finished
):
    folder, override = finished
    result = harnn("fit", run_config, override, "model.epochs=1", "--overwrite", "--no-test")
    assert result.exit_code == 0, result.output
    assert list(json.loads((folder / "scores.json").read_text())) == ["validation"]
    assert load_config(folder / "config.yaml").model.epochs == 1
    assert "\ntest (" not in result.stdout


def test_a_folder_that_holds_something_else_is_refused_before_the_fit(harnn, run_config, tmp_path):
    (tmp_path / "model").mkdir()
    (tmp_path / "model" / "diary.txt").write_text("mine")
    result = harnn("fit", run_config, f"output.folder={tmp_path}", "--overwrite")
    assert result.exit_code == 2
    assert "model: is no model" in result.stderr
    assert (tmp_path / "model" / "diary.txt").read_text() == "mine"


def test_ctrl_c_keeps_the_best_epoch_and_the_same_command_goes_on(
    harnn, run_config, fitted, tmp_path, monkeypatch
):
    command = ("fit", run_config, f"output.folder={tmp_path}", "--predictions", 0)
    with monkeypatch.context() as patch:
        stop_at_epoch(patch, 2, KeyboardInterrupt())
        result = harnn(*command)
    assert result.exit_code == 130
    assert "interrupted: the model of epoch 1 is in" in result.stderr
    assert HARNNClassifier.load(tmp_path / "model").interrupted_
    assert not (tmp_path / "scores.json").exists()

    result = harnn(*command)
    assert result.exit_code == 0, result.output
    assert "resumed after epoch 1" in result.stderr
    expected = json.loads((fitted / "scores.json").read_text())
    assert json.loads((tmp_path / "scores.json").read_text()) == expected


def test_ctrl_c_before_the_first_epoch_leaves_no_model(harnn, run_config, tmp_path, monkeypatch):
    stop_at_epoch(monkeypatch, 1, KeyboardInterrupt())
    result = harnn("fit", run_config, f"output.folder={tmp_path}")
    assert (result.exit_code, result.stderr.splitlines()[-1]) == (130, "interrupted")
    assert not (tmp_path / "model").exists()


def test_a_killed_run_goes_on_but_not_with_other_options(harnn, run_config, tmp_path, monkeypatch):
    folder = f"output.folder={tmp_path}"
    with monkeypatch.context() as patch:
        stop_at_epoch(patch, 2, MemoryError())
        assert isinstance(harnn("fit", run_config, folder).exception, MemoryError)
    assert not (tmp_path / "model").exists()
    result = harnn("fit", run_config, folder, "model.alpha=0.25")
    assert result.exit_code == 2
    assert "another config (model.alpha was 0.5)" in result.stderr
    result = harnn("fit", run_config, folder)
    assert result.exit_code == 0, result.output
    assert "resumed after epoch 1" in result.stderr


def test_a_loss_that_is_not_finite_is_one_line(harnn, run_config, tmp_path, monkeypatch):
    stop_at_epoch(monkeypatch, 1, FloatingPointError("epoch 1, step 1: the loss is nan"))
    result = harnn("fit", run_config, f"output.folder={tmp_path}")
    assert result.exit_code == 1
    assert result.stderr.endswith("error: epoch 1, step 1: the loss is nan\n")


@pytest.mark.parametrize(
    ("override", "said", "code"),
    [
        ("model.epoch=3", "model.epoch is not an option; did you mean 'epochs'?", 2),
        ("corpus.labels=[section, topik]", "no column 'topik'", 1),
        ("corpus.source=nowhere.csv", "nowhere.csv", 1),
        ("corpus.labels=[]", "there are no labels to learn", 1),
        ("corpus.noise=0.5", "no option 'noise' here", 2),
    ],
)
def test_bad_input_is_one_line_and_leaves_no_model(
    harnn, run_config, tmp_path, override, said, code
):
    result = harnn("fit", run_config, f"output.folder={tmp_path}", override)
    assert result.exit_code == code
    assert result.stderr.startswith("error: ")
    assert said in result.stderr
    assert "Traceback" not in result.stderr
    assert not (tmp_path / "model").exists()


def test_the_next_command_reads_files_as_the_fit_did(harnn, run_config, articles, tmp_path):
    parted = tmp_path / "parted.csv"
    parted.write_text(articles.read_text(encoding="utf-8").replace(",", ";"), encoding="utf-8")
    options = [f"corpus.source={parted}", "corpus.delimiter=;", f"output.folder={tmp_path / 'run'}"]
    result = harnn("fit", run_config, *options, "model.epochs=1", "--predictions", 0)
    assert result.exit_code == 0, result.output
    assert "INPUT.csv --text body --delimiter ';' -o OUTPUT.csv" in result.stdout
