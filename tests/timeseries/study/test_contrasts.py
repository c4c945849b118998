import pytest

from harnn.timeseries.study.contrasts import contrasts
from harnn.timeseries.study.results import (
    ProblemCard,
    RowRecord,
    StudyResults,
    TrialCost,
    TrialRecord,
)


def results(rows):
    return StudyResults(
        title="t",
        created="2026-01-01T00:00:00+00:00",
        problem=ProblemCard(
            name="x",
            task="reconstruction",
            sensors=("a",),
            series=1,
            steps={},
            missing={},
            judged=1,
            holes="",
            horizon=None,
        ),
        seeds=(0, 1),
        rows=tuple(rows),
        versions={},
        machine={},
    )


def row(mses, **factors):
    trials = tuple(
        TrialRecord(
            fingerprint="",
            seed=seed,
            settings={},
            scores={"micro_mse": mse},
            sensors={},
            by_length=(),
            cost=TrialCost(fit_seconds=1, predict_seconds=1),
        )
        for seed, mse in enumerate(mses)
    )
    name = "_".join(factors.values())
    return RowRecord(name=name, title=name, factors=factors, trials=trials)


def test_directions_are_compared_over_all_their_rows_seed_by_seed():
    found = {
        (one.first, one.second): one
        for one in contrasts(
            results(
                [
                    row((4.0, 6.0), cell="gru", direction="forward"),
                    row((1.0, 2.0), cell="gru", direction="coupled", fusion="concat"),
                    row((2.0, 3.0), cell="gru", direction="coupled", fusion="gate"),
                    row((), cell="lstm", direction="coupled", fusion="gate"),
                ]
            )
        )
    }
    one = found["coupled", "forward"]
    assert (one.means, one.difference, one.rows) == ((2.0, 5.0), -3.0, (2, 1))
    # Of the differences -2.5 and -3.5 over two seeds.
    assert one.interval.high - one.interval.low == pytest.approx(2 * 12.706 * 0.5, rel=1e-3)
    assert found["gate", "concat"].difference == 1.0
    assert ("gru", "lstm") not in found


def test_cells_are_compared_over_rows_that_are_alike_in_all_else():
    (found,) = contrasts(
        results(
            [
                row((1.0, 1.0), cell="gru", direction="forward"),
                row((2.0, 2.0), cell="lstm", direction="forward"),
                row((9.0, 9.0), cell="lstm", direction="decoupled", fusion="concat"),
            ][:2]
        )
    )
    assert (found.first, found.second, found.difference) == ("gru", "lstm", -1.0)
