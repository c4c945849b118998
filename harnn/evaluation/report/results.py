"""What a comparison found: the schema of ``results.json``, of which the report is a picture."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    JsonValue,
    PlainSerializer,
    WithJsonSchema,
)

from harnn.evaluation.bootstrap import Interval
from harnn.evaluation.calibration import LevelCalibration
from harnn.evaluation.categories import CategoryScores, FrequencyBin
from harnn.evaluation.confusions import Confusion
from harnn.evaluation.evaluation import Evaluation
from harnn.evaluation.selective import RiskCoverage
from harnn.evaluation.significance import McNemar, PairedDifference

__all__ = [
    "CategoryCard",
    "CorpusCard",
    "Cost",
    "LengthCard",
    "LevelCard",
    "ModelRecord",
    "PairRecord",
    "PartCard",
    "Results",
    "RunRecord",
    "Score",
    "SetRecord",
    "StopRecord",
]


def _evaluation(value: Any) -> Evaluation:
    return value if isinstance(value, Evaluation) else Evaluation.from_dict(value)


EvaluationField = Annotated[
    Evaluation,
    BeforeValidator(_evaluation),
    PlainSerializer(Evaluation.to_dict),
    WithJsonSchema(
        {"type": "object", "description": "As harnn.evaluation.Evaluation.to_dict writes it."}
    ),
]


class _Record(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True)


class LengthCard(_Record):
    """How long the texts of a part are.

    Attributes:
        shortest: In words parted by white space, as the others.
        median: Half of the texts have no more.
        mean: The mean.
        percentile_95: Nineteen in twenty texts have no more.
        longest: The most.
    """

    shortest: int
    median: float
    mean: float
    percentile_95: float
    longest: int


class PartCard(_Record):
    """One part of the corpus.

    Attributes:
        name: ``"train"``, ``"validation"`` or ``"test"``.
        documents: How many.
        known: A number a level: how many documents have that level known.
        complete: How many have all of their levels known.
        duplicates: How many texts stand earlier in the same part (case and spacing aside).
        in_training: How many texts of a part other than ``train`` stand in ``train`` too.
        lengths: How long the texts are.
    """

    name: str
    documents: int
    known: tuple[int, ...]
    complete: int
    duplicates: int
    in_training: int
    lengths: LengthCard


class LevelCard(_Record):
    """One level of the hierarchy.

    Attributes:
        name: What the corpus calls it.
        categories: How many categories it has.
        rarest: Training documents of its rarest category.
        median: Training documents of its median category.
        most_frequent: Training documents of its most frequent category.
    """

    name: str
    categories: int
    rarest: int
    median: float
    most_frequent: int


class CategoryCard(_Record):
    """One category.

    Attributes:
        path: Its path, ``"a/b/c"``.
        level: Its 0-based level.
        documents: How many documents of each part have it, by the part's name.
    """

    path: str
    level: int
    documents: dict[str, int]


class CorpusCard(_Record):
    """The data the models were fitted and judged on.

    Attributes:
        name: What the corpus is called.
        digest: SHA-256 over all texts and labels, to tell whether two reports speak of the same.
        one_path: Whether a document has one path; else it may have several.
        levels: The levels, from the top down.
        parts: The parts.
        categories: All categories, those that only a later part has included.
        unseen: Paths of the categories that no training document has.
    """

    name: str
    digest: str
    one_path: bool
    levels: tuple[LevelCard, ...]
    parts: tuple[PartCard, ...]
    categories: tuple[CategoryCard, ...]
    unseen: tuple[str, ...]


class Cost(_Record):
    """What one fit cost.

    Attributes:
        fit_seconds: Wall time of ``fit``.
        predict_seconds: Wall time of predicting the judged part, from raw text.
        documents_per_second: Judged documents by that time.
        peak_memory_bytes: The most memory that the model's own process held, libraries and
            corpus included; None where it was fitted in a process shared with others.
        parameters: How many numbers were learned; None where that is not told.
        disk_bytes: Size of the saved model; None where it cannot be saved.
    """

    fit_seconds: float
    predict_seconds: float
    documents_per_second: float
    peak_memory_bytes: int | None
    parameters: int | None
    disk_bytes: int | None


class RunRecord(_Record):
    """One fit of a model.

    Attributes:
        seed: Its seed; None for a model that draws nothing at random.
        evaluation: All scores of its consistent predictions.
        raw_evaluation: The same where every level is decided for itself, whatever the levels
            above say; None for a model that cannot say.
        cost: What it cost.
        history: One mapping an epoch or round, as the model logged it.
        best_epoch: The epoch or round that was kept, counted from 1.
        notes: What the model or its fit had to say, such as warnings.
    """

    seed: int | None
    evaluation: EvaluationField
    raw_evaluation: EvaluationField | None = None
    cost: Cost
    history: tuple[dict[str, float], ...] = ()
    best_epoch: int | None = None
    notes: tuple[str, ...] = ()


class Score(_Record):
    """One headline score of a model over its seeds.

    Attributes:
        mean: The mean over the seeds; None where undefined.
        std: The standard deviation over the seeds (n − 1); None for a single one.
        interval: The 95 % bootstrap interval of the mean, over documents.
        seeds: The score of each seed.
    """

    mean: float | None
    std: float | None
    interval: Interval | None
    seeds: tuple[float | None, ...]


class SetRecord(_Record):
    """Prediction sets of one level, chosen on the validation part.

    Attributes:
        level: The 0-based level.
        target: How probably the truth should be in the set.
        documents: Judged documents that have the level known.
        coverage: The share of them whose truth is in the set; None if there is none.
        size: The mean number of choices in a set; None likewise.
        single: The share of sets with just one; None likewise.
    """

    level: int
    target: float
    documents: int
    coverage: float | None
    size: float | None
    single: float | None


class StopRecord(_Record):
    """The answers of one level that are given where the model stops if it is not sure.

    Attributes:
        level: The 0-based level.
        target: The precision asked for; the thresholds were chosen on the validation part.
        answers: Answers that could be given: of judged documents, where the truth is known.
        given: The share of them that is given; None if there is none.
        precision: The share of what is given that is right; None if nothing is given.
    """

    level: int
    target: float
    answers: int
    given: float | None
    precision: float | None


class ModelRecord(_Record):
    """One model of the comparison.

    What follows ``raw_scores`` is of the first run.

    Attributes:
        name: What the config calls it.
        title: What the report calls it.
        description: A line on what it is.
        parameters: Its settings: all that ``get_params`` gives.
        error: Why it has no scores; None if it has.
        floor: Whether it learns nothing from the texts, such as the majority path. The others
            are to do better; it is never the best of anything.
        runs: Its fits, one a seed.
        scores: The headline scores by name, of the consistent predictions.
        raw_scores: The same where every level is decided for itself; empty for a model that
            cannot say.
        calibration: The levels' calibration; empty for a model without probabilities.
        frequency: F1 by how many training documents categories have.
        worst: The categories with the lowest F1.
        confusions: The siblings most taken for one another.
        selective: Risk against coverage of each level; empty for a model without probabilities,
            as the next two.
        sets: Prediction sets, of each level and coverage; empty also where the judged part is
            the one that they are chosen on, or that one is too small.
        stops: What is given where the model stops if it is not sure, of each level and precision
            asked for; empty likewise.
    """

    name: str
    title: str
    description: str = ""
    parameters: dict[str, JsonValue] = {}
    error: str | None = None
    floor: bool = False
    runs: tuple[RunRecord, ...] = ()
    scores: dict[str, Score] = {}
    raw_scores: dict[str, Score] = {}
    calibration: tuple[LevelCalibration, ...] = ()
    frequency: tuple[FrequencyBin, ...] = ()
    worst: tuple[CategoryScores, ...] = ()
    confusions: tuple[Confusion, ...] = ()
    selective: tuple[RiskCoverage, ...] = ()
    sets: tuple[SetRecord, ...] = ()
    stops: tuple[StopRecord, ...] = ()


class PairRecord(_Record):
    """The reference model against one rival, on the same documents.

    Attributes:
        rival: The rival's name.
        differences: By headline score: the reference less the rival, averaged over seeds.
        mcnemar: On whether all levels are right, of each one's first run; None if no document
            has all levels known.
        p_holm: McNemar's p-value, corrected for the number of rivals (Holm, 1979).
    """

    rival: str
    differences: dict[str, PairedDifference]
    mcnemar: McNemar | None
    p_holm: float | None


class Results(_Record):
    """Everything a comparison found. ``results.json`` holds exactly this.

    Attributes:
        format: Says what the file is.
        version: Of this schema.
        created: When, in ISO 8601, UTC.
        title: Of the report.
        versions: Of Python, this package and what it stands on.
        machine: What it ran on: ``cores``, ``memory_bytes``, ``system``.
        command: What repeats the comparison; None if it was called from Python.
        config: The complete options of the run; None if it was called from Python.
        corpus: The data.
        part: The part the models were judged on, ``"test"`` or ``"validation"``.
        seeds: The seeds of the models that draw at random.
        resamples: Bootstrap resamples behind every interval.
        reference: The name of the model that the rivals are tested against; None if it failed.
        models: The models, in the order they were given.
        pairs: The reference against each rival.
        examples: The texts that ``confusions`` point at, by row number; shortened.
    """

    format: Literal["harnn-comparison"] = "harnn-comparison"
    version: Literal[1] = 1
    created: str
    title: str
    versions: dict[str, str]
    machine: dict[str, JsonValue]
    command: str | None = None
    config: dict[str, JsonValue] | None = None
    corpus: CorpusCard
    part: Literal["validation", "test"]
    seeds: tuple[int, ...]
    resamples: int
    reference: str | None
    models: tuple[ModelRecord, ...]
    pairs: tuple[PairRecord, ...] = ()
    examples: dict[int, str] = {}
