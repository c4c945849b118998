from __future__ import annotations

import re
from typing import Any

import pytest

from harnn.evaluation.report import Results, numbers
from harnn.evaluation.report.html import to_html
from harnn.evaluation.report.outline import outline

HEADLINE_TABLES = [
    ("Micro average", 2, "micro_f1"),
    ("Macro average", 2, "macro_f1"),
    ("All levels right", 0, "all_levels_right"),
    ("Hierarchical precision, recall and F1, over all known entries", 2, "hierarchical_f1"),
    *(("Accuracy of each level", level, f"level_{level + 1}_accuracy") for level in range(3)),
    *(("Macro-F1 of each level", level, f"level_{level + 1}_macro_f1") for level in range(3)),
]


def fitted(results: Results) -> list[Any]:
    return [model for model in results.models if model.error is None]


@pytest.mark.parametrize(("caption", "column", "score"), HEADLINE_TABLES)
def test_every_headline_cell_is_the_number_of_the_results(results, page, caption, column, score):
    table = page.table(caption)
    for model in fitted(results):
        cell, expected = table[model.title][column], model.scores[score]
        assert float(cell.value) == expected.mean
        assert cell.text == numbers.score(expected.mean)
        spread = [] if expected.std is None else [expected.std]
        ends = [expected.interval.low, expected.interval.high]
        assert [float(value) for value in cell.values] == spread + ends
        assert numbers.interval(expected.interval) in cell.notes


@pytest.mark.parametrize(
    ("caption", "name"), [("Micro average", "micro"), ("Macro average", "macro")]
)
def test_precision_and_recall_are_means_over_the_seeds(results, page, caption, name):
    table = page.table(caption)
    for model in fitted(results):
        triples = [getattr(run.evaluation.complete, name) for run in model.runs]
        for column in (0, 1):
            mean = sum(triple[column] for triple in triples) / len(triples)
            assert float(table[model.title][column].value) == pytest.approx(mean, abs=1e-15)


@pytest.mark.parametrize(("caption", "column", "score"), HEADLINE_TABLES[:4])
def test_models_are_sorted_by_the_score_and_the_failed_one_comes_last(
    results, page, caption, column, score
):
    titles = list(page.table(caption))[1:]
    models = sorted(fitted(results), key=lambda model: -model.scores[score].mean)
    assert titles == [*(model.title for model in models), "Broken"]


def test_the_best_of_a_column_is_marked_and_no_other(results, page):
    table = page.table("All levels right")
    best = max(fitted(results), key=lambda model: model.scores["all_levels_right"].mean)
    marked = [title for title, cells in table.items() if cells and cells[0].best]
    assert marked == [best.title]


def test_a_failed_model_has_a_row_with_its_error(page):
    for caption in ("Micro average", "All levels right", "Cost of each model"):
        (cell,) = page.table(caption)["Broken"]
        assert cell.text.startswith("failed: DataError: row 3")


def test_differences_and_their_evidence_are_those_of_the_results(results, page):
    table = page.table("HARNN less the rival, in points")
    titles = {model.name: model.title for model in results.models}
    for pair in results.pairs:
        cells = table[titles[pair.rival]]
        for cell, name in zip(cells, ("all_levels_right", "micro_f1", "macro_f1"), strict=True):
            tested = pair.differences[name]
            assert float(cell.value) == tested.difference
            expected = [tested.interval.low, tested.interval.high, tested.p_value]
            assert [float(value) for value in cell.values] == expected


def test_mcnemars_table_is_that_of_the_results(results, page):
    table = page.table("McNemar's test on all levels right, of the first run of each model")
    test = results.pairs[0].mcnemar
    expected = [1890, 154, 67, 373, test.p_value, results.pairs[0].p_holm]
    assert [float(cell.value) for cell in table["Linear SVM"]] == expected


def test_costs_are_means_over_the_runs(results, page):
    runs = results.models[0].runs
    fit = page.table("Cost of each model")["HARNN"][0]
    assert float(fit.value) == sum(run.cost.fit_seconds for run in runs) / len(runs)


def test_an_undefined_number_is_a_dash(page):
    table = page.table("Worst categories of HARNN")
    assert [cell.text for cell in table["Never"][-3:]] == ["–"] * 3
    assert [cell.value for cell in table["Never"][-3:]] == [None] * 3


def test_untrusted_text_stays_text(html, page, script):
    assert "<script" not in html.lower()
    assert script in "".join(page.words)
    assert not [name for _, name, _ in page.attributes if name.startswith("on")]


def test_nothing_is_loaded_from_elsewhere(html, page):
    links = page.values("href") + page.values("src") + page.values("xlink:href")
    assert links
    assert all(link.startswith("#") for link in links)
    assert "http:" not in html
    assert "https:" not in html
    assert "@import" not in html
    assert not [url for url in re.findall(r"url\(([^)]*)\)", html) if not url.startswith("#")]


def test_no_two_elements_share_an_id_and_every_link_has_its_end(html, page):
    ids = page.values("id")
    assert len(ids) == len(set(ids))
    ends = {link[1:] for link in page.values("href")} | set(re.findall(r"url\(#([^)]*)\)", html))
    assert ends <= set(ids)


def test_every_tag_is_closed(page):
    assert page.stack == []


def test_every_plot_says_what_it_shows(page):
    roles = [value for tag, name, value in page.attributes if (tag, name) == ("svg", "role")]
    labels = [value for tag, name, value in page.attributes if (tag, name) == ("svg", "aria-label")]
    assert set(roles) == {"img"}
    assert len(roles) == len(labels)
    assert all(labels)


def test_it_is_fit_for_phones_dark_rooms_and_paper(html):
    assert '<meta name="viewport" content="width=device-width, initial-scale=1">' in html
    assert "@media (prefers-color-scheme: dark)" in html
    assert "@media print" in html


def test_the_same_results_give_the_same_page(results, html):
    assert to_html(outline(results)) == html


def test_the_reference_is_shown_openly_and_the_others_on_request(html):
    assert "<summary>Linear SVM</summary>" in html
    assert "<summary>HARNN</summary>" not in html


def test_documents_of_confused_siblings_are_quoted(page):
    text = "".join(page.words)
    assert "Place/River taken for Place/Lake (document 17): “Die Größe der Seen: 画家" in text


def test_a_kept_text_that_is_not_among_the_examples_is_left_out(page):
    assert "document 99" not in "".join(page.words)
