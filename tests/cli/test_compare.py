from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from harnn.evaluation.report import read_results


@pytest.fixture(scope="module")
def compared(harnn: Any, run_config: Path, tmp_path_factory: Any) -> tuple[Path, Path, str]:
    """Return a config, the folder of its comparison, and what the command printed."""
    folder = tmp_path_factory.mktemp("compared")
    config = yaml.safe_load(run_config.read_text())
    config["compare"] = {
        "models": {"harnn": None, "majority": None, "svm": {"kind": "linear_svm"}},
        "resamples": 50,
    }
    config["output"]["folder"] = str(folder / "run")
    path = folder / "run.yaml"
    path.write_text(yaml.safe_dump(config))
    result = harnn("compare", path)
    assert result.exit_code == 0, result.output
    return path, folder / "run" / "comparison", result.stdout


def test_a_comparison_prints_a_table_an_answer_and_where_the_report_is(compared):
    _, folder, printed = compared
    lines = printed.splitlines()
    for title in ("HARNN", "majority path", "svm"):
        assert any(title in line for line in lines)
    assert f"report: {folder / 'report.html'}" in printed
    assert (folder / "report.html").resolve().as_uri() in printed
    results = read_results(folder / "results.json")
    svm = next(model for model in results.models if model.name == "svm")
    assert f"{svm.scores['micro_f1'].mean:.4f}" in printed


def test_the_report_has_the_run_and_what_repeats_it(compared):
    path, folder, _ = compared
    results = read_results(folder / "results.json")
    assert results.config["compare"]["models"] == {
        "harnn": None, "majority": None, "svm": {"kind": "linear_svm"},
    }  # fmt: skip
    assert results.seeds == (3,)
    assert results.reference == "harnn"
    assert results.command == f"harnn compare {path} --seeds 1"
    assert [run.seed for run in results.models[0].runs] == [3]


def test_given_again_nothing_is_fitted_again(harnn, compared):
    path, folder, _ = compared
    before = (folder / "models" / "harnn" / "seed-3" / "run.json").stat().st_mtime_ns
    result = harnn("compare", path)
    assert result.exit_code == 0
    assert result.stderr.count("fitted before") == 3
    assert (folder / "models" / "harnn" / "seed-3" / "run.json").stat().st_mtime_ns == before


def test_seeds_only_and_refit_say_what_is_fitted(harnn, compared):
    path, folder, _ = compared
    result = harnn("compare", path, "--only", "svm", "--seeds", 2, "--refit", "svm")
    assert result.exit_code == 0, result.output
    models = {model.name: model for model in read_results(folder / "results.json").models}
    assert set(models) == {"harnn", "majority", "svm"}
    assert "svm" not in [line for line in result.stderr.splitlines() if "before" in line]


def test_other_settings_are_not_mixed_with_what_is_there(harnn, compared):
    path, _, _ = compared
    result = harnn("compare", path, "model.epochs=1")
    assert result.exit_code == 2
    assert "'harnn' fitted with other settings" in result.stderr
    assert "--refit harnn" in result.stderr


def test_a_wrong_model_is_named_before_the_corpus_is_read(harnn, compared):
    path, _, _ = compared
    result = harnn("compare", path, "corpus.source=nowhere.csv", "compare.models={xgb: null}")
    assert result.exit_code == 2
    assert "there is no kind of model 'xgb'" in result.stderr


def test_judged_by_validation_the_report_says_so(harnn, compared):
    path, folder, _ = compared
    result = harnn("compare", path, "--part", "validation")
    assert result.exit_code == 0
    assert ", validation: " in result.stdout
    assert read_results(folder / "validation" / "results.json").part == "validation"
    # The report on the test part stands where it stood.
    assert read_results(folder / "results.json").part == "test"


def test_a_fit_takes_a_config_with_a_comparison_and_has_no_use_for_it(harnn, compared, tmp_path):
    path, _, _ = compared
    folder = tmp_path / "fit"
    result = harnn("fit", path, f"output.folder={folder}", "--predictions", 0)
    assert result.exit_code == 0, result.output
    assert "compare" not in yaml.safe_load((folder / "config.yaml").read_text())
