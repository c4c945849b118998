"""Forecasts of ETTh1 by the standard split, beside a linear map and published numbers.

    HARNN_DATA_DIR=... python benchmarks/forecasting.py [--horizon 96] [--seeds 3]

Twelve months train, four choose, four judge; all seven sensors in deviations of the training
part; every place of a part is forecast from, and a window may reach back over the border, as in the
literature. ``--part validation`` judges by the validation part, ``--set NAME=VALUE`` changes an
option: that is how the options below were found.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

import pandas as pd
from rich.console import Console
from series_benchmark import add_seeds, new_parser, new_table, options_changed

from harnn.timeseries import RecurrentForecaster, SimpleForecaster, load_series

MONTH = 30 * 24
PARTS = {"validation": (12 * MONTH, 16 * MONTH), "test": (16 * MONTH, 20 * MONTH)}
WINDOW = 504
OPTIONS: dict[str, Any] = {
    "cell": "gru",
    "direction": "forward",
    "shared": True,
    "stride": 8,
    "segment": 24,
    "units": 32,
    "epochs": 10,
    "batch_size": 64,
    "learning_rate": 3e-4,
    "patience": 5,
    "head_dropout": 0.3,
    "verbose": False,
}
# Mean squared errors of Zeng et al. (AAAI 2023; 336 steps) and Nie et al. (ICLR 2023; 512 steps).
PUBLISHED = {
    "DLinear, published": {96: 0.375, 192: 0.405, 336: 0.439, 720: 0.472},
    "PatchTST, published": {96: 0.370, 192: 0.413, 336: 0.422, 720: 0.447},
}


def main() -> None:
    parser = new_parser(__doc__.splitlines()[0], seeds=3)
    parser.add_argument("--horizon", type=int, default=96)
    arguments = parser.parse_args()
    options = OPTIONS | options_changed(arguments.changed)
    shared = {"horizon": arguments.horizon, "window": options.pop("window", WINDOW)}
    (frame,) = load_series("etth1").values()
    title = f"ETTh1, {arguments.horizon} steps ahead, {arguments.part} part"
    table = new_table(title, ("MSE", "MAE"))
    models = {
        "last value": [SimpleForecaster("last", **shared)],
        "linear map": [SimpleForecaster("linear", **shared)],
        "recurrent": [
            RecurrentForecaster(**(shared | options), random_state=seed)
            for seed in range(arguments.seeds)
        ],
    }
    for name, fits in models.items():
        add_seeds(table, name, list(_scores(frame, fits, arguments.part)))
    if arguments.part == "test":
        for name, published in PUBLISHED.items():
            if arguments.horizon in published:
                table.add_row(name, f"{published[arguments.horizon]:.3f}", "", "")
    Console().print(table)


def _scores(
    frame: pd.DataFrame, fits: list[Any], part: str
) -> Iterator[tuple[float, float, float]]:
    """Give mean squared and absolute errors and the seconds of each fit."""
    start, stop = PARTS[part]
    for model in fits:
        began = time.perf_counter()
        model.fit(
            frame[: PARTS["validation"][0]],
            validation_data=_with_lookback(frame, *PARTS["validation"], model.window),
        )
        seconds = time.perf_counter() - began
        scores = model.backtest(_with_lookback(frame, start, stop, model.window)).scores()
        yield scores.micro_mse, scores.mae, seconds


def _with_lookback(frame: pd.DataFrame, start: int, stop: int, window: int) -> pd.DataFrame:
    """Return a part and the window before it, so that its first step is forecast, too."""
    return frame[start - window : stop]


if __name__ == "__main__":
    main()
