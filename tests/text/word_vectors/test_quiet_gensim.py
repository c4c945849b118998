from __future__ import annotations

import logging

import pytest

from harnn.text.word_vectors.quiet_gensim import quiet_gensim


def test_no_message_of_gensim_reaches_the_callers_log_until_the_block_ends(caplog):
    logger = logging.getLogger("gensim.models.word2vec")
    with caplog.at_level(logging.DEBUG):
        with quiet_gensim():
            logger.warning("hidden")
            logger.critical("hidden")
        logger.warning("shown")
    assert [record.message for record in caplog.records] == ["shown"]


def test_the_level_comes_back_after_an_error():
    logger = logging.getLogger("gensim")
    logger.setLevel(logging.INFO)
    try:
        with pytest.raises(KeyboardInterrupt), quiet_gensim():
            raise KeyboardInterrupt
        assert logger.level == logging.INFO
    finally:
        logger.setLevel(logging.NOTSET)
