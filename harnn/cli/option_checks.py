"""Checks of options that would otherwise be found wrong after a model has been loaded."""

from __future__ import annotations

from pathlib import Path

from harnn.atomic import check_writable
from harnn.errors import ConfigError

__all__ = ["check_file", "check_share"]


def check_share(option: str, value: float) -> None:
    """Refuse a number that is no share.

    Args:
        option: The name of the option.
        value: Its value.

    Raises:
        ConfigError: If the value is not above 0 and below 1.

    Example:
        >>> check_share("--precision", 2.0)
        Traceback (most recent call last):
        ...
        harnn.errors.ConfigError: --precision must be a number above 0 and below 1, not 2.0
    """
    if not 0 < value < 1:  # so that NaN is refused, too
        raise ConfigError(f"{option} must be a number above 0 and below 1, not {value}")


def check_file(path: str | Path) -> None:
    """Refuse a file that cannot be written.

    Args:
        path: The file. Folders above it that do not exist are created later.

    Raises:
        ConfigError: If a folder stands there.
        OSError: If a file stands where a folder must be, or the folder may not be written to.
    """
    if Path(path).is_dir():
        raise ConfigError(f"{path}: is a folder; the name of a file is needed")
    check_writable(path)
