"""The sections of a study's report."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from statistics import mean

from harnn.evaluation.report import numbers
from harnn.evaluation.report.blocks import (
    Block,
    Cell,
    Code,
    Column,
    Definitions,
    Details,
    Note,
    Panel,
    Panels,
    Paragraph,
    Section,
    Table,
)
from harnn.evaluation.report.cells import mark_best, number_cell
from harnn.evaluation.report.figures.cost import CostPoint, plot_cost
from harnn.evaluation.report.figures.dots import Dot, plot_dots
from harnn.evaluation.report.figures.palette import SeriesStyle, series_styles
from harnn.timeseries.study.contrasts import Contrast, contrasts, seed_interval
from harnn.timeseries.study.figures import plot_by_length, plot_excerpt
from harnn.timeseries.study.results import LengthError, RowRecord, StudyResults

__all__ = [
    "choices_section",
    "cost_section",
    "glossary_section",
    "lengths_section",
    "protocol_section",
    "scores_section",
    "sensors_section",
    "signals_section",
]

_SCORES = {
    "micro_mse": "Micro MSE",
    "macro_mse": "Macro MSE",
    "mae": "MAE",
    "mre": "MRE",
    "nll": "NLL",
}
_WORDS = {
    "gate": "gated",
    "concat": "concatenated",
    "recurrent": "recurrent fuser",
    "gru": "GRU",
    "lstm": "LSTM",
}
_OTHER = "no network"


def scores_section(results: StudyResults) -> Section:
    """The table of all rows, sorted, and the same as dots."""
    ranked = results.ranked()
    columns = (
        Column("Model", numeric=False),
        *(Column(title) for title in _SCORES.values()),
        Column("90 % band holds"),
    )
    rows = [
        (Cell(row.title), *(_mean_cell(row, name) for name in _SCORES), _coverage_cell(row))
        for row in ranked
    ]
    table = Table(
        "Errors on the test part, in deviations of each sensor; the lowest micro MSE first",
        columns,
        mark_best(tuple(rows), range(1, 1 + len(_SCORES)), lowest=True),
    )
    blocks: list[Block] = [table]
    styles = _direction_styles(results)
    dots = [
        Dot(
            row.title,
            row.mean("micro_mse"),
            numbers.score(row.mean("micro_mse")),
            seed_interval(row.values("micro_mse")),
            styles[_direction(row)],
            strong=row is ranked[0],
        )
        for row in ranked
    ]
    panel = Panel(
        "Micro MSE",
        "Micro MSE of each model with its interval over the seeds; the table has the numbers",
        partial(plot_dots, dots, numbers.axis_score),
    )
    caption = "Micro MSE: means over the seeds with 95 % t intervals. Further left is better."
    blocks.append(Panels(caption, (panel,), tuple(styles.items())))
    missing = [row.title for row in results.rows if not row.trials]
    if missing:
        blocks.append(Paragraph(f"Not fitted: {', '.join(missing)}."))
    return Section("scores", "Scores", tuple(blocks))


def choices_section(results: StudyResults) -> Section:
    """What direction, cell and fusion bring."""
    found = list(contrasts(results))
    if not found:
        text = Paragraph("The grid has no two choices to compare.")
        return Section("choices", "What each choice brings", (text,))
    columns = (
        Column("Choice", numeric=False),
        Column("Micro MSE"),
        Column("Against", numeric=False),
        Column("Micro MSE"),
        Column("Difference"),
    )
    rows = [
        (
            Cell(f"{_word(one.first)} ({_models(one.rows[0])})"),
            Cell(numbers.score(one.means[0]), one.means[0]),
            Cell(f"{_word(one.second)} ({_models(one.rows[1])})"),
            Cell(numbers.score(one.means[1]), one.means[1]),
            _difference_cell(one),
        )
        for one in found
    ]
    blocks = (
        Paragraph(
            "Means over all models of the grid with a choice, seed by seed; the difference is the "
            "first less the second, with its 95 % t interval over the seeds: below zero the first "
            "is better."
        ),
        Table("Choices, all models of the grid taken together", columns, tuple(rows)),
    )
    return Section("choices", "What each choice brings", blocks)


def sensors_section(results: StudyResults) -> Section:
    """The errors sensor by sensor."""
    shown = _telling_rows(results)
    columns = (Column("Sensor", numeric=False), *(Column(row.title) for row in shown))
    rows = []
    for sensor in results.problem.sensors:
        cells = [Cell(sensor)]
        for row in shown:
            values = [value for one in row.trials if (value := one.sensors[sensor]) is not None]
            cells.append(number_cell(mean(values) if values else None, numbers.score))
        rows.append((cells[0], *_lowest_marked(cells[1:])))
    table = Table("Mean squared error of each sensor, in its deviations", columns, tuple(rows))
    block: Block = table if len(rows) <= 30 else Details(f"{len(rows)} sensors", (table,))
    return Section("sensors", "Sensor by sensor", (block,))


def lengths_section(results: StudyResults) -> Section:
    """The errors by the length of a hole, or by the steps ahead."""
    ahead = results.problem.task == "forecasting"
    label = "steps ahead" if ahead else "steps of the hole"
    shown = _telling_rows(results)
    if ahead and results.problem.horizon == 1:
        text = Paragraph("One step is forecast: there are no others to compare.")
        return Section("lengths", "Error by step ahead", (text,))
    styles = series_styles([row.title for row in shown])
    lines = [(styles[row.title], _mean_by_length(row)) for row in shown]
    panel = Panel(
        "Mean squared error",
        f"Mean squared error by {label}, a line a model; the table has the numbers",
        partial(plot_by_length, lines, f"{label}"),
    )
    bounds = sorted({(one.lower, one.upper) for _, errors in lines for one in errors})
    columns = (
        Column(label.capitalize(), numeric=False),
        Column("Values"),
        *(Column(row.title) for row in shown),
    )
    rows = []
    for lower, upper in bounds:
        at = [next((one for one in errors if one.lower == lower), None) for _, errors in lines]
        places = next((one.places for one in at if one is not None), 0)
        rows.append(
            (
                Cell(f"{lower}" if lower == upper else f"{lower} to {upper}"),
                Cell(numbers.count(places), places),
                *(number_cell(None if one is None else one.mse, numbers.score) for one in at),
            )
        )
    title = "Error by step ahead" if ahead else "Error by length of the hole"
    blocks = (
        Panels(f"{title}.", (panel,), tuple(styles.items())),
        Table(f"Mean squared error by {label}", columns, tuple(rows)),
    )
    return Section("lengths", title, blocks)


def signals_section(results: StudyResults) -> Section:
    """Stretches of the test part as the best model says them."""
    blocks: list[Block] = []
    styles = series_styles([row.title for row in _telling_rows(results)])
    for row in _telling_rows(results)[:2]:
        excerpts = next((one.excerpts for one in row.trials if one.excerpts), ())
        panels = tuple(
            Panel(
                excerpt.sensor,
                f"{excerpt.sensor}: measured values, what {row.title} says and its 90 % band",
                partial(plot_excerpt, excerpt, styles[row.title]),
            )
            for excerpt in excerpts
        )
        if panels:
            given = (
                f"forecasts of step {results.problem.horizon} ahead"
                if results.problem.task == "forecasting"
                else "dots: values that it was given"
            )
            blocks.append(
                Panels(
                    f"{row.title}: line and 90 % band; rings: values that it did not see; {given}.",
                    panels,
                )
            )
    return Section("signals", "Signals", tuple(blocks))


def cost_section(results: StudyResults) -> Section:
    """What a model costs."""
    ranked = results.ranked()
    columns = (
        Column("Model", numeric=False),
        Column("Fit"),
        Column("Test part"),
        Column("Parameters"),
        Column("Epochs"),
        Column("Best epoch"),
    )
    rows = []
    for row in ranked:
        costs = [trial.cost for trial in row.trials]
        rows.append(
            (
                Cell(row.title),
                number_cell(mean(cost.fit_seconds for cost in costs), numbers.seconds),
                number_cell(mean(cost.predict_seconds for cost in costs), numbers.seconds),
                number_cell(costs[0].parameters, numbers.count),
                number_cell(_mean_of([cost.epochs for cost in costs]), numbers.decimal),
                number_cell(_mean_of([cost.best_epoch for cost in costs]), numbers.decimal),
            )
        )
    styles = _direction_styles(results)
    points = [
        CostPoint(
            mean(trial.cost.fit_seconds for trial in row.trials),
            row.mean("micro_mse"),
            styles[_direction(row)],
        )
        for row in ranked
    ]
    blocks = (
        Paragraph("Means over the fits of a model; wall time on the machine named below."),
        Table("Cost of each model", columns, tuple(rows)),
        Panels(
            "Micro MSE against the time of a fit. An arrow points to a score far off.",
            (
                Panel(
                    "Time to fit",
                    "Micro MSE against the time to fit; the table has the numbers",
                    partial(plot_cost, points, "seconds", "micro MSE"),
                ),
            ),
            tuple(styles.items()),
        ),
    )
    return Section("cost", "Cost", blocks)


def protocol_section(results: StudyResults) -> Section:
    """What was asked, of what, and how to repeat it."""
    import yaml

    card = results.problem
    columns = (Column("Part", numeric=False), Column("Steps"), Column("Missing in the data"))
    rows = [
        (
            Cell(part),
            Cell(numbers.count(steps), steps),
            Cell(numbers.percent(card.missing[part]), card.missing[part]),
        )
        for part, steps in card.steps.items()
    ]
    memory = results.machine.get("memory_bytes")
    blocks: list[Block] = [
        Paragraph(
            f"{numbers.count(card.series)} series of {len(card.sensors)} sensors, each cut "
            "in time: models learn from the first part, are chosen by the second, on which their "
            "bands are measured too, and are judged by the third. Means and deviations are those "
            "of the training part."
        ),
        Table("The parts", columns, tuple(rows)),
    ]
    if card.holes is not None:
        blocks.append(
            Paragraph(
                f"Hidden of the test part, and judged: {card.holes}; {numbers.count(card.judged)} "
                "values, the same for all models. holes.npz has them."
            )
        )
    else:
        blocks.append(Paragraph(f"{numbers.count(card.judged)} forecasts were judged."))
    blocks += [
        Definitions(
            (
                *results.versions.items(),
                ("cores", str(results.machine.get("cores"))),
                ("memory", numbers.size(memory) if isinstance(memory, int) else "unknown"),
                ("system", str(results.machine.get("system"))),
            )
        )
    ]
    if results.command is not None:
        blocks += [Paragraph("This repeats the study:"), Code(results.command)]
    if results.config is not None:
        text = yaml.safe_dump(results.config, sort_keys=False, allow_unicode=True)
        blocks.append(Details("Complete options of the run", (Code(text.rstrip()),)))
    for row in results.ranked():
        settings = ", ".join(f"{name}={value}" for name, value in row.trials[0].settings.items())
        blocks.append(Details(f"Settings of {row.title}", (Code(settings),)))
    return Section("protocol", "What was run", tuple(blocks))


def glossary_section() -> Section:
    """What the scores mean."""
    items = (
        ("Micro MSE", "Mean squared error over all judged values; each sensor has deviation 1."),
        ("Macro MSE", "Mean over the sensors of each one's mean squared error."),
        ("MAE", "Mean absolute error over all judged values."),
        ("MRE", "Sum of the absolute errors over the sum of the absolute true values."),
        (
            "NLL",
            "Mean negative log-likelihood of a judged value under a normal distribution with the "
            "model's mean and deviation, in nats.",
        ),
        (
            "90 % band holds",
            "Share of the judged values within the band that held 90 % of the validation values.",
        ),
        (
            "Forward, coupled, decoupled",
            "Reads the past alone; both directions, fused; a forward student taught by a backward "
            "teacher.",
        ),
    )
    return Section("glossary", "Terms", (Definitions(items),))


def _telling_rows(results: StudyResults) -> list[RowRecord]:
    """Return the best model of each direction, and the best that is no network."""
    best: dict[str, RowRecord] = {}
    for row in results.ranked():
        best.setdefault(_direction(row), row)
    return list(best.values())


def _direction(row: RowRecord) -> str:
    return row.factors.get("direction", _OTHER)


def _direction_styles(results: StudyResults) -> dict[str, SeriesStyle]:
    present = {_direction(row) for row in results.rows if row.trials}
    known = ("coupled", "decoupled", "forward", _OTHER)
    return {name: style for name, style in series_styles(known).items() if name in present}


def _mean_cell(row: RowRecord, score: str) -> Cell:
    std = row.std(score)
    notes = () if std is None else (Note(numbers.spread(std), (std,)),)
    return Cell(numbers.score(row.mean(score)), row.mean(score), notes)


def _coverage_cell(row: RowRecord) -> Cell:
    value = row.mean("coverage_90")
    return Cell(numbers.percent(value), value)


def _difference_cell(one: Contrast) -> Cell:
    notes: tuple[Note, ...] = ()
    if one.interval is not None:
        ends = (one.interval.low, one.interval.high)
        notes = (Note(numbers.interval(one.interval), ends),)
    sign = "+" if one.difference > 0 else ""
    return Cell(f"{sign}{numbers.score(one.difference)}", one.difference, notes)


def _lowest_marked(cells: list[Cell]) -> list[Cell]:
    """Mark the lowest number of a row."""
    values = [cell.value for cell in cells if cell.value is not None]
    return [replace(cell, best=len(values) > 1 and cell.value == min(values)) for cell in cells]


def _mean_by_length(row: RowRecord) -> list[LengthError]:
    """Return the errors, averaged over the fits, all of which judge the same places."""
    return [
        one.model_copy(update={"mse": mean(trial.by_length[number].mse for trial in row.trials)})
        for number, one in enumerate(row.trials[0].by_length)
    ]


def _mean_of(values: list[int | None]) -> float | None:
    known = [value for value in values if value is not None]
    return mean(known) if known else None


def _models(count: int) -> str:
    return f"{count} {'model' if count == 1 else 'models'}"


def _word(choice: str) -> str:
    return _WORDS.get(choice, choice)
