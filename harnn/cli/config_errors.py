"""Sentences for a config that is wrong: each names the place and what would be right."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from types import NoneType, UnionType
from typing import Any, get_args, get_origin

from pydantic import BaseModel

from harnn.cli.config_file import Location
from harnn.cli.value_hints import Source, value_hint
from harnn.errors import nearest

__all__ = ["complaints"]


def complaints(
    errors: Iterable[Mapping[str, Any]], config: type[BaseModel], source: Source
) -> list[str]:
    """Spell out what pydantic found.

    Args:
        errors: What ``ValidationError.errors()`` returned.
        config: The class of the whole config; its sections are classes too.
        source: Where the values were written.

    Returns:
        A sentence for each wrong value.

    Example:
        >>> import pathlib, tempfile
        >>> from pydantic import ConfigDict, ValidationError
        >>> from harnn.cli.config_file import ConfigFile
        >>> class Config(BaseModel):
        ...     model_config = ConfigDict(extra="forbid")
        ...     epochs: int = 1
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     path = pathlib.Path(folder, "run.yaml")
        ...     _ = path.write_text("epoch: 3")
        ...     file = ConfigFile(path)
        >>> try:
        ...     Config(**file.values)
        ... except ValidationError as error:
        ...     complaints(error.errors(), Config, file)[0].partition("run.yaml, ")[2]
        "line 1: epoch is not an option; did you mean 'epochs'?"
    """
    # A value that may be of several types has an error for each of them.
    found: dict[Location, list[Mapping[str, Any]]] = {}
    for error in errors:
        found.setdefault(_location(error["loc"], config, source), []).append(error)
    # Where an entry of a list is wrong, the list is no string, but that is not what is wrong.
    inner = {location[:end] for location in found for end in range(1, len(location))}
    return [
        f"{source.place(location)}: {_sentence(location, group, config, source)}"
        for location, group in found.items()
        if location not in inner
    ]


def _location(location: Location, config: type[BaseModel], source: Source) -> Location:
    """Cut off the branch of a union that pydantic puts below an option; keep list entries."""
    depth = 1
    options: Any = config.model_fields
    while depth < len(location) and location[depth - 1] in options:
        section = _section(options[location[depth - 1]].annotation)
        if section is None:
            break
        options = section.model_fields
        depth += 1
    kept = location[:depth]
    for part in location[depth:]:
        if source.has((*kept, part)):
            kept = (*kept, part)
    return kept


def _sentence(
    location: Location, errors: list[Mapping[str, Any]], config: type[BaseModel], source: Source
) -> str:
    key = _key(location)
    first = errors[0]
    if first["type"] == "extra_forbidden":
        return f"{key} is not an option{_right_key(location, config)}"
    if first["type"] == "missing":
        return f"{key} is missing"
    if first["type"] in ("model_type", "model_attributes_type"):
        return f"{key} must be a section with options {_no_section(location, first, config)}"
    wanted = " or ".join(dict.fromkeys(_wanted(error["msg"]) for error in errors))
    hint = value_hint(location, errors, source, of_texts=_lists_texts(location, config))
    if first["type"] == "literal_error" and isinstance(first["input"], str):
        context = first["ctx"]
        choices = context.get("choices") or re.findall("'([^']*)'", context["expected"])
        hint = nearest(first["input"], choices)
    return f"{key} must be {wanted}, not {first['input']!r:.60}{hint}"


def _key(location: Location) -> str:
    """Return an option's name with its sections; an entry of a list is counted from 1."""
    name, entries = "", ""
    for part in location:
        if isinstance(part, int):
            entries += f", entry {part + 1},"
        else:
            name += f".{part}" if name else part
    return name + entries


def _no_section(location: Location, error: Mapping[str, Any], config: type[BaseModel]) -> str:
    """Say what stands in the place of a section, and what would make it one."""
    options = _options(location, config)
    given = error["input"]
    if given is None:
        return "below it, indented; or leave it out"
    # Without a colon and a space, YAML reads the options as one text.
    found = re.match(r"(\w+)([ :=]+)(\S+)", given) if isinstance(given, str) else None
    if found and found[1] in options:
        missing = "a space is missing after the colon" if ":" in found[2] else "a colon is missing"
        return f"on lines of their own, not {given!r:.60}; {missing}: '{found[1]}: {found[3]}'"
    return f"({', '.join(options)}), not {given!r:.60}"


def _wanted(message: str) -> str:
    for pydantics, ours in (
        ("Input should be ", ""),
        ("a valid integer", "a whole number"),
        ("a valid number", "a number"),
        ("a valid string", "a string"),
        ("a valid list", "a list"),
        ("a valid dictionary", "a mapping"),
        ("a valid boolean", "true or false"),
    ):
        message = message.replace(pydantics, ours)
    return message


def _right_key(location: Location, config: type[BaseModel]) -> str:
    *above, wrong = location
    options = _options(tuple(above), config)
    if str(wrong) != str(wrong).strip():  # YAML itself drops spaces
        return "; a blank that is no space stands beside it: indent with spaces"
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


def _lists_texts(location: Location, config: type[BaseModel]) -> bool:
    """Return whether an option takes a list of strings."""
    section: type[BaseModel] | None = config
    kinds: list[Any] = []
    for part in location:
        field = section.model_fields.get(str(part)) if section else None
        if field is None:
            break
        section = _section(field.annotation)
        kinds = [field.annotation, *get_args(field.annotation)]
    return any(get_origin(kind) is list and str in get_args(kind) for kind in kinds)


def _section(annotation: Any) -> type[BaseModel] | None:
    """Return the class of a section, which may be one that can be left out."""
    kinds = [kind for kind in get_args(annotation) if kind is not NoneType]
    if isinstance(annotation, UnionType) and len(kinds) == 1:
        annotation = kinds[0]
    is_section = isinstance(annotation, type) and issubclass(annotation, BaseModel)
    return annotation if is_section else None
