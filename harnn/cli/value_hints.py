"""Hints for values of a config that have a wrong type: quotes and lists."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Protocol

from harnn.cli.config_file import Location

__all__ = ["Source", "value_hint"]


class Source(Protocol):
    """Where the values of a config come from."""

    def place(self, location: Location) -> str:
        """Return where a value, or else what it stands in, was written."""

    def has(self, location: Location) -> bool:
        """Return whether a value was written there."""

    def written(self, location: Location) -> str | None:
        """Return the text of a value without quotes that was read as something else than text."""


def value_hint(
    location: Location, errors: list[Mapping[str, Any]], source: Source, of_texts: bool
) -> str:
    """Return how a value of a wrong type is to be written, if that is likely what was meant.

    YAML 1.1 reads a text such as No, 1.10 or 12:30:45 as something else, unless it has quotes.

    Args:
        location: The value.
        errors: What pydantic says of it: an error for each type that it may have.
        source: Where the values were written.
        of_texts: Whether a list, if one is wanted, is one of strings.

    Returns:
        The end of an error message; empty if there is nothing to say.
    """
    given = errors[0]["input"]
    written = source.written(location)
    kinds = {error["type"] for error in errors}
    if isinstance(given, str):
        if _is_quoted(given, kinds):
            return "; leave out the quotes"
        return f"; write it as a list: [{given}]" if kinds == {"list_type"} else ""
    if written is None:
        return ""
    reading = "" if _reading(given) == written else f" YAML reads {written} as {_reading(given)}:"
    value, write = f'"{written}"', "quote it"
    if kinds == {"list_type"}:
        if not of_texts:
            return "" if isinstance(given, bool) else f"; write it as a list: [{written}]"
        value, write = f"[{value}]", "quote it in a list"
    elif "string_type" not in kinds and not _is_choice(written, errors):
        return ""
    if source.place(location).startswith("override"):
        # The shell takes the outer quotes away.
        option = ".".join(part for part in location if isinstance(part, str))
        entry = isinstance(location[-1], int)
        value = f"'{option}={f'[{value}]' if entry else value}'"
        write = "quote it and the whole assignment"
    return f";{reading} {write}: {value}"


def _is_quoted(given: str, kinds: set[str]) -> bool:
    """Return whether a text would be what is wanted, were it not for its quotes."""
    if "bool_type" in kinds:
        return given in ("true", "false")
    number = re.fullmatch(r"[-+]?[0-9]*\.?[0-9]+(e[-+]?[0-9]+)?", given)
    return number is not None and bool(kinds & {"int_type", "float_type"})


def _is_choice(written: str, errors: list[Mapping[str, Any]]) -> bool:
    """Return whether what was written is one of the texts to choose from."""
    return any(
        error["type"] == "literal_error" and f"'{written}'" in error["ctx"]["expected"]
        for error in errors
    )


def _reading(value: Any) -> str:
    """Return what YAML takes a plain value for."""
    if value is None:
        return "nothing"
    return str(value).lower() if isinstance(value, bool) else repr(value)
