"""What requests and answers look like."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

__all__ = [
    "CategoryWords",
    "ExplainRequest",
    "ExplainedText",
    "Explanations",
    "Fault",
    "Health",
    "InvalidField",
    "LevelAnswer",
    "PathProbability",
    "PredictRequest",
    "Prediction",
    "Predictions",
    "TaxonomyAnswer",
    "TaxonomyCategory",
    "WordPlace",
    "WordsRead",
]


# Strictly between 0 and 1.
Share = Annotated[float, Field(gt=0, lt=1, allow_inf_nan=False)]


LEVEL_NAME = "The name of the level; null if it has none."


class _Request(BaseModel):
    # A number is no text, and a misspelt option is not left out silently.
    model_config = ConfigDict(extra="forbid", strict=True)


class PredictRequest(_Request):
    """Documents to classify."""

    texts: list[str] = Field(min_length=1, examples=[["A lake in the north of the country."]])
    top_k: int = Field(0, ge=0, description="How many of the likeliest paths to add.")
    stop: Literal["leaf", "confident"] = Field(
        "leaf", description="Whole paths, or only as far down as `precision` allows."
    )
    precision: Share = Field(0.95, description="Of what is given, the share to be right.")
    coverage: Share | None = Field(
        None, description="Add a set of paths that has the true one in it with this probability."
    )


class ExplainRequest(_Request):
    """Documents whose predictions are to be explained."""

    texts: list[str] = Field(min_length=1, examples=[["A lake in the north of the country."]])
    methods: list[str] | None = Field(
        None, description="`attention`, `occlusion`, or both; all that the model has by default."
    )
    categories: list[str] | None = Field(
        None, min_length=1, max_length=50, description="Paths; the predicted ones by default."
    )


class PathProbability(BaseModel):
    """A path and how probable it is."""

    path: str
    probability: float


class LevelAnswer(BaseModel):
    """The predicted categories of a level."""

    level: int = Field(description="Counted from 1.")
    level_name: str | None = Field(None, description=LEVEL_NAME)
    categories: list[PathProbability]


class WordsRead(BaseModel):
    """How much of a document the prediction rests on."""

    total: int = Field(description="Words that the document has.")
    read: int = Field(description="The first words, which the model reads.")
    known: int = Field(description="Of those, the words that its vocabulary has.")


class Prediction(BaseModel):
    """What is predicted for a document."""

    paths: list[PathProbability] = Field(description="The predicted paths.")
    levels: list[LevelAnswer] = Field(description="The same, level by level.")
    given_levels: int = Field(description="How many levels are given; the rest is not sure enough.")
    top_k: list[PathProbability] = Field(description="The likeliest paths.")
    prediction_set: list[str] | None = Field(
        description="The paths that may be true, an empty one for no category; null without "
        "`coverage`."
    )
    words: WordsRead


class Predictions(BaseModel):
    """A prediction a document, in the order of the request."""

    predictions: list[Prediction]


class WordPlace(BaseModel):
    """A word and where it stands."""

    token: str
    start: int = Field(description="Its first character, counted in code points.")
    end: int
    known: bool = Field(description="Whether the vocabulary has it.")
    read: bool = Field(description="Whether the model reads so far.")


class CategoryWords(BaseModel):
    """How much each word that was read speaks for a category."""

    path: str
    level: int = Field(description="Counted from 1.")
    level_name: str | None = Field(None, description=LEVEL_NAME)
    probability: float
    level_probability: float = Field(description="What the level alone says: what is explained.")
    weights: dict[str, list[float]] = Field(
        description="By method, a number for each word that was read: `attention` its share of the "
        "level's attention; `occlusion` what the natural logarithm of `level_probability` loses "
        "without it, negative if it speaks against the category."
    )


class ExplainedText(BaseModel):
    """Which words speak for and against the categories of a document."""

    text: str
    predicted: list[PathProbability]
    words: list[WordPlace]
    categories: list[CategoryWords]


class Explanations(BaseModel):
    """An explanation a document, in the order of the request."""

    explanations: list[ExplainedText]


class TaxonomyCategory(BaseModel):
    """A category."""

    path: str
    level: int = Field(description="Counted from 1.")
    level_name: str | None = Field(None, description=LEVEL_NAME)
    parents: list[str]


class TaxonomyAnswer(BaseModel):
    """All categories, level by level."""

    levels: list[int] = Field(description="How many categories each level has.")
    level_names: list[str] | None = Field(
        None, description="The names of the levels; null if they have none."
    )
    one_path: bool = Field(description="Whether a document has one path, or several.")
    categories: list[TaxonomyCategory]


class Health(BaseModel):
    """That the server answers, and with what."""

    status: Literal["ok"]
    name: str = Field(description="What the server calls its model.")
    digest: str | None = Field(description="Of the model's `model.json`, which names all files'.")
    harnn: str = Field(description="The version of the package.")
    categories: int
    levels: int


class InvalidField(BaseModel):
    """What is wrong in a place of a request."""

    loc: list[str | int] = Field(description="The place.")
    msg: str
    type: str


class Fault(BaseModel):
    """Why a request was refused."""

    detail: str
    fields: list[InvalidField] = Field(
        default=[], description="Place by place, where it is not what the schema says."
    )
