"""The options of a run on series, as a YAML file and the command line give them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from pydantic import Field, PositiveFloat, create_model

from harnn.cli.config_section import ConfigSection, OutputConfig, optional_fields
from harnn.errors import ConfigError
from harnn.timeseries.options import (
    ForecastOptions,
    HoleOptions,
    RecurrentOptions,
    SeriesTrainingOptions,
)
from harnn.timeseries.study.problem import Holes

if TYPE_CHECKING:
    from harnn.timeseries.series_estimator import SeriesEstimator
    from harnn.timeseries.study import StudyProblem
    from harnn.timeseries.study.grid import Row

__all__ = ["SeriesModelConfig", "SeriesRunConfig"]


Cell = Literal["elman", "jordan", "lstm", "gru"]
Direction = Literal["forward", "coupled", "decoupled"]
Fusion = Literal["concat", "gate", "recurrent"]


class SeriesConfig(ConfigSection):
    """What series to read: the arguments of `harnn.timeseries.load_series`, which explains each."""

    source: str
    time: str | list[str] | None = None
    series: str | None = None
    beside: str | None = None
    sensors: list[str] | None = None
    leave_out: list[str] | None = None
    delimiter: str | None = None
    decimal: Literal[".", ","] | None = None


class SplitConfig(ConfigSection):
    """How each series is cut in time: see `harnn.timeseries.split_series`."""

    fractions: list[float] = Field([0.6, 0.2, 0.2])
    months: list[int] | None = None


class StudyConfig(ConfigSection):
    """What ``harnn timeseries study`` varies; ``harnn timeseries fit`` has no use for it.

    Attributes:
        cells: Of `RecurrentOptions`, as the next two.
        directions: ″
        fusions: ″
        seeds: How many seeds, from ``seed`` on.
        jobs: Fits at a time.
    """

    cells: list[Cell] = Field(["lstm", "gru"], min_length=1)
    directions: list[Direction] = Field(["forward", "coupled", "decoupled"], min_length=1)
    fusions: list[Fusion] = Field(["concat", "gate", "recurrent"], min_length=1)
    seeds: int = Field(1, ge=1)
    jobs: int = Field(1, ge=1)


# The arguments of RecurrentImputer and RecurrentForecaster.
_MODEL_FIELDS: dict[str, Any] = {
    **optional_fields(RecurrentOptions, HoleOptions, ForecastOptions, SeriesTrainingOptions),
    # YAML has no tuples.
    "periods": (list[PositiveFloat] | None, None),
}
SeriesModelConfig: Any = create_model("SeriesModelConfig", __base__=ConfigSection, **_MODEL_FIELDS)


class SeriesRunConfig(ConfigSection):
    """All options of a run on series.

    Attributes:
        series: What to read.
        task: ``"reconstruction"`` or ``"forecasting"``.
        output: Where the run goes.
        split: How each series is cut.
        holes: When reconstructing, what is hidden of the test part.
        model: The network and its training.
        study: What a study varies.
        seed: Of weights, masks, holes and the order of windows.
    """

    series: SeriesConfig
    task: Literal["reconstruction", "forecasting"]
    output: OutputConfig
    split: SplitConfig = SplitConfig()
    holes: Holes | None = None
    model: SeriesModelConfig = Field(default_factory=SeriesModelConfig)
    study: StudyConfig = StudyConfig()
    seed: int = Field(0, ge=0, lt=2**32)

    def options(self) -> dict[str, Any]:
        """Return the options of the model that are given, and refuse those of the other task.

        When reconstructing, a network learns to fill holes like those that it is judged by,
        unless the section ``model`` says otherwise.

        Raises:
            ConfigError: If an option has no meaning for the task.
        """
        given = self.model.model_dump(exclude_none=True)
        if "periods" in given:
            given["periods"] = tuple(given["periods"])
        reconstructing = self.task == "reconstruction"
        foreign = set(ForecastOptions.model_fields)
        if not reconstructing:
            foreign = {*HoleOptions.model_fields, "likelihood"}
        if wrong := sorted(foreign & given.keys()):
            raise ConfigError(f"model.{wrong[0]} has no meaning when the task is {self.task}")
        if reconstructing:
            holes = self.holes or Holes()
            learnt: dict[str, Any] = {"hide_share": holes.share}
            if holes.kind in ("subsequences", "blocks"):
                learnt["hide_length"] = holes.length
            given = learnt | given
        elif self.holes is not None:
            raise ConfigError(
                "holes have no meaning when the task is forecasting: leave the section out"
            )
        return given

    def estimator(self, **more: Any) -> SeriesEstimator:
        """Return the estimator that ``harnn timeseries fit`` fits."""
        from harnn.timeseries import RecurrentForecaster, RecurrentImputer

        kind: Any = RecurrentImputer if self.task == "reconstruction" else RecurrentForecaster
        return kind(**self.options(), random_state=self.seed, **more)

    def rows(self) -> dict[str, Row]:
        """Return the rows that ``harnn timeseries study`` fits."""
        from harnn.timeseries.study import forecasting_rows, reconstruction_rows

        make = reconstruction_rows if self.task == "reconstruction" else forecasting_rows
        options = self.options()
        varied = {"cell", "direction", "fusion"} & options.keys()
        if varied:
            name = sorted(varied)[0]
            raise ConfigError(f"model.{name} is what a study varies: give study.{name}s")
        study = self.study
        return make(options, study.cells, study.directions, study.fusions)

    def problem(self) -> StudyProblem:
        """Read the series and cut them."""
        from harnn.timeseries import load_series
        from harnn.timeseries.study import StudyProblem

        series = load_series(**self.series.model_dump(exclude_none=True))
        name = self.series.source
        if Path(name).suffix:
            name = Path(name).stem
        split = self.split
        try:
            return StudyProblem.of(
                name, self.task, series, split.fractions, split.months, self.holes
            )
        except ConfigError as error:
            raise ConfigError(f"split or holes: {error}") from None

    def resolved(self) -> SeriesRunConfig:
        """Return the config of a fit with every option said, so that it stands by itself."""
        given = self.estimator().get_params()
        model = {name: given[name] for name in SeriesModelConfig.model_fields if name in given}
        model["periods"] = list(model["periods"])
        changed: dict[str, Any] = {"model": SeriesModelConfig(**model), "study": StudyConfig()}
        if self.task == "reconstruction":
            changed["holes"] = self.holes or Holes()
        return self.model_copy(update=changed)

    def plain(self) -> dict[str, Any]:
        """Return what a YAML file would hold; what is not given is left out."""
        plain = self.model_dump(mode="json", exclude_none=True)
        if self.study == StudyConfig():
            del plain["study"]
        return plain
