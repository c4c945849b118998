"""Files and folders that appear whole or not at all."""

from __future__ import annotations

import errno
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

__all__ = ["atomic_file", "atomic_folder", "check_writable"]


@contextmanager
def atomic_file(
    path: str | os.PathLike[str], temporary: str | os.PathLike[str] | None = None
) -> Iterator[Path]:
    """Give a temporary path beside ``path``, renamed to ``path`` when the block succeeds.

    If the block raises (a full disk, Ctrl-C), the temporary file is removed and whatever stood
    at ``path`` before is untouched.

    Args:
        path: Where the file must end up. Its folder is created.
        temporary: The temporary path, on the same file system, if it is to be known: what a killed
            process has left there is written over.

    Yields:
        The path to write to. A new one keeps the suffix of ``path``.

    Example:
        >>> with atomic_file("runs/scores.json") as unfinished:
        ...     unfinished.write_text("{}")
        2
    """
    target = Path(path)
    target.parent.mkdir(parents=True, exist_ok=True)
    if temporary is None:
        descriptor, temporary = tempfile.mkstemp(
            prefix=f".{target.stem}-", suffix=target.suffix, dir=target.parent
        )
        os.close(descriptor)
    written = Path(temporary)
    try:
        yield written
        # mkstemp makes the file private; a finished file gets the permissions of any other.
        written.chmod(0o666 & ~_umask())
        os.replace(written, target)
    except BaseException:  # Ctrl-C too must leave nothing behind; it is raised again
        written.unlink(missing_ok=True)
        raise


@contextmanager
def atomic_folder(path: str | os.PathLike[str]) -> Iterator[Path]:
    """Give a temporary folder beside ``path``, renamed to ``path`` when the block succeeds.

    A folder that already stands at ``path`` is replaced only once the new one is complete.

    Args:
        path: Where the folder must end up. Its parent is created.

    Yields:
        The folder to write into.

    Example:
        >>> with atomic_folder("runs/model") as folder:
        ...     (folder / "model.json").write_text("{}")
        2
    """
    target = Path(path)
    target.parent.mkdir(parents=True, exist_ok=True)
    temporary = Path(tempfile.mkdtemp(prefix=f".{target.name}-", dir=target.parent))
    try:
        yield temporary
        temporary.chmod(0o777 & ~_umask())
        if target.exists():
            # A folder cannot be replaced in one step: the old one steps aside, and comes back
            # if the new one cannot take its place.
            aside = Path(tempfile.mkdtemp(prefix=f".{target.name}-old-", dir=target.parent))
            os.replace(target, aside / target.name)
            try:
                os.replace(temporary, target)
            except BaseException:  # Ctrl-C too must bring the old folder back
                # If this fails as well, the old folder stays where it stepped aside to.
                os.replace(aside / target.name, target)
                aside.rmdir()
                raise
            shutil.rmtree(aside, ignore_errors=True)
        else:
            os.replace(temporary, target)
    except BaseException:  # as for a file
        shutil.rmtree(temporary, ignore_errors=True)
        raise


def check_writable(path: str | os.PathLike[str]) -> None:
    """Refuse a path at which nothing can be written, before the work that is to be written there.

    Args:
        path: Of a file or a folder. It need not exist, and neither need the folders above it.

    Raises:
        NotADirectoryError: If a file stands where a folder above the path must be.
        PermissionError: If the folder that it goes into may not be written to.

    Example:
        >>> check_writable("runs/scores.json")
    """
    parent = Path(path).absolute().parent
    while not parent.exists():
        parent = parent.parent
    if not parent.is_dir():
        raise NotADirectoryError(
            errno.ENOTDIR, f"{path} cannot be written, as this is a file", str(parent)
        )
    if not os.access(parent, os.W_OK | os.X_OK):
        raise PermissionError(errno.EACCES, f"{path} cannot be written here", str(parent))


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
