"""DBpedia Classes: abstracts of Wikipedia articles in 9 / 70 / 219 categories."""

from __future__ import annotations

from typing import Any

from harnn.errors import DataError
from harnn.text.corpora.corpus import Corpus
from harnn.text.corpora.data_folder import data_folder, read_named
from harnn.text.corpora.hub import read_hub

__all__ = ["HUB_NAME", "read_dbpedia"]

HUB_NAME = "DeveloperOats/DBPedia_Classes"


def read_dbpedia(**options: Any) -> Corpus:
    """Read DBpedia from ``HARNN_DATA_DIR/dbpedia`` if that is there, else from the hub.

    One path a document, three levels in the columns ``l1``, ``l2``, ``l3``. The hub's corpus has
    337,739 documents with every level known; the one in a data folder may be another part of it,
    so that results compare only within one of the two.

    Args:
        **options: As of :func:`harnn.text.corpora.load_corpus`.

    Returns:
        The corpus.

    Raises:
        DataError: It is in neither place; the message says how to get it.

    Source: DBpedia Classes, the hub's ``DeveloperOats/DBPedia_Classes``.
    """
    folder = data_folder()
    if folder is not None and (folder / "dbpedia").is_dir():
        return read_named("dbpedia", **options)
    try:
        corpus = read_hub(HUB_NAME, **options)
    except DataError as error:
        raise DataError(
            f"{error}. For DBpedia: set HARNN_DATA_DIR to a folder with "
            "dbpedia/train.parquet, validation.parquet and test.parquet (columns text, l1, l2, "
            f"l3), or give load_corpus the path of a folder with the hub's CSV files of {HUB_NAME}"
        ) from error
    return Corpus(
        "dbpedia", corpus.train, corpus.validation, corpus.test, unlabelled=corpus.unlabelled
    )
