"""Strings of any class as plain strings, and advice for what is no string."""

from __future__ import annotations

from enum import Enum
from numbers import Number

__all__ = ["plain_string", "string_hint"]


def plain_string(text: str) -> str:
    """Return the value of a string of any class, such as ``numpy.str_`` or ``(str, Enum)``.

    ``str()`` of an enumeration's member returns the member's name, not its value.

    Args:
        text: A ``str`` or an instance of a subclass.

    Returns:
        An object of the class ``str`` itself.

    Example:
        >>> class Kind(str, Enum):
        ...     PLACE = "place"
        >>> plain_string(Kind.PLACE), str(Kind.PLACE)
        ('place', 'Kind.PLACE')
    """
    return text if type(text) is str else str.__str__(text)


def string_hint(value: object) -> str:
    """Return how to make a string of a value, as the end of an error message.

    Args:
        value: Anything but a string.

    Returns:
        ``"; write ..."``, or an empty string where there is nothing to advise.

    Example:
        >>> string_hint(3), string_hint(None)
        ('; write str(3)', '')
    """
    if isinstance(value, bytes):
        return "; decode it first"
    if isinstance(value, Enum):
        return "; give its .value" if isinstance(value.value, str) else "; give its .name"
    if isinstance(value, Number):
        return f"; write str({value})"
    return ""
