from __future__ import annotations

import json

import pytest

from harnn.errors import DataError
from harnn.evaluation.bootstrap import Interval
from harnn.evaluation.report import Results, read_results, write_report
from harnn.evaluation.report import html as html_module

FILES = ["report.html", "report.md", "results.json", "results.schema.json"]


@pytest.fixture(scope="module")
def folder(few, tmp_path_factory):
    folder = tmp_path_factory.mktemp("report")
    (folder / "predictions.csv").write_text("kept", encoding="utf-8")
    assert write_report(few, folder) == folder / "report.html"
    return folder


def test_four_files_are_written_and_others_stay(folder):
    assert sorted(path.name for path in folder.iterdir()) == ["predictions.csv", *FILES]
    assert (folder / "predictions.csv").read_text(encoding="utf-8") == "kept"


def test_results_come_back_as_they_were(few, folder):
    assert read_results(folder / "results.json") == few


def test_the_schema_is_that_of_the_results(folder):
    schema = json.loads((folder / "results.schema.json").read_text(encoding="utf-8"))
    assert schema == Results.model_json_schema()


def test_the_json_is_json_and_no_more(folder):
    def refuse(name):
        raise AssertionError(name)

    text = (folder / "results.json").read_text(encoding="utf-8")
    assert json.loads(text, parse_constant=refuse)["format"] == "harnn-comparison"


def test_the_report_holds_what_the_json_holds(folder, read_page):
    results = read_results(folder / "results.json")
    page = read_page((folder / "report.html").read_text(encoding="utf-8"))
    cell = page.table("All levels right")["HARNN"][0]
    assert float(cell.value) == results.models[0].scores["all_levels_right"].mean


def test_a_failing_report_leaves_the_files_as_they_were(results, folder, monkeypatch):
    before = {name: (folder / name).read_bytes() for name in FILES}

    def fail(report):
        raise RuntimeError("no")

    monkeypatch.setattr(html_module, "to_html", fail)
    with pytest.raises(RuntimeError, match="no"):
        write_report(results.model_copy(update={"title": "another"}), folder)
    assert {name: (folder / name).read_bytes() for name in FILES} == before


def test_a_loss_that_is_no_number_is_left_out(results, tmp_path):
    run = results.models[0].runs[0]
    history = ({"loss": 1.0, "micro_f1": 0.5}, {"loss": float("nan"), "micro_f1": float("inf")})
    diverged = run.model_copy(update={"history": history})
    model = results.models[0].model_copy(update={"runs": (diverged,)})
    alone = results.model_copy(update={"models": (model,), "pairs": ()})
    write_report(alone, tmp_path)
    read = read_results(tmp_path / "results.json")
    assert read.models[0].runs[0].history == ({"loss": 1.0, "micro_f1": 0.5}, {})


def test_a_bound_that_is_no_number_is_refused_with_its_place(results, tmp_path):
    score = results.models[0].scores["micro_f1"]
    broken = score.model_copy(update={"interval": Interval(float("nan"), 0.9)})
    model = results.models[0].model_copy(update={"scores": {"micro_f1": broken}})
    with pytest.raises(DataError, match=r"models\.0\.scores\.micro_f1\.interval\.low is None"):
        write_report(results.model_copy(update={"models": (model,)}), tmp_path)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"reference": "harn"}, r"reference is 'harn', which is no model; did you mean 'harnn'\?"),
        ({"pairs": "nobody"}, r"pairs\.0\.rival is 'nobody', which is no model"),
        ({"models": "twice"}, "2 models are named 'harnn'"),
    ],
)
def test_names_that_do_not_fit_are_refused(few, tmp_path, change, message):
    if "pairs" in change:
        change = {"pairs": (few.pairs[0].model_copy(update={"rival": "nobody"}),)}
    elif "models" in change:
        change = {"models": (few.models[0], few.models[0]), "pairs": ()}
    with pytest.raises(DataError, match=message):
        write_report(few.model_copy(update=change), tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_results_of_another_number_of_levels_are_refused(few, tmp_path):
    corpus = few.corpus.model_copy(update={"levels": few.corpus.levels[:2]})
    with pytest.raises(DataError, match=r"parts\.0\.known has 3 numbers; the corpus has 2 levels"):
        write_report(few.model_copy(update={"corpus": corpus}), tmp_path)
    parts = tuple(part.model_copy(update={"known": part.known[:2]}) for part in corpus.parts)
    corpus = corpus.model_copy(update={"parts": parts})
    with pytest.raises(DataError, match=r"models\.0\.runs\.0\.evaluation has 3 levels"):
        write_report(few.model_copy(update={"corpus": corpus}), tmp_path)


def test_a_text_that_is_no_unicode_is_refused(few, tmp_path):
    with pytest.raises(DataError, match="cannot be written as JSON"):
        write_report(few.model_copy(update={"examples": {3: "\ud800"}}), tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_truncated_file_is_called_damaged(folder, tmp_path):
    text = (folder / "results.json").read_text(encoding="utf-8")
    path = tmp_path / "results.json"
    path.write_text(text[:1000], encoding="utf-8")
    with pytest.raises(DataError, match=r"results\.json: not JSON, or damaged: .*line \d+"):
        read_results(path)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"[1]", r"expected a JSON object, not \[1\]"),
        (b"{}", "lacks the key 'format'"),
        (b'{"format": "harnn-run"}', 'format is "harnn-run"; this release reads format harnn-comp'),
        (b'{"format": "harnn-comparison", "version": 2}', "version is 2; .* reads version 1"),
        (b'{"format": "harnn-comparison", "version": true}', "version is true"),
        (b"\xff{}", "byte 0 is not UTF-8"),
        (b"", "not JSON, or damaged"),
        (b"[" * 100_000, "not JSON, or damaged"),
    ],
)
def test_another_file_is_refused_in_words(tmp_path, content, message):
    path = tmp_path / "other.json"
    path.write_bytes(content)
    with pytest.raises(DataError, match=rf"other\.json: .*{message}"):
        read_results(path)


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(DataError, match=r"nowhere\.json: No such file"):
        read_results(tmp_path / "nowhere.json")


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda data: data.pop("corpus"), "corpus is .*Field required"),
        (lambda data: data["models"][0].update(name=3), r"models\.0\.name is 3"),
        (lambda data: data.update(colour="red"), "colour is 'red'.*not permitted"),
        (
            lambda data: data["models"][0]["runs"][1]["evaluation"].pop("micro"),
            "evaluation lacks the key 'micro'",
        ),
    ],
)
def test_a_wrong_value_is_named_with_its_place(folder, tmp_path, change, message):
    data = json.loads((folder / "results.json").read_text(encoding="utf-8"))
    change(data)
    path = tmp_path / "results.json"
    path.write_text(json.dumps(data), encoding="utf-8")
    with pytest.raises(DataError, match=message):
        read_results(path)
