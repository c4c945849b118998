"""What the figures draw, read back from their axes."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from harnn.evaluation.bootstrap import Interval
from harnn.evaluation.report import numbers
from harnn.evaluation.report.figures.cost import CostPoint, plot_cost
from harnn.evaluation.report.figures.dots import Dot, plot_dots
from harnn.evaluation.report.figures.frequency import plot_frequency
from harnn.evaluation.report.figures.lengths import plot_lengths
from harnn.evaluation.report.figures.palette import series_styles
from harnn.evaluation.report.figures.reliability import plot_reliability
from harnn.evaluation.report.figures.selective import plot_risk_coverage, risk_coverage_panels
from harnn.evaluation.report.figures.training import plot_training, training_panels

STYLES = series_styles([str(number) for number in range(8)])
STYLE = STYLES["0"]


def lines_of(figure):
    return [line.get_xydata() for line in figure.axes[0].lines]


def test_a_dot_stands_at_its_number_and_its_line_spans_the_interval():
    figure = plot_dots([Dot("a", 0.5, "0.5", Interval(0.4, 0.7), STYLE)], numbers.axis_score)
    interval, dot = lines_of(figure)
    assert interval[:, 0].tolist() == [0.4, 0.7]
    assert dot[:, 0].tolist() == [0.5]


def test_a_number_far_off_becomes_an_arrow():
    dots = [Dot(str(v), v, str(v), None, STYLE) for v in (0.82, 0.80, 0.78, 0.01)]
    axes = plot_dots(dots, numbers.axis_score).axes[0]
    assert [line.get_marker() for line in axes.lines] == ["o", "o", "o", "<"]
    assert axes.get_xlim()[0] > 0.7


def test_the_number_that_the_plot_is_about_is_never_off_it():
    dots = [Dot(str(v), v, str(v), None, STYLE, v == 0.01) for v in (0.82, 0.80, 0.78, 0.01)]
    axes = plot_dots(dots, numbers.axis_score).axes[0]
    assert [line.get_marker() for line in axes.lines] == ["o"] * 4
    assert axes.get_xlim()[0] < 0.01


def test_a_title_is_one_short_line_that_xml_can_hold():
    title = "a\x01b\n" + "long " * 20
    axes = plot_dots([Dot(title, 0.5, "0.5", None, STYLE)], numbers.axis_score).axes[0]
    shown = axes.texts[0].get_text()
    assert shown.startswith("a b long")
    assert len(shown) <= 34
    assert shown.isprintable()


def test_zero_is_in_sight_of_differences():
    dots = [Dot("a", 0.03, "+3", Interval(0.02, 0.04), STYLE)]
    low, high = plot_dots(dots, numbers.axis_points, zero_line=True).axes[0].get_xlim()
    assert low <= 0 < 0.04 <= high


def test_a_reliability_diagram_leaves_empty_bins_out(results):
    (level, *_) = results.models[0].calibration
    figure = plot_reliability([level], list(STYLES.values()))
    _, line = lines_of(figure)
    expected = [(bin.confidence, bin.accuracy) for bin in level.bins if bin.count]
    np.testing.assert_array_equal(line, expected)


def test_a_risk_coverage_curve_is_drawn_point_by_point_and_ends_in_the_plot(results):
    curve = results.models[0].selective[1]
    figure = plot_risk_coverage([(curve, STYLE)])
    (line,) = lines_of(figure)
    np.testing.assert_array_equal(line, curve.curve)
    low, high = figure.axes[0].get_ylim()
    assert low < 0 < curve.risk < high


def test_a_model_that_knows_nothing_does_not_press_the_curves_of_the_others_flat(results):
    curves = [model.selective[0] for model in results.models if model.selective]
    bad = replace(curves[0], risk=0.95, curve=((0.5, 0.9), (1.0, 0.95)))
    figure = plot_risk_coverage([(curve, STYLE) for curve in [*curves[:3], bad]])
    assert figure.axes[0].get_ylim()[1] < 0.5


def test_risk_coverage_has_a_plot_a_level_whose_label_says_the_areas(results):
    models = [model for model in results.models if not model.error]
    styles = series_styles([model.name for model in models])
    panels = risk_coverage_panels(models, styles, ["1", "2", "3"])
    assert [panel.title for panel in panels] == ["1", "2", "3"]
    assert f"HARNN {models[0].selective[2].aurc:.4f}" in panels[2].label
    assert not any("Linear SVM" in panel.label for panel in panels)


def test_f1_is_drawn_by_bin_and_undefined_ones_are_left_out(results):
    model = results.models[0]
    figure = plot_frequency([model], {model.name: STYLE})
    (line,) = lines_of(figure)
    assert line[:, 0].tolist() == [1, 2, 3, 4]
    assert line[:, 1].tolist() == [bin.macro_f1 for bin in model.frequency[1:]]
    labels = [label.get_text() for label in figure.axes[0].get_xticklabels()]
    assert labels == ["0", "1–9", "10–99", "100–999", "1k–10k"]


def test_a_training_curve_has_a_ring_at_what_was_kept(results):
    runs = results.models[0].runs
    figure = plot_training(runs, "loss", list(STYLES.values())[: len(runs)])
    curves, rings = lines_of(figure)[::2], lines_of(figure)[1::2]
    for run, curve, ring in zip(runs, curves, rings, strict=True):
        assert curve[:, 1].tolist() == [entry["loss"] for entry in run.history]
        assert ring.tolist() == [[run.best_epoch, run.history[run.best_epoch - 1]["loss"]]]


def test_counts_and_times_of_epochs_have_no_curve(results):
    titles = [panel.title for panel in training_panels(results.models[0], list(STYLES.values()))]
    assert titles == ["Loss", "All levels right", "Micro-F1", "Log loss"]


def test_an_epoch_that_lacks_a_figure_is_skipped(results):
    run = (
        results.models[0]
        .runs[0]
        .model_copy(update={"history": ({"loss": 2.0}, {}, {"loss": 1.0}), "best_epoch": 2})
    )
    (curve,) = lines_of(plot_training([run], "loss", [STYLE]))
    assert curve.tolist() == [[1, 2.0], [3, 1.0]]


@pytest.mark.parametrize("costs", [[1.0], [1.0, 1.1], [0.001, 1e6]])
def test_the_axis_of_costs_has_a_number(costs):
    points = [CostPoint(cost, 0.8, STYLE) for cost in costs]
    figure = plot_cost(points, "seconds", "F1")
    axes = figure.axes[0]
    low, high = axes.get_xlim()
    assert sum(low <= tick <= high for tick in axes.xaxis.get_majorticklocs()) >= 1
    assert [line.get_xdata()[0] for line in axes.lines] == costs


def test_a_score_far_off_is_written_beside_its_mark():
    points = [CostPoint(1.0, score, STYLE) for score in (0.82, 0.80, 0.78, 0.01)]
    axes = plot_cost(points, "seconds", "F1").axes[0]
    assert [text.get_text() for text in axes.texts] == ["↓ 0.0100"]


def test_an_empty_text_has_a_place_among_the_lengths(results):
    figure = plot_lengths(results.corpus.parts, STYLE)
    first = lines_of(figure)[0]
    assert first[:, 0].tolist() == [0, 1499]
    assert figure.axes[0].get_xlim()[0] <= 0
