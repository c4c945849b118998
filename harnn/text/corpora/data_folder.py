"""Corpora that stand ready in the folder ``HARNN_DATA_DIR``."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from harnn.errors import DataError
from harnn.text.corpora.corpus import Corpus
from harnn.text.corpora.tabular import read_folder

__all__ = ["data_folder", "read_named"]


def data_folder() -> Path | None:
    """Return the folder that the environment variable ``HARNN_DATA_DIR`` names, or None.

    Raises:
        DataError: It names something that is not a folder.
    """
    named = os.environ.get("HARNN_DATA_DIR")
    if not named:
        return None
    folder = Path(named).expanduser()
    if not folder.is_dir():
        raise DataError(f"HARNN_DATA_DIR={named!r} is not a folder")
    return folder


def read_named(name: str, **options: Any) -> Corpus:
    """Read the corpus in the folder ``name`` of ``HARNN_DATA_DIR``.

    Args:
        name: The corpus, such as ``"newsgroups"`` or ``"goemotions"``.
        **options: As of :func:`harnn.text.corpora.tabular.read_folder`.

    Returns:
        The corpus.

    Raises:
        DataError: ``HARNN_DATA_DIR`` is not set, or the corpus is not in it.
    """
    folder = data_folder()
    if folder is None:
        raise DataError(
            f"the corpus {name!r} is read from a folder: set HARNN_DATA_DIR to the folder that "
            f"holds {name}/train.parquet (and validation.parquet, test.parquet)"
        )
    if not (folder / name).is_dir():
        raise DataError(f"HARNN_DATA_DIR={str(folder)!r} has no folder {name!r}")
    return read_folder(folder / name, **options)
