"""A model as a folder of files that are known by their digests; nothing in it is ever executed.

``model.json`` says what format and version the folder is of, what the model is, the SHA-256 of
every other file, and that of all it says itself. A folder is written whole or not at all, and
refused if a file was altered. The digests tell damage and carelessness; they are no signature.
``SHA256SUMS`` holds them once more, for those who load a folder without this package:
``sha256sum -c SHA256SUMS``.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from importlib.metadata import version as installed_version
from pathlib import Path
from typing import Any

from harnn.atomic import atomic_folder, check_writable
from harnn.errors import ModelFolderError

__all__ = [
    "check_archive_path",
    "format_of",
    "read_archive",
    "rebuilding",
    "sealed",
    "write_archive",
]

_INDEX = "model.json"
_SUMS = "SHA256SUMS"


def write_archive(
    path: str | os.PathLike[str],
    format: str,
    version: int,
    description: dict[str, Any],
    write_files: Callable[[Path], None],
) -> None:
    """Write a model, over an older one of the same format if there is one.

    Args:
        path: The folder.
        format: What kind of model it is.
        version: Of the format.
        description: What JSON can hold of the model.
        write_files: Writes all the rest into the folder that it is given.

    Raises:
        FileExistsError: If the path exists and is no model folder, or one of another format.
        ModelFolderError: If the model that is there is damaged.

    Example:
        >>> import tempfile
        >>> with tempfile.TemporaryDirectory() as parent:
        ...     path = Path(parent, "model")
        ...     write_archive(
        ...         path, "mean", 1, {"of": "x"}, lambda folder: (folder / "mean.txt").touch()
        ...     )
        ...     read_archive(path, "mean", 1)["of"]
        'x'
    """
    check_archive_path(path, format)
    with atomic_folder(path) as folder:
        write_files(folder)
        index = {
            "format": format,
            "version": version,
            "written_by": {name: installed_version(name) for name in ("harnn", "keras", "numpy")},
            **description,
            "files": {
                file.relative_to(folder).as_posix(): _digest(file)
                for file in sorted(folder.rglob("*"))
                if file.is_file()
            },
        }
        (folder / _INDEX).write_text(
            json.dumps(sealed(index), indent=2, ensure_ascii=False), encoding="utf-8"
        )
        digests = {**index["files"], _INDEX: _digest(folder / _INDEX)}
        lines = [f"{digest}  {name}\n" for name, digest in digests.items()]
        (folder / _SUMS).write_text("".join(lines), encoding="utf-8")


def check_archive_path(path: str | os.PathLike[str], format: str) -> None:
    """Refuse a folder that ``write_archive`` would refuse, before the work that comes before it.

    Args:
        path: The folder. It need not exist.
        format: What kind of model is to be written.

    Raises:
        FileExistsError: If the path exists and is no model folder, or one of another format.
        NotADirectoryError: If a file stands where a folder above the path must be.
        PermissionError: If the folder that it goes into may not be written to.
        ModelFolderError: If the model that is there is damaged.
    """
    target = Path(path)
    if target.exists() and not (target / _INDEX).exists():
        raise FileExistsError(f"{target} exists and is not a model folder: it is not overwritten")
    # An export onto the folder of its own model would leave nothing of the model.
    if target.exists() and (there := format_of(target)) != format:
        raise FileExistsError(f"{target} holds a {there}, not a {format}: it is not overwritten")
    check_writable(target)


def read_archive(
    path: str | os.PathLike[str], formats: str | Collection[str], version: int
) -> dict[str, Any]:
    """Return a model's description, after checking that every file is there, whole and unaltered.

    Args:
        path: The folder.
        formats: What kind of model is expected, or kinds.
        version: Of the format that can be read.

    Raises:
        ModelFolderError: If the folder is no such model, or not as it was written.
    """
    folder = Path(path)
    file = folder / _INDEX
    with _undamaged(file):
        description: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
        expected = (formats,) if isinstance(formats, str) else tuple(formats)
        if description["format"] not in expected:
            raise ModelFolderError(
                f"{file}: format {description['format']!r}, expected "
                f"{' or '.join(map(repr, expected))}"
            )
        if description["version"] != version:
            raise ModelFolderError(
                f"{file}: version {description['version']!r}, this harnn reads version {version}"
            )
        digests = dict(description["files"])
        if sealed(description)["digest"] != description["digest"]:
            raise ModelFolderError(f"{file}: altered since it was saved")
    for name, digest in digests.items():
        if not (folder / name).is_file():
            raise ModelFolderError(f"{folder}: {name} is missing")
        if _digest(folder / name) != digest:
            raise ModelFolderError(f"{folder / name}: truncated or altered since it was saved")
    return description


def format_of(path: str | os.PathLike[str]) -> str:
    """Return what kind of model a folder says that it holds; nothing else of it is checked.

    Args:
        path: The folder.

    Raises:
        ModelFolderError: If it is no model folder.
    """
    file = Path(path) / _INDEX
    with _undamaged(file):
        return str(json.loads(file.read_text(encoding="utf-8"))["format"])


@contextmanager
def _undamaged(file: Path) -> Iterator[None]:
    if not file.is_file():
        below = file.parent / "model"
        hint = f"; did you mean {below}?" if (below / _INDEX).is_file() else ""
        raise ModelFolderError(f"{file.parent}: not a model folder: it has no {_INDEX}{hint}")
    try:
        yield
    except (UnicodeDecodeError, json.JSONDecodeError, KeyError, TypeError, AttributeError) as error:
        raise ModelFolderError(f"{file}: damaged: {error!r}") from None


@contextmanager
def rebuilding(path: str | os.PathLike[str]) -> Iterator[None]:
    """Say of what goes wrong while a model is built from its description whose fault it is.

    Args:
        path: The folder, whose files have been found whole and unaltered.

    Raises:
        ModelFolderError: In the place of any error by which a part that lacks, or is of another
            kind than expected, shows itself.
    """
    try:
        yield
    except ModelFolderError:
        raise
    except (KeyError, TypeError, ValueError, OSError) as error:
        raise ModelFolderError(
            f"{Path(path) / _INDEX}: not a model that this version reads: {error!r:.200}"
        ) from None


def sealed(description: dict[str, Any]) -> dict[str, Any]:
    """Return what a ``model.json`` says with the digest of it, in the place of an older one.

    Args:
        description: Anything that JSON can hold.
    """
    said = {name: value for name, value in description.items() if name != "digest"}
    digest = hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()
    return {**said, "digest": digest}


def _digest(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
