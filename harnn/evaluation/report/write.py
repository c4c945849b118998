"""A comparison's results as files, and back."""

from __future__ import annotations

import json
import math
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import ValidationError
from pydantic_core import PydanticSerializationError

from harnn.atomic import atomic_file
from harnn.errors import DataError
from harnn.evaluation.report.check import check_results
from harnn.evaluation.report.results import Results, RunRecord

__all__ = ["read_results", "write_report", "write_texts"]


def write_report(results: Results, folder: str | os.PathLike[str]) -> Path:
    """Write ``results.json``, ``results.schema.json``, ``report.md`` and ``report.html``.

    Each file appears whole or not at all; what else stands in the folder stays. The reports are
    made of what was written to ``results.json``, so that they agree. A logged figure that is not
    finite, such as the loss of a fit that went astray, has no place in JSON and is left out.

    Args:
        results: What the comparison found.
        folder: Where the files go. It is created.

    Returns:
        The path of ``report.html``.

    Raises:
        DataError: If a number is not finite where one is needed, a text is no Unicode, or the
            results do not fit together.
    """
    from harnn.evaluation.report.html import to_html
    from harnn.evaluation.report.markdown import to_markdown
    from harnn.evaluation.report.outline import outline

    try:
        written = _finite(results).model_dump_json(indent=2)
    except (PydanticSerializationError, UnicodeError) as error:
        raise DataError(f"the results cannot be written as JSON: {error}") from None
    report = outline(_parse(written, "results"))
    schema = json.dumps(Results.model_json_schema(), indent=2)
    files = {
        "results.json": written + "\n",
        "results.schema.json": schema + "\n",
        "report.md": to_markdown(report),
        "report.html": to_html(report),
    }
    write_texts(files, folder)
    return Path(folder, "report.html")


def write_texts(files: Mapping[str, str], folder: str | os.PathLike[str]) -> None:
    """Write the files of a report, each whole or not at all.

    Args:
        files: Texts by the names of their files.
        folder: Where they go. It is created.
    """
    for name, text in files.items():
        with atomic_file(Path(folder, name)) as temporary:
            temporary.write_text(text, encoding="utf-8", newline="\n")


def read_results(path: str | os.PathLike[str]) -> Results:
    """Read what `write_report` wrote.

    Args:
        path: The ``results.json``.

    Returns:
        The results.

    Raises:
        DataError: If the file cannot be read, is damaged, or is of another kind or version.

    Example:
        >>> import tempfile
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     path = Path(folder, "results.json")
        ...     _ = path.write_text('{"format": "harnn-comparison", "version": 2}')
        ...     try:
        ...         read_results(path)
        ...     except DataError as error:
        ...         print(str(error).partition(": ")[2])
        version is 2; this release reads version 1
    """
    path = Path(path)
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise DataError(f"{path}: {error.strerror or error}") from None
    except UnicodeDecodeError as error:
        raise DataError(f"{path}: byte {error.start} is not UTF-8; it is damaged") from None
    try:
        data = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise DataError(f"{path}: not JSON, or damaged: {error}") from None
    _check_kind(data, path)
    return _parse(text, str(path))


def _check_kind(data: Any, path: Path) -> None:
    if not isinstance(data, dict):
        raise DataError(f"{path}: expected a JSON object, not {json.dumps(data):.60}")
    needed = {name: Results.model_fields[name].default for name in ("format", "version")}
    for name, right in needed.items():
        if name not in data:
            raise DataError(f"{path}: lacks the key {name!r}; results.json of a comparison has it")
        # True would pass for 1.
        if data[name] != right or isinstance(data[name], bool):
            found = json.dumps(data[name])
            raise DataError(f"{path}: {name} is {found:.60}; this release reads {name} {right}")


def _parse(text: str, where: str) -> Results:
    try:
        results = Results.model_validate_json(text)
    except ValidationError as error:
        first, *others = error.errors(include_url=False)
        place = ".".join(str(part) for part in first["loc"]) or "the whole"
        more = f" (and {len(others)} more)" if others else ""
        given = repr(first["input"])
        raise DataError(f"{where}: {place} is {given:.60}: {first['msg']}{more}") from None
    except DataError as error:
        raise DataError(f"{where}: {error}") from None
    check_results(results, where)
    return results


def _finite(results: Results) -> Results:
    models = tuple(
        model.model_copy(update={"runs": tuple(_finite_run(run) for run in model.runs)})
        for model in results.models
    )
    return results.model_copy(update={"models": models})


def _finite_run(run: RunRecord) -> RunRecord:
    history = tuple(
        {key: value for key, value in entry.items() if math.isfinite(value)}
        for entry in run.history
    )
    return run.model_copy(update={"history": history})
