from __future__ import annotations

import errno
import logging
import warnings

import pytest
import typer

from harnn.cli.reporting import reported
from harnn.errors import ConfigError, DataError, ModelFolderError, TaxonomyError


@pytest.mark.parametrize(
    ("error", "line", "code"),
    [
        (DataError("row 3: no"), "error: row 3: no", 1),
        (TaxonomyError("a cycle"), "error: a cycle", 1),
        (ModelFolderError("truncated"), "error: truncated", 1),
        (ConfigError("no such option"), "error: no such option", 2),
        (FloatingPointError("the loss is nan"), "error: the loss is nan", 1),
        (OSError(errno.ENOSPC, "No space left", "out.csv"), "error: out.csv: No space left", 1),
        (OSError("half a file"), "error: half a file", 1),
        (ValueError("odd"), "error: odd (harnn --debug ... shows where)", 1),
        (KeyboardInterrupt(), "interrupted", 130),
    ],
)
def test_an_error_is_one_line_and_an_exit_code(capsys, error, line, code):
    with pytest.raises(typer.Exit) as end, reported():
        raise error
    assert end.value.exit_code == code
    assert capsys.readouterr().err == f"{line}\n"


def test_debug_lets_an_error_through():
    with pytest.raises(DataError), reported(debug=True):
        raise DataError("row 3")


def test_a_mistake_in_the_program_keeps_its_traceback():
    with pytest.raises(ZeroDivisionError), reported():
        _ = 1 / 0


@pytest.mark.filterwarnings("default")
def test_warnings_and_log_lines_are_lines_and_all_is_as_before_afterwards(capsys):
    show, log = warnings.showwarning, logging.getLogger("harnn")
    handlers, level = list(log.handlers), log.level
    with reported():
        warnings.warn("two categories are unseen", stacklevel=1)
        logging.getLogger("harnn.text").info("reading; this is done once")
    assert capsys.readouterr().err == (
        "warning: two categories are unseen\nreading; this is done once\n"
    )
    assert (warnings.showwarning, log.handlers, log.level) == (show, handlers, level)
