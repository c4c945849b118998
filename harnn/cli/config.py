"""The options of a run, as a YAML file and the command line give them."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import BeforeValidator, Field, create_model
from pydantic_core import PydanticCustomError

from harnn.cli.config_section import ConfigSection, OutputConfig, optional_fields, read_config
from harnn.errors import ConfigError, LabelColumnsError
from harnn.text.options import (
    ALIASES,
    DEFAULT_PRESET,
    PRESETS,
    SECTIONS,
    HARNNOptions,
    preset_name,
)

if TYPE_CHECKING:
    from harnn.text.corpora import Corpus

__all__ = [
    "CompareConfig",
    "CorpusConfig",
    "ModelConfig",
    "OutputConfig",
    "RunConfig",
    "load_config",
]


class CorpusConfig(ConfigSection):
    """What to train on: the arguments of `harnn.load_corpus`, which explains each.

    Only the options that the source takes may be given; ``seed`` is the seed of the cut, and of a
    generated corpus.
    """

    source: str
    text: str | None = None
    labels: str | list[str] | None = None
    validation: str | int | None = None
    test: str | int | None = None
    split: str | None = None
    validation_fraction: float | None = None
    test_fraction: float | None = None
    seed: int | None = None
    path_separator: str | None = None
    empty: Literal["ended", "unknown"] | None = None
    delimiter: str | None = None
    # A data set of the hub.
    name: str | None = None
    revision: str | None = None
    # A generated corpus.
    documents: int | None = None
    categories: list[int] | None = None
    noise: float | None = None
    unknown_share: float | None = None
    median_words: int | None = None

    def load(self) -> Corpus:
        """Load the corpus.

        Raises:
            DataError: If it cannot be read; where it has no columns of labels, with the advice in
                the syntax of a config.
        """
        from harnn.text.corpora import load_corpus

        try:
            return load_corpus(**self.model_dump(exclude_none=True))
        except LabelColumnsError as error:
            raise error.with_cure(
                "in the section corpus, name them with labels: [section, topic], one per level, or "
                "labels: tags, a column of lists of paths"
            ) from None


class CompareConfig(ConfigSection):
    """What ``harnn compare`` compares; ``harnn fit`` has no use for it.

    Attributes:
        models: Models by name, each with its settings: ``kind`` says what it is where the name
            does not, ``title`` what the report calls it. Without them, HARNN and the usual
            baselines. A network takes the section ``model`` too, unless it names a preset; a
            flat network keeps its own default preset.
        reference: The model that the others are tested against.
        seeds: How many seeds, from ``seed`` on.
        resamples: Bootstrap resamples behind every interval.
    """

    models: dict[str, dict[str, Any] | None] | None = None
    reference: str | None = None
    seeds: int = Field(1, ge=1)
    resamples: int = Field(1000, ge=1)


def _preset(given: Any) -> str:
    """Return the name of a preset, given its name or an alias."""
    try:
        return preset_name(given)
    except ConfigError:
        *others, last = map(repr, PRESETS)
        expected = f"{', '.join(others)} or {last}"
        raise PydanticCustomError(
            "literal_error",
            "Input should be {expected}",
            {"expected": expected, "choices": [*PRESETS, *ALIASES]},
        ) from None


# The arguments of HARNNClassifier. The others follow from the run: checkpoint_dir from the output
# folder, random_state from seed, label_form from the corpus.
_MODEL_FIELDS: dict[str, Any] = {
    "preset": (Annotated[str, BeforeValidator(_preset)], DEFAULT_PRESET),
    "taxonomy": (str | dict[str, Any] | list[str] | None, None),
    "paths": (Literal["auto", "one", "several"], "auto"),
    **optional_fields(*SECTIONS),
}
# Those of them that are no options of the network and its training.
_OWN = ("preset", "taxonomy", "paths")
ModelConfig: Any = create_model("ModelConfig", __base__=ConfigSection, **_MODEL_FIELDS)


class RunConfig(ConfigSection):
    """All options of a run.

    Attributes:
        corpus: What to train on.
        output: Where the run goes.
        model: What to train: the arguments of `harnn.HARNNClassifier`.
        compare: What ``harnn compare`` compares.
        seed: Of weights, dropout masks and the order of documents.

    Example:
        >>> config = RunConfig.model_validate(
        ...     {"corpus": {"source": "docstrings"}, "output": {"folder": "runs/docstrings"}}
        ... )
        >>> config.resolved().model.epochs == PRESETS["best"].training.epochs
        True
    """

    corpus: CorpusConfig
    output: OutputConfig
    model: ModelConfig = Field(default_factory=ModelConfig)
    compare: CompareConfig = CompareConfig()
    seed: int = Field(0, ge=0, lt=2**32)

    def options(self) -> HARNNOptions:
        """Return the complete options of the network and its training."""
        given = self.model.model_dump(exclude=set(_OWN) - {"preset"})
        return HARNNOptions.resolve(given.pop("preset"), **given)

    def resolved(self) -> RunConfig:
        """Return the config of a fit with every option said, so that it stands by itself."""
        own = self.model.model_dump(include=set(_OWN))
        complete = {name: value for _, section in self.options() for name, value in section}
        model = ModelConfig(**own, **complete)
        return self.model_copy(update={"model": model, "compare": CompareConfig()})

    def plain(self) -> dict[str, Any]:
        """Return what a YAML file would hold; what is not given is left out."""
        plain = self.model_dump(exclude_none=True)
        if self.compare == CompareConfig():
            del plain["compare"]
        return plain


def load_config(path: Path, overrides: Iterable[str] = ()) -> RunConfig:
    """Read a config and check all of it.

    Args:
        path: A YAML file.
        overrides: Assignments such as ``model.epochs=3``, which go before the file.

    Returns:
        The options.

    Raises:
        ConfigError: With a line for everything that is wrong: the file and line or the override,
            the key, and what would be right.
    """
    return read_config(RunConfig, path, overrides)
