from __future__ import annotations

import re
from xml.etree import ElementTree

import matplotlib
import pytest
from matplotlib.figure import Figure

from harnn.evaluation.report.figures.palette import GRID, INK, VARIABLES, series_styles
from harnn.evaluation.report.figures.svg import inline_svg

TITLE = "<b>$x_1$</b> & 画家"


def draw() -> Figure:
    figure = Figure(figsize=(3, 2))
    axes = figure.add_subplot()
    style = series_styles(["one"])["one"]
    axes.plot([0, 1, 2], [1, 3, 2], color=style.color, marker=style.marker)
    axes.set_title(TITLE)
    return figure


@pytest.fixture(scope="module")
def svg() -> str:
    return inline_svg(draw, "f1", "A line")


def test_text_stays_text_as_it_was_written(svg):
    texts = ["".join(text.itertext()) for text in ElementTree.fromstring(svg).iter("text")]
    assert TITLE in texts


def test_colours_are_variables_of_the_page(svg):
    assert "var(--series-1)" in svg
    assert "var(--grid)" in svg
    assert not [color for color in VARIABLES if color in svg]
    assert re.findall("#[0-9a-f]{6}", svg) == []


def test_the_font_is_that_of_the_page(svg):
    assert "font-family" not in svg
    assert "DejaVu" not in svg
    assert "font-size: 10.5px" in svg


def test_it_is_the_same_every_time(svg):
    assert inline_svg(draw, "f1", "A line") == svg


def test_two_figures_share_no_id(svg):
    other = inline_svg(draw, "f2", "A line")
    ids, others = (set(re.findall(r' id="([^"]*)"', text)) for text in (svg, other))
    assert ids
    assert ids.isdisjoint(others)
    used = set(re.findall(r'href="#([^"]*)"', other)) | set(re.findall(r"url\(#([^)]*)\)", other))
    assert used
    assert used <= others


def test_it_carries_no_date_name_space_or_style_sheet(svg):
    assert "http" not in svg
    assert "<metadata" not in svg
    assert "<style" not in svg
    assert "<?xml" not in svg


def test_it_says_what_it_shows(svg):
    root = ElementTree.fromstring(svg)
    assert root.get("role") == "img"
    assert root.get("aria-label") == "A line"
    assert "width" not in root.attrib


def test_an_ornament_is_hidden_from_readers():
    root = ElementTree.fromstring(inline_svg(draw, "f1"))
    assert root.get("aria-hidden") == "true"
    assert root.get("role") is None


def test_the_users_matplotlib_settings_neither_change_nor_matter(svg):
    with matplotlib.rc_context({"axes.facecolor": "red", "font.size": 30, "svg.fonttype": "path"}):
        assert inline_svg(draw, "f1", "A line") == svg
        assert matplotlib.rcParams["font.size"] == 30


def test_ink_and_grid_are_told_apart():
    assert VARIABLES[INK] == "var(--ink)"
    assert VARIABLES[GRID] == "var(--grid)"
    assert len(set(VARIABLES.values())) == len(VARIABLES)
