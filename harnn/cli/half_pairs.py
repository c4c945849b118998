"""Half a surrogate pair, which is not a character, in strings that are to be written.

JSON can escape it, so that ``harnn predict`` may read it in JSON lines. CSV, TSV and Parquet hold
characters only: U+FFFD, the replacement character, stands in its place there.
"""

from __future__ import annotations

import re
from typing import Any

__all__ = ["escaped", "replaced"]

_HALF = re.compile("[\ud800-\udfff]")


def escaped(json_text: str) -> str:
    r"""Return JSON in which each half of a pair is escaped.

    Example:
        >>> escaped('{"text": "\ud800"}')
        '{"text": "\\ud800"}'
    """
    return _HALF.sub(lambda half: f"\\u{ord(half[0]):04x}", json_text)


def replaced(value: Any) -> Any:
    r"""Return a value with U+FFFD in place of each half of a pair; itself if there is none.

    Args:
        value: A string, or a list or mapping of values; others have none.

    Example:
        >>> replaced(["a\ud800", 1]) == ["a\N{REPLACEMENT CHARACTER}", 1]
        True
    """
    if isinstance(value, str):
        return _HALF.sub("\N{REPLACEMENT CHARACTER}", value)
    if isinstance(value, list):
        return [replaced(item) for item in value]
    if isinstance(value, dict):
        return {replaced(key): replaced(item) for key, item in value.items()}
    return value
