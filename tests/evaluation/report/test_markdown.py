from __future__ import annotations

import re

from harnn.evaluation.report import numbers
from harnn.evaluation.report.blocks import Cell, Code, Column, Details, Report, Section, Table
from harnn.evaluation.report.markdown import escape, to_markdown
from harnn.evaluation.report.outline import outline


def report_of(*blocks) -> Report:
    return Report("Title", "Answer.", (), (Section("one", "One", tuple(blocks)),))


def cells_of(line: str) -> list[str]:
    return [cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]]


def test_its_tables_hold_the_numbers_of_the_results(results):
    text = to_markdown(outline(results))
    section = text[text.index("### Micro average") : text.index("### Macro average")]
    rows = {cells_of(line)[0]: cells_of(line) for line in section.splitlines() if "|" in line}
    for name in ("HARNN", "Linear SVM"):
        (model,) = [model for model in results.models if model.title == name]
        score = model.scores["micro_f1"]
        assert numbers.score(score.mean) in rows[name][3]
        assert numbers.interval(score.interval) in rows[name][3]
    assert "**" in rows["HARNN"][3]
    assert "**" not in rows["Linear SVM"][3]


def test_every_row_of_a_table_has_as_many_cells_as_its_head(results):
    text = to_markdown(outline(results))
    tables = re.findall(r"(?:^\|.*\n)+", text, flags=re.MULTILINE)
    assert len(tables) > 15
    for table in tables:
        assert len({len(cells_of(line)) for line in table.splitlines()}) == 1


def test_pipes_line_breaks_and_tags_of_texts_do_no_harm():
    table = Table(
        "T", (Column("a", numeric=False), Column("b")), ((Cell("x|y\nz<i>"), Cell("1", 1)),)
    )
    text = to_markdown(report_of(table))
    assert r"| x\|y z\<i> |   1 |" in text


def test_escapes_show_as_what_was_there():
    assert escape("a_b") == "a_b"
    assert escape("_a_ *b* `c` [d](e)") == r"\_a\_ \*b\* \`c\` \[d\](e)"
    assert escape("&amp; & < 3") == r"\&amp; & < 3"
    assert escape("back\\slash") == "back\\\\slash"


def test_a_fence_is_longer_than_any_within():
    text = to_markdown(report_of(Code("a ```` b")))
    assert "\n`````\na ```` b\n`````\n" in text


def test_wide_letters_keep_the_columns_straight():
    rows = ((Cell("画家"), Cell("1", 1)), (Cell("abcd"), Cell("2", 2)))
    text = to_markdown(report_of(Table("T", (Column("a", numeric=False), Column("b")), rows)))
    assert "| 画家 |   1 |\n| abcd |   2 |" in text


def test_details_are_told_under_a_heading_of_their_own():
    text = to_markdown(report_of(Details("More", (Code("x"),))))
    assert "### More\n\n```\nx\n```" in text


def test_a_section_of_plots_alone_is_left_out(results):
    assert "## Overview" not in to_markdown(outline(results))
