"""Results that lack something still give a report."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from harnn.evaluation.report import Results, Score
from harnn.evaluation.report.blocks import Report, Table
from harnn.evaluation.report.html import to_html
from harnn.evaluation.report.markdown import to_markdown
from harnn.evaluation.report.outline import outline

NOTHING = Score(mean=None, std=None, interval=None, seeds=(None,))


def changed_models(results: Results, **changes: Any) -> Results:
    models = tuple(
        model if model.error else model.model_copy(update=changes) for model in results.models
    )
    return results.model_copy(update={"models": models})


def texts(report: Report, name: str) -> str:
    (section,) = [section for section in report.sections if section.name == name]
    return to_markdown(replace(report, sections=(section,)))


def test_a_lone_model_is_reported_without_pairs(few, read_page):
    alone = few.model_copy(update={"models": few.models[:1], "pairs": ()})
    report = outline(alone)
    assert "HARNN has no rival to be tested against." in texts(report, "significance")
    page = read_page(to_html(report))
    assert page.table("All levels right")["HARNN"][0].value is not None
    # There is no best of one.
    assert not page.table("All levels right")["HARNN"][0].best


def test_without_a_reference_the_best_model_is_shown_openly(few):
    models = (
        few.models[0].model_copy(
            update={"error": "x" * 500, "runs": (), "scores": {}, "confusions": (), "worst": ()}
        ),
        *few.models[1:],
    )
    failed = few.model_copy(update={"reference": None, "models": models, "pairs": ()})
    report = outline(failed)
    assert "nothing was tested" in texts(report, "significance")
    html = to_html(report)
    assert "<summary>Linear SVM</summary>" not in html


def test_without_a_complete_document_no_score_is_made_up(few, read_page):
    models = []
    for model in few.models:
        runs = []
        for run in model.runs:
            empty = replace(
                run.evaluation.complete,
                documents=0,
                subset_accuracy=None,
                micro=run.evaluation.complete.micro._replace(precision=None, recall=None, f1=None),
                macro=run.evaluation.complete.macro._replace(precision=None, recall=None, f1=None),
            )
            evaluation = replace(run.evaluation, complete=empty)
            runs.append(run.model_copy(update={"evaluation": evaluation}))
        names = ("all_levels_right", "micro_f1", "macro_f1")
        scores = {name: NOTHING if name in names else s for name, s in model.scores.items()}
        models.append(model.model_copy(update={"runs": tuple(runs), "scores": scores}))
    pairs = tuple(
        pair.model_copy(update={"differences": {}, "mcnemar": None, "p_holm": None})
        for pair in few.pairs
    )
    report = outline(few.model_copy(update={"models": tuple(models), "pairs": pairs}))
    page = read_page(to_html(report))
    for caption in ("Micro average", "Macro average", "All levels right"):
        cells = page.table(caption)["HARNN"]
        assert {cell.text for cell in cells} == {"–"}
    assert "no document has all levels known" in texts(report, "significance")
    assert "Over the 0 test documents" in texts(report, "scores")
    assert "Hierarchical F1" in to_html(report)


@pytest.mark.parametrize(
    ("field", "section", "told"),
    [
        ("calibration", "calibration", "No model gives probabilities."),
        ("selective", "selective", "No model says how sure it is."),
        ("frequency", "frequency", "F1 was not measured by frequency."),
        ("confusions", "confusions", "No model takes a category for its sibling."),
        ("worst", "worst", "No category was judged."),
    ],
)
def test_what_was_not_measured_is_said(results, field, section, told):
    report = outline(changed_models(results, **{field: ()}))
    assert told in texts(report, section)


def test_without_histories_and_raw_predictions_that_is_said(results):
    models = tuple(
        model.model_copy(
            update={
                "raw_scores": {},
                "runs": tuple(
                    run.model_copy(update={"history": (), "raw_evaluation": None})
                    for run in model.runs
                ),
            }
        )
        for model in results.models
    )
    report = outline(results.model_copy(update={"models": models}))
    assert "No model logged its training." in texts(report, "training")
    assert "No model says what it would predict" in texts(report, "consistency")


def test_a_corpus_of_one_level_has_tables_of_one_level(few, read_page):
    models = []
    for model in few.models:
        runs = tuple(
            run.model_copy(
                update={"evaluation": replace(run.evaluation, levels=run.evaluation.levels[:1])}
            )
            for run in model.runs
        )
        scores = {k: s for k, s in model.scores.items() if not k.startswith(("level_2", "level_3"))}
        changes = {"runs": runs, "scores": scores, "calibration": model.calibration[:1]}
        changes |= {
            field: tuple(record for record in getattr(model, field) if record.level == 0)
            for field in ("selective", "sets", "stops")
        }
        models.append(model.model_copy(update=changes))
    parts = tuple(part.model_copy(update={"known": part.known[:1]}) for part in few.corpus.parts)
    corpus = few.corpus.model_copy(update={"levels": few.corpus.levels[:1], "parts": parts})
    page = read_page(
        to_html(outline(few.model_copy(update={"models": tuple(models), "corpus": corpus})))
    )
    assert len(page.table("Accuracy of each level")["HARNN"]) == 1
    assert len(page.table("Documents with each level known")["train"]) == 1


def test_a_corpus_of_several_paths_says_so(results):
    corpus = results.corpus.model_copy(update={"one_path": False, "unseen": (), "categories": ()})
    told = texts(outline(results.model_copy(update={"corpus": corpus})), "data")
    assert "several paths allowed" in told
    assert "Largest and smallest" not in told


def test_few_categories_are_listed_all(results):
    corpus = results.corpus.model_copy(update={"categories": results.corpus.categories[:5]})
    told = texts(outline(results.model_copy(update={"corpus": corpus})), "data")
    assert "All categories" in told
    assert "smallest categories" not in told


def test_if_all_models_failed_there_is_still_a_report(results, read_page):
    models = (results.models[4],)
    report = outline(results.model_copy(update={"models": models, "reference": None, "pairs": ()}))
    page = read_page(to_html(report))
    assert page.table("Micro average")["Broken"][0].text.startswith("failed: ")
    assert "There is no score to draw." in "".join(page.words)
    assert "No model was fitted." in texts(report, "cost")


def test_more_models_than_colours_look_different(results):
    names = [f"model {number}" for number in range(20)]
    models = tuple(
        results.models[1].model_copy(update={"name": name, "title": name}) for name in names
    )
    report = outline(results.model_copy(update={"models": models, "reference": None, "pairs": ()}))
    (section,) = [section for section in report.sections if section.name == "cost"]
    (panels,) = [block for block in section.blocks if block.kind == "panels"]
    assert len({style for _, style in panels.legend}) == 20


def test_settings_and_the_whole_error_of_a_failed_model_are_kept(results, script):
    told = texts(outline(results), "protocol")
    assert "Settings of Broken" in told
    # In a fence nothing is escaped, and nothing is cut.
    assert f"DataError: row 3 | column 'l2'\n{script} is not in the taxonomy" in told
    assert "units: 128" in told
    assert "harnn compare config.yaml" in told
    assert "8.12 GB" in told


def test_a_report_of_scores_alone_can_be_drawn(few, read_page):
    bare = changed_models(
        few,
        **dict.fromkeys(("calibration", "selective", "sets", "stops"), ()),
        **dict.fromkeys(("frequency", "confusions", "worst"), ()),
    )
    page = read_page(to_html(outline(bare.model_copy(update={"examples": {}}))))
    assert page.table("All levels right")["HARNN"][0].value is not None


def test_what_a_model_gives_where_it_is_sure_is_told_with_what_it_was_worth(results, read_page):
    model = results.models[0]
    page = read_page(to_html(outline(results)))
    for level, title in enumerate(level.name for level in results.corpus.levels):
        table = page.table(
            f"{level + 1} · {title}: area under the risk–coverage curve, and coverage at a "
            "precision"
        )
        cells = table["HARNN"]
        curve = model.selective[level]
        assert [float(cell.value) for cell in cells] == [
            curve.aurc,
            curve.risk,
            *(point.coverage for point in curve.at),
        ]
        assert "Linear SVM" not in table  # it gives no probabilities
    told = texts(outline(results), "selective")
    for record in model.stops:
        assert f"{100 * record.given:.2f} %" in told
        assert record.precision is None or f"right {record.precision:.4f}" in told
    for record in model.sets:
        assert f"{record.size:.2f}" in told
        assert f"held {record.coverage:.4f}" in told


def test_without_sets_and_stops_risk_and_coverage_stand_alone(few):
    report = outline(changed_models(few, sets=(), stops=()))
    told = texts(report, "selective")
    assert "AURC" in told
    assert "prediction sets" not in told.lower()
    assert "thresholds" not in told


def test_a_floor_is_the_best_in_no_table(results, read_page):
    # The cheapest to fit, and the best calibrated of all.
    calibrated = tuple(replace(level, ece=0.001) for level in results.models[-1].calibration)
    floor = results.models[-1].model_copy(update={"calibration": calibrated})
    report = outline(results.model_copy(update={"models": (*results.models[:-1], floor)}))
    page = read_page(to_html(report))
    captions = [
        block.caption for section in report.sections for block in section.blocks
        if isinstance(block, Table)
    ]  # fmt: skip
    for caption in captions:
        assert not any(cell.best for cell in page.table(caption).get(floor.title, []))
    cost = page.table("Cost of each model")
    assert cost[floor.title][0].value < cost["Linear SVM"][0].value
    assert cost["Linear SVM"][0].best
    errors = page.table("Expected calibration error of each level")
    assert sum(cells[0].best for cells in errors.values()) == 1
    assert "Majority path is a floor" in texts(report, "scores")


def test_without_a_floor_none_is_spoken_of(few):
    models = tuple(model.model_copy(update={"floor": False}) for model in few.models)
    assert "floor" not in texts(outline(few.model_copy(update={"models": models})), "scores")


def test_hierarchical_scores_that_are_the_micro_average_are_shown_once(results):
    assert "hF1" in texts(outline(results), "levels")
    models = []
    for model in results.models:
        runs = tuple(
            run.model_copy(
                update={
                    "evaluation": replace(
                        run.evaluation, hierarchical=run.evaluation.complete.micro
                    )
                }
            )
            for run in model.runs
        )
        models.append(model.model_copy(update={"runs": runs}))
    told = texts(outline(results.model_copy(update={"models": tuple(models)})), "levels")
    assert "hF1" not in told
    assert "are those of the micro average above, for every model" in told
    # One model of which they differ, and all are shown.
    mixed = texts(
        outline(results.model_copy(update={"models": (*models[:-1], results.models[-1])})), "levels"
    )
    assert "hF1" in mixed
