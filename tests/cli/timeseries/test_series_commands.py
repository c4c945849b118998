"""``harnn timeseries ...``, from a CSV file with holes to a filled one, a forecast and a study."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import yaml

from harnn.timeseries import RecurrentForecaster, RecurrentImputer

SMALL = {"units": 4, "window": 12, "epochs": 2, "batch_size": 16}


@pytest.fixture(scope="module")
def table(tmp_path_factory: Any) -> Path:
    """Return a CSV of two pumps with holes."""
    time = np.arange(240.0)
    parts = []
    for pump, phase in (("a", 0.0), ("b", 2.0)):
        frame = pd.DataFrame(
            {
                "at": pd.date_range("2024-01-01", periods=240, freq="h"),
                "pump": pump,
                "pressure": np.sin(time / 3 + phase),
                "flow": 5 + np.cos(time / 3 + phase),
            }
        )
        parts.append(frame)
    joined = pd.concat(parts, ignore_index=True)
    joined["note"] = [f"row {number}" for number in range(480)]
    hidden = np.random.default_rng(0).random((480, 2)) < 0.1
    joined[["pressure", "flow"]] = joined[["pressure", "flow"]].mask(hidden)
    path = tmp_path_factory.mktemp("pumps") / "pumps.csv"
    joined.to_csv(path, index=False)
    return path


def write_config(folder: Path, table: Path, task: str, **more: Any) -> Path:
    config = {
        "series": {"source": str(table), "time": "at", "series": "pump"},
        "task": task,
        "model": SMALL | more.pop("model", {}),
        "output": {"folder": str(folder / "run")},
    }
    path = folder / "run.yaml"
    path.write_text(yaml.safe_dump(config | more))
    return path


@pytest.fixture(scope="module")
def imputing(harnn: Any, table: Path, tmp_path_factory: Any) -> Path:
    """Return the folder of a fitted run."""
    folder = tmp_path_factory.mktemp("imputing")
    result = harnn("timeseries", "fit", write_config(folder, table, "reconstruction"))
    assert result.exit_code == 0, result.output
    assert "pumps: 2 series of 2 sensors (pressure, flow); 288 / 96 / 96 steps" in result.stdout
    assert "a line between neighbours: MSE" in result.stdout
    told = f"impute {folder / 'run' / 'model'} INPUT.csv -o OUTPUT.csv --time at --series pump"
    assert told in result.stdout
    return folder / "run"


@pytest.fixture(scope="module")
def forecasting(harnn: Any, table: Path, tmp_path_factory: Any) -> Path:
    """Return the folder of a fitted run."""
    folder = tmp_path_factory.mktemp("forecasting")
    path = write_config(folder, table, "forecasting", model={"horizon": 3})
    result = harnn("timeseries", "fit", path)
    assert result.exit_code == 0, result.output
    return folder / "run"


def test_a_fit_leaves_a_model_its_scores_and_its_complete_config(imputing):
    scores = json.loads((imputing / "scores.json").read_text())["test"]
    assert 0 < scores["micro_mse"] < 2
    assert set(scores["sensors"]) == {"pressure", "flow"}
    config = yaml.safe_load((imputing / "config.yaml").read_text())
    assert config["model"]["cell"] == "gru"
    # It learnt to fill such holes as it is judged by.
    assert config["holes"]["share"] == config["model"]["hide_share"] == 0.2


def test_a_finished_run_is_not_lost_and_the_complete_config_repeats_it(harnn, imputing):
    result = harnn("timeseries", "fit", imputing / "config.yaml")
    assert result.exit_code == 2
    assert "already fitted with this config" in result.stderr
    before = (imputing / "scores.json").read_text()
    result = harnn("timeseries", "fit", imputing / "config.yaml", "--overwrite")
    assert result.exit_code == 0, result.output
    assert (imputing / "scores.json").read_text() == before
    result = harnn("timeseries", "fit", imputing / "config.yaml", "model.units=5")
    assert "holds a run with another config (model.units was 4)" in result.stderr


def test_a_sensor_that_is_nowhere_observed_is_named(
    harnn: Any, imputing: Path, table: Path, tmp_path: Path
) -> None:
    frame = pd.read_csv(table)
    frame.loc[frame["pump"] == "b", "flow"] = np.nan
    frame.to_csv(tmp_path / "pumps.csv", index=False)
    columns = ("--time", "at", "--series", "pump")
    arguments = (tmp_path / "pumps.csv", "-o", tmp_path / "filled.csv", *columns)
    result = harnn("timeseries", "impute", imputing / "model", *arguments)
    assert result.exit_code == 0, result.output
    assert "warning: series 'b': never observed: 'flow'" in result.stderr
    # The run's folder is not the model's.
    result = harnn("timeseries", "impute", imputing, *arguments)
    assert result.exit_code == 1
    assert f"did you mean {imputing / 'model'}?" in result.stderr
    result = harnn("timeseries", "impute", imputing / "model", *arguments, "--band", "90")
    assert result.exit_code == 2
    assert "probability is 90.0; a number between 0 and 1 is needed, such as 0.9" in result.stderr


def test_holes_are_filled_and_the_rest_stays(harnn, imputing, table, tmp_path):
    output = tmp_path / "filled.csv"
    columns = ["--time", "at", "--series", "pump"]
    result = harnn("timeseries", "impute", imputing / "model", table, "-o", output, *columns)
    assert result.exit_code == 0, result.output
    given, filled = pd.read_csv(table), pd.read_csv(output)
    sensors = ["pressure", "flow"]
    assert f"{given[sensors].isna().sum().sum()} values filled" in result.stdout
    assert not filled.isna().any().any()
    assert list(filled.columns) == list(given.columns)
    others = ["pump", "at", "note"]
    assert filled[others].equals(given[others])
    known = given[sensors].notna()
    assert filled[sensors].where(known).equals(given[sensors])
    model = RecurrentImputer.load(imputing / "model")
    frame = given[given.pump == "b"].set_index(pd.DatetimeIndex(given["at"][240:]))[sensors]
    np.testing.assert_allclose(filled[sensors][240:], model.transform(frame), atol=1e-6)


def test_bands_are_written_beside_what_is_filled(harnn, imputing, table, tmp_path):
    output = tmp_path / "filled.parquet"
    columns = ["--time", "at", "--series", "pump", "--band", "0.9"]
    result = harnn("timeseries", "impute", imputing / "model", table, "-o", output, *columns)
    assert result.exit_code == 0, result.output
    filled, given = pd.read_parquet(output), pd.read_csv(table)
    holes = given["flow"].isna()
    assert (filled["flow.low"] < filled["flow"])[holes].all()
    assert (filled["flow"] < filled["flow.high"])[holes].all()


def test_what_follows_is_forecast_with_its_times(harnn, forecasting, table, tmp_path):
    output = tmp_path / "ahead.csv"
    columns = ["--time", "at", "--series", "pump", "--band", "0.8"]
    result = harnn("timeseries", "forecast", forecasting / "model", table, "-o", output, *columns)
    assert result.exit_code == 0, result.output
    ahead = pd.read_csv(output)
    assert ahead["pump"].tolist() == ["a"] * 3 + ["b"] * 3
    assert ahead["at"][:3].tolist() == [f"2024-01-11 0{hour}:00:00" for hour in range(3)]
    assert (ahead["pressure.low"] < ahead["pressure.high"]).all()
    model = RecurrentForecaster.load(forecasting / "model")
    given = pd.read_csv(table)
    frame = given[given.pump == "a"].set_index(pd.DatetimeIndex(given["at"][:240]))
    expected = model.predict(frame[["pressure", "flow"]])
    np.testing.assert_allclose(ahead[["pressure", "flow"]][:3], expected, atol=1e-6)


def test_sensors_that_stand_beside_others_are_filled_too(harnn, table, tmp_path):
    series = {"source": str(table), "time": "at", "beside": "pump", "sensors": ["flow"]}
    path = write_config(tmp_path, table, "reconstruction", series=series)
    assert harnn("timeseries", "fit", path).exit_code == 0
    output, model = tmp_path / "filled.csv", tmp_path / "run" / "model"
    columns = ["--time", "at", "--beside", "pump"]
    result = harnn("timeseries", "impute", model, table, "-o", output, *columns)
    assert result.exit_code == 0, result.output
    assert list(pd.read_csv(output).columns) == ["at", "flow a", "flow b"]


@pytest.fixture(scope="module")
def german(table: Path, tmp_path_factory: Any) -> Path:
    """Return the same pumps as a spreadsheet in Germany writes them, with ids and remarks."""
    frame = pd.read_csv(table).round({"pressure": 2, "flow": 1})
    frame["pump"] = frame["pump"].map({"a": "007", "b": "1e5"})
    frame = frame.assign(serial=12345678901234567 + frame.index, country="NA")
    path = tmp_path_factory.mktemp("german") / "pumps.csv"
    frame.to_csv(path, index=False, sep=";", decimal=",")
    return path


def test_a_file_of_semicolons_and_decimal_commas_goes_all_the_way(harnn, german, tmp_path):
    series = {"source": str(german), "time": "at", "series": "pump", "leave_out": ["serial"]}
    series |= {"delimiter": ";", "decimal": ","}
    path = write_config(tmp_path, german, "reconstruction", series=series)
    result = harnn("timeseries", "fit", path)
    assert result.exit_code == 0, result.output
    assert "left out, as they hold no numbers: 'note', 'country'" in result.stderr
    told = "--time at --series pump --delimiter ';' --decimal ,"
    assert f"INPUT.csv -o OUTPUT.csv {told}" in result.stdout
    output, model = tmp_path / "filled.csv", tmp_path / "run" / "model"
    columns = ["--time", "at", "--series", "pump", "--delimiter", ";", "--decimal", ","]
    result = harnn("timeseries", "impute", model, german, "-o", output, *columns, "--band", "0.9")
    assert result.exit_code == 0, result.output
    given = [line.split(";") for line in german.read_text().splitlines()]
    filled = [line.split(";") for line in output.read_text().splitlines()]
    added = [f"{name}.{edge}" for edge in ("low", "high") for name in ("pressure", "flow")]
    assert filled[0] == given[0] + added
    for before, after in zip(given[1:], filled[1:], strict=True):
        for name, old, new in zip(given[0], before, after, strict=False):
            assert new == old or (old == "" and name in ("pressure", "flow"))
        pressure, flow, *_ = (after[given[0].index(name)] for name in ("pressure", "flow"))
        assert len(pressure.split(",")[1]) <= 2
        assert len(flow.split(",")[1]) == 1


def test_a_forecast_is_written_as_its_input(harnn, forecasting, german, tmp_path):
    output = tmp_path / "ahead.csv"
    columns = ["--time", "at", "--series", "pump", "--delimiter", ";", "--decimal", ","]
    model = forecasting / "model"
    result = harnn("timeseries", "forecast", model, german, "-o", output, *columns, "--band", "0.8")
    assert result.exit_code == 0, result.output
    lines = output.read_text().splitlines()
    assert lines[0] == ("pump;at;pressure;flow;pressure.low;flow.low;pressure.high;flow.high")
    number = r"-?\d+,\d{2};-?\d+,\d"
    row = rf"(007|1e5);2024-01-11 0[0-2]:00:00;{number};{number};{number}"
    assert len(lines) == 7
    assert pd.Series(lines[1:]).str.fullmatch(row).all(), lines


def test_options_that_a_file_needs_are_asked_for(harnn, imputing, german, tmp_path):
    model, output = imputing / "model", tmp_path / "filled.csv"
    columns = ["--time", "at", "--series", "pump"]
    result = harnn("timeseries", "impute", model, german, "-o", output, *columns)
    assert result.exit_code == 1
    assert "give delimiter=\";\" (--delimiter ';')" in result.stderr
    columns += ["--delimiter", ";"]
    result = harnn("timeseries", "impute", model, german, "-o", output, *columns)
    assert result.exit_code == 1
    assert 'give decimal="," (--decimal ,)' in result.stderr
    assert not output.exists()


def test_a_name_that_yaml_reads_as_a_boolean_is_to_be_quoted(harnn, table, tmp_path):
    path = tmp_path / "run.yaml"
    path.write_text(
        f"series: {{source: {table}, leave_out: [No]}}\ntask: forecasting\noutput: {{folder: x}}\n"
    )
    result = harnn("timeseries", "fit", path)
    assert result.exit_code == 2
    assert "line 1: series.leave_out, entry 1, must be a string" in result.stderr
    assert 'quote it: "No"' in result.stderr


def test_a_study_prints_its_table_and_goes_on(harnn, table, tmp_path):
    path = write_config(
        tmp_path, table, "forecasting", study={"cells": ["gru"], "directions": ["forward"]}
    )
    result = harnn("timeseries", "study", path, "--only", "linear", "--only", "last")
    assert result.exit_code == 0, result.output
    assert "linear map" in result.stdout
    assert f"report: {tmp_path / 'run' / 'study' / 'report.html'}" in result.stdout
    result = harnn("timeseries", "study", path, "--seeds", "2")
    assert result.exit_code == 0, result.output
    assert "stored already: 2 of 5 fits" in result.stderr
    text = (tmp_path / "run" / "study" / "report.md").read_text()
    assert f"harnn timeseries study {path} --seeds 2" in text


@pytest.mark.parametrize(
    ("task", "more", "words"),
    [
        ("forecasting", {"model": {"hide_share": 0.2}}, "model.hide_share has no meaning"),
        ("forecasting", {"holes": {"share": 0.2}}, "holes have no meaning"),
        ("reconstruction", {"model": {"horizon": 3}}, "model.horizon has no meaning"),
        ("reconstruction", {"model": {"unit": 3}}, "did you mean 'units'"),
        ("reconstruction", {"model": {"cell": "rnn"}}, "model.cell"),
        ("reconstruct", {}, "task"),
        ("reconstruction", {"holes": {"share": 2.0}}, "holes.share"),
        ("reconstruction", {"split": {"fractions": [0.5, 0.5]}}, "split or holes: fractions are"),
    ],
)
def test_a_wrong_config_is_refused_by_the_line(harnn, table, tmp_path, task, more, words):
    path = write_config(tmp_path, table, task, **more)
    result = harnn("timeseries", "fit", path)
    assert result.exit_code == 2
    assert words in result.stderr
    assert "Traceback" not in result.output


def test_a_study_varies_what_its_model_may_not_fix(harnn, table, tmp_path):
    path = write_config(tmp_path, table, "reconstruction", model={"cell": "gru"})
    result = harnn("timeseries", "study", path)
    assert result.exit_code == 2
    assert "model.cell is what a study varies: give study.cells" in result.stderr


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--time", "when", "--series", "pump"], "no column 'when'"),
        (["--time", "at"], "those of each 'pump' do not"),
        (["--time", "at", "--series", "pump", "--band", "1.5"], "between 0 and 1"),
        (["--time", "at", "--series", "pump", "--causal"], "reads what is still to come"),
        (["--time", "at", "--beside", "pump"], "lacks 'pressure', 'flow'"),
    ],
)
def test_a_table_that_does_not_fit_the_model_is_refused(
    harnn, imputing, table, tmp_path, arguments, words
):
    output = tmp_path / "filled.csv"
    result = harnn("timeseries", "impute", imputing / "model", table, "-o", output, *arguments)
    assert result.exit_code in (1, 2)
    assert pd.Series([result.stderr]).str.contains(words).all(), result.stderr
    assert not output.exists()


def test_the_input_is_not_overwritten_and_an_output_has_a_known_format(harnn, imputing, table):
    for output, words in ((table, "is the input itself"), ("filled.xlsx", ".csv or .parquet")):
        result = harnn("timeseries", "impute", imputing / "model", table, "-o", output)
        assert result.exit_code in (1, 2)
        assert words in result.stderr


def test_another_kind_of_model_is_refused(harnn, imputing, table, tmp_path):
    output = tmp_path / "ahead.csv"
    result = harnn("timeseries", "forecast", imputing / "model", table, "-o", output)
    assert result.exit_code == 1
    assert "expected 'harnn-RecurrentForecaster'" in result.stderr


def test_a_model_is_exported_for_elsewhere(harnn, imputing, tmp_path):
    result = harnn("timeseries", "export", imputing / "model", tmp_path / "served")
    assert result.exit_code == 0, result.output
    assert "network.onnx; largest difference" in result.stdout
    assert (tmp_path / "served" / "README.md").read_text(encoding="utf-8").startswith("# Recurrent")


def test_a_model_without_a_network_is_not_exported(harnn, tmp_path):
    import numpy as np

    from harnn.timeseries import SimpleImputer

    SimpleImputer().fit(np.arange(200.0)[:, None]).save(tmp_path / "model")
    result = harnn("timeseries", "export", tmp_path / "model", tmp_path / "served")
    assert result.exit_code == 2
    assert "a SimpleImputer has no network to export" in " ".join(result.stderr.split())
