"""Word vectors as text: GloVe's files, and word2vec's and fastText's, which begin with a header."""

from __future__ import annotations

import re
from typing import IO

import numpy as np

from harnn.errors import DataError
from harnn.text.word_vectors.kept_vectors import KeptVectors, decoded

__all__ = ["HEADER", "dims_of_line", "read_text_vectors"]

# How many words follow, and how many numbers each has.
HEADER = re.compile(rb"(\d+) (\d+)[ \r]*(?:\n|\Z)")


def dims_of_line(line: bytes) -> int:
    r"""Return how many numbers end a line that begins with a word; 0 if it is no such line.

    Example:
        >>> dims_of_line(b". . . 0.1 -2e-3\n"), dims_of_line(b"just some words")
        (2, 0)
    """
    fields = _fields(line)
    dims = 0
    while dims < len(fields) - 1 and _is_number(fields[-1 - dims]):
        dims += 1
    return dims


def read_text_vectors(stream: IO[bytes], kept: KeptVectors) -> None:
    """Read a text file, a word and its numbers a line, into ``kept``.

    A word may hold blanks (GloVe's Common Crawl files have some): the numbers are the last ones of
    the line. Only the lines of wanted words are turned into numbers; of the others, that there
    are as many as there should be is all that is checked.

    Args:
        stream: The file from its beginning.
        kept: Takes the vectors.

    Raises:
        DataError: If a line has another number of dims, or what should be a number is none, or
            the file has more or fewer words than its header says.
    """
    dims = announced = 0
    words = 0
    for number, line in enumerate(stream, start=1):
        if number == 1 and (header := HEADER.fullmatch(line)):
            announced, dims = int(header[1]), int(header[2])
            if announced == 0 or dims == 0:
                raise DataError(
                    f"{kept.path}, line 1: a header of {announced} words with {dims} numbers each; "
                    "there must be one of both at least"
                )
            continue
        fields = _fields(line)
        if not fields:  # a blank line is no word
            continue
        dims = dims or dims_of_line(line)
        where = f"line {number}"
        _check_count(fields, dims, f"{kept.path}, {where}")
        words += 1
        word = decoded(b" ".join(fields[:-dims]).strip(b" "))
        if kept.wants(word):
            kept.add(word, _numbers(fields, dims, f"{kept.path}, {where}"), where)
    if announced and words != announced:
        raise DataError(
            f"{kept.path}: line 1 announces {announced} words, but the file has {words}; "
            "it is cut short or not whole"
        )


def _fields(line: bytes) -> list[bytes]:
    # At blanks only: a word may be a no-break space or hold one.
    stripped = line.rstrip(b" \t\r\n")
    return stripped.split(b" ") if stripped else []


def _is_number(field: bytes) -> bool:
    try:
        float(field)
    except ValueError:
        return False
    return True


def _check_count(fields: list[bytes], dims: int, where: str) -> None:
    """Refuse a line that has too few or too many numbers after its word."""
    count = len(fields) - 1
    if count > dims:
        # Parts of a word with blanks come first. If a number is among them, either the numbers are
        # too many, or one of them is broken.
        numeric = [_is_number(field) for field in fields[1:]]
        count -= numeric.index(True) if True in numeric else 0
        broken = [field for field, good in zip(fields[-count:], numeric[-count:], strict=True)
                  if not good]  # fmt: skip
        if count > dims and broken:
            raise _no_number(fields, broken[0], where)
    if count < dims or count > dims:
        raise DataError(
            f"{where}, {decoded(fields[0])!r}: {count} numbers, where line 1 gives {dims}"
        )


def _numbers(fields: list[bytes], dims: int, where: str) -> np.ndarray:
    try:
        return np.array([float(field) for field in fields[-dims:]])
    except ValueError:
        bad = next(field for field in fields[-dims:] if not _is_number(field))
        raise _no_number(fields, bad, where) from None


def _no_number(fields: list[bytes], bad: bytes, where: str) -> DataError:
    return DataError(f"{where}, {decoded(fields[0])!r}: {decoded(bad)!r} is no number")
