"""What the configs of all kinds of runs share: strict sections, and how a file becomes one."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Annotated, Any, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError

from harnn.cli.config_errors import complaints
from harnn.cli.config_file import ConfigFile
from harnn.errors import ConfigError

__all__ = ["ConfigSection", "OutputConfig", "optional_fields", "read_config"]

Config = TypeVar("Config", bound=BaseModel)


class ConfigSection(BaseModel):
    """The base of a section: frozen, and strict about names and types."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class OutputConfig(ConfigSection):
    """Where the run goes.

    Attributes:
        folder: Gets ``model``, ``config.yaml``, ``scores.json`` and, while the fit runs,
            ``checkpoint``.
    """

    folder: str


def optional_fields(*options: type[BaseModel]) -> dict[str, Any]:
    """Return the fields of option classes for ``pydantic.create_model``, none of them required.

    Args:
        *options: The classes.

    Example:
        >>> class Options(BaseModel):
        ...     epochs: int = 3
        >>> optional_fields(Options)
        {'epochs': (int | None, None)}
    """
    fields: dict[str, Any] = {}
    for name, field in [pair for cls in options for pair in cls.model_fields.items()]:
        kind: Any = field.annotation
        if field.metadata:
            kind = Annotated[(kind, *field.metadata)]
        fields[name] = (kind | None, None)
    return fields


def read_config(kind: type[Config], path: Path, overrides: Iterable[str] = ()) -> Config:
    """Read a config and check all of it.

    Args:
        kind: Its class.
        path: A YAML file.
        overrides: Assignments such as ``model.epochs=3``, which go before the file.

    Returns:
        The options.

    Raises:
        ConfigError: With a line for everything that is wrong: the file and line or the override,
            the key, and what would be right.
    """
    file = ConfigFile(path)
    for assignment in overrides:
        file.override(assignment)
    try:
        return kind.model_validate(file.values)
    except ValidationError as error:
        raise ConfigError("\n".join(complaints(error.errors(), kind, file))) from None
