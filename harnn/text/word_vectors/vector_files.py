"""Word vectors from a file of whatever common format, told by what is in it."""

from __future__ import annotations

import codecs
import gzip
import os
import zlib
from collections.abc import Iterable
from io import BufferedReader, RawIOBase
from pathlib import Path
from typing import cast

from harnn.errors import DataError
from harnn.text.word_vectors.fasttext_binary import FASTTEXT_MAGIC, read_fasttext_binary
from harnn.text.word_vectors.kept_vectors import KeptVectors
from harnn.text.word_vectors.text_vectors import HEADER, dims_of_line, read_text_vectors
from harnn.text.word_vectors.word2vec_binary import read_word2vec_binary
from harnn.text.word_vectors.word_vectors import WordVectors

__all__ = ["read_word_vectors"]

_GZIP = b"\x1f\x8b"
# Bytes that tell the formats apart: more than the longest line of a text file.
_HEAD = 1 << 17
_FORMATS = (
    "GloVe text, word2vec text or binary, or fastText .vec or .bin, "
    "all but the last one gzipped or not"
)


def read_word_vectors(
    path: str | os.PathLike[str], *, words: Iterable[str] | None = None
) -> WordVectors:
    r"""Read word vectors, whatever program wrote them.

    Formats: GloVe text (no header), word2vec text, fastText ``.vec``, word2vec binary, each
    gzipped or not, and fastText ``.bin``, which gives unknown words a vector from their subwords.
    The format is told by the content, not the name. A word that stands twice has its first vector.

    The subwords of a ``.bin`` are read from the file when they are asked for: it must not change
    meanwhile.

    Args:
        path: The file.
        words: Keep only these, in whatever case the file has them, so that the memory needed is
            that of these words and not of the file.

    Returns:
        The vectors.

    Raises:
        DataError: If the file is missing, empty, damaged, of no known format, or would have to be
            unpickled; the message says where.

    Example:
        >>> _ = Path("glove.txt").write_text("the 0.5 1.0\nrose 0.25 -1.5\n")
        >>> read_word_vectors("glove.txt").words
        ('the', 'rose')
        >>> read_word_vectors("glove.txt", words=["rose"]).vectors.tolist()
        [[0.25, -1.5]]
    """
    file = Path(path)
    kept = KeptVectors(file, words)
    try:
        with file.open("rb") as start:
            zipped = start.read(len(_GZIP)) == _GZIP
        with _opened(file, zipped) as stream:
            head = stream.read(_HEAD)
        _refuse_foreign(file, head)
        if head.startswith(FASTTEXT_MAGIC):
            if zipped:
                raise DataError(
                    f"{file}: a gzipped fastText model cannot be mapped into memory; gunzip it"
                )
            return kept.finish(read_fasttext_binary(file, kept))
        binary = _is_binary(file, head)
        with _opened(file, zipped) as stream:
            if binary:
                read_word2vec_binary(stream, kept)
            else:
                read_text_vectors(stream, kept)
    except FileNotFoundError:
        raise DataError(f"{file}: there is no such file of word vectors") from None
    except IsADirectoryError:
        raise DataError(f"{file}: a folder, where a file of word vectors is expected") from None
    except (EOFError, gzip.BadGzipFile, zlib.error) as error:
        raise DataError(f"{file}: the gzip is damaged or cut short ({error})") from None
    return kept.finish()


def _opened(path: Path, zipped: bool) -> BufferedReader:
    if zipped:
        # A GzipFile reads as a raw stream does; its type only does not say so.
        return BufferedReader(cast(RawIOBase, gzip.open(path, "rb")))
    return path.open("rb")


def _refuse_foreign(path: Path, head: bytes) -> None:
    """Refuse what is no file of word vectors, or one of a kind that must not be loaded."""
    if not head.strip():
        raise DataError(f"{path}: the file is empty; it must be {_FORMATS}")
    if head[0] == 0x80:  # as every pickle of protocol 2 and later begins, and no UTF-8 text
        raise DataError(
            f"{path}: a pickle, such as gensim's save() writes (.model, .kv); reading it would run "
            "whatever code is in it. Export the vectors with save_word2vec_format and give that "
            "file"
        )
    if head.startswith(b"PK\x03\x04"):
        raise DataError(f"{path}: a zip archive; unpack it and give the file in it")
    if head.startswith(b"\x93NUMPY"):
        raise DataError(
            f"{path}: a NumPy array, which has no words; export the vectors of the gensim model "
            "that it belongs to with save_word2vec_format and give that file"
        )


def _is_binary(path: Path, head: bytes) -> bool:
    """Return whether it is word2vec's binary format rather than text."""
    header = HEADER.match(head)
    if header is None:
        if dims_of_line(head.split(b"\n", 1)[0]) == 0:
            raise DataError(
                f"{path}: line 1 is neither a header (how many words, how many dims) nor a word "
                f"followed by its numbers; the file must be {_FORMATS}"
            )
        return False
    rest = head[header.end() :]
    if dims_of_line(rest.split(b"\n", 1)[0]) == int(header[2]):
        return False
    # Either it is binary or its first line is broken: no text has such bytes.
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        text = decoder.decode(rest)  # which may end amid a character
    except UnicodeDecodeError:
        return True
    return any(character < " " and character not in "\t\r\n" for character in text)
