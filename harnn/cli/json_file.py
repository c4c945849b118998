"""JSON files as the commands write them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from harnn.atomic import atomic_file

__all__ = ["write_json"]


def write_json(path: Path, value: Any) -> None:
    """Write a value as indented JSON, whole or not at all.

    Args:
        path: The file.
        value: Dicts, lists, strings, finite numbers, None.
    """
    written = json.dumps(value, indent=2, ensure_ascii=False, allow_nan=False)
    with atomic_file(path) as temporary:
        temporary.write_text(written + "\n", encoding="utf-8")
