"""Reads the docstrings of a package from its source, with ``ast``: nothing is imported or run."""

from __future__ import annotations

import ast
import inspect
import re
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

__all__ = ["Docstring", "read_package"]

MIN_WORDS = 20

# Folders and modules that are not the package's own public code: its tests, code of others that
# it carries along, and re-exports. `distutils` comes and goes with the version of Python.
SKIPPED = frozenset(
    (
        *("api", "benchmarks", "conftest", "distutils", "examples", "extern", "externals"),
        *("include", "test", "testing", "tests", "third_party", "vendor", "vendored"),
    )
)
# Private folders hold a package's own code under another name (numpy/_core) or, these, the rest.
SKIPPED_AS_WRITTEN = frozenset({"_api", "_lib", "_tf_keras", "_vendor", "_vendored", "__pycache__"})
# Components of a path that say where the code is kept, not what it is about.
NOT_A_TOPIC = frozenset({"src", "python"})

IMPORT_LINE = re.compile(r"^\s*(?:>>>|\.\.\.)\s*(?:import|from)\s.*\n?", re.MULTILINE)

Definition = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef


class Docstring(NamedTuple):
    """A docstring and where it stands.

    Args:
        text: The docstring, without what names its place.
        path: Package, subpackages, module.
    """

    text: str
    path: tuple[str, ...]


def read_package(folder: Path) -> Iterator[Docstring]:
    r"""Read the docstrings of the public functions, classes and methods of a package.

    Left out: names that begin with ``_``, tests, vendored code, and docstrings under 20 words.
    A module that begins with ``_`` (``sklearn/linear_model/_ridge.py``) is where a package keeps
    code that it makes public under the folder's name: it is read, and named without the ``_``.
    ``src`` and ``python`` (``keras/src/layers``, ``tensorflow/python/ops``) are not part of a path.

    From each text is removed what tells its path outright: the lines of doctests that import, and
    from every dotted name that begins with the package itself, the parts that are in the path
    (``scipy.linalg.solve`` in ``scipy/linalg`` becomes ``solve``).

    Args:
        folder: The folder of the package; its name is the package's.

    Yields:
        The docstrings, file by file in alphabetical order, in the order of their definition.

    Example:
        >>> folder = Path("toy")
        >>> folder.mkdir()
        >>> _ = (folder / "_sums.py").write_text(f"def add():\n  '''{'Adds. ' * 20}'''")
        >>> [docstring.path for docstring in read_package(folder)]
        [('toy', 'sums')]
    """
    for file in sorted(folder.rglob("*.py"), key=lambda file: file.relative_to(folder).as_posix()):
        path = _path(folder.name, file.relative_to(folder).with_suffix("").parts)
        if path is None:
            continue
        source = file.read_bytes()
        if b'"""' not in source and b"'''" not in source:
            continue
        with warnings.catch_warnings():
            # Other people's invalid escape sequences.
            warnings.simplefilter("ignore")
            try:
                module = ast.parse(source)
            except (SyntaxError, ValueError):
                # Templates and code for another version of Python.
                continue
        leaking = re.compile(rf"\b{re.escape(folder.name)}(?:\.\w+)+")
        for definition in _public(module.body):
            found = ast.get_docstring(definition, clean=False)
            if found:
                text = _without_path(inspect.cleandoc(found), path, leaking)
                if len(text.split()) >= MIN_WORDS:
                    yield Docstring(text, path)


def _path(package: str, parts: tuple[str, ...]) -> tuple[str, ...] | None:
    if any(part in SKIPPED_AS_WRITTEN for part in parts):
        return None
    named = [package]
    for part in parts:
        name = part.strip("_")
        if name in SKIPPED or name.startswith("test_") or name.endswith(("_test", "_pb2")):
            return None
        if part != "__init__" and name and name not in NOT_A_TOPIC:
            named.append(name)
    return tuple(named)


def _public(body: list[ast.stmt]) -> Iterator[Definition]:
    for node in body:
        if isinstance(node, Definition):
            if not node.name.startswith("_"):
                yield node
                if isinstance(node, ast.ClassDef):
                    yield from _public(node.body)
        elif isinstance(node, ast.If | ast.Try):
            yield from _public(node.body)


def _without_path(text: str, path: tuple[str, ...], own_names: re.Pattern[str]) -> str:
    told = {name for part in path for name in (part, f"_{part}")} | NOT_A_TOPIC

    def rest(match: re.Match[str]) -> str:
        return ".".join(name for name in match.group().split(".") if name not in told)

    return own_names.sub(rest, IMPORT_LINE.sub("", text)).strip()
