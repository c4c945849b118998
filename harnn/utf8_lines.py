"""Lines of UTF-8 files, decoded one by one."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from harnn.errors import DataError

__all__ = ["utf8_lines"]

_CARRIAGE_RETURN_LINES = re.compile("[^\r]*\r|[^\r]+")


def utf8_lines(path: Path) -> Iterator[str]:
    r"""Decode a file line by line, so that a bad byte is reported with its place.

    Lines end in ``\n``, or in ``\r`` in a file without any ``\n``. The line ends are kept; a byte
    order mark is removed.

    Args:
        path: The file.

    Yields:
        The lines.

    Raises:
        DataError: If a byte is not UTF-8; the message names the line and the byte.

    Example:
        >>> import tempfile
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     path = Path(folder, "pump.csv")
        ...     _ = path.write_bytes("\ufeffat,x\r\n1,2".encode())
        ...     list(utf8_lines(path))
        ['at,x\r\n', '1,2']
    """
    offset = 0
    with path.open("rb") as file:
        for number, line in enumerate(file, start=1):
            try:
                decoded = line.decode("utf-8")
            except UnicodeDecodeError as error:
                raise DataError(
                    f"{path}, line {number}, byte {offset + error.start}: "
                    f"0x{line[error.start]:02x} is not UTF-8; save the file as UTF-8"
                ) from None
            offset += len(line)
            if number > 1:
                yield decoded
                continue
            decoded = decoded.removeprefix("\ufeff")
            if "\r" in decoded and not decoded.endswith("\n"):
                # The first line is the whole file: there is no other line end in it.
                yield from _CARRIAGE_RETURN_LINES.findall(decoded)
            else:
                yield decoded
