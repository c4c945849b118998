"""From a config to the models that ``harnn compare`` compares."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from harnn.errors import ConfigError, nearest

if TYPE_CHECKING:
    from harnn.cli.config import RunConfig

__all__ = ["contestants"]

# Where the config names none. hiclass is left out: it is an optional dependency.
DEFAULT = (
    "harnn",
    "flat_attention",
    "flat_bilstm",
    "linear_svm",
    "logistic_regression",
    "logistic_regression_per_node",
    "top_down",
    "xgboost",
    "majority",
)

# What the comparison sets for all models alike.
SHARED = ("taxonomy", "paths")


def contestants(config: RunConfig) -> tuple[dict[str, Any], dict[str, str]]:
    """Make the models of a comparison, none of them fitted.

    Args:
        config: The options of the run.

    Returns:
        The estimators and what the report calls them, both by name.

    Raises:
        ConfigError: If there is no such kind of model, or it has no such option.

    Example:
        >>> from harnn.cli.config import RunConfig
        >>> config = RunConfig.model_validate(
        ...     {
        ...         "corpus": {"source": "docstrings"},
        ...         "output": {"folder": "runs"},
        ...         "model": {"epochs": 3},
        ...         "compare": {"models": {"harnn": None, "majority": None}},
        ...     }
        ... )
        >>> models, titles = contestants(config)
        >>> titles, models["harnn"].epochs
        ({'harnn': 'HARNN', 'majority': 'majority path'}, 3)
    """
    asked: Mapping[str, Any] = config.compare.models or dict.fromkeys(DEFAULT)
    kinds = [(given or {}).get("kind", name) for name, given in asked.items()]
    only_harnn = kinds.count("harnn") == 1
    models: dict[str, Any] = {}
    titles: dict[str, str] = {}
    for name, given in asked.items():
        try:
            models[name], title = _model(name, dict(given or {}), config, only_harnn)
            if title in titles.values():
                raise ConfigError(f"another model has the title {title!r}: give it its own, title:")
            titles[name] = title
        except ConfigError as error:
            raise ConfigError(f"compare.models.{name}: {error}") from None
    return models, titles


def _model(
    name: str, settings: dict[str, Any], config: RunConfig, only_harnn: bool
) -> tuple[Any, str]:
    from baselines.registry import BASELINES
    from harnn.text.classifier import HARNNClassifier
    from harnn.text.options import DEFAULT_PRESET, HARNNOptions

    kind = settings.pop("kind", name)
    if kind != "harnn" and kind not in BASELINES:
        kinds = ("harnn", *BASELINES)
        raise ConfigError(
            f"there is no kind of model {kind!r}{nearest(str(kind), kinds)} "
            f"(there are {', '.join(kinds)}); under another name, say which with kind:"
        )
    title = settings.pop("title", None)
    if not isinstance(title, str | None):
        raise ConfigError(f'title must be a text, not {title!r}: write it as title: "{title}"')
    for shared in SHARED:
        if shared in settings:
            raise ConfigError(
                f"{shared} is the same for all models: it stands in the section model"
            )
    network = kind == "harnn" or issubclass(BASELINES[kind].kind, HARNNClassifier)
    if network:
        if "preset" not in settings:
            # A flat network has a default preset of its own.
            left_out = SHARED if kind == "harnn" else (*SHARED, "preset")
            section = config.model.model_dump(exclude_none=True, exclude=set(left_out))
            settings = section | settings
        own = {option: value for option, value in settings.items() if option != "preset"}
        HARNNOptions.resolve(settings.get("preset", DEFAULT_PRESET), **own)
    built = HARNNClassifier(**settings) if kind == "harnn" else BASELINES[kind].build(**settings)
    if network:
        built.resolved_options().check()
    if title is None and kind == "harnn":
        title = _harnn_title(name, built.preset, only_harnn)
    elif title is None:
        title = BASELINES[kind].title if kind == name else name
    return built, title


def _harnn_title(name: str, preset: str, only_harnn: bool) -> str:
    """Return the title of a HARNN without one: its preset, or its name where that says more."""
    from harnn.text.options import ALIASES, DEFAULT_PRESET, PRESETS, preset_name

    if name not in ("harnn", *PRESETS, *ALIASES):
        return name
    preset = preset_name(preset)
    return "HARNN" if only_harnn and preset == DEFAULT_PRESET else f"HARNN, {preset}"
