"""What is wrong with a config, in sentences that name the place and what would be right."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from types import NoneType, UnionType
from typing import Any, get_args

from pydantic import BaseModel

from harnn.cli.config_file import Location
from harnn.errors import nearest

__all__ = ["complaints"]

# YAML 1.1 reads some words as booleans, among them names of columns and countries.
_QUOTE = "YAML reads No, Off, Yes and On without quotation marks as False and True, here as"
_WORD = {False: "No", True: "Yes"}


def complaints(
    errors: Iterable[Mapping[str, Any]],
    config: type[BaseModel],
    place: Callable[[Location], str],
) -> list[str]:
    """Spell out what pydantic found.

    Args:
        errors: What ``ValidationError.errors()`` returned.
        config: The class of the whole config; its sections are classes too.
        place: Says where a value was written.

    Returns:
        A sentence for each wrong value.

    Example:
        >>> from pydantic import ConfigDict, ValidationError
        >>> class Config(BaseModel):
        ...     model_config = ConfigDict(extra="forbid")
        ...     epochs: int = 1
        >>> try:
        ...     Config(epoch=3)
        ... except ValidationError as error:
        ...     complaints(error.errors(), Config, lambda location: "run.yaml, line 1")
        ["run.yaml, line 1: epoch is not an option; did you mean 'epochs'?"]
    """
    # A value that may be of several types has an error for each of them.
    found: dict[Location, list[Mapping[str, Any]]] = {}
    for error in errors:
        found.setdefault(_location(error["loc"], config), []).append(error)
    return [
        f"{place(location)}: {_sentence(location, group, config)}"
        for location, group in found.items()
    ]


def _location(location: Location, config: type[BaseModel]) -> Location:
    """Cut off what pydantic adds below an option: the branch of a union, the item of a list."""
    depth = 1
    options: Any = config.model_fields
    while depth < len(location) and location[depth - 1] in options:
        section = _section(options[location[depth - 1]].annotation)
        if section is None:
            break
        options = section.model_fields
        depth += 1
    return location[:depth]


def _sentence(location: Location, errors: list[Mapping[str, Any]], config: type[BaseModel]) -> str:
    key = ".".join(map(str, location))
    first = errors[0]
    if first["type"] == "extra_forbidden":
        return f"{key} is not an option{_right_key(location, config)}"
    if first["type"] == "missing":
        return f"{key} is missing"
    if first["type"] in ("model_type", "model_attributes_type"):
        options = ", ".join(_options(location, config))
        return f"{key} must be a section with options ({options}), not {first['input']!r:.60}"
    wanted = " or ".join(dict.fromkeys(map(_wanted, errors)))
    given = f"{first['input']!r:.60}"
    if _is_item(first):
        given = f"one that holds {given}"
    hint = ""
    if first["type"] == "literal_error" and isinstance(first["input"], str):
        hint = nearest(first["input"], re.findall("'([^']*)'", first["ctx"]["expected"]))
    for error in errors:
        if error["type"] == "string_type" and isinstance(error["input"], bool):
            hint = f"; {_QUOTE} {error['input']}: quote it, as in '{_WORD[error['input']]}'"
    return f"{key} must be {wanted}, not {given}{hint}"


def _is_item(error: Mapping[str, Any]) -> bool:
    """Tell whether an error is of a string in a list."""
    return error["type"] == "string_type" and isinstance(error["loc"][-1], int)


def _wanted(error: Mapping[str, Any]) -> str:
    if _is_item(error):
        return "a list of strings"
    message: str = error["msg"]
    for pydantics, ours in (
        ("Input should be ", ""),
        ("a valid integer", "a whole number"),
        ("a valid number", "a number"),
        ("a valid string", "a string"),
        ("a valid list", "a list"),
        ("a valid dictionary", "a mapping"),
    ):
        message = message.replace(pydantics, ours)
    return message


def _right_key(location: Location, config: type[BaseModel]) -> str:
    *above, wrong = location
    options = _options(tuple(above), config)
    if close := nearest(str(wrong), options):
        return close
    for section in config.model_fields:
        if wrong in _options((section,), config):
            return f"; did you mean '{section}.{wrong}'?"
    where = ".".join(map(str, above)) or "a config"
    return f"; {where} has {', '.join(options)}"


def _options(location: Location, config: type[BaseModel]) -> list[str]:
    section: type[BaseModel] | None = config
    for key in location:
        field = section.model_fields.get(str(key)) if section else None
        section = _section(field.annotation) if field else None
    return list(section.model_fields) if section else []


def _section(annotation: Any) -> type[BaseModel] | None:
    """Return the class of a section, which may be one that can be left out."""
    kinds = [kind for kind in get_args(annotation) if kind is not NoneType]
    if isinstance(annotation, UnionType) and len(kinds) == 1:
        annotation = kinds[0]
    is_section = isinstance(annotation, type) and issubclass(annotation, BaseModel)
    return annotation if is_section else None
